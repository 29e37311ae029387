/** A camera that sends H.264, received with the real media worker and the real decoder. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { pino } from 'pino';
import { i420Bytes } from '../../server/analyzer/frame-slot.ts';
import { H264Source } from '../../server/analyzer/h264/h264-source.ts';
import { openPictureSource } from '../../server/analyzer/open-picture-source.ts';
import type { PictureSourceOptions } from '../../server/analyzer/picture-source.ts';
import type { RefusedSize } from '../../server/media/low-delay-tap.ts';
import { ProducerSource } from '../../server/media/producer-source.ts';
import { RouterSlot } from '../../server/media/router-slot.ts';
import type { I420Frame } from '../../server/vision/types.ts';
import { h264Clip } from '../fixtures/clips.ts';
import { mediaWorkerBin } from '../support/media-worker.ts';
import {
  H264Camera,
  type H264CameraOptions,
  type H264Clip,
  loadH264Clip,
} from '../support/h264-publisher.ts';

let slot: RouterSlot;
const clips = {} as Record<'usual' | 'small' | 'slow' | 'high', H264Clip>;
const open: { close(): void }[] = [];
let numbers = 0;

beforeAll(async () => {
  const scene = { clip: 'cap13', from: 2, to: 4, fps: 15 } as const;
  clips.usual = await load({ ...scene, width: 640, height: 480 });
  // Its height is no whole number of macroblocks.
  clips.small = await load({ ...scene, width: 480, height: 360 });
  clips.slow = await load({ ...scene, to: 6, width: 320, height: 240, keyframes: 4 });
  clips.high = await load({ ...scene, width: 320, height: 240, profile: 'high' });
  slot = await RouterSlot.create({
    workerBin: mediaWorkerBin(),
    listenInfos: [{ protocol: 'udp', ip: '127.0.0.1' }],
    log: pino({ level: 'silent' }),
  });
});
afterEach(() => open.splice(0).forEach((part) => part.close()));
afterAll(() => slot?.close());

async function load(options: Parameters<typeof h264Clip>[0]): Promise<H264Clip> {
  return await loadH264Clip(await h264Clip(options), 15);
}

interface Attach {
  camera?: Partial<H264CameraOptions>;
  source?: Partial<PictureSourceOptions>;
  limit?: { longer: number; shorter: number };
}

async function attach({ camera: cameraOptions, source: sourceOptions, limit }: Attach = {}) {
  const camera = await H264Camera.open({
    router: slot.router,
    clip: clips.usual,
    ssrc: 5_000 + (numbers += 1),
    ...cameraOptions,
  });
  const refused = Promise.withResolvers<RefusedSize>();
  const source = new ProducerSource({
    producer: camera.producer,
    slot,
    watch: { cameraId: 'door', purpose: 'check-in', rate: 5, minFace: 0.1 },
    onRefused: refused.resolve,
    ...(limit && { limit }),
  });
  const transport = await source.openTransport();
  const lost = Promise.withResolvers<string>();
  const pictures: { width: number; height: number; rotation: number; data: Uint8Array }[] = [];
  const listeners = new Set<() => void>();
  const consumer = await openPictureSource(transport.mimeType, {
    transport: transport.parameters,
    routerRtpCapabilities: transport.routerRtpCapabilities,
    onConnect: (dtlsParameters) => void transport.connect(dtlsParameters),
    onPicture: ({ data, width, height }: I420Frame, rotation) => {
      pictures.push({ width, height, rotation, data: Uint8Array.from(data) });
      for (const listener of listeners) listener();
    },
    onLost: lost.resolve,
    ...sourceOptions,
  });
  open.push(consumer, transport, camera);
  await consumer.consume(await transport.consume(consumer.rtpCapabilities));
  await transport.resume();
  const until = (enough: () => boolean) =>
    new Promise<void>((resolve) => {
      const look = () => {
        if (!enough()) return;
        listeners.delete(look);
        resolve();
      };
      listeners.add(look);
      look();
    });
  return { camera, consumer, transport, pictures, until, lost: lost.promise, refused: refused.promise };
}

/** Mean of the luma plane. */
const mean = ({ data, width, height }: { data: Uint8Array; width: number; height: number }) =>
  data.subarray(0, width * height).reduce((sum, value) => sum + value, 0) / (width * height);

describe('H264Source', () => {
  it('a camera that sends H.264 is received by its own decoder, as whole pictures', async () => {
    const { consumer, pictures, until } = await attach();
    expect(consumer).toBeInstanceOf(H264Source);
    await until(() => pictures.length >= 10);
    const picture = pictures[0]!;
    expect(picture).toMatchObject({ width: 640, height: 480, rotation: 0 });
    expect(picture.data.length).toBe(i420Bytes(640, 480));
    expect(mean(picture)).toBeGreaterThan(30);
    expect(mean(picture)).toBeLessThan(220);
  });

  it('a change of size in the middle of the stream is followed, and the picture is cut to what the stream says', async () => {
    const { camera, pictures, until } = await attach();
    await until(() => pictures.length >= 2);
    camera.clip = clips.small;
    await until(() => pictures.some(({ height }) => height === 360));
    const picture = pictures.find(({ height }) => height === 360)!;
    expect(picture).toMatchObject({ width: 480, height: 360 });
    expect(picture.data.length).toBe(i420Bytes(480, 360));
  });

  it('the rotation that the stream signals arrives with the picture', async () => {
    const { pictures, until } = await attach({ camera: { rotation: 90 } });
    await until(() => pictures.length >= 1);
    expect(pictures[0]!.rotation).toBe(90);
  });

  it('after lost packets nothing is shown before the next keyframe, which is asked for', async () => {
    const clip = { ...clips.usual, pictures: clips.usual.pictures.slice(0, 15) };
    const whole = await attach({ camera: { clip } });
    await whole.until(() => whole.pictures.length >= 30);
    const known = new Set(whole.pictures.map((picture) => mean(picture).toFixed(6)));
    whole.camera.close();
    const lossy = await attach({ camera: { clip, loses: 5 } });
    await lossy.until(() => lossy.pictures.length >= 15);
    // A picture that was decoded without what it refers to would be another one.
    for (const picture of lossy.pictures) expect(known).toContain(mean(picture).toFixed(6));
  });

  it('a camera that sends a keyframe every 4 s only, and none when it is asked, is seen after one', async () => {
    const { pictures, until } = await attach({ camera: { clip: clips.slow, obeys: false } });
    await until(() => pictures.length >= 3);
    expect(pictures[0]).toMatchObject({ width: 320, height: 240 });
  });

  it('H.264 of another profile is refused before it reaches the decoder', async () => {
    const { pictures, refused } = await attach({ camera: { clip: clips.high } });
    expect(await refused).toBe('undecodable');
    expect(pictures).toEqual([]);
  });

  it('pictures over the limit are refused before they reach the decoder', async () => {
    const { pictures, refused } = await attach({ limit: { longer: 600, shorter: 480 } });
    expect(await refused).toEqual({ width: 640, height: 480 });
    expect(pictures).toEqual([]);
  });

  it('a camera that stops sending is lost after the limit, and a closed receiver says nothing more', async () => {
    const { camera, consumer, pictures, until, lost } = await attach({ source: { stallLimit: 500 } });
    await until(() => pictures.length >= 1);
    camera.close();
    expect(await lost).toMatch(/no picture|connection/);
    consumer.close();
    consumer.close();
  });
});
