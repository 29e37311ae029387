/** A camera whose first picture announces 16383 × 16383: refused before a decoder makes room for it. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { readFile } from 'node:fs/promises';
import { pino } from 'pino';
import { CameraConsumer } from '../../server/analyzer/camera-consumer.ts';
import { Camera } from '../../server/media/camera.ts';
import { Cameras } from '../../server/media/cameras.ts';
import type { PictureLimit } from '../../server/media/picture-size.ts';
import { RouterSlot } from '../../server/media/router-slot.ts';
import type { MusterError } from '#protocol/error.ts';
import { vp8Clip, vp9Clip } from '../fixtures/clips.ts';
import { mediaWorkerBin } from '../support/media-worker.ts';
import {
  forgedPicture,
  ivfPictures,
  loadRtpClip,
  pictureOf,
  RtpCamera,
  type RtpClip,
} from '../support/rtp-publisher.ts';

const log = pino({ level: 'silent' });
const MIB = 2 ** 20;
let slot: RouterSlot;
let real: RtpClip;
/** Pictures of VP9 as they were encoded. */
let vp9: Record<'small' | 'large', Buffer[]>;
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
  const scene = { clip: 'cap13', from: 2, to: 3, fps: 15 } as const;
  const pictures = async (width: number, height: number) =>
    ivfPictures(await readFile(await vp9Clip({ ...scene, width, height })));
  vp9 = { small: await pictures(320, 240), large: await pictures(800, 600) };
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
async function watched(id: string, clip: RtpClip, pictureLimit?: PictureLimit) {
  ssrc += 1;
  const publisher = await RtpCamera.open({ router: slot.router, clip, ssrc });
  const camera = new Camera({
    identity: { id, name: id, purpose: 'station' },
    producer: publisher.producer,
    slot,
    analysis: { rate: 5, minFace: 0.1, ...(pictureLimit && { pictureLimit }) },
    sendEvent: () => {},
  });
  cameras.add(camera);
  const transport = await camera.source.openTransport();
  const state = { pictures: 0, sizes: new Set<string>() };
  const consumer = await CameraConsumer.open({
    transport: transport.parameters,
    routerRtpCapabilities: transport.routerRtpCapabilities,
    onConnect: (dtlsParameters) => void transport.connect(dtlsParameters).catch(() => {}),
    onPicture: ({ width, height }) => {
      state.pictures += 1;
      state.sizes.add(`${width}×${height}`);
    },
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
      const forged = await watched(`forged-${i}`, {
        codec: 'vp8',
        fps: 15,
        pictures: [forgedPicture(16_383, 16_383)],
      });
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
    await watched('cut', { codec: 'vp8', fps: 15, pictures: [[first!.subarray(0, first!.length - 4)]] });
    expect((await next)[1].message).toMatch(/cannot be read/);
  });

  it.each(['VP9', 'AV1'] as const)(
    'a huge %s picture is refused, as itself and in a stream of VP8',
    async (codec) => {
      for (const as of ['vp8', codec.toLowerCase() as 'vp9' | 'av1'] as const) {
        const next = refused();
        const clip = { codec: as, fps: 15, pictures: [pictureOf(HUGE[codec], as)] };
        const { state } = await watched(`huge-${codec}-${as}`, clip);
        expect((await next)[1].code).toBe('picture-too-large');
        expect(state.pictures).toBe(0);
      }
    },
  );

  it('VP9 that grows over the limit while it runs is refused before the first large picture is decoded', async () => {
    const next = refused();
    const pictures = [...vp9.small, ...vp9.large].map((picture) => pictureOf(picture, 'vp9'));
    const limit = { longer: 640, shorter: 480 };
    const { state } = await watched('grows', { codec: 'vp9', fps: 15, pictures }, limit);
    expect((await next)[1].details).toMatchObject({ width: 800, height: 600 });
    expect([...state.sizes]).toEqual(['320×240']);
  });

  it('a large picture of VP9 that hides behind a small one is not decoded', async () => {
    const [large] = vp9.large;
    // Behind each picture, and behind an earlier one that is only shown again.
    const again = Buffer.concat([Buffer.of(0x88), large!]);
    const pictures = vp9.small.flatMap((small) => [Buffer.concat([small, large!]), again]);
    const packets = pictures.map((picture) => pictureOf(picture, 'vp9'));
    const { camera, state } = await watched('hides', { codec: 'vp9', fps: 15, pictures: packets });
    await expect.poll(() => state.pictures, { timeout: 20_000 }).toBeGreaterThan(20);
    expect([...state.sizes]).toEqual(['320×240']);
    camera.close();
  });

  it('several pictures of VP9 in one are refused with the reason', async () => {
    const next = refused();
    const [small] = vp9.small;
    const [large] = vp9.large;
    const index = Buffer.alloc(10, 0xd9);
    index.writeUInt32LE(small!.length, 1);
    index.writeUInt32LE(large!.length, 5);
    const together = pictureOf(Buffer.concat([small!, large!, index]), 'vp9');
    const { state } = await watched('together', { codec: 'vp9', fps: 15, pictures: [together] });
    const [, error] = await next;
    expect(error.code).toBe('video-unsupported');
    expect(error.message).toContain('VP9');
    expect(state.pictures).toBe(0);
  });

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
