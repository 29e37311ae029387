/** A camera whose first picture announces 16383 × 16383: refused before a decoder makes room for it. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { pino } from 'pino';
import { CameraConsumer } from '../../server/analyzer/camera-consumer.ts';
import { Camera } from '../../server/media/camera.ts';
import { Cameras } from '../../server/media/cameras.ts';
import { RouterSlot } from '../../server/media/router-slot.ts';
import type { MusterError } from '#protocol/error.ts';
import { vp8Clip } from '../fixtures/clips.ts';
import { mediaWorkerBin } from '../support/media-worker.ts';
import { forgedPicture, loadRtpClip, pictureOf, RtpCamera, type RtpClip } from '../support/rtp-publisher.ts';

const log = pino({ level: 'silent' });
const MIB = 2 ** 20;
let slot: RouterSlot;
let real: RtpClip;
const cameras = new Cameras({ log });
const open: { close(): void }[] = [];

beforeAll(async () => {
  slot = await RouterSlot.create({
    workerBin: mediaWorkerBin(),
    listenInfos: [{ protocol: 'udp', ip: '127.0.0.1' }],
    log,
  });
  const file = await vp8Clip({ clip: 'cap13', from: 2, to: 4, width: 640, height: 480, fps: 15 });
  real = await loadRtpClip(file, 15);
});
afterAll(async () => {
  for (const each of open.splice(0)) each.close();
  cameras.close();
  await slot?.close();
});

/** Keyframe headers of other codecs that announce the largest picture of each. */
const HUGE = {
  // Frame marker, profile 0, a keyframe that is shown; sync code; color; then width and height minus 1, 16 bits each.
  VP9: Buffer.from('82498342000ffffffff000', 'hex'),
  // A temporal delimiter, then a sequence header with 16 bits each for the largest width and height.
  AV1: Buffer.from('12000a0b000000fffffffffffe0801', 'hex'),
} as const;

let ssrc = 0;

/** Publishes the clip, and decodes what passes as an analyzer does. */
async function watched(id: string, clip: RtpClip) {
  ssrc += 1;
  const publisher = await RtpCamera.open({ router: slot.router, clip, ssrc });
  const camera = new Camera({
    identity: { id, name: id, purpose: 'station' },
    producer: publisher.producer,
    slot,
    analysis: { rate: 5, minFace: 0.1 },
    sendEvent: () => {},
  });
  cameras.add(camera);
  const transport = await camera.source.openTransport();
  const state = { pictures: 0 };
  const consumer = await CameraConsumer.open({
    transport: transport.parameters,
    routerRtpCapabilities: transport.routerRtpCapabilities,
    onConnect: (dtlsParameters) => void transport.connect(dtlsParameters).catch(() => {}),
    onPicture: () => (state.pictures += 1),
    onLost: () => {},
  });
  open.push(consumer, publisher);
  await consumer.consume(await transport.consume(consumer.rtpCapabilities));
  await transport.resume();
  return { camera, state };
}

/** The camera and the error with which the next camera is refused. */
function refused(): Promise<[Camera, MusterError]> {
  return new Promise((resolve) => {
    cameras.once('camera.refused', (...what) => resolve(what));
  });
}

describe('the largest picture', { timeout: 60_000 }, () => {
  it('cameras that announce huge pictures are closed with the reason, while another runs on and no memory is taken', async () => {
    const good = await watched('good', real);
    await expect.poll(() => good.state.pictures, { timeout: 20_000 }).toBeGreaterThan(5);
    const before = process.memoryUsage.rss();
    for (let i = 0; i < 4; i += 1) {
      const next = refused();
      const forged = await watched(`forged-${i}`, { fps: 15, pictures: [forgedPicture(16_383, 16_383)] });
      const [camera, error] = await next;
      expect(camera).toBe(forged.camera);
      expect(camera.closed).toBe(true);
      expect(error).toMatchObject({
        code: 'picture-too-large',
        details: { width: 16_383, height: 16_383, longer: 1920, shorter: 1080 },
      });
      expect(error.message).toMatch(/16383 × 16383.*1920 × 1080/);
      expect(forged.state.pictures).toBe(0);
    }
    // One such picture took 400 MiB where it was decoded.
    expect((process.memoryUsage.rss() - before) / MIB).toBeLessThan(200);
    const seen = good.state.pictures;
    await expect.poll(() => good.state.pictures, { timeout: 20_000 }).toBeGreaterThan(seen + 5);
    expect(cameras.list()).toEqual([good.camera]);
  });

  it('a keyframe that is cut off before its size is refused as well', async () => {
    const next = refused();
    const [first] = forgedPicture(16_383, 16_383);
    await watched('cut', { fps: 15, pictures: [[first!.subarray(0, first!.length - 4)]] });
    expect((await next)[1].message).toMatch(/cannot be read/);
  });

  it.each(['video/VP9', 'video/AV1'])(
    'a %s stream, whose sizes only a decoder knows, is not accepted',
    async (mimeType) => {
      const publishing = RtpCamera.open({ router: slot.router, clip: real, ssrc: 9_000, mimeType });
      await expect(publishing).rejects.toThrow(/unsupported codec/);
    },
  );

  it.each(Object.entries(HUGE))(
    'a huge %s picture in the packets of a VP8 stream is refused',
    async (codec, head) => {
      const next = refused();
      const { state } = await watched(`hidden-${codec}`, { fps: 15, pictures: [pictureOf(head)] });
      expect((await next)[1].code).toBe('picture-too-large');
      expect(state.pictures).toBe(0);
    },
  );

  it('a camera whose sizes nobody can read reaches no decoder', async () => {
    vi.spyOn(slot.router, 'createDirectTransport').mockRejectedValueOnce(new Error('no more transports'));
    await expect(watched('untapped', real)).rejects.toMatchObject({ code: 'bad-request' });
    cameras.get('untapped')?.close();
  });

  it('a picture that was decoded although it is too large closes its camera as well', async () => {
    const { camera } = await watched('other', real);
    const next = refused();
    const stats = { cameraId: 'other', fpsIn: 15, fpsAnalyzed: 5, faces: 0 };
    cameras.analyzed({ ...stats, width: 1080, height: 1920 });
    expect(camera.closed).toBe(false);
    cameras.analyzed({ ...stats, width: 4096, height: 2304 });
    expect((await next)[0]).toBe(camera);
    expect(camera.closed).toBe(true);
  });
});
