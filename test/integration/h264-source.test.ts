/** A camera that sends H.264, received with the real media worker and the real decoders. */
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { pino } from 'pino';
import { i420Bytes } from '../../server/analyzer/frame-slot.ts';
import { H264Source } from '../../server/analyzer/h264/h264-source.ts';
import { openPictureSource } from '../../server/analyzer/open-picture-source.ts';
import type { PictureSourceOptions } from '../../server/analyzer/picture-source.ts';
import type { H264Decoding } from '../../server/media/codecs.ts';
import type { RefusedSize } from '../../server/media/low-delay-tap.ts';
import { ProducerSource } from '../../server/media/producer-source.ts';
import { RouterSlot } from '../../server/media/router-slot.ts';
import type { I420Frame } from '../../server/vision/types.ts';
import type { DecoderFault } from '#protocol/analyzer.ts';
import { h264Clip, shownOrder } from '../fixtures/clips.ts';
import { lumaOf } from '../fixtures/luma.ts';
import { hasNodeAv, NEEDS_NODE_AV, nodeAvPack } from '../support/codecs.ts';
import { mediaWorkerBin } from '../support/media-worker.ts';
import {
  H264Camera,
  type H264CameraOptions,
  type H264Clip,
  loadH264Clip,
} from '../support/h264-publisher.ts';
import { childrenOf, isRunning } from '../support/processes.ts';

const slots = {} as Record<H264Decoding, RouterSlot>;
const clips = {} as Record<'usual' | 'small' | 'slow' | 'high' | 'deep', H264Clip>;
/** Mean luma of each picture of `high`, as another decoder shows them. */
let shown: number[];
const open: { close(): void }[] = [];
let numbers = 0;

beforeAll(async () => {
  const scene = { clip: 'cap13', from: 2, to: 4, fps: 15 } as const;
  clips.usual = await load({ ...scene, width: 640, height: 480 });
  // Its height is no whole number of macroblocks.
  clips.small = await load({ ...scene, width: 480, height: 360 });
  clips.slow = await load({ ...scene, to: 6, width: 320, height: 240, keyframes: 4 });
  // With B-frames: pictures are sent in another order than they are shown in.
  const high = { ...scene, width: 320, height: 240, profile: 'high' } as const;
  clips.high = { ...(await load(high)), order: await shownOrder(high) };
  clips.deep = await load({ ...high, profile: 'high10' });
  shown = await lumaOf(await h264Clip(high), 320, 240);
  for (const h264 of ['baseline', 'high'] as const) {
    slots[h264] = await RouterSlot.create({
      workerBin: mediaWorkerBin(),
      listenInfos: [{ protocol: 'udp', ip: '127.0.0.1' }],
      h264,
      log: pino({ level: 'silent' }),
    });
  }
});
afterEach(() => open.splice(0).forEach((part) => part.close()));
afterAll(async () => {
  for (const slot of Object.values(slots)) await slot.close();
});

async function load(options: Parameters<typeof h264Clip>[0]): Promise<H264Clip> {
  return await loadH264Clip(await h264Clip(options), 15);
}

interface Attach {
  /** Default: the one that comes with Muster. */
  decoder?: Decoder;
  camera?: Partial<H264CameraOptions>;
  source?: Partial<PictureSourceOptions>;
  limit?: { longer: number; shorter: number };
}

type Decoder = 'tinyh264' | 'node-av';

async function attach({
  decoder = 'tinyh264',
  camera: cameraOptions,
  source: sourceOptions,
  limit,
}: Attach = {}) {
  const slot = slots[decoder === 'tinyh264' ? 'baseline' : 'high'];
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
  const lost = Promise.withResolvers<{ message: string; fault: DecoderFault | undefined }>();
  const before = decoderProcesses();
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
    onLost: (message, fault) => lost.resolve({ message, fault }),
    ...(decoder === 'node-av' && { decoderPack: nodeAvPack }),
    ...sourceOptions,
  });
  const pid = decoderProcesses().find((one) => !before.includes(one));
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
  return { camera, consumer, transport, pictures, until, pid, lost: lost.promise, refused: refused.promise };
}

/** Mean of the luma plane. */
const mean = ({ data, width, height }: { data: Uint8Array; width: number; height: number }) =>
  data.subarray(0, width * height).reduce((sum, value) => sum + value, 0) / (width * height);

const decoderProcesses = () => childrenOf(process.pid, 'h264-process');

for (const [name, decoder, possible] of [
  ['tinyh264', 'tinyh264', true],
  [`node-av (${NEEDS_NODE_AV})`, 'node-av', hasNodeAv],
] as const) {
  describe.skipIf(!possible)(`H264Source with ${name}`, () => {
    it('a camera that sends H.264 is received by its own decoder, as whole pictures', async () => {
      const { consumer, pictures, until, pid } = await attach({ decoder });
      expect(consumer).toBeInstanceOf(H264Source);
      expect(pid !== undefined).toBe(decoder === 'node-av');
      await until(() => pictures.length >= 10);
      const picture = pictures[0]!;
      expect(picture).toMatchObject({ width: 640, height: 480, rotation: 0 });
      expect(picture.data.length).toBe(i420Bytes(640, 480));
      expect(mean(picture)).toBeGreaterThan(30);
      expect(mean(picture)).toBeLessThan(220);
    });

    it('a change of size in the middle of the stream is followed, and the picture is cut to what the stream says', async () => {
      const { camera, pictures, until } = await attach({ decoder });
      await until(() => pictures.length >= 2);
      camera.clip = clips.small;
      await until(() => pictures.some(({ height }) => height === 360));
      const picture = pictures.find(({ height }) => height === 360)!;
      expect(picture).toMatchObject({ width: 480, height: 360 });
      expect(picture.data.length).toBe(i420Bytes(480, 360));
    });

    it('the rotation that the stream signals arrives with the picture', async () => {
      const { pictures, until } = await attach({ decoder, camera: { rotation: 90 } });
      await until(() => pictures.length >= 1);
      expect(pictures[0]!.rotation).toBe(90);
    });

    it('after lost packets nothing is shown before the next keyframe, which is asked for', async () => {
      const clip = { ...clips.usual, pictures: clips.usual.pictures.slice(0, 15) };
      const whole = await attach({ decoder, camera: { clip } });
      await whole.until(() => whole.pictures.length >= 30);
      const known = new Set(whole.pictures.map((picture) => mean(picture).toFixed(6)));
      whole.camera.close();
      const lossy = await attach({ decoder, camera: { clip, loses: 5 } });
      await lossy.until(() => lossy.pictures.length >= 15);
      // A picture that was decoded without what it refers to would be another one.
      for (const picture of lossy.pictures) expect(known).toContain(mean(picture).toFixed(6));
    });

    it('a camera that sends a keyframe every 4 s only, and none when it is asked, is seen after one', async () => {
      const { pictures, until } = await attach({ decoder, camera: { clip: clips.slow, obeys: false } });
      await until(() => pictures.length >= 3);
      expect(pictures[0]).toMatchObject({ width: 320, height: 240 });
    });

    it('garbage in place of pictures is not shown, and after it pictures are shown again', async () => {
      const clip = { ...clips.usual, pictures: clips.usual.pictures.slice(0, 15) };
      const { camera, pictures, until } = await attach({ decoder, camera: { clip } });
      await until(() => pictures.length >= 30);
      const known = new Set(pictures.map((picture) => mean(picture).toFixed(6)));
      camera.clip = garbled(clip);
      // Each of its rounds begins with the parameter sets and a keyframe.
      await camera.sent(3 * clip.pictures.length);
      const during = pictures.length;
      camera.clip = clip;
      await until(() => pictures.length >= during + 15);
      for (const picture of pictures) expect(known).toContain(mean(picture).toFixed(6));
    });

    it('pictures over the limit are refused before they reach the decoder', async () => {
      const { pictures, refused } = await attach({ decoder, limit: { longer: 600, shorter: 480 } });
      expect(await refused).toEqual({ width: 640, height: 480 });
      expect(pictures).toEqual([]);
    });

    it('a camera that stops sending is lost after the limit, and a closed receiver says nothing more', async () => {
      const { camera, consumer, pictures, until, lost } = await attach({
        decoder,
        source: { stallLimit: 500 },
      });
      await until(() => pictures.length >= 1);
      camera.close();
      const { message, fault } = await lost;
      expect(message).toMatch(/no picture|connection/);
      expect(fault).toBeUndefined();
      consumer.close();
      consumer.close();
    });
  });
}

describe('H264Source with tinyh264', () => {
  it('H.264 of another profile is refused before it reaches the decoder', async () => {
    const { pictures, refused } = await attach({ camera: { clip: clips.high } });
    expect(await refused).toBe('undecodable');
    expect(pictures).toEqual([]);
  });
});

describe.skipIf(!hasNodeAv)(`H264Source with node-av (${NEEDS_NODE_AV})`, () => {
  it('the profile high is decoded, and with B-frames each picture comes once, in the order in which it is shown', async () => {
    expect(clips.high.order).not.toEqual(clips.high.order!.toSorted((a, b) => a - b));
    const { pictures, until } = await attach({ decoder: 'node-av', camera: { clip: clips.high } });
    await until(() => pictures.length >= 25);
    // The clip begins anew when a keyframe is asked for, so only the last ones are sure to lie in one round.
    const means = pictures.map(mean);
    const places = means.map((one) => shown.findIndex((other) => Math.abs(other - one) < 1e-4));
    expect(places).not.toContain(-1);
    const steps = places.slice(1).map((place, i) => place - places[i]!);
    // From the end to the beginning once or twice, and otherwise one after the other.
    expect(steps.filter((step) => step !== 1).length).toBeLessThanOrEqual(2);
  });

  it('pictures of ten bits are refused before they reach the decoder', async () => {
    const { pictures, refused } = await attach({ decoder: 'node-av', camera: { clip: clips.deep } });
    expect(await refused).toBe('undecodable');
    expect(pictures).toEqual([]);
  });

  it.each([
    ['is killed', 'SIGKILL', 'crashed', /SIGKILL/],
    ['aborts', 'SIGABRT', 'crashed', /SIGABRT/],
    ['is stopped', 'SIGSTOP', 'hung', /does not answer/],
  ] as const)('a decoder that %s ends this camera and no other', async (_what, signal, fault, message) => {
    const other = await attach({ decoder: 'node-av' });
    const { pictures, until, lost, pid } = await attach({ decoder: 'node-av' });
    await until(() => pictures.length >= 1);
    process.kill(pid!, signal);
    expect(await lost).toEqual({ message: expect.stringMatching(message) as string, fault });
    await expect.poll(() => isRunning(pid!)).toBe(false);
    const before = other.pictures.length;
    await other.until(() => other.pictures.length >= before + 10);
  });

  it('a pack that cannot be loaded is a fault of this camera', async () => {
    const nowhere = attach({ decoder: 'node-av', source: { decoderPack: '/nowhere' } });
    await expect(nowhere).rejects.toThrow(/Cannot find module/);
    expect(decoderProcesses()).toEqual([]);
  });

  it('its process has none of the secrets of the server, and leaves no file of pictures behind', async () => {
    process.env['MUSTER_MASTER_KEY'] = 'a secret';
    const { pid, pictures, until } = await attach({ decoder: 'node-av' });
    delete process.env['MUSTER_MASTER_KEY'];
    await until(() => pictures.length >= 1);
    expect(readFileSync(`/proc/${pid}/environ`, 'utf8')).not.toContain('MUSTER_');
    expect(readdirSync('/dev/shm').filter((name) => name.startsWith('muster-'))).toEqual([]);
    expect(readlinkSync(`/proc/${pid}/fd/4`)).toMatch(/^\/dev\/shm\/muster-.*deleted/);
  });
});

/** The same pictures with everything in their slices replaced: headers and sizes are as before. */
function garbled(clip: H264Clip): H264Clip {
  const pictures = clip.pictures.map((nals) =>
    nals.map((nal) => {
      const type = nal[0]! & 0x1f;
      if (type !== 1 && type !== 5) return nal;
      // Neither a start code nor the end of one: those would be of another layer.
      return Buffer.concat([nal.subarray(0, 6), randomBytes(nal.length - 6).map((byte) => byte | 4)]);
    }),
  );
  return { ...clip, pictures };
}
