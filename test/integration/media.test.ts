/** Media with the real worker, real WebRTC and a real socket. */
import { afterEach, describe, expect, it } from 'vitest';
import type { Camera } from '../../server/media/camera.ts';
import { Network } from '../../server/network/network.ts';
import { MediaServer } from '../../server/media/media-server.ts';
import { CameraConsumer } from '../../server/analyzer/camera-consumer.ts';
import { UPRIGHT } from '#protocol/devices.ts';
import type { EventMessage, ResultMessage } from '#protocol/results.ts';
import type { I420Frame } from '../../server/vision/types.ts';
import { attendance, observation, SignalingHarness } from '../support/signaling-harness.ts';
import { gradient, type WrtcPeer } from '../support/wrtc-peer.ts';
import { pino } from 'pino';
import { mediaWorkerBin } from '../support/media-worker.ts';
import { childrenOf } from '../support/processes.ts';

/** Process ids of the media workers that the harness has started. */
const mediaWorkers = () => childrenOf(process.pid, 'mediasoup-worker');

let harness: SignalingHarness;
const opened: { close(): unknown }[] = [];

afterEach(async () => {
  for (const each of opened.splice(0)) await each.close();
  await harness?.close();
});

const small = { fps: 10, picture: gradient(320, 240) };

/** Opens a peer that has joined, publishes and receives results, like a station page. */
async function station(id: string, kind = 'station'): Promise<WrtcPeer> {
  const peer = await harness.connect(`${kind}:${id}`);
  await restore(peer);
  return peer;
}

async function restore(peer: WrtcPeer): Promise<void> {
  await peer.join();
  await peer.publish(small);
  await peer.consumeResults();
}

function cameraOf(id: string): Camera {
  const camera = harness.media.cameras.get(id);
  if (!camera) throw new Error(`camera ${id} is not publishing`);
  return camera;
}

/** Decodes a camera as an analyzer does; resolves with the first picture. */
async function watch(camera: Camera, wanted: (frame: I420Frame) => boolean = () => true): Promise<I420Frame> {
  const source = await camera.source.openTransport();
  opened.push(source);
  const picture = Promise.withResolvers<I420Frame>();
  const consumer = await CameraConsumer.open({
    transport: source.parameters,
    routerRtpCapabilities: source.routerRtpCapabilities,
    onConnect: (dtlsParameters) => void source.connect(dtlsParameters).catch(picture.reject),
    onPicture: (frame) => {
      if (wanted(frame)) picture.resolve({ ...frame, data: frame.data.slice() });
    },
    onLost: (message) => picture.reject(new Error(message)),
  });
  opened.unshift(consumer);
  await consumer.consume(await source.consume(consumer.rtpCapabilities));
  await source.resume();
  return await picture.promise;
}

/** The fiftieth result of a camera, or a later one. */
const last = (camera: string) => (m: ResultMessage) =>
  m.type === 'observation' && m.camera === camera && m.frame >= 50;

/** Calls until the promise is there: results are unreliable, and a channel may open after a message is sent. */
async function repeatedly<T>(act: () => void, until: Promise<T>): Promise<T> {
  const timer = setInterval(act, 20);
  try {
    return await until;
  } finally {
    clearInterval(timer);
  }
}

describe('frames from a camera to the analyzer', () => {
  it('a VP8 track reaches the analyzer', async () => {
    harness = await SignalingHarness.create();
    const peer = await harness.connect('camera:door');
    await peer.join();
    const producer = await peer.publish(small);
    expect(producer.rtpParameters.codecs[0]?.mimeType).toBe('video/VP8');
    expect(peer.cameraId).toBe('door');
    const camera = cameraOf('door');
    const settings = { rate: 10, minFace: 0.2, wish: 'kiosk', mounting: UPRIGHT };
    expect(camera.source.options).toEqual({ cameraId: 'door', purpose: 'check-in', ...settings });
    const frame = await watch(camera);
    expect([frame.width, frame.height]).toEqual([320, 240]);
    expect(frame.data).toHaveLength(320 * 240 * 1.5);
  });

  it('the analyzer gets the largest simulcast layer', async () => {
    harness = await SignalingHarness.create();
    const peer = await harness.connect('camera:door');
    await peer.join();
    await peer.publish({
      fps: 15,
      picture: gradient(640, 480),
      encodings: [
        { scaleResolutionDownBy: 2, maxBitrate: 200_000 },
        { scaleResolutionDownBy: 1, maxBitrate: 1_500_000 },
      ],
    });
    const frame = await watch(cameraOf('door'), ({ width }) => width === 640);
    expect(frame.height).toBe(480);
  });

  it('the router prefers VP8, also takes H.264 baseline, VP9 and AV1, and offers no rotation, so that every frame arrives upright, decodable and of a known size', async () => {
    harness = await SignalingHarness.create();
    const peer = await harness.connect('camera:door');
    const { rtpCapabilities } = await peer.request('media.join', {});
    const mimeTypes = rtpCapabilities.codecs?.map((c) => c.mimeType.toLowerCase());
    expect(mimeTypes?.filter((type) => type !== 'video/rtx')).toEqual([
      'video/vp8',
      'video/h264',
      'video/vp9',
      'video/av1',
    ]);
    const profiles = rtpCapabilities.codecs?.flatMap((c) => c.parameters?.['profile-level-id'] ?? []);
    expect(profiles).toEqual(['42e01f']);
    expect(rtpCapabilities.headerExtensions?.map((e) => e.uri)).not.toContain('urn:3gpp:video-orientation');
  });

  it('a camera measures its input and is live once a frame was analyzed', async () => {
    harness = await SignalingHarness.create();
    const staff = await harness.connect('account:eve');
    await station('door');
    const rows = staff.until(
      'notification',
      (n) => n.notify === 'cameras' && (n.data.cameras[0]?.bitrate ?? 0) > 0 && n.data.cameras[0]?.loss === 0,
    );
    const { cameras } = await staff.request('cameras.subscribe', {});
    expect(cameras).toMatchObject([{ id: 'door', purpose: 'station', status: 'waiting' }]);
    await rows;
    cameraOf('door').updateAnalysis(
      { cameraId: 'door', width: 320, height: 240, fpsIn: 10, fpsAnalyzed: 5, faces: 1 },
      'analyzer-0',
    );
    expect(cameraOf('door').state()).toMatchObject({ status: 'live', width: 320, fpsAnalyzed: 5 });
  });

  it('a camera measures the round trip to its publisher', async () => {
    harness = await SignalingHarness.create();
    await station('door');
    opened.push({ close: harness.media.cameras.follow() });
    await expect.poll(() => cameraOf('door').state().roundTrip, { timeout: 15_000 }).toBeGreaterThan(0);
  });

  it('a camera closes with its peer, and the feed with the camera', async () => {
    harness = await SignalingHarness.create();
    const peer = await station('door');
    const camera = cameraOf('door');
    const removed = new Promise((resolve) => {
      harness.media.cameras.once('camera.removed', resolve);
    });
    await peer.close();
    expect(await removed).toBe(camera);
    expect(harness.media.cameras.size).toBe(0);
    await expect(camera.source.openTransport()).rejects.toMatchObject({ code: 'media-unavailable' });
  });
});

describe('results and events to the station', () => {
  it('a station gets the results of its own camera and no others', async () => {
    harness = await SignalingHarness.create();
    const [a, b] = await Promise.all([station('a'), station('b')]);
    const heard: Record<string, ResultMessage[]> = { a: [], b: [] };
    a.on('result', (message) => heard['a']?.push(message));
    b.on('result', (message) => heard['b']?.push(message));
    let frame = 0;
    const both = Promise.all([a.until('result', last('a')), b.until('result', last('b'))]);
    await repeatedly(() => {
      frame += 1;
      cameraOf('a').sendResult(observation('a', frame));
      cameraOf('b').sendResult(observation('b', frame));
    }, both);
    expect(heard['a']?.every((m) => m.type === 'observation' && m.camera === 'a')).toBe(true);
    expect(heard['b']?.every((m) => m.type === 'observation' && m.camera === 'b')).toBe(true);
    expect(heard['a']?.[0]).toMatchObject({ faces: [{ name: 'Somebody at a' }] });
  });

  it('events arrive complete, in order, and only at their station', async () => {
    harness = await SignalingHarness.create();
    const [a, b] = await Promise.all([station('a'), station('b')]);
    const heard: string[] = [];
    const strayed: string[] = [];
    a.on('event', (event) => heard.push(event.id));
    b.on('event', (event) => strayed.push(event.id));
    const done = Promise.all([
      a.until('event', (e) => e.id === 'a-24'),
      b.until('event', (e) => e.id === 'b-0'),
    ]);
    for (let i = 0; i < 25; i += 1) cameraOf('a').sendEvent(attendance('a', `a-${i}`));
    cameraOf('b').sendEvent(attendance('b', 'b-0'));
    await done;
    const expected = Array.from({ length: 25 }, (_, i) => `a-${i}`);
    expect(heard.slice(0, 25)).toEqual(expected);
    expect(new Set(strayed)).toEqual(new Set(['b-0']));
  });

  it('an event that happened while the station was away arrives when it returns', async () => {
    harness = await SignalingHarness.create();
    const first = await station('door');
    const removed = new Promise((resolve) => {
      harness.media.cameras.once('camera.removed', resolve);
    });
    await first.close();
    await removed;
    harness.media.sendEvent('door', attendance('door', 'missed'));
    harness.media.sendEvent('gate', attendance('gate', 'not for this door'));
    const second = await harness.connect('station:door');
    const told: EventMessage[] = [];
    second.on('event', (event) => told.push(event));
    const missed = second.until('event', (event) => event.id === 'missed');
    await restore(second);
    await missed;
    expect(told.map((event) => event.id)).not.toContain('not for this door');
  });

  it('a station that comes from another server hears what was recorded there, and what it heard here only once', async () => {
    const recorded = ['elsewhere', 'here'].map((id) => attendance('door', id));
    harness = await SignalingHarness.create({
      recorded: async (camera) => (camera === 'door' ? recorded : []),
    });
    harness.media.sendEvent('door', attendance('door', 'here'));
    const peer = await harness.connect('station:door');
    const told: EventMessage[] = [];
    peer.on('event', (event) => told.push(event));
    const missed = peer.until('event', (event) => event.id === 'elsewhere');
    await restore(peer);
    await missed;
    expect(told.map(({ id }) => id)).toEqual(['here', 'elsewhere']);
  });

  it('a station hears what this server knows also while nothing can be read', async () => {
    harness = await SignalingHarness.create({ recorded: () => Promise.reject(new Error('no database')) });
    harness.media.sendEvent('door', attendance('door', 'here'));
    const peer = await harness.connect('station:door');
    const heard = peer.until('event', ({ id }) => id === 'here');
    await restore(peer);
    expect((await heard).id).toBe('here');
  });

  it('a camera without a screen gets faces without names and no events', async () => {
    harness = await SignalingHarness.create();
    const peer = await station('tripod', 'camera');
    const events: EventMessage[] = [];
    peer.on('event', (event) => events.push(event));
    cameraOf('tripod').sendEvent(attendance('tripod', 'e'));
    const result = await repeatedly(
      () => cameraOf('tripod').sendResult(observation('tripod', 1)),
      peer.until('result'),
    );
    expect(JSON.stringify(result)).not.toMatch(/Somebody|personId/);
    expect(result).toMatchObject({ faces: [{ track: 1, state: 'recognized' }] });
    expect(events).toEqual([]);
  });

  it('a result without a listener and a result over the size limit are no errors', async () => {
    harness = await SignalingHarness.create();
    const peer = await harness.connect('station:door');
    await peer.join();
    await peer.publish(small);
    cameraOf('door').sendResult(observation('door', 1));
    await peer.consumeResults();
    const huge = observation('door', 2);
    huge.faces[0]!.name = 'x'.repeat(100_000);
    const frames: number[] = [];
    peer.on('result', (m) => m.type === 'observation' && frames.push(m.frame));
    await repeatedly(
      () => {
        cameraOf('door').sendResult(huge);
        cameraOf('door').sendResult(observation('door', 3));
      },
      peer.until('result', (m) => m.type === 'observation' && m.frame === 3),
    );
    expect(frames).not.toContain(2);
  });
});

describe('media workers', () => {
  it('a killed media worker is replaced, and its peer is notified and gets frames and results again', async () => {
    harness = await SignalingHarness.create();
    const peer = await station('door');
    const before = mediaWorkers();
    const lost = peer.until('notification', (n) => n.notify === 'media.lost');
    const removed = new Promise((resolve) => {
      harness.media.cameras.once('camera.removed', resolve);
    });
    process.kill(before[0]!, 'SIGKILL');
    expect(await lost).toEqual({ notify: 'media.lost', data: { reason: 'worker-died' } });
    await removed;
    await expect(peer.request('media.create-transport', { direction: 'send' })).rejects.toMatchObject({
      code: 'media-unavailable',
      retryable: true,
    });
    await restore(peer);
    expect(harness.media.workers).toMatchObject({ up: 1, of: 1 });
    expect(mediaWorkers()).not.toEqual(before);
    await watch(cameraOf('door'));
    await repeatedly(() => cameraOf('door').sendResult(observation('door', 1)), peer.until('result'));
  });

  it('a media worker that hangs is noticed, counted as down, killed and replaced, and its peer comes back', async () => {
    harness = await SignalingHarness.create({ pulse: { interval: 200, late: 600, hung: 2_000 } });
    const peer = await station('door');
    const [hung] = mediaWorkers();
    const lost = peer.until('notification', (n) => n.notify === 'media.lost');
    process.kill(hung!, 'SIGSTOP');
    await expect.poll(() => harness.media.workers.up, { timeout: 10_000, interval: 20 }).toBe(0);
    expect(mediaWorkers()).toContain(hung);
    expect(await lost).toEqual({ notify: 'media.lost', data: { reason: 'worker-died' } });
    await restore(peer);
    expect(harness.media.workers).toMatchObject({ up: 1, of: 1 });
    expect(mediaWorkers()).not.toContain(hung);
    await watch(cameraOf('door'));
  });

  it('closing does not wait for a media worker that hangs', async () => {
    harness = await SignalingHarness.create();
    const [hung] = mediaWorkers();
    process.kill(hung!, 'SIGSTOP');
    await harness.media.close();
    expect(() => process.kill(hung!, 0)).toThrow(/ESRCH/);
  });

  it('a killed media worker does not affect peers on other workers', async () => {
    harness = await SignalingHarness.create({ workers: 2 });
    const a = await station('a');
    const pids = mediaWorkers();
    await station('b');
    const lost: string[] = [];
    const gone = new Promise<void>((resolve) => {
      harness.media.once('peer.lost', (peer) => {
        lost.push(peer.camera?.id ?? 'none');
        resolve();
      });
    });
    const up = new Promise((resolve) => {
      harness.media.once('worker.up', resolve);
    });
    // Two peers on two workers: whichever is killed, exactly one camera stays.
    process.kill(pids[0]!, 'SIGKILL');
    await Promise.all([gone, up]);
    expect(lost).toHaveLength(1);
    expect(harness.media.cameras.size).toBe(1);
    expect(harness.media.workers.up).toBe(2);
    expect((await a.request('ping', {})).serverTime).toBeGreaterThan(0);
  });

  it('a media worker that keeps dying is retried, and peers get a retryable error', async () => {
    harness = await SignalingHarness.create();
    for (let i = 0; i < 3; i += 1) {
      const up = new Promise((resolve) => {
        harness.media.once('worker.up', resolve);
      });
      process.kill(mediaWorkers()[0]!, 'SIGKILL');
      await up;
    }
    await station('door');
    expect(harness.media.cameras.size).toBe(1);
  });

  it('a media port in use is reported with its number and the variable to set', async () => {
    harness = await SignalingHarness.create();
    const config = { workers: 1, listen: ['127.0.0.1'], announce: undefined, workerBin: mediaWorkerBin() };
    const peer = await harness.connect('camera:door');
    await peer.join();
    const { iceCandidates } = await peer.request('media.create-transport', { direction: 'send' });
    const port = iceCandidates.find((c) => c.protocol === 'udp')!.port;
    await expect(
      MediaServer.create({
        config: { ...config, port },
        analysis: { rate: 1, minFace: 0.1 },
        network: new Network({ log: pino({ level: 'silent' }) }),
        log: pino({ level: 'silent' }),
      }),
    ).rejects.toThrow(new RegExp(`127\\.0\\.0\\.1:${port}.*MUSTER_MEDIA_PORT`));
  });

  it('media workers end with the server, and closing twice is harmless', async () => {
    harness = await SignalingHarness.create({ workers: 2 });
    const pids = mediaWorkers();
    await Promise.all([harness.media.close(), harness.media.close()]);
    for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow(/ESRCH/);
    await expect(harness.media.join('late')).rejects.toMatchObject({ code: 'media-unavailable' });
  });
});
