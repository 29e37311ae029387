/** The accuracy benchmark on a part of its photographs, with the default pack. */
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEngine } from '../../server/vision/engine.ts';
import { loadPack } from '../../server/vision/pack.ts';
import { readPairs } from '../bench/accuracy/lfw-pairs.ts';
import { readOpenSet } from '../bench/accuracy/lfw-mini.ts';
import { measureOpenSet, measurePairs, type Subject } from '../bench/accuracy/measure.ts';
import { readPhotographs } from '../bench/accuracy/photographs.ts';
import { usablePacks } from '../bench/accuracy/packs.ts';
import { Progress } from '../bench/accuracy/progress.ts';
import type { BenchRow } from '../bench/report.ts';
import { readFrame } from '../fixtures/frames.ts';
import { NEEDS_TEST_MODELS, hasTestModels, testModel } from '../fixtures/test-models.ts';

const DATA = testModel('data/lfw_mini');
const PEOPLE = 20;

const figure = (rows: readonly BenchRow[], metric: string) =>
  rows.find((row) => row.metric === metric)?.value;

describe.skipIf(!hasTestModels)(`accuracy (${NEEDS_TEST_MODELS})`, () => {
  let subject: Subject;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'muster-lfw-'));
    const pack = await loadPack('faceplugin');
    const engine = await createEngine(pack, path.resolve('models/cache'));
    subject = { pack, engine, minFace: 0.08, far: '1e-4', progress: new Progress() };
  });
  afterAll(async () => {
    await subject?.engine.close();
    await rm(folder, { recursive: true });
  });

  it(`${PEOPLE} people are known and as many strangers are not`, async () => {
    const set = await readOpenSet(DATA, PEOPLE);
    expect(set.people).toHaveLength(PEOPLE);
    expect(set.strangers).toHaveLength(PEOPLE);
    const rows = await measureOpenSet(set, subject);
    expect(figure(rows, 'no face')).toBe(0);
    expect(figure(rows, 'rank-1')).toBe(100);
    expect(figure(rows, 'TPIR at FPIR 1 %')).toBeGreaterThan(95);
    expect(figure(rows, 'known missed')).toBeLessThan(5);
    expect(figure(rows, 'misnamed')).toBe(0);
    expect(figure(rows, 'strangers named')).toBe(0);
  });

  it('a folder with the layout of LFW is evaluated in pairs, fold by fold', async () => {
    const { people } = await readOpenSet(DATA, 12);
    const lines = ['3\t12'];
    for (const { name, gallery, probe } of people) {
      await mkdir(path.join(folder, 'lfw', name), { recursive: true });
      for (const [i, file] of [...gallery, ...probe].entries()) {
        await copyFile(file, path.join(folder, 'lfw', name, `${name}_${String(i + 1).padStart(4, '0')}.jpg`));
      }
    }
    for (const fold of [0, 1, 2]) {
      for (const { name } of people) lines.push(`${name}\t${fold + 1}\t${fold + 4}`);
      for (const [i, { name }] of people.entries()) {
        const other = people[(i + fold + 1) % people.length]!.name;
        lines.push(`${name}\t${fold + 1}\t${other}\t${6 - fold}`);
      }
    }
    await writeFile(path.join(folder, 'pairs.txt'), `${lines.join('\n')}\n`);
    const pairs = await readPairs(folder);
    expect(pairs.folds.map((fold) => fold.length)).toStrictEqual([24, 24, 24]);
    const rows = await measurePairs(pairs, subject);
    expect(figure(rows, 'no face')).toBe(0);
    expect(figure(rows, 'accuracy')).toBeGreaterThan(97);
    expect(figure(rows, 'EER')).toBeLessThan(3);
    expect(figure(rows, 'TAR at FAR 1e-3')).toBeGreaterThan(94);

    // The same pictures with the labels exchanged: every correct answer is now wrong.
    const exchanged = pairs.folds.map((fold) => fold.map((pair) => ({ ...pair, same: !pair.same })));
    const wrong = await measurePairs({ ...pairs, folds: exchanged }, subject);
    expect(figure(wrong, 'EER')).toBeGreaterThan(97);
  });

  it('decoding photographs in parallel gives the same result as decoding them one by one', async () => {
    const [one, two, three] = (await readOpenSet(DATA, 1)).people[0]!.gallery as [string, string, string];
    const together = [];
    for await (const frame of readPhotographs([one, two, three])) together.push(frame);
    expect(together).toHaveLength(3);
    expect(together[2]).toStrictEqual(await readFrame(three, { width: 250, height: 250 }));
  });

  it('the error for an unreadable photograph names the file', async () => {
    const [good] = (await readOpenSet(DATA, 1)).people[0]!.gallery as [string];
    const bad = path.join(folder, 'bad.jpg');
    await writeFile(bad, 'not a picture');
    const read = async () => {
      for await (const frame of readPhotographs([good, bad])) expect(frame.width).toBe(250);
    };
    await expect(read()).rejects.toThrow(/bad\.jpg is not a JPEG/);
  });

  it('the benchmark uses packs from a folder only while it runs and reports which file served as which model', async () => {
    const said: string[] = [];
    const places = {
      cacheDir: path.join(folder, 'nothing'),
      weights: testModel('weights'),
      temporary: path.join(folder, 'packs'),
      say: (text: string) => said.push(text),
    };
    const [openmodel] = await usablePacks(['openmodel'], places);
    expect(openmodel).toMatchObject({
      cacheDir: places.temporary,
      builds: ['face_detection_yunet_2026may.onnx is face_detection_yunet_2023mar_dyn.onnx'],
    });
    const all = await usablePacks([], places);
    expect(all.map(({ pack }) => pack.id)).toContain('openmodel');
    expect(said).toContain('left out: insightface-buffalo-l is not installed');
    await expect(usablePacks(['insightface-buffalo-l'], places)).rejects.toThrow(
      /buffalo-l cannot be measured/,
    );
  });
});
