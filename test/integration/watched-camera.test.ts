/** The attachment of one camera, with the real media worker. The test sends the messages of the analyzer. */
import type { Place } from '#protocol/face.ts';
import { EventEmitter, once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pino } from 'pino';
import { WatchedCamera } from '../../server/analyzer/watched-camera.ts';
import { RouterSlot } from '../../server/media/router-slot.ts';
import { ProducerSource } from '../../server/media/producer-source.ts';
import type { ServerToAnalyzer } from '#protocol/analyzer.ts';
import { mediaWorkerBin } from '../support/media-worker.ts';
import { RtpCamera } from '../support/rtp-publisher.ts';

const log = pino({ level: 'silent' });
let slot: RouterSlot;
let camera: RtpCamera;
/** Transports on the router while no camera is attached. */
let without: number;

const transports = async () => (await slot.router.dump()).transportIds.length;

beforeAll(async () => {
  slot = await RouterSlot.create({
    workerBin: mediaWorkerBin(),
    listenInfos: [{ protocol: 'udp', ip: '127.0.0.1' }],
    log,
  });
  // No pictures are needed: nobody decodes any here.
  camera = await RtpCamera.open({
    router: slot.router,
    clip: { codec: 'vp8', pictures: [], fps: 1 },
    ssrc: 1,
  });
  without = await transports();
});
afterAll(async () => {
  camera?.close();
  await slot?.close();
});

function attachable(things?: () => readonly Place[]) {
  const sent: ServerToAnalyzer[] = [];
  const news = new EventEmitter();
  const source = new ProducerSource({
    producer: camera.producer,
    slot,
    watch: { cameraId: 'door', purpose: 'check-in', rate: 5, minFace: 0.1 },
  });
  const watched = new WatchedCamera({
    source,
    log,
    send: (message) => {
      sent.push(message);
      news.emit(message.type, message);
    },
    ...(things && { things }),
  });
  /** The next message of a type; listen before doing what causes it. */
  const next = async (type: 'watch' | 'consume' | 'unwatch') => {
    const [message] = (await once(news, type)) as [{ attempt: number }];
    return message.attempt;
  };
  return { watched, source, sent, next };
}

const watching = (attempt: number) =>
  ({
    type: 'watching',
    attempt,
    cameraId: 'door',
    rtpCapabilities: slot.router.rtpCapabilities,
  }) as const;
const failed = (attempt: number) =>
  ({ type: 'watch.failed', attempt, cameraId: 'door', message: 'no' }) as const;

describe('WatchedCamera', () => {
  it('a reply to an earlier attempt is not taken for a reply to the current one', async () => {
    const { watched, sent, next } = attachable();
    let watch = next('watch');
    watched.attach();
    const first = await watch;
    watched.detach();
    watch = next('watch');
    watched.attach();
    const second = await watch;
    expect(second).toBeGreaterThan(first);
    watched.receive(watching(first));
    watched.receive(failed(first));
    const consume = next('consume');
    watched.receive(watching(second));
    expect(await consume).toBe(second);
    expect(sent.map((m) => m.type)).toEqual(['watch', 'watch', 'consume']);
    watched.close();
  });

  it('each attempt is given what hangs in front of the camera as reported by then', async () => {
    let things: Place[] = [];
    const { watched, sent, next } = attachable(() => things);
    let watch = next('watch');
    watched.attach();
    await watch;
    watched.detach();
    things = [{ x: 0.5, y: 0.5, height: 0.2 }];
    watch = next('watch');
    watched.attach();
    await watch;
    expect(sent.map((message) => 'things' in message && message.things)).toEqual([[], things]);
    watched.close();
  });

  it('changed settings of a watch are sent at once and to a later analyzer', async () => {
    const { watched, source, sent, next } = attachable();
    source.lookFor({ minFace: 0.2 });
    watched.changed();
    expect(sent).toEqual([]);
    let watch = next('watch');
    watched.attach();
    const attempt = await watch;
    expect(sent).toMatchObject([{ type: 'watch', options: { minFace: 0.2 } }]);
    source.lookFor({ minFace: 0.05, wish: 'corridor' });
    watched.changed();
    expect(sent[1]).toEqual({
      type: 'watch.settings',
      attempt,
      cameraId: 'door',
      settings: { minFace: 0.05, rate: 5, wish: 'corridor' },
    });
    watched.detach();
    watch = next('watch');
    watched.attach();
    await watch;
    expect(sent[2]).toMatchObject({ type: 'watch', options: { minFace: 0.05, wish: 'corridor' } });
    watched.close();
  });

  it('a failed attempt is repeated under a new attempt number', async () => {
    const { watched, next } = attachable();
    const watch = next('watch');
    watched.attach();
    const first = await watch;
    const [unwatch, again] = [next('unwatch'), next('watch')];
    watched.receive(failed(first));
    expect(await unwatch).toBe(first);
    expect(await again).toBeGreaterThan(first);
    watched.close();
  });

  it('an analyzer that stood still gets its camera again at once, and not after the wait for a camera that failed', async () => {
    const { watched, sent, next } = attachable();
    const watch = next('watch');
    watched.attach();
    const attempt = await watch;
    const consume = next('consume');
    watched.receive(watching(attempt));
    await consume;
    watched.receive({ type: 'consuming', attempt, cameraId: 'door' });
    await expect.poll(() => watched.live).toBe(true);
    const again = next('watch');
    watched.receive({ ...failed(attempt), again: 'at-once' });
    expect(watched.live).toBe(false);
    expect(await again).toBeGreaterThan(attempt);
    // The analyzer has closed its side itself.
    expect(sent.map(({ type }) => type)).toEqual(['watch', 'consume', 'watch']);
    watched.close();
  });

  it('a camera whose transport is closed is attached again', async () => {
    const { watched, source, next } = attachable();
    const watch = next('watch');
    watched.attach();
    const first = await watch;
    const [unwatch, again] = [next('unwatch'), next('watch')];
    source.close();
    expect(await unwatch).toBe(first);
    expect(await again).toBeGreaterThan(first);
    watched.close();
  });

  it('a closed camera ignores all further messages', async () => {
    const { watched, sent, next } = attachable();
    const watch = next('watch');
    watched.attach();
    const attempt = await watch;
    watched.close();
    watched.close();
    watched.receive(watching(attempt));
    watched.receive(failed(attempt));
    watched.attach();
    await slot.router.dump();
    expect(sent.map((m) => m.type)).toEqual(['watch', 'unwatch']);
    await expect.poll(transports).toBe(without);
  });
});
