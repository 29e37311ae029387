/** Every family of detectors with real weights on photographs of faces. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { FaceDetector } from '../../server/vision/face-detector.ts';
import type { FoundFace } from '../../server/vision/face-detector.ts';
import { loadPack } from '../../server/vision/pack.ts';
import type { DetectorFile } from '../../server/vision/pack.ts';
import type { I420Frame } from '../../server/vision/types.ts';
import { readFrame } from '../fixtures/frames.ts';
import { clips, stills } from '../fixtures/pictures.ts';
import { NEEDS_TEST_MODELS, hasTestModels, testModel } from '../fixtures/test-models.ts';

const WEIGHTS = testModel('weights');
const PHOTOS = testModel('data/multiface');
const ONE_THREAD = { threads: 1, providers: ['cpu'] };

interface Weights {
  /** The detector of this pack, with the weights of this file. */
  pack: string;
  weights: string;
  /** Number of boxes without an annotated nose that the detector returns at 640 pixels. */
  extra: number;
  reference: (outputs: Float32Array[], width: number, height: number) => Found[];
}

interface Found {
  score: number;
  /** x1, y1, x2, y2. */
  box: number[];
  points: number[];
}

const all: Weights[] = [
  {
    pack: 'insightface-buffalo-s',
    weights: 'scrfd_500m_bnkps.onnx',
    extra: 0,
    reference: referenceScrfd,
  },
  {
    pack: 'insightface-buffalo-s',
    weights: 'scrfd_2.5g_bnkps.onnx',
    extra: 2,
    reference: referenceScrfd,
  },
  {
    pack: 'retinaface-arcface',
    weights: 'retinaface_mnet025_dyn.onnx',
    extra: 1,
    reference: referenceRetinaFace,
  },
  {
    pack: 'openmodel',
    weights: 'face_detection_yunet_2023mar_dyn.onnx',
    extra: 1,
    reference: referenceYuNet,
  },
];

/** The manifest's detector, at an input of `longest` pixels whatever face is wanted. */
async function detectorFile(pack: string, longest: number, looks: 'one' | 'both'): Promise<DetectorFile> {
  const { detector } = await loadPack(pack);
  const own = detector.input.size;
  if ('width' in own) throw new Error('of fixed size');
  const size = { ...own, face: 10_000, longest, closeUp: looks === 'one' ? undefined : own.closeUp };
  return { ...detector, input: { ...detector.input, size } };
}

describe.skipIf(!hasTestModels)(`detectors (${NEEDS_TEST_MODELS})`, () => {
  describe.each(all)('$weights', ({ pack, weights, extra, reference }) => {
    it('the decoder agrees with the published formulas to half a pixel', async () => {
      const file = await detectorFile(pack, 640, 'one');
      const detector = await FaceDetector.open(file, path.join(WEIGHTS, weights), ONE_THREAD);
      const session = await InferenceSession.create(path.join(WEIGHTS, weights), { logSeverityLevel: 3 });
      let faces = 0;
      for (const photo of ['compreface_015_6.jpg', 'compreface_000_5.jpg', 'ageitgey_two_people.jpg']) {
        const frame = await readFrame(path.join(PHOTOS, photo), { width: 640, height: 480, fit: 'contain' });
        const results = await session.run({ [file.input.name]: plainInput(frame, file) });
        const outputs = session.outputNames.map((name) => results[name]!.data as Float32Array);
        const expected = plainSuppress(
          reference(outputs, 640, 480).filter((f) => f.score >= file.score && f.box[3]! - f.box[1]! >= 9.6),
          file.iou,
        );
        const found = await detector.detect(frame, 0.02);
        expect(found.length).toBe(expected.length);
        for (const [i, face] of found.entries()) {
          const e = expected[i]!;
          expect(face.score).toBeCloseTo(e.score, 2);
          const numbers = [face.x, face.y, face.x + face.width, face.y + face.height, ...face.landmarks!];
          for (const [k, v] of [...e.box, ...e.points].entries()) {
            expect(Math.abs(numbers[k]! - v), `number ${k} of face ${i} of ${photo}`).toBeLessThan(0.5);
          }
        }
        faces += found.length;
      }
      expect(faces).toBeGreaterThan(10);
      await session.release();
      await detector.close();
    });

    it(`$weights finds all 46 annotated noses at 640 pixels, and at most ${extra} box(es) without one`, async () => {
      const file = await detectorFile(pack, 640, 'both');
      const detector = await FaceDetector.open(file, path.join(WEIGHTS, weights), ONE_THREAD);
      const { noses, hit, without } = await countNoses(detector);
      expect(noses).toBe(46);
      expect(hit).toBe(46);
      expect(without).toBeLessThanOrEqual(extra);
      await detector.close();
    });

    it('a face that fills the picture or exceeds it is found exactly once', async () => {
      // A camera that is also to find people at the back of a room: the input is large.
      const file = await detectorFile(pack, 1280, 'both');
      const detector = await FaceDetector.open(file, path.join(WEIGHTS, weights), ONE_THREAD);
      for (const picture of [
        await readFrame(clips.cap12.file, { width: 1280, height: 960, from: 33 }),
        await readFrame(clips.franck.file, { width: 1280, height: 720, from: 5 }),
        await readFrame(stills.audrey.file, { width: 1280, height: 960, fit: 'contain' }),
      ]) {
        const [face] = await detector.detect(picture, 0.1);
        for (const share of [0.3, 0.5, 0.7, 0.9, 1, 1.1]) {
          const height = even(face!.height / share);
          const close = part(picture, face!, even((height * 4) / 3), height);
          const found = (await detector.detect(close, 0.2)).filter((f) => f.height > height * share * 0.5);
          expect(found.length, `at ${share} of ${picture.width}×${picture.height}`).toBe(1);
          expect(Math.abs(found[0]!.height / height - share)).toBeLessThan(0.15);
        }
      }
      await detector.close();
    });
  });

  it('SCRFD finds picture-filling faces only with the second, smaller look', async () => {
    const file = await detectorFile('insightface-buffalo-s', 1280, 'one');
    const detector = await FaceDetector.open(file, path.join(WEIGHTS, 'scrfd_500m_bnkps.onnx'), ONE_THREAD);
    const picture = await readFrame(clips.cap12.file, { width: 1280, height: 960, from: 33 });
    const small = await FaceDetector.open(
      await detectorFile('insightface-buffalo-s', 320, 'one'),
      path.join(WEIGHTS, 'scrfd_500m_bnkps.onnx'),
      ONE_THREAD,
    );
    const [face] = await small.detect(picture, 0.1);
    await small.close();
    const height = even(face!.height);
    const close = part(picture, face!, even((height * 4) / 3), height);
    expect((await detector.detect(close, 0.3)).filter((f) => f.height > height / 2)).toEqual([]);
    await detector.close();
  });
});

const even = (v: number) => Math.round(v / 2) * 2;

/** The part of a picture about the middle of a face; what lies outside repeats the edge. */
function part(frame: I420Frame, face: FoundFace, width: number, height: number): I420Frame {
  const left = even(face.x + face.width / 2 - width / 2);
  const top = even(face.y + face.height / 2 - height / 2);
  const data = new Uint8Array(width * height * 1.5);
  const copy = (from: number, into: number, by: 1 | 2) => {
    const [w, h] = [frame.width / by, frame.height / by];
    for (let y = 0; y < height / by; y++) {
      for (let x = 0; x < width / by; x++) {
        const sx = Math.min(w - 1, Math.max(0, left / by + x));
        const sy = Math.min(h - 1, Math.max(0, top / by + y));
        data[into + (y * width) / by + x] = frame.data[from + sy * w + sx]!;
      }
    }
  };
  const luma = frame.width * frame.height;
  copy(0, 0, 1);
  copy(luma, width * height, 2);
  copy(luma * 1.25, width * height * 1.25, 2);
  return { data, width, height };
}

async function countNoses(detector: FaceDetector) {
  const annotated = JSON.parse(await readFile(path.join(PHOTOS, 'compreface_noses.json'), 'utf8')) as Record<
    string,
    [x: number, y: number][]
  >;
  const count = { noses: 0, hit: 0, without: 0 };
  for (const [name, marked] of Object.entries(annotated)) {
    const file = path.join(PHOTOS, name);
    const real = jpegSize(await readFile(file));
    const scale = Math.min(1, 1280 / Math.max(real.width, real.height));
    const size = { width: even(real.width * scale), height: even(real.height * scale) };
    const faces = await detector.detect(await readFrame(file, size), 0.01);
    const inside = (f: FoundFace, [x, y]: [number, number]) => {
      const [px, py] = [(x * size.width) / real.width, (y * size.height) / real.height];
      return px > f.x && px < f.x + f.width && py > f.y && py < f.y + f.height;
    };
    count.noses += marked.length;
    count.hit += marked.filter((nose) => faces.some((f) => inside(f, nose))).length;
    count.without += faces.filter((f) => !marked.some((nose) => inside(f, nose))).length;
  }
  return count;
}

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

/** A frame of the net's own size as its input, pixel by pixel. */
function plainInput({ data, width, height }: I420Frame, { input }: DetectorFile): Tensor {
  const planes = [0, 1, 2].map(() => new Float32Array(width * height));
  // Chroma lies in the middle of its 2×2 luma samples: each of these is 3/4 of the nearest and 1/4 of the next.
  const chroma = (plane: number, x: number, y: number) => {
    const at = (cx: number, cy: number) => {
      const px = Math.min(width / 2 - 1, Math.max(0, cx));
      const py = Math.min(height / 2 - 1, Math.max(0, cy));
      return data[width * height * (1 + plane / 4) + (py * width) / 2 + px]!;
    };
    const [nx, ny] = [x >> 1, y >> 1];
    const [ox, oy] = [nx + (x % 2 === 0 ? -1 : 1), ny + (y % 2 === 0 ? -1 : 1)];
    return (9 * at(nx, ny) + 3 * at(ox, ny) + 3 * at(nx, oy) + at(ox, oy)) / 16 - 128;
  };
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const luma = 1.16438 * (data[y * width + x]! - 16);
      const [u, v] = [chroma(0, x, y), chroma(1, x, y)];
      const rgb = [luma + 1.59603 * v, luma - 0.39176 * u - 0.81297 * v, luma + 2.01723 * u];
      const ordered = input.channels === 'bgr' ? rgb.reverse() : rgb;
      for (const [c, value] of ordered.entries()) {
        planes[c]![y * width + x] = (Math.min(255, Math.max(0, value)) - input.mean[c]!) / input.scale;
      }
    }
  }
  const joined = new Float32Array(3 * width * height);
  for (const [c, plane] of planes.entries()) joined.set(plane, c * width * height);
  return new Tensor('float32', joined, [1, 3, height, width]);
}

const area = ([x1, y1, x2, y2]: number[]) => Math.max(0, x2! - x1!) * Math.max(0, y2! - y1!);

function plainSuppress(faces: Found[], limit: number): Found[] {
  const kept: Found[] = [];
  for (const face of faces.sort((a, b) => b.score - a.score)) {
    const overlaps = kept.some(({ box }) => {
      const common = area([
        Math.max(box[0]!, face.box[0]!),
        Math.max(box[1]!, face.box[1]!),
        Math.min(box[2]!, face.box[2]!),
        Math.min(box[3]!, face.box[3]!),
      ]);
      return common / (area(box) + area(face.box) - common) > limit;
    });
    if (!overlaps) kept.push(face);
  }
  return kept;
}

/** Row `i` of a table of `width` columns. */
const row = (table: Float32Array, i: number, width: number) => [
  ...table.subarray(i * width, (i + 1) * width),
];

/** The formulas of InsightFace's scrfd.py: distances from anchor centers, outputs by kind, then by stride. */
function referenceScrfd(outputs: Float32Array[], width: number, height: number): Found[] {
  return [8, 16, 32].flatMap((stride, level) => {
    const centers: [number, number][] = [];
    for (let y = 0; y < height; y += stride) {
      for (let x = 0; x < width; x += stride) centers.push([x, y], [x, y]);
    }
    return centers.map(([x, y], i) => {
      const [left, top, right, bottom] = row(outputs[level + 3]!, i, 4).map((d) => d * stride);
      return {
        score: outputs[level]![i]!,
        box: [x - left!, y - top!, x + right!, y + bottom!],
        points: row(outputs[level + 6]!, i, 10).map((d, k) => (k % 2 === 0 ? x : y) + d * stride),
      };
    });
  });
}

/** The formulas of Pytorch_Retinaface: priors and results as fractions of the picture. */
function referenceRetinaFace(outputs: Float32Array[], width: number, height: number): Found[] {
  const priors: number[][] = [];
  for (const [stride, sizes] of [
    [8, [16, 32]],
    [16, [64, 128]],
    [32, [256, 512]],
  ] as const) {
    for (let y = 0; y < height / stride; y++) {
      for (let x = 0; x < width / stride; x++) {
        for (const s of sizes)
          priors.push([((x + 0.5) * stride) / width, ((y + 0.5) * stride) / height, s / width, s / height]);
      }
    }
  }
  const [loc, conf, landm] = outputs;
  const pixels = (v: number, k: number) => v * (k % 2 === 0 ? width : height);
  return priors.map(([cx, cy, w, h], i) => {
    const [dx, dy, dw, dh] = row(loc!, i, 4);
    const [bx, by] = [cx! + dx! * 0.1 * w!, cy! + dy! * 0.1 * h!];
    const [bw, bh] = [w! * Math.exp(dw! * 0.2), h! * Math.exp(dh! * 0.2)];
    const box = [bx - bw / 2, by - bh / 2, bx + bw / 2, by + bh / 2];
    const points = row(landm!, i, 10).map((d, k) => (k % 2 === 0 ? cx! + d * 0.1 * w! : cy! + d * 0.1 * h!));
    return { score: conf![i * 2 + 1]!, box: box.map(pixels), points: points.map(pixels) };
  });
}

/** The formulas of OpenCV's FaceDetectorYN: outputs cls, obj, bbox, kps, each by stride. */
function referenceYuNet(outputs: Float32Array[], width: number, height: number): Found[] {
  return [8, 16, 32].flatMap((stride, level) => {
    const [cls, obj, bbox, kps] = [0, 3, 6, 9].map((kind) => outputs[kind + level]!);
    const faces: Found[] = [];
    for (let y = 0; y < height / stride; y++) {
      for (let x = 0; x < width / stride; x++) {
        const i = faces.length;
        const [dx, dy, dw, dh] = row(bbox!, i, 4);
        const [cx, cy] = [(x + dx!) * stride, (y + dy!) * stride];
        const [w, h] = [Math.exp(dw!) * stride, Math.exp(dh!) * stride];
        faces.push({
          score: Math.sqrt(Math.min(1, cls![i]!) * Math.min(1, obj![i]!)),
          box: [cx - w / 2, cy - h / 2, cx + w / 2, cy + h / 2],
          points: row(kps!, i, 10).map((d, k) => ((k % 2 === 0 ? x : y) + d) * stride),
        });
      }
    }
    return faces;
  });
}
