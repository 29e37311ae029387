/**
 * Measures how often each installed model pack recognizes enrolled people, and how often it takes a stranger for one of
 * them. Photographs of LFW are processed by the same code as the pictures of a camera. Takes half a minute per pack. With
 * --video, the photographs also pass through a browser and the media worker, which takes five more minutes for all packs.
 * --pack P (can be repeated), --people N, --data DIR: a folder with protocol.json, or LFW's folder with pairs.txt.
 */
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { loadConfig } from '../../config/config.ts';
import { createEngine } from '../../server/vision/engine.ts';
import { isPairs, readPairs } from './accuracy/lfw-pairs.ts';
import { isOpenSet, type OpenSet, readOpenSet } from './accuracy/lfw-mini.ts';
import { filmOpenSet, measureVideo } from './accuracy/measure-video.ts';
import { measureOpenSet, measurePairs, sampleNote } from './accuracy/measure.ts';
import { usablePacks } from './accuracy/packs.ts';
import { Progress } from './accuracy/progress.ts';
import { type BenchRow, benchOptions, report } from './report.ts';
import { testModel } from '../fixtures/test-models.ts';

const options = benchOptions({
  pack: [] as string[],
  data: testModel('data/lfw_mini'),
  /** The most people of the open-set protocol. */
  people: 1_000,
  /** A folder with the model files of packs that are not installed. */
  weights: testModel('weights'),
  video: false,
});

/** People and strangers of the open-set protocol through video. Each photograph takes half a second. */
const VIDEO_PEOPLE = 60;
const VIDEO_STRANGERS = 30;

const config = loadConfig(process.env);
const { minFace } = config.analyzer;
const { far } = config.models;
const progress = new Progress();
const rows: BenchRow[] = [];
const notes: string[] = [];
const temporary = await mkdtemp(path.join(os.tmpdir(), 'muster-accuracy-'));
try {
  const data = path.resolve(options.data);
  if (!existsSync(data))
    throw new Error(`There are no photographs at ${data}: pass their folder with --data DIR`);
  if (!isOpenSet(data) && !isPairs(data)) throw new Error(`${data} has neither protocol.json nor pairs.txt`);
  const packs = await usablePacks(options.pack, {
    cacheDir: config.models.cacheDir,
    weights: options.weights,
    temporary,
    say: (text) => progress.say(text),
  });
  if (options.video && !isOpenSet(data)) throw new Error(`--video needs protocol.json in ${data}`);
  if (isOpenSet(data)) notes.push(sampleNote(await readOpenSet(data, options.people)));
  const film = options.video ? await filmOpenSet(await videoSet(data), progress) : null;
  for (const { pack, cacheDir, builds } of packs) {
    const engine = await createEngine(pack, cacheDir);
    const subject = { pack, engine, minFace, far, progress };
    if (isOpenSet(data))
      rows.push(...(await measureOpenSet(await readOpenSet(data, options.people), subject)));
    if (isPairs(data)) rows.push(...(await measurePairs(await readPairs(data), subject)));
    if (film) rows.push(...(await measureVideo(film, subject)));
    await engine.close();
    if (builds.length > 0) notes.push(`${pack.id}: ${builds.join(', ')}`);
  }
} finally {
  await rm(temporary, { recursive: true, force: true });
}
await report({ bench: 'accuracy', rows, json: options.json });
for (const note of notes) console.log(note);

async function videoSet(data: string): Promise<OpenSet> {
  const { people, strangers } = await readOpenSet(data, Math.min(VIDEO_PEOPLE, options.people));
  return { people, strangers: strangers.slice(0, VIDEO_STRANGERS) };
}
