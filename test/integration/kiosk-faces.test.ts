/** A kiosk: every family of detectors finds a face that fills much of the picture exactly once. */
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { FaceDetector } from '../../server/vision/face-detector.ts';
import type { FoundFace } from '../../server/vision/face-detector.ts';
import { loadPack } from '../../server/vision/pack.ts';
import type { I420Frame } from '../../server/vision/types.ts';
import { readFrame } from '../fixtures/frames.ts';
import { clips, stills } from '../fixtures/pictures.ts';
import { defaultModels } from '../fixtures/default-pack.ts';
import { NEEDS_TEST_MODELS, hasTestModels, testModel } from '../fixtures/test-models.ts';

const ONE_THREAD = { threads: 1, providers: ['cpu'] };

const families = [
  {
    family: 'UltraFace',
    pack: 'faceplugin',
    weights: path.join(defaultModels.cacheDir, 'faceplugin/fr_detect.onnx'),
  },
  {
    family: `SCRFD (${NEEDS_TEST_MODELS})`,
    pack: 'insightface-buffalo-s',
    weights: testModel('weights/scrfd_500m_bnkps.onnx'),
  },
  {
    family: `SCRFD 2.5G (${NEEDS_TEST_MODELS})`,
    pack: 'insightface-buffalo-s',
    weights: testModel('weights/scrfd_2.5g_bnkps.onnx'),
  },
  {
    family: `RetinaFace (${NEEDS_TEST_MODELS})`,
    pack: 'retinaface-arcface',
    weights: testModel('weights/retinaface_mnet025_dyn.onnx'),
  },
  {
    family: `YuNet (${NEEDS_TEST_MODELS})`,
    pack: 'openmodel',
    weights: testModel('weights/face_detection_yunet_2023mar_dyn.onnx'),
  },
];

/** Of the height of the picture, or of its width where the face fills that first. */
const SHARES = [0.4, 0.6, 0.8, 0.95];
const CAMERAS = [
  { width: 640, height: 480 },
  { width: 1280, height: 720 },
  { width: 720, height: 1280 },
];
/** The smallest faces that a camera looks for: for a hall, for a door and for a kiosk. */
const MIN_FACES = [0.04, 0.08, 0.2];

async function people() {
  const pictures = await Promise.all([
    readFrame(clips.cap12.file, { width: 1280, height: 960, from: 33 }),
    readFrame(clips.franck.file, { width: 1280, height: 720, from: 5 }),
    readFrame(stills.audrey.file, { width: 1280, height: 960, fit: 'contain' }),
  ]);
  const { detector } = await loadPack('faceplugin');
  const found = await FaceDetector.open(detector, families[0]!.weights, ONE_THREAD);
  const faces = [];
  for (const picture of pictures) faces.push({ picture, face: (await found.detect(picture, 0.1))[0]! });
  await found.close();
  return faces;
}
const seen = await people();

describe.each(families)('$family', ({ pack, weights }) => {
  it.skipIf(pack !== 'faceplugin' && !hasTestModels).each(SHARES)(
    'finds a face of %d of the picture, once, whatever smallest face the camera is set to',
    async (share) => {
      const detector = await FaceDetector.open((await loadPack(pack)).detector, weights, ONE_THREAD);
      const wrong: string[] = [];
      for (const camera of CAMERAS) {
        for (const [who, { picture, face }] of seen.entries()) {
          const close = closeUp(picture, face, share, camera);
          const height = face.height / scaleOf(face, share, camera);
          for (const minFace of MIN_FACES) {
            const found = (await detector.detect(close, minFace)).filter((f) => f.height > height / 2);
            const heights = found.map((f) => f.height / height);
            if (heights.length === 1 && Math.abs(heights[0]! - 1) < 0.25) continue;
            wrong.push(
              `person ${who} at ${camera.width}×${camera.height}, from ${minFace}: ${heights.join()}`,
            );
          }
        }
      }
      expect(wrong).toEqual([]);
      await detector.close();
    },
    60_000,
  );
});

/** Number of source pixels per camera pixel. */
function scaleOf(face: FoundFace, share: number, camera: { width: number; height: number }): number {
  return Math.max(face.height / camera.height, face.width / camera.width) / share;
}

/** The face in the middle of a camera's picture, at a share of its height; what lies outside repeats the edge. */
function closeUp(
  { data, width, height }: I420Frame,
  face: FoundFace,
  share: number,
  camera: { width: number; height: number },
): I420Frame {
  const scale = scaleOf(face, share, camera);
  const left = face.x + face.width / 2 - (camera.width * scale) / 2;
  const top = face.y + face.height / 2 - (camera.height * scale) / 2;
  const out = new Uint8Array(camera.width * camera.height * 1.5);
  const plane = (from: number, into: number, by: 1 | 2) => {
    const [w, h, columns] = [width / by, height / by, camera.width / by];
    const at = (x: number, y: number) =>
      data[from + Math.min(h - 1, Math.max(0, y)) * w + Math.min(w - 1, Math.max(0, x))]!;
    for (let row = 0; row < camera.height / by; row++) {
      const y = top / by + (row + 0.5) * scale - 0.5;
      const [y0, dy] = [Math.floor(y), y - Math.floor(y)];
      for (let column = 0; column < columns; column++) {
        const x = left / by + (column + 0.5) * scale - 0.5;
        const [x0, dx] = [Math.floor(x), x - Math.floor(x)];
        const upper = at(x0, y0) * (1 - dx) + at(x0 + 1, y0) * dx;
        const lower = at(x0, y0 + 1) * (1 - dx) + at(x0 + 1, y0 + 1) * dx;
        out[into + row * columns + column] = Math.round(upper * (1 - dy) + lower * dy);
      }
    }
  };
  const [luma, own] = [width * height, camera.width * camera.height];
  plane(0, 0, 1);
  plane(luma, own, 2);
  plane(luma * 1.25, own * 1.25, 2);
  return { data: out, ...camera };
}
