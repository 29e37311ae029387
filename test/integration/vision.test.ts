/** The default pack on real faces: the work of a vision thread on a frame, without the thread. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { alignmentMap } from '../../server/vision/align.ts';
import { createEngine } from '../../server/vision/engine.ts';
import { loadPack, packFile, verifyPack } from '../../server/vision/pack.ts';
import type { ModelPack } from '../../server/vision/pack.ts';
import type { Detection, FaceEngine, I420Frame } from '../../server/vision/types.ts';
import { readFrame, readFrames } from '../fixtures/frames.ts';
import { clips, stills } from '../fixtures/pictures.ts';
import { NEEDS_TEST_MODELS, hasTestModels, testModel } from '../fixtures/test-models.ts';
import { defaultModels } from '../fixtures/default-pack.ts';

const CACHE = defaultModels.cacheDir;
const VGA = { width: 640, height: 480 };

let pack: ModelPack;
let engine: FaceEngine;
beforeAll(async () => {
  pack = await loadPack('faceplugin');
  await verifyPack(pack, CACHE);
  engine = await createEngine(pack, CACHE);
});
afterAll(async () => engine.close());

function cosine(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, v, i) => sum + v * b[i]!, 0);
}

const even = (v: number) => Math.round(v / 2) * 2;

async function onlyFace(frame: I420Frame): Promise<Detection> {
  const faces = await engine.detect(frame, 0.1);
  expect(faces).toHaveLength(1);
  return faces[0]!;
}

async function embeddingOf(frame: I420Frame): Promise<Float32Array> {
  const [embedding] = await engine.embed(frame, [await onlyFace(frame)]);
  return embedding!;
}

/** Part of a frame; x and y even, so that chroma stays in place; width and height may be odd. */
function cut(frame: I420Frame, x: number, y: number, width: number, height: number): I420Frame {
  const cw = (width + 1) >> 1;
  const ch = (height + 1) >> 1;
  const data = new Uint8Array(width * height + 2 * cw * ch);
  const copy = (from: number, stride: number, sx: number, sy: number, to: number, w: number, h: number) => {
    for (let row = 0; row < h; row++) {
      const at = from + (sy + row) * stride + sx;
      data.set(frame.data.subarray(at, at + w), to + row * w);
    }
  };
  const luma = frame.width * frame.height;
  const half = frame.width / 2;
  copy(0, frame.width, x, y, 0, width, height);
  copy(luma, half, x / 2, y / 2, width * height, cw, ch);
  copy(luma + luma / 4, half, x / 2, y / 2, width * height + cw * ch, cw, ch);
  return { data, width, height };
}

describe('recognition', () => {
  it('a man is recognized in another clip, and no other person is taken for him', async () => {
    const man = await embeddingOf(await readFrame(clips.cap12.file, { ...VGA, from: 1 }));
    const again = await embeddingOf(await readFrame(clips.cap13.file, { ...VGA, from: 3 }));
    expect(cosine(man, again)).toBeGreaterThan(pack.thresholds['1e-5']);

    const others = [await embeddingOf(await readFrame(clips.franck.file, { ...VGA, from: 5 }))];
    for (const { file } of [stills.audrey, stills.connery, stills.cage]) {
      others.push(await embeddingOf(await readFrame(file, { ...VGA, fit: 'contain' })));
    }
    for (const [i, a] of others.entries()) {
      expect(cosine(man, a)).toBeLessThan(pack.thresholds['1e-3']);
      for (const b of others.slice(i + 1)) expect(cosine(a, b)).toBeLessThan(pack.thresholds['1e-3']);
    }
  });

  it('embedding gives one vector of length one per face, in the order of the faces', async () => {
    const frame = await readFrame(stills.group.file, { width: 1280, height: 720, fit: 'contain' });
    const faces = await engine.detect(frame, 0.02);
    expect(faces.length).toBeGreaterThan(3);
    const together = await engine.embed(frame, faces);
    expect(together).toHaveLength(faces.length);
    for (const [i, e] of together.entries()) {
      expect(e).toHaveLength(engine.embeddingLength);
      expect(cosine(e, e)).toBeCloseTo(1, 5);
      const [alone] = await engine.embed(frame, [faces[i]!]);
      expect(cosine(e, alone!)).toBeCloseTo(1, 5);
    }
    expect(cosine(together[0]!, together[1]!)).toBeLessThan(0.6);
  });

  it.each([
    ['a small face', 320, 240],
    ['a VGA picture', 640, 480],
    ['a large face, which shrinks by three', 1280, 960],
  ])('a face from I420 has the embedding of a plain RGB path: %s', async (_, width, height) => {
    const frame = await readFrame(clips.cap12.file, { width, height, from: 33 });
    const face = await onlyFace(frame);
    const [embedding] = await engine.embed(frame, [face]);
    expect(cosine(embedding!, await referenceEmbedding(frame, face))).toBeGreaterThan(0.99);
  });
});

/** Whole picture to 8-bit RGB, mean of what each pixel of the crop covers, network: written for the eye, not the clock. */
async function referenceEmbedding(frame: I420Frame, face: Detection): Promise<Float32Array> {
  const { width, height, data } = frame;
  const rgb = (x: number, y: number): [number, number, number] => {
    if (x < 0 || y < 0 || x >= width || y >= height) return [0, 0, 0];
    const c = (y >> 1) * (width / 2) + (x >> 1);
    const luma = 1.164 * (data[y * width + x]! - 16);
    const u = data[width * height + c]! - 128;
    const v = data[(width * height * 5) / 4 + c]! - 128;
    return [luma + 1.596 * v, luma - 0.392 * u - 0.813 * v, luma + 2.017 * u].map((k) =>
      Math.min(255, Math.max(0, Math.round(k))),
    ) as [number, number, number];
  };
  const map = alignmentMap(face.landmarks, pack.recognizer.alignment.points.flat());
  const input = new Float32Array(3 * 112 * 112);
  const fine = 6;
  for (let v = 0; v < 112; v++) {
    for (let u = 0; u < 112; u++) {
      for (let k = 0; k < fine * fine; k++) {
        const du = u + ((k % fine) + 0.5) / fine - 0.5;
        const dv = v + (Math.floor(k / fine) + 0.5) / fine - 0.5;
        const pixel = rgb(
          Math.round(map.xx * du + map.xy * dv + map.x),
          Math.round(map.yx * du + map.yy * dv + map.y),
        );
        for (const c of [0, 1, 2]) {
          const at = (2 - c) * 112 * 112 + v * 112 + u;
          input[at] = input[at]! + (pixel[c]! - 127) / 128 / (fine * fine);
        }
      }
    }
  }
  const session = await InferenceSession.create(packFile(pack, pack.recognizer, CACHE));
  const { output } = await session.run({ input: new Tensor('float32', input, [1, 3, 112, 112]) });
  const embedding = output!.data as Float32Array;
  await session.release();
  const norm = Math.hypot(...embedding);
  return embedding.map((v) => v / norm);
}

describe('detection', () => {
  it('detection puts the landmarks on eyes, nose and mouth', async () => {
    const frame = await readFrame(clips.cap12.file, { ...VGA, from: 1 });
    const { x, y, width, height, landmarks } = await onlyFace(frame);
    const [ex, ey, fx, fy, nx, ny, mx, my, kx, ky] = landmarks as unknown as number[];
    expect(ex! < nx! && nx! < fx! && mx! < nx! && nx! < kx!).toBe(true);
    expect(ey! < ny! && fy! < ny! && ny! < my! && ny! < ky!).toBe(true);
    for (let i = 0; i < 10; i += 2) {
      expect(landmarks[i]! > x && landmarks[i]! < x + width).toBe(true);
      expect(landmarks[i + 1]! > y && landmarks[i + 1]! < y + height).toBe(true);
    }
  });

  it('detection finds a face that fills the picture and a face that is cut by its edge', async () => {
    const frame = await readFrame(clips.cap12.file, { width: 1280, height: 960, from: 33 });
    const face = await onlyFace(frame);
    for (const [part, from] of [
      [1, 0],
      [0.8, 0.1],
    ] as const) {
      const height = even(face.height * part);
      const width = even((height * 4) / 3);
      const middle = face.x + face.width / 2;
      const close = cut(frame, even(middle - width / 2), even(face.y + face.height * from), width, height);
      const found = await onlyFace(close);
      expect(found.height / height).toBeGreaterThan(0.85);
    }
  });

  it('detection and recognition work on frames of odd sizes', async () => {
    const frame = await readFrame(clips.cap12.file, { ...VGA, from: 1 });
    const odd = cut(frame, 0, 0, 637, 479);
    expect(cosine(await embeddingOf(odd), await embeddingOf(frame))).toBeGreaterThan(0.98);
  });

  it('detection finds the same face with a letterbox', async () => {
    const files = pack.files.map((f) =>
      f.role === 'detector' ? { ...f, input: { ...f.input, fit: 'letterbox' as const } } : f,
    );
    const detector = files.find((f) => f.role === 'detector')!;
    const other = await createEngine({ ...pack, files, detector }, CACHE);
    for (const [width, height] of [
      [1280, 720],
      [720, 1280],
    ] as const) {
      const frame = await readFrame(clips.franck.file, { width, height, from: 5 });
      const stretched = await onlyFace(frame);
      const [boxed] = await other.detect(frame, 0.1);
      for (const key of ['x', 'y', 'width', 'height'] as const) {
        expect(Math.abs(boxed![key] - stretched[key])).toBeLessThan(stretched.height * 0.12);
      }
    }
    await other.close();
  });

  it('detection leaves out faces below the minimum size and sorts the rest by score', async () => {
    const frame = await readFrame(stills.group.file, { width: 1280, height: 720, fit: 'contain' });
    const all = await engine.detect(frame, 0.01);
    const heights = all.map((f) => f.height / frame.height).sort((a, b) => a - b);
    const middle = heights[heights.length >> 1]!;
    const large = await engine.detect(frame, middle);
    expect(large.length).toBe(heights.filter((h) => h >= middle).length);
    expect(large.length).toBeLessThan(all.length);
    expect(all.map((f) => f.score)).toEqual(all.map((f) => f.score).sort((a, b) => b - a));
  });

  it('detection finds no face in an empty picture', async () => {
    const data = new Uint8Array(640 * 480 * 1.5).fill(128);
    expect(await engine.detect({ data, ...VGA }, 0.05)).toEqual([]);
  });

  it('a frame shorter than its size is refused', async () => {
    await expect(engine.detect({ data: new Uint8Array(1000), ...VGA }, 0.1)).rejects.toThrow(RangeError);
  });
});

describe('pose', () => {
  it('pose follows a man who turns right, left, down and up', async () => {
    const poses: { yaw: number; pitch: number }[] = [];
    for await (const frame of readFrames(clips.cap12.file, { ...VGA, fps: 5, from: 19, to: 26 })) {
      const [face] = await engine.detect(frame, 0.1);
      if (face) poses.push(engine.judge(frame, face).pose);
    }
    expect(poses.length).toBeGreaterThan(30);
    const extreme = (key: 'yaw' | 'pitch', sign: 1 | -1) =>
      poses.reduce((best, p, i) => (sign * p[key] > sign * poses[best]![key] ? i : best), 0);
    const right = extreme('yaw', -1);
    const left = extreme('yaw', 1);
    const down = extreme('pitch', -1);
    const up = extreme('pitch', 1);
    expect(right < left && left < down && down < up).toBe(true);
    expect(poses[right]!.yaw).toBeLessThan(-12);
    expect(poses[left]!.yaw).toBeGreaterThan(15);
    const rest = poses[0]!.pitch;
    expect(poses[down]!.pitch).toBeLessThan(rest - 12);
    expect(poses[up]!.pitch).toBeGreaterThan(rest + 10);
  });
});

describe('quality', () => {
  it('quality falls as the same face gets smaller and darker', async () => {
    const score = async (frame: I420Frame) => engine.judge(frame, await onlyFace(frame)).quality;
    const near = await score(await readFrame(clips.cap12.file, { ...VGA, from: 1 }));
    const far = await score(await readFrame(clips.cap12.file, { width: 160, height: 120, from: 1 }));
    expect(near.score).toBeGreaterThan(0.9);
    expect(far.score).toBeLessThan(near.score);
    expect(far.eyeDistance).toBeCloseTo(near.eyeDistance / 4, 0);

    const bright = await readFrame(clips.cap12.file, { ...VGA, from: 1 });
    const dark = { ...bright, data: bright.data.map((v, i) => (i < 640 * 480 ? 16 + (v - 16) * 0.15 : v)) };
    const face = await onlyFace(bright);
    expect(engine.judge(dark, face).quality.score).toBeLessThan(0.3);
    expect(engine.judge(dark, face).quality.brightness).toBeLessThan(45);
  });
});

describe('the life of an engine', () => {
  it('an engine names a file that it cannot open, and closing it repeatedly is harmless', async () => {
    await expect(createEngine(pack, path.join(CACHE, 'nowhere'))).rejects.toThrow(/fr_detect\.onnx/);
    const other = await createEngine(pack, CACHE);
    await Promise.all([other.close(), other.close()]);
    await other.close();
    // The one beside it works on.
    await embeddingOf(await readFrame(clips.cap12.file, { ...VGA, from: 1 }));
  });
});

describe.skipIf(!hasTestModels)(`further photographs (${NEEDS_TEST_MODELS})`, () => {
  it('detection finds every annotated nose and at most one false face', async () => {
    const folder = testModel('data/multiface');
    const noses = JSON.parse(await readFile(path.join(folder, 'compreface_noses.json'), 'utf8')) as Record<
      string,
      [x: number, y: number][]
    >;
    let extra = 0;
    for (const [name, marked] of Object.entries(noses)) {
      const file = path.join(folder, name);
      const real = jpegSize(await readFile(file));
      const scale = Math.min(1, 1280 / Math.max(real.width, real.height));
      const size = { width: even(real.width * scale), height: even(real.height * scale) };
      const faces = await engine.detect(await readFrame(file, size), 0.02);
      const inside = (f: Detection, [x, y]: [number, number]) => {
        const [px, py] = [(x * size.width) / real.width, (y * size.height) / real.height];
        return px > f.x && px < f.x + f.width && py > f.y && py < f.y + f.height;
      };
      for (const nose of marked)
        expect(
          faces.some((f) => inside(f, nose)),
          `${name} ${nose.join()}`,
        ).toBe(true);
      extra += faces.filter((f) => !marked.some((nose) => inside(f, nose))).length;
    }
    expect(extra).toBeLessThanOrEqual(1);
  });

  it.each([
    ['left_face.jpeg', 'yaw', -90, -40],
    ['right_face.png', 'yaw', 35, 90],
    ['left_wryneck.png', 'roll', -70, -35],
    ['right_wryneck.png', 'roll', 25, 55],
    ['lower_face.jpeg', 'pitch', -60, -20],
    ['rise_face.jpeg', 'pitch', 12, 60],
  ] as const)('the head in %s has a %s between %i and %i degrees', async (name, angle, least, most) => {
    const frame = await readFrame(testModel('data/pose', name), { ...VGA, fit: 'contain' });
    const [face] = await engine.detect(frame, 0.1);
    const { pose } = engine.judge(frame, face!);
    expect(pose[angle]).toBeGreaterThan(least);
    expect(pose[angle]).toBeLessThan(most);
  });
});

/** From the frame header (SOF0..SOF2) of ITU-T T.81. */
function jpegSize(file: Buffer): { width: number; height: number } {
  for (let at = 2; at < file.length; at += 2 + file.readUInt16BE(at + 2)) {
    const marker = file[at + 1]!;
    if (marker >= 0xc0 && marker <= 0xc2) {
      return { height: file.readUInt16BE(at + 5), width: file.readUInt16BE(at + 7) };
    }
  }
  throw new Error('no frame header');
}
