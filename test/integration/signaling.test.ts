/** The socket with the real media worker: which clients are accepted, what they may request, which are disconnected. */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import net from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { types as ms } from 'mediasoup';
import type { Camera } from '../../server/media/camera.ts';
import { newDeviceKey, publicKeyOf, sign } from '../../client/src/claims/claim-crypto.ts';
import { CLOSE, SOCKET_LIMITS } from '#protocol/limits.ts';
import type { DeviceSettings } from '#protocol/devices.ts';
import type { CameraState, Method, Notification, Reply, RequestData } from '#protocol/signaling.ts';
import { headersOf, observation, SignalingHarness } from '../support/signaling-harness.ts';
import { gradient, type WrtcPeer } from '../support/wrtc-peer.ts';
import { childrenOf } from '../support/processes.ts';

/** Process ids of the media workers that the harness has started. */
const mediaWorkers = () => childrenOf(process.pid, 'mediasoup-worker');

let harness: SignalingHarness;

afterEach(async () => {
  await harness?.close();
});

const small = { fps: 10, picture: gradient(320, 240) };

/** Sends an upgrade that must be refused, and returns the status of the refusal. */
function refusal(url: string, headers: Record<string, string>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, { headers });
    socket.once('unexpected-response', (_request, response) => resolve(response.statusCode));
    socket.once('open', () => reject(new Error('was let in')));
    socket.on('error', () => {});
  });
}

/** Sends raw bytes and returns the reply. */
async function answer(peer: WrtcPeer, raw: string | Buffer): Promise<Reply> {
  const reply = peer.until('stray');
  peer.sendRaw(raw);
  return await reply;
}

function code(reply: Reply): string {
  return reply.ok ? 'ok' : reply.error.code;
}

function removed(): Promise<Camera> {
  return new Promise((resolve) => {
    harness.media.cameras.once('camera.removed', resolve);
  });
}

const rtpParameters: ms.RtpParameters = {
  mid: '0',
  codecs: [{ mimeType: 'video/VP8', payloadType: 96, clockRate: 90_000, parameters: {}, rtcpFeedback: [] }],
  headerExtensions: [],
  encodings: [{ ssrc: 1234 }],
  rtcp: { cname: 'x' },
};

describe('opening a socket', () => {
  it.each([
    ['another origin', headersOf('station:door', 'http://evil.test'), 403],
    ['no origin', { cookie: 'actor=station:door' }, 403],
    ['nobody known', headersOf('nobody'), 401],
    ['no cookie', { origin: headersOf('x')['origin']! }, 401],
  ])('%s is refused before the upgrade', async (_, headers, status) => {
    harness = await SignalingHarness.create();
    expect(await refusal(harness.url, headers)).toBe(status);
    expect(harness.signaling.connections).toBe(0);
  });

  it('a socket on another path is refused', async () => {
    harness = await SignalingHarness.create();
    expect(await refusal(`${harness.url}/other`, headersOf('station:door'))).toBe(404);
  });

  it("hello returns the caller's identity and must be the first request", async () => {
    harness = await SignalingHarness.create();
    const peer = await harness.open('station:door');
    await expect(peer.request('media.join', {})).rejects.toMatchObject({ code: 'wrong-state' });
    const { actor } = await peer.request('hello', { protocol: 1 });
    expect(actor).toMatchObject({ kind: 'device', deviceId: 'door', deviceKind: 'station' });
    await expect(peer.request('media.join', {})).resolves.toHaveProperty('rtpCapabilities');
  });

  it('a refused socket that does not close is cut off', async () => {
    harness = await SignalingHarness.create({ limits: { socketsPerActor: 0, closeTimeout: 50 } });
    const { hostname, port, host } = new URL(harness.url);
    const socket = net.connect(Number(port), hostname);
    const headers = {
      host,
      ...headersOf('account:eve'),
      upgrade: 'websocket',
      connection: 'Upgrade',
      'sec-websocket-version': '13',
      'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==',
    };
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.write(`GET /socket HTTP/1.1\r\n${lines.join('')}\r\n`);
    // Without a limit, ws would wait for half a minute.
    await once(socket.resume(), 'close');
    expect(socket.bytesRead).toBeGreaterThan(0);
  }, 10_000);
});

describe('malformed messages', () => {
  it('a malformed message gets a typed error under its id, and the socket stays open', async () => {
    harness = await SignalingHarness.create();
    const peer = await harness.connect('station:door');
    const table: [string | Buffer, number, string][] = [
      ['{', -1, 'bad-request'],
      [Buffer.from([1, 2, 3]), -1, 'bad-request'],
      ['[]', -1, 'bad-request'],
      ['{"id":900,"method":"media.steal"}', 900, 'unknown-method'],
      ['{"id":901,"method":"__proto__"}', 901, 'unknown-method'],
      ['{"id":902,"method":"media.produce","data":{}}', 902, 'validation-failed'],
    ];
    for (const [raw, id, expected] of table) {
      const reply = await answer(peer, raw);
      expect([reply.id, code(reply)]).toEqual([id, expected]);
    }
    await peer.request('ping', {});
  });
});

describe('permissions on the socket', () => {
  it('a device cannot make requests that need a staff account', async () => {
    harness = await SignalingHarness.create();
    const peer = await harness.connect('station:door');
    const requests: [Method, unknown][] = [
      ['enrollment.start', { personId: 'p' }],
      ['enrollment.cancel', { enrollmentId: 'of-p' }],
      ['enrollment.save', { enrollmentId: 'of-p' }],
      ['cameras.subscribe', {}],
    ];
    for (const [method, data] of requests) {
      await expect(peer.request(method, data as RequestData<typeof method>)).rejects.toMatchObject({
        code: 'forbidden',
      });
    }
  });

  it('only the owner of an enrollment can publish into it', async () => {
    harness = await SignalingHarness.create();
    const [eve, mallory, device] = await Promise.all([
      harness.connect('account:eve'),
      harness.connect('account:mallory'),
      harness.connect('station:door'),
    ]);
    const { enrollmentId } = await eve.request('enrollment.start', { personId: 'p' });
    for (const peer of [mallory, device]) {
      await peer.join();
      await expect(peer.publish({ ...small, enrollmentId })).rejects.toMatchObject({ code: 'forbidden' });
    }
    await mallory.join();
    await expect(mallory.publish(small)).rejects.toMatchObject({ code: 'forbidden' });
    await mallory.join();
    await expect(mallory.publish({ ...small, enrollmentId: 'none' })).rejects.toMatchObject({
      code: 'not-found',
    });
    expect(harness.media.cameras.size).toBe(0);
    await eve.join();
    await eve.publish({ ...small, enrollmentId });
    expect(eve.cameraId).toBe(`enroll-${enrollmentId}`);
    expect(harness.media.cameras.get(eve.cameraId)?.source.options.purpose).toBe('enrollment');
  });

  it('staff get the progress of their enrollment, whether they subscribe before or after publishing', async () => {
    harness = await SignalingHarness.create();
    for (const [account, listenFirst] of [
      ['eve', true],
      ['adam', false],
    ] as const) {
      const peer = await harness.connect(`account:${account}`);
      const { enrollmentId } = await peer.request('enrollment.start', { personId: account });
      await peer.join();
      if (listenFirst) await peer.consumeResults();
      await peer.publish({ ...small, enrollmentId });
      if (!listenFirst) await peer.consumeResults();
      const camera = harness.media.cameras.get(peer.cameraId)!;
      const result = peer.until('result');
      const timer = setInterval(() => camera.sendResult(observation(camera.id, 1)), 20);
      expect(await result).toMatchObject({ camera: `enroll-of-${account}` });
      clearInterval(timer);
    }
  });

  it('the state of an enrollment goes to its owner, and its camera ends with it', async () => {
    harness = await SignalingHarness.create();
    const [eve, adam] = await Promise.all([harness.connect('account:eve'), harness.connect('account:adam')]);
    const strayed: Notification[] = [];
    adam.on('notification', (n) => strayed.push(n));
    const { enrollmentId } = await eve.request('enrollment.start', { personId: 'p' });
    await eve.join();
    await eve.publish({ ...small, enrollmentId });
    const state = eve.until('notification', (n) => n.notify === 'enrollment.state');
    const gone = removed();
    await expect(adam.request('enrollment.save', { enrollmentId })).rejects.toMatchObject({
      code: 'forbidden',
    });
    await eve.request('enrollment.save', { enrollmentId });
    expect(await state).toMatchObject({ data: { enrollmentId, state: 'saved' } });
    expect((await gone).id).toBe(`enroll-${enrollmentId}`);
    await adam.request('ping', {});
    expect(strayed).toEqual([]);
  });
});

const noKeys = () => Promise.reject(new Error('not here'));

describe('sockets of devices', () => {
  it('a device that connects again takes over, and the older socket is notified and loses its camera', async () => {
    harness = await SignalingHarness.create();
    const older = await harness.connect('station:door');
    await older.join();
    await older.publish(small);
    const camera = harness.media.cameras.get('door');
    const told = older.until('notification', (n) => n.notify === 'device.replaced');
    const closed = older.until('close');
    const newer = await harness.connect('station:door');
    await told;
    expect(await closed).toMatchObject({ code: CLOSE.replaced });
    expect(camera?.closed).toBe(true);
    await newer.join();
    await newer.publish(small);
    expect(harness.media.cameras.get('door')?.closed).toBe(false);
    expect(harness.signaling.devices).toContain('door');
  });

  it('a copied cookie displaces no station that holds its key, and the station displaces the copy', async () => {
    const key = await newDeviceKey();
    const publicKey = Buffer.from(await publicKeyOf(key), 'base64url');
    const rivals: string[] = [];
    harness = await SignalingHarness.create({
      stations: {
        keyOf: async () => publicKey,
        registerKey: noKeys,
        onRival: (deviceId, { act }) => rivals.push(`${deviceId} ${act}`),
      },
    });
    const hello = async () => {
      const peer = await harness.open('station:door');
      const page = randomUUID();
      return { peer, greeting: await peer.request('hello', { protocol: 1, page }) };
    };
    const prove = async ({ peer, greeting }: Awaited<ReturnType<typeof hello>>, by = key) =>
      peer.request('device.prove', { signature: await sign(by, `muster/prove/door/${greeting.challenge}`) });

    // Without anybody there, the copy is admitted; the station displaces it.
    const copy = await hello();
    const displaced = copy.peer.until('close');
    const station = await hello();
    expect(await displaced).toMatchObject({ code: CLOSE.replaced });
    await prove(station);
    expect(rivals).toEqual(['door device.displaced']);

    const again = await hello();
    expect(again.greeting.proofNeeded).toBe(true);
    await expect(again.peer.request('ping', {})).rejects.toMatchObject({ code: 'wrong-state' });
    const refused = again.peer.until('close');
    await expect(prove(again, await newDeviceKey())).rejects.toThrow(/4409|not the key/);
    expect(await refused).toMatchObject({ code: CLOSE.replaced });
    expect(rivals.at(-1)).toBe('door device.impersonated');
    await station.peer.request('ping', {});

    // Another page of the same browser holds the key: it takes over.
    const closed = station.peer.until('close');
    await prove(await hello());
    expect(await closed).toMatchObject({ code: CLOSE.replaced });
    expect(rivals.at(-1)).toBe('door device.displaced');
  });

  it('a page that was displaced is let in again only when the other connection has gone', async () => {
    harness = await SignalingHarness.create();
    const other = await harness.connect('station:door');
    const back = await harness.open('station:door');
    const turnedAway = back.until('close');
    const hello = { protocol: 1, page: randomUUID(), takeOver: false } as const;
    await expect(back.request('hello', hello)).rejects.toThrow(/4409|connected elsewhere/);
    expect(await turnedAway).toMatchObject({ code: CLOSE.replaced });
    await other.request('ping', {});
    await other.close();
    await expect.poll(() => harness.signaling.devices).toEqual([]);
    await (await harness.open('station:door')).request('hello', hello);
    expect(harness.signaling.devices).toEqual(['door']);
  });

  it('a page that connects again after a network fault is no rival of itself', async () => {
    const rivals: string[] = [];
    const onRival = (_id: string, { act }: { act: string }) => rivals.push(act);
    harness = await SignalingHarness.create({
      stations: { keyOf: async () => null, registerKey: noKeys, onRival },
    });
    const page = randomUUID();
    const older = await harness.open('station:door');
    await older.request('hello', { protocol: 1, page });
    const closed = older.until('close');
    await (await harness.open('station:door')).request('hello', { protocol: 1, page });
    await closed;
    expect(rivals).toEqual([]);
  });

  it('a device that publishes again keeps only the last camera', async () => {
    harness = await SignalingHarness.create();
    const peer = await harness.connect('station:door');
    await peer.join();
    await peer.publish(small);
    const first = harness.media.cameras.get('door');
    await peer.publish(small);
    expect(first?.closed).toBe(true);
    expect(harness.media.cameras.size).toBe(1);
    expect(harness.media.cameras.get('door')?.closed).toBe(false);
  });

  it('a device gets its new settings, publishes under its new name, and is notified of its revocation', async () => {
    harness = await SignalingHarness.create();
    const peer = await harness.connect('station:door');
    const other = await harness.connect('station:gate');
    const settings: DeviceSettings = {
      mode: 'out',
      minGap: 1,
      minFace: 0.2,
      wish: 'corridor',
      mounting: { turn: 180, mirrored: false },
      zone: null,
      rate: null,
      hours: null,
      names: 'full',
      times: true,
      recentEvents: 0,
      sound: false,
      ownCamera: true,
      station: null,
      language: 'auto',
    };
    const pushed = peer.until('notification', (n) => n.notify === 'device.settings');
    const device = { kind: 'device', deviceId: 'door', name: 'Back door', deviceKind: 'station' } as const;
    const site = { id: 'site', name: 'Paris', timeZone: 'Europe/Paris', viewing: true };
    harness.signaling.pushDevice({ ...device, site, settings });
    expect(await pushed).toEqual({ notify: 'device.settings', data: { settings, site } });
    expect((await peer.request('hello', { protocol: 1 })).actor).toEqual({ ...device, site, settings });
    await peer.join();
    await peer.publish(small);
    expect(harness.media.cameras.states()).toMatchObject([{ id: 'door', name: 'Back door' }]);
    expect(harness.media.cameras.get('door')!.source.options).toMatchObject({
      minFace: 0.2,
      wish: 'corridor',
    });
    const revoked = peer.until('notification', (n) => n.notify === 'device.revoked');
    const closed = peer.until('close');
    harness.signaling.disconnectDevice('door');
    await revoked;
    expect(await closed).toMatchObject({ code: CLOSE.revoked });
    await other.request('ping', {});
  });

  it('a device stays connected while one socket replaces another, until the last one closes', async () => {
    harness = await SignalingHarness.create();
    const older = await harness.connect('camera:c');
    const closed = older.until('close');
    const newer = await harness.connect('camera:c');
    await closed;
    expect(harness.signaling.devices).toEqual(['c']);
    await newer.close();
    await expect.poll(() => harness.signaling.devices).toEqual([]);
  });

  it('a device without a camera is listed offline, and one with a camera is live under its current name', async () => {
    const known: CameraState[] = [
      { id: 'door', name: 'Door, renamed', purpose: 'station', status: 'offline' },
      { id: 'gate', name: 'Gate', purpose: 'camera', status: 'offline' },
    ];
    harness = await SignalingHarness.create({ knownCameras: () => known });
    const [staff, door] = await Promise.all([
      harness.connect('account:eve'),
      harness.connect('station:door'),
    ]);
    expect((await staff.request('cameras.subscribe', {})).cameras).toEqual(known);
    await door.join();
    await door.publish(small);
    const { cameras } = await staff.request('cameras.subscribe', {});
    expect(cameras).toMatchObject([{ id: 'door', name: 'Door, renamed', status: 'waiting' }, known[1]!]);
    expect(known[0]).toHaveProperty('status', 'offline');
  });
});

describe('media requests', () => {
  it("media requests need a join first and see only the peer's own transports", async () => {
    harness = await SignalingHarness.create();
    const [a, b] = await Promise.all([harness.connect('station:a'), harness.connect('station:b')]);
    await expect(a.request('media.create-transport', { direction: 'send' })).rejects.toMatchObject({
      code: 'media-unavailable',
    });
    await a.request('media.join', {});
    await b.request('media.join', {});
    const { id } = await a.request('media.create-transport', { direction: 'send' });
    await expect(b.request('media.restart-ice', { transportId: id })).rejects.toMatchObject({
      code: 'media-unavailable',
    });
    await expect(
      b.request('media.produce', { transportId: id, kind: 'video', rtpParameters }),
    ).rejects.toMatchObject({ code: 'media-unavailable' });
    expect(await a.request('media.restart-ice', { transportId: id })).toHaveProperty(
      'iceParameters.password',
    );
  });

  it('the number of transports is limited, and joining again starts over', async () => {
    harness = await SignalingHarness.create();
    const peer = await harness.connect('station:door');
    await peer.request('media.join', {});
    for (let i = 0; i < SOCKET_LIMITS.transportsPerPeer; i += 1) {
      await peer.request('media.create-transport', { direction: 'recv' });
    }
    await expect(peer.request('media.create-transport', { direction: 'recv' })).rejects.toMatchObject({
      code: 'conflict',
    });
    await peer.request('media.join', {});
    await peer.request('media.create-transport', { direction: 'recv' });
  });

  it('malformed media parameters get an error and do not disturb the other peers of the worker', async () => {
    harness = await SignalingHarness.create();
    const pids = mediaWorkers();
    const rogue = await harness.connect('camera:rogue');
    await rogue.request('media.join', {});
    const { id: transportId } = await rogue.request('media.create-transport', { direction: 'send' });
    const { id: receiverId } = await rogue.request('media.create-transport', { direction: 'recv' });
    const produce = (parameters: unknown, id = transportId) =>
      rogue.request('media.produce', {
        transportId: id,
        kind: 'video',
        rtpParameters: parameters as ms.RtpParameters,
      });
    const codec = rtpParameters.codecs[0]!;
    for (const parameters of [
      {},
      { ...rtpParameters, codecs: [] },
      { ...rtpParameters, codecs: [{ ...codec, mimeType: 'video/H264' }] },
      { ...rtpParameters, codecs: [{ ...codec, mimeType: 'video/H265' }] },
      { ...rtpParameters, codecs: [{ ...codec, mimeType: 'video/VP9', parameters: { 'profile-id': 2 } }] },
      { ...rtpParameters, codecs: [{ ...codec, mimeType: 'audio/opus' }] },
      { ...rtpParameters, codecs: [{ ...codec, payloadType: 1e9 }] },
      { ...rtpParameters, headerExtensions: [{ uri: 'urn:none', id: 1 }] },
      { ...rtpParameters, encodings: [{}, {}] },
      { ...rtpParameters, encodings: [{ ssrc: 1, maxBitrate: 1.5 }] },
      { ...rtpParameters, encodings: [{ ssrc: 1, maxBitrate: 'much' }] },
      { ...rtpParameters, encodings: [{ ssrc: 1, scalabilityMode: 'L9T9' }, { ssrc: 1 }] },
      { ...rtpParameters, encodings: [{ rid: 'r'.repeat(999) }] },
    ]) {
      await expect(produce(parameters)).rejects.toMatchObject({
        code: expect.stringMatching(/^(bad-request|validation-failed)$/) as string,
      });
    }
    await expect(produce(rtpParameters, receiverId)).rejects.toMatchObject({ code: 'bad-request' });
    await expect(rogue.request('media.consume-results', { transportId })).rejects.toMatchObject({
      code: 'bad-request',
    });
    for (const dtlsParameters of [
      {},
      { fingerprints: [] },
      { fingerprints: [{ algorithm: 'md5', value: 'x' }] },
      { role: 'auto', fingerprints: [{ algorithm: 'sha-256', value: null }] },
    ]) {
      await expect(
        rogue.request('media.connect-transport', {
          transportId,
          dtlsParameters: dtlsParameters as ms.DtlsParameters,
        }),
      ).rejects.toMatchObject({ code: 'validation-failed' });
    }
    const other = await harness.connect('station:door');
    await other.join();
    await other.publish(small);
    await other.consumeResults();
    expect(harness.media.cameras.size).toBe(1);
    expect(mediaWorkers()).toEqual(pids);
  });
});

describe('closing', () => {
  it('a closing server notifies its peers, closes everything, and accepts no new ones', async () => {
    harness = await SignalingHarness.create();
    const peer = await harness.connect('station:door');
    await peer.join();
    await peer.publish(small);
    const told = peer.until('notification', (n) => n.notify === 'server.closing');
    const closed = peer.until('close');
    await Promise.all([harness.signaling.close(), harness.signaling.close()]);
    await told;
    expect(await closed).toMatchObject({ code: 1001 });
    expect(harness.signaling.connections).toBe(0);
    expect(harness.media.cameras.size).toBe(0);
    expect(await refusal(harness.url, headersOf('station:door'))).toBe(503);
  });

  it('a peer that leaves while it waits for a router leaves nothing on the worker', async () => {
    harness = await SignalingHarness.create();
    const replaced = () => {
      const up = once(harness.media, 'worker.up');
      process.kill(mediaWorkers()[0]!, 'SIGKILL');
      return up;
    };
    // The back-off grows with each death: the last replacement comes a good while after the peer has gone.
    for (let i = 0; i < 3; i += 1) await replaced();
    const peer = await harness.connect('station:door');
    const up = replaced();
    await expect.poll(() => harness.media.workers.up).toBe(0);
    peer.sendRaw('{"id":5000,"method":"media.join"}');
    await peer.close();
    await expect.poll(() => harness.signaling.devices).toEqual([]);
    await up;
    await setImmediate();
    expect(harness.media.peers).toBe(0);
  });
});
