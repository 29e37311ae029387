/** The packs whose weights are in MUSTER_TEST_MODELS: installed by the installer, and run with the server's code. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEngine } from '../../server/vision/engine.ts';
import { loadPack, verifyPack } from '../../server/vision/pack.ts';
import type { ModelPack } from '../../server/vision/pack.ts';
import type { FaceEngine, I420Frame } from '../../server/vision/types.ts';
import { embeddingsOf } from '../support/face-templates.ts';
import { readFrame } from '../fixtures/frames.ts';
import { clips, stills } from '../fixtures/pictures.ts';
import { NEEDS_TEST_MODELS, hasTestModels, testModel } from '../fixtures/test-models.ts';

const WEIGHTS = testModel('weights');
const MANY = testModel('data/lfw_mini');
/** People of the open-set protocol that are compared here; the benchmark takes all. */
const PEOPLE = 24;

const installer = path.resolve(import.meta.dirname, '../../scripts/models/install.mjs');
/** The set-up is plain JavaScript, because it runs before any package is installed. So its types are declared here. */
const { installPack } = (await import(/* @vite-ignore */ pathToFileURL(installer).href)) as {
  installPack: (
    manifest: ModelPack,
    folder: string,
    options: { from: string; acceptLicense: boolean },
  ) => Promise<number>;
};

function cosine(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, v, i) => sum + v * b[i]!, 0);
}

describe.skipIf(!hasTestModels)(`model packs (${NEEDS_TEST_MODELS})`, () => {
  let cache: string;
  beforeAll(async () => {
    cache = await mkdtemp(path.join(os.tmpdir(), 'muster-packs-'));
  });
  afterAll(async () => rm(cache, { recursive: true }));

  describe.each([
    ['retinaface-arcface', 'retinaface-arcface@1/512'],
    ['insightface-buffalo-s', 'insightface-buffalo-s@1/512'],
    ['openmodel', 'openmodel@1/256'],
  ])('%s', (id, contract) => {
    let pack: ModelPack;
    let engine: FaceEngine;
    beforeAll(async () => {
      pack = await loadPack(id);
      await installPack(pack, path.join(cache, id), { from: WEIGHTS, acceptLicense: true });
      await verifyPack(pack, cache);
      engine = await createEngine(pack, cache);
    });
    afterAll(async () => engine.close());

    async function largest(frame: I420Frame) {
      const faces = await engine.detect(frame, 0.1);
      return faces.reduce((a, b) => (b.height > a.height ? b : a));
    }

    async function embeddingOf(file: string, width: number, height: number): Promise<Float32Array> {
      const frame = await readFrame(file, { width, height, fit: 'contain' });
      const [embedding] = await engine.embed(frame, [await largest(frame)]);
      return embedding!;
    }

    it('a man is recognized in another clip, and no other person is taken for him', async () => {
      expect(engine.contract).toBe(contract);
      const man = await embeddingsOf(engine, clips.cap12.file, { from: 0, to: 4 });
      const again = await embeddingsOf(engine, clips.cap13.file, { from: 3, to: 6 });
      const other = await embeddingsOf(engine, clips.franck.file, { from: 5, to: 8 });
      for (const a of man) {
        for (const b of again) expect(cosine(a, b)).toBeGreaterThan(pack.thresholds['1e-5']);
        for (const b of other) expect(cosine(a, b)).toBeLessThan(pack.thresholds['1e-3']);
      }
      const strangers = [man[0]!, other[0]!];
      for (const { file } of [stills.audrey, stills.connery, stills.cage]) {
        strangers.push(await embeddingOf(file, 640, 480));
      }
      for (const [i, a] of strangers.entries()) {
        for (const b of strangers.slice(i + 1)) expect(cosine(a, b)).toBeLessThan(pack.thresholds['1e-3']);
      }
    });

    it(`%s tells ${PEOPLE} people apart on photographs that were not taken for it`, async () => {
      const { enrolled } = JSON.parse(await readFile(path.join(MANY, 'protocol.json'), 'utf8')) as {
        enrolled: Record<string, { gallery: string[]; probe: string[] }>;
      };
      const people = await Promise.all(
        Object.entries(enrolled)
          .slice(0, PEOPLE)
          .map(async ([name, { gallery, probe }]) => {
            const at = (photo: string) => path.join(MANY, 'images', name, photo);
            const frames = [gallery[0]!, probe[0]!].map((photo) =>
              readFrame(at(photo), { width: 250, height: 250 }),
            );
            return await Promise.all(frames);
          }),
      );
      const pairs: [Float32Array, Float32Array][] = [];
      for (const [one, two] of people) {
        const [first] = await engine.embed(one!, [await largest(one!)]);
        const [second] = await engine.embed(two!, [await largest(two!)]);
        pairs.push([first!, second!]);
      }
      let same = 0;
      let different = 0;
      for (const [i, [a]] of pairs.entries()) {
        for (const [j, [, b]] of pairs.entries()) {
          const match = cosine(a, b) > pack.thresholds['1e-4'];
          if (match && i === j) same += 1;
          if (match && i !== j) different += 1;
        }
      }
      expect(same).toBeGreaterThanOrEqual(PEOPLE - 1);
      expect(different).toBe(0);
    });

    it('embedding the faces of a picture in one batch equals embedding each alone', async () => {
      const file = testModel('data/multiface/compreface_015_6.jpg');
      const frame = await readFrame(file, { width: 1280, height: 720, fit: 'contain' });
      const faces = await engine.detect(frame, 0.02);
      expect(faces.length).toBeGreaterThan(4);
      const together = await engine.embed(frame, faces);
      for (const [i, face] of faces.entries()) {
        const [alone] = await engine.embed(frame, [face]);
        expect(alone).toHaveLength(pack.embeddingLength);
        expect(cosine(alone!, alone!)).toBeCloseTo(1, 5);
        expect(cosine(together[i]!, alone!)).toBeGreaterThan(0.9999);
        expect(together.filter((e) => cosine(e, alone!) > 0.9)).toHaveLength(1);
      }
    });
  });
});
