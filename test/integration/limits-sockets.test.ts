/** What docs/limits.md says about sockets, measured over real ones. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { RATE_LIMITS } from '../../server/perimeter/rate-limit.ts';
import { CLOSE, SOCKET_LIMITS } from '#protocol/limits.ts';
import { headersOf, SignalingHarness } from '../support/signaling-harness.ts';
import { endsAt } from '../support/time-limit.ts';
import { gradient } from '../support/wrtc-peer.ts';

let harness: SignalingHarness;
afterEach(async () => {
  await harness.close();
  vi.restoreAllMocks();
});

/** The status with which an upgrade without a cookie is refused. */
function refusal(): Promise<number | undefined> {
  const { origin } = headersOf('station:door');
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(harness.url, { headers: { origin } });
    socket.once('unexpected-response', (_request, response) => {
      response.resume();
      resolve(response.statusCode);
    });
    socket.once('open', () => reject(new Error('was let in')));
    socket.on('error', () => {});
  });
}

/** A request of so many bytes. */
function message(bytes: number): string {
  const empty = JSON.stringify({ id: 900, method: 'ping', data: { x: '' } });
  return JSON.stringify({ id: 900, method: 'ping', data: { x: 'x'.repeat(bytes - empty.length) } });
}

describe('how many', () => {
  /** Of the rate limits, ms: it stands still, so that a burst is counted exactly, however busy the machine is. */
  let monotonic = 0;
  beforeEach(async () => {
    vi.spyOn(performance, 'now').mockImplementation(() => monotonic);
    harness = await SignalingHarness.create();
  });

  it('one address gets 200 sockets at once, then 10 a second', async () => {
    const { burst, refill } = RATE_LIMITS.upgrade;
    expect([burst, refill]).toEqual([200, 100]);
    for (let i = 0; i < burst; i += 1) expect(await refusal()).toBe(401);
    expect(await refusal()).toBe(429);
    monotonic += refill / 2;
    expect(await refusal()).toBe(429);
    monotonic += refill / 2;
    expect([await refusal(), await refusal()]).toEqual([401, 429]);
  });

  it('an account or device has at most 8 sockets: the ninth is closed, and the others stay', async () => {
    const peers = [];
    for (let i = 0; i < SOCKET_LIMITS.socketsPerActor; i += 1) {
      peers.push(await harness.connect('account:eve'));
    }
    expect(peers).toHaveLength(8);
    const last = await harness.open('account:eve');
    expect(await last.until('close')).toMatchObject({ code: CLOSE.tooManySockets });
    await Promise.all(peers.map((peer) => peer.request('ping', {})));
    await harness.connect('account:adam');
  });

  it('a socket has 60 requests at once, then 20 a second, and is closed with the first one too many', async () => {
    const { requestBurst, requestsPerSecond } = SOCKET_LIMITS;
    expect([requestBurst, requestsPerSecond]).toEqual([60, 20]);
    const peer = await harness.open('station:door');
    await peer.request('hello', { protocol: 1 });
    for (let i = 1; i < requestBurst; i += 1) await peer.request('ping', {});
    monotonic += 1_000 / requestsPerSecond;
    await peer.request('ping', {});
    const told = peer.until('stray', (reply) => !reply.ok && reply.error.code === 'rate-limited');
    const closed = peer.until('close');
    await expect(peer.request('ping', {})).rejects.toThrow(String(CLOSE.flooding));
    await told;
    expect(await closed).toMatchObject({ code: CLOSE.flooding });
  });

  it('what cannot be read counts as a request', async () => {
    const peer = await harness.connect('station:door');
    const closed = peer.until('close');
    for (let i = 0; i < SOCKET_LIMITS.requestBurst; i += 1) peer.sendRaw('{');
    expect(await closed).toMatchObject({ code: CLOSE.flooding });
  });
});

it('a message has at most 64 KiB: one byte more ends the socket', async () => {
  harness = await SignalingHarness.create();
  const peer = await harness.connect('station:door');
  expect(SOCKET_LIMITS.maxMessageBytes).toBe(64 * 1024);
  const answered = peer.until('stray', ({ id }) => id === 900);
  peer.sendRaw(message(SOCKET_LIMITS.maxMessageBytes));
  await answered;
  const closed = peer.until('close');
  peer.sendRaw(message(SOCKET_LIMITS.maxMessageBytes + 1));
  expect(await closed).toMatchObject({ code: 1009 });
});

describe('how long', () => {
  it('a socket without a hello is closed when its time is over', async () => {
    harness = await SignalingHarness.create({ limits: { helloTimeout: 500 } });
    const waits = async () => {
      const peer = await harness.open('station:door');
      expect(await peer.until('close')).toMatchObject({ code: CLOSE.helloTimeout });
    };
    expect(await endsAt(500, waits)).toBe('in time');
    expect(SOCKET_LIMITS.helloTimeout).toBe(5_000);
  });

  it('a silent socket is dropped with its camera when its time is over, and one that answers pings stays', async () => {
    harness = await SignalingHarness.create({ limits: { silenceTimeout: 1_200 } });
    const quiet = await harness.connect('station:quiet');
    const silent = await harness.connect('station:silent');
    await silent.join();
    await silent.publish({ fps: 10, picture: gradient(320, 240) });
    const gone = async () => {
      const removed = new Promise<string>((resolve) => {
        harness.media.cameras.once('camera.removed', ({ id }) => resolve(id));
      });
      silent.fallSilent();
      expect(await removed).toBe('silent');
    };
    expect(await endsAt(1_200, gone)).toBe('in time');
    expect(harness.signaling.devices).not.toContain('silent');
    await quiet.request('ping', {});
    expect(SOCKET_LIMITS.silenceTimeout).toBe(30_000);
  });
});
