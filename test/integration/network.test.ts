/** Addresses that come and go while media flows: real workers, real WebRTC, and the list of interfaces as the only input. */
import { spawnSync } from 'node:child_process';
import { observer, type types as ms } from 'mediasoup';
import type { NetworkInterfaceInfo } from 'node:os';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Interfaces } from '../../server/network/network.ts';
import { Network } from '../../server/network/network.ts';
import { SignalingHarness } from '../support/signaling-harness.ts';
import { gradient, type WrtcPeer } from '../support/wrtc-peer.ts';

const transports = new Set<ms.WebRtcTransport>();
observer.on('newworker', (worker) =>
  worker.observer.on('newrouter', (router) =>
    router.observer.on('newtransport', (transport) => {
      transports.add(transport as ms.WebRtcTransport);
      transport.observer.once('close', () => transports.delete(transport as ms.WebRtcTransport));
    }),
  ),
);

const ipv4 = (address: string) => [{ address, family: 'IPv4', internal: false } as NetworkInterfaceInfo];
const small = { fps: 10, picture: gradient(320, 240) };
let interfaces: Interfaces;
let network: Network;
let harness: SignalingHarness;

beforeEach(async () => {
  interfaces = {};
  await begin(new Network({ log: pino({ level: 'silent' }), read: () => interfaces }));
});
async function begin(of: Network): Promise<void> {
  network = of;
  harness = await SignalingHarness.create({ listen: [], network });
}
afterEach(async () => {
  await harness.close();
  network.close();
});

function become(now: Interfaces): void {
  interfaces = now;
  network.look();
}

/** A station that publishes; with `only`, it may use no other address of the server. */
async function station(id: string, only?: string): Promise<WrtcPeer> {
  const peer = await harness.connect(`station:${id}`);
  if (only !== undefined) {
    const ask = peer.request.bind(peer) as (method: string, data: unknown) => Promise<object>;
    peer.request = (async (method: string, data: unknown) => {
      const reply = await ask(method, data);
      if (!('iceCandidates' in reply)) return reply;
      const all = reply.iceCandidates as ms.IceCandidate[];
      return { ...reply, iceCandidates: all.filter(({ address }) => address === only) };
    }) as typeof peer.request;
  }
  await peer.join();
  await peer.publish(small);
  return peer;
}

/** Publishes and resolves with the transport of this station, once media has arrived on it. */
async function flowing(id: string, only?: string): Promise<ms.WebRtcTransport> {
  const before = new Set(transports);
  await station(id, only);
  const transport = [...transports].find((one) => !before.has(one));
  await more(transport!);
  return transport!;
}

/** Resolves when more media has arrived. */
async function more(transport: ms.WebRtcTransport): Promise<void> {
  const received = async () => (await transport.getStats())[0]!.bytesReceived;
  const before = await received();
  await expect.poll(received, { timeout: 10_000 }).toBeGreaterThan(before + 2_000);
}

async function offered(): Promise<string[]> {
  const peer = await harness.connect('station:looker');
  await peer.join();
  const { iceCandidates } = await peer.request('media.create-transport', { direction: 'recv' });
  return [...new Set(iceCandidates.map(({ address }) => address))];
}

describe('addresses of this machine', () => {
  it('an address that comes after the start is offered, and that of a virtual interface is not', async () => {
    expect(await offered()).toEqual(['127.0.0.1']);
    become({ eth0: ipv4('127.0.0.2'), docker0: ipv4('127.0.0.3'), wg0: ipv4('127.0.0.4') });
    expect(await offered()).toEqual(['127.0.0.1', '127.0.0.2']);
    become({ eth0: ipv4('127.0.0.5') });
    expect(await offered()).toEqual(['127.0.0.1', '127.0.0.5']);
  });

  it('a stream continues while addresses change, and another one uses the new address', async () => {
    const old = await flowing('old');
    become({ eth0: ipv4('127.0.0.2') });
    const fresh = await flowing('fresh', '127.0.0.2');
    become({ eth0: ipv4('127.0.0.5') });
    await more(old);
    await more(fresh);
    expect([old.closed, fresh.closed]).toEqual([false, false]);
  });

  it('a transport from an address of this machine that is gone is closed at once, and no other', async () => {
    const transport = await flowing('door');
    const { remoteIp } = transport.iceSelectedTuple!;
    become({ eth0: ipv4(remoteIp!), eth1: ipv4('127.0.0.2') });
    become({ eth0: ipv4(remoteIp!) });
    await more(transport);
    become({});
    expect(transport.closed).toBe(true);
  });
});

function run(...args: string[]): boolean {
  return spawnSync('ip', args).status === 0;
}

/** Adds an interface with an address; false without the right or the program for it. */
function addInterface(name: string, address: string): boolean {
  if (!run('link', 'add', name, 'type', 'veth', 'peer', 'name', `${name}p`)) return false;
  return (
    run('addr', 'add', `${address}/32`, 'dev', name) &&
    run('link', 'set', name, 'up') &&
    run('link', 'set', `${name}p`, 'up')
  );
}
function removeInterface(name: string): void {
  spawnSync('ip', ['link', 'delete', name]);
}

const PROBE = 'muster-test';
const mayAdd = addInterface(PROBE, '198.51.100.21');
removeInterface(PROBE);

describe('a real interface', () => {
  afterEach(() => removeInterface(PROBE));

  it.runIf(mayAdd)('a real interface that comes and goes is used within seconds', async () => {
    await harness.close();
    await begin(new Network({ log: pino({ level: 'silent' }) }));
    const old = await flowing('old');
    expect(addInterface(PROBE, '198.51.100.21')).toBe(true);
    await expect.poll(offered, { timeout: 10_000, interval: 500 }).toContain('198.51.100.21');
    await more(await flowing('fresh', '198.51.100.21'));
    removeInterface(PROBE);
    await expect.poll(offered, { timeout: 10_000, interval: 500 }).not.toContain('198.51.100.21');
    await more(old);
    expect(old.closed).toBe(false);
  });
});
