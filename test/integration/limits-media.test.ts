/** What docs/limits.md says about media, measured with the real worker and real WebRTC. */
import { observer, type types as ms } from 'mediasoup';
import type { types as mc } from 'mediasoup-client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MEDIA_LIMITS, type MediaLimits } from '../../server/media/limits.ts';
import { SOCKET_LIMITS } from '#protocol/limits.ts';
import { Relay } from '../bench/faults/relay.ts';
import { attendance, observation, SignalingHarness } from '../support/signaling-harness.ts';
import { endsAt } from '../support/time-limit.ts';
import { gradient, type WrtcPeer } from '../support/wrtc-peer.ts';

const small = { fps: 10, picture: gradient(320, 240) };

/** All transports of this process for browsers, the newest last: what a peer keeps to itself. */
let transports: ms.WebRtcTransport[] = [];
let dataConsumers: ms.DataConsumer[] = [];
observer.on('newworker', (worker) =>
  worker.observer.on('newrouter', (router) =>
    router.observer.on('newtransport', (transport) => {
      if ('iceState' in transport) {
        transports.push(transport as ms.WebRtcTransport);
        transport.observer.on('newdataconsumer', (consumer) => dataConsumers.push(consumer));
      }
    }),
  ),
);

let harness: SignalingHarness;
const relays: Relay[] = [];
beforeEach(() => {
  transports = [];
  dataConsumers = [];
});
afterEach(async () => {
  await harness.close();
  await Promise.all(relays.splice(0).map((relay) => relay.close()));
});

/** A peer whose packets all pass through a relay, with what the server says about its transports changed. */
async function relayed(
  peer: WrtcPeer,
  change: (options: mc.TransportOptions) => mc.TransportOptions = (options) => options,
): Promise<{ cut: () => void }> {
  let relay: Relay | undefined;
  const ask = peer.request.bind(peer) as (method: string, data: unknown) => Promise<never>;
  peer.request = async (method, data) => {
    const reply = await ask(method, data);
    if (method !== 'media.create-transport') return reply;
    const options: mc.TransportOptions = reply;
    const udp = options.iceCandidates.filter(({ protocol }) => protocol === 'udp');
    if (!relay) relays.push((relay = await Relay.open({ http: 1, media: udp[0]!.port })));
    const { mediaPort } = relay;
    return change({
      ...options,
      iceCandidates: udp.map((candidate) => Object.assign(candidate, { port: mediaPort })),
    }) as never;
  };
  return {
    cut: () => {
      if (relay) relay.silent = true;
    },
  };
}

describe('transports', () => {
  it('a transport to which nobody connects is closed when its time is over, and a connected one stays', async () => {
    harness = await SignalingHarness.create({ mediaLimits: { connectTimeout: 1_500 } });
    const peer = await harness.connect('station:door');
    await peer.join();
    await peer.publish(small);
    const [connected] = transports;
    const waits = async () => {
      await peer.request('media.create-transport', { direction: 'recv' });
      const closed = new Promise((resolve) => transports.at(-1)!.observer.once('close', () => resolve(null)));
      await closed;
    };
    expect(await endsAt(1_500, waits)).toBe('in time');
    expect(connected!.closed).toBe(false);
    expect(MEDIA_LIMITS.connectTimeout).toBe(30_000);
  });

  it('a transport whose peer no longer answers is disconnected when its time is over', async () => {
    harness = await SignalingHarness.create({ mediaLimits: { iceConsentTimeout: 4 } });
    const peer = await harness.connect('station:door');
    const { cut } = await relayed(peer);
    await peer.join();
    await peer.publish(small);
    const [transport] = transports;
    await expect.poll(() => transport!.iceState).toMatch(/connected|completed/);
    const vanishes = async () => {
      const disconnected = new Promise<void>((resolve) => {
        transport!.on('icestatechange', (state) => state === 'disconnected' && resolve());
      });
      cut();
      await disconnected;
    };
    expect(await endsAt(4_000, vanishes)).toBe('in time');
    expect(MEDIA_LIMITS.iceConsentTimeout).toBe(20);
  });

  it('a socket publishes one camera: its second one replaces the first', async () => {
    harness = await SignalingHarness.create();
    const peer = await harness.connect('station:door');
    await peer.join();
    await peer.publish(small);
    const first = harness.media.cameras.get('door')!;
    await peer.publish(small);
    expect(first.closed).toBe(true);
    expect(harness.media.cameras.list()).toHaveLength(1);
    expect(harness.media.cameras.get('door')!.closed).toBe(false);
    expect(SOCKET_LIMITS.transportsPerPeer).toBe(4);
  });
});

/** Over so many seconds, bits are counted. */
const SECONDS = 6;
/** 640 × 480, and nothing that an encoder could leave out. */
const noise = Array.from({ length: 8 }, (_, seed) => {
  let state = seed + 1;
  const next = () => (state = (state * 48_271) % 2_147_483_647);
  return { width: 640, height: 480, data: Uint8Array.from({ length: 640 * 480 * 1.5 }, () => next() & 0xff) };
});

/** Publishes as much as it may. Returns what the server lets it, and what it receives over the last seconds, bits per second. */
async function floods(mediaLimits: Partial<MediaLimits> = {}) {
  harness = await SignalingHarness.create({ mediaLimits });
  const peer = await harness.connect('station:door');
  await peer.join();
  await peer.publish({
    fps: 15,
    picture: (n) => noise[n % noise.length]!,
    encodings: [{ maxBitrate: 3_000_000 }],
  });
  const transport = transports.at(-1)!;
  const [first] = await transport.getStats();
  const read: { at: number; bytes: number }[] = [];
  const rate = async () => {
    const [stats] = await transport.getStats();
    read.push({ at: performance.now(), bytes: stats!.bytesReceived });
    const [from, to] = [read.at(-SECONDS - 1), read.at(-1)!];
    return from ? (8_000 * (to.bytes - from.bytes)) / (to.at - from.at) : Number.NaN;
  };
  return { most: first!.maxIncomingBitrate, rate };
}

it('a camera that could send more is held to its bit rate', { timeout: 180_000 }, async () => {
  const patiently = { timeout: 80_000, interval: 1_000 };
  const free = await floods();
  expect(free.most).toBe(6_000_000);
  await expect.poll(free.rate, patiently).toBeGreaterThan(600_000);
  await harness.close();
  const held = await floods({ maxIncomingBitrate: 200_000 });
  expect(held.most).toBe(200_000);
  // A browser begins with more, until it has heard of the limit.
  const settled = async () => {
    const rate = await held.rate();
    return rate > 0 && rate < 300_000;
  };
  await expect.poll(settled, patiently).toBe(true);
});

/** A station that receives results, through a relay. */
async function hearing(id: string, change?: Parameters<typeof relayed>[1]) {
  const peer = await harness.connect(`station:${id}`);
  const { cut } = await relayed(peer, change);
  await peer.join();
  await peer.publish(small);
  await peer.consumeResults();
  const transport = transports.at(-1)!;
  const received = async () => (await transport.getStats())[0]!.bytesReceived;
  return { peer, cut, transport, received, camera: harness.media.cameras.get(id)! };
}

/** Bytes of the newest channel with this label that have not left the server. */
const queued = async (label: string) =>
  dataConsumers.findLast((consumer) => consumer.label === label)!.getBufferedAmount();

describe('data', () => {
  beforeEach(async () => {
    harness = await SignalingHarness.create();
  });

  it('a browser is told that a message has at most 1 KiB', async () => {
    const { peer, received } = await hearing('door');
    const before = await received();
    peer.shout('x'.repeat(1024), ['events']);
    await expect.poll(received).toBeGreaterThanOrEqual(before + 1024);
    peer.shout('x'.repeat(1025), ['events']);
    await expect.poll(() => peer.hears).toBe(false);
    expect(await received()).toBeLessThan(before + 1024 + 1025);
  });

  it('the worker has a window of 64 KiB for what a browser sends, and stays calm about a browser that ignores its limit', async () => {
    const other = await hearing('other');
    const { peer, transport, received, camera } = await hearing('door', ({ sctpParameters, ...options }) => ({
      ...options,
      ...(sctpParameters && { sctpParameters: { ...sctpParameters, maxReceiveMessageSize: 250_000 } }),
    }));
    // The flow cannot be measured: a message is dropped as soon as it is whole. This is what the worker itself says.
    const { sctpParameters } = (await transport.dump()) as {
      sctpParameters: { maxReceiverWindowBufferSize: number };
    };
    expect(sctpParameters.maxReceiverWindowBufferSize).toBe(MEDIA_LIMITS.receiveWindowBytes);
    expect(MEDIA_LIMITS.receiveWindowBytes).toBe(64 * 1024);
    const before = await received();
    for (let i = 0; i < 10; i += 1) {
      peer.shout('x'.repeat(60_000), ['events']);
      await expect.poll(received).toBeGreaterThan(before + (i + 1) * 60_000);
    }
    for (const { peer: each, camera: its } of [{ peer, camera }, other]) {
      const result = each.until('result');
      const timer = setInterval(() => its.sendResult(observation(its.id, 1)), 50);
      expect(await result).toMatchObject({ type: 'observation' });
      clearInterval(timer);
    }
  });

  it('a station that no longer reads has at most 128 KiB of results and as much of events', async () => {
    const { cut, camera } = await hearing('door');
    cut();
    const bytes = JSON.stringify(observation('door', 1)).length;
    for (let i = 0; i < 2_000; i += 1) {
      camera.sendResult(observation('door', i));
      harness.media.sendEvent('door', attendance('door', `e${i}`));
    }
    const most = MEDIA_LIMITS.channelQueueBytes;
    expect(most).toBe(128 * 1024);
    for (const label of ['results', 'events']) {
      await expect.poll(() => queued(label)).toBeGreaterThan(most - 2 * bytes);
      expect(await queued(label)).toBeLessThan(most + 2 * bytes);
    }
  });
});
