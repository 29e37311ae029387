/**
 * Compares Muster's packs with other JavaScript libraries for face recognition: accuracy, time for a face on one thread,
 * and memory, on the same photographs in one run. Takes about eight minutes. --people N (default 100, at most 200),
 * --data DIR as for the accuracy benchmark.
 */
import { mkdtemp, open, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { loadConfig } from '../../config/config.ts';
import { filesOf, readOpenSet } from './accuracy/lfw-mini.ts';
import { usablePacks } from './accuracy/packs.ts';
import { type PixelLayout, readPhotographs } from './accuracy/photographs.ts';
import { Progress } from './accuracy/progress.ts';
import { Child } from './peers/child.ts';
import { type Contender, compare } from './peers/compare.ts';
import { installPeers } from './peers/install.ts';
import type { Task } from './peers/wire.ts';
import { benchOptions, report } from './report.ts';
import { testModel } from '../fixtures/test-models.ts';

const options = benchOptions({
  data: testModel('data/lfw_mini'),
  people: 100,
  weights: testModel('weights'),
});
/** Number of pictures per turn. The subjects take turns, so that other load on the machine affects all of them equally. */
const TURN = 25;
/** Number of pictures for the library that needs ten seconds for each. */
const FEW = 4;

const progress = new Progress();
const config = loadConfig(process.env);
const temporary = await mkdtemp(path.join(os.tmpdir(), 'muster-peers-'));
const contenders: Contender<Child>[] = [];
try {
  await installPeers((text) => progress.say(text));
  const set = await readOpenSet(options.data, options.people);
  const files = filesOf(set);
  const { minFace } = config.analyzer;
  const i420 = { ...(await store(files, 'yuv420p')), minFace };
  const rgb = { ...(await store(files, 'rgb24')), minFace };
  const load = async (
    name: string,
    task: Task,
    program: string,
    more: { ours?: boolean; pictures?: number; args?: string[] } = {},
  ) => {
    progress.say(`loading ${name}`);
    const { ours = false, pictures = files.length, args = [] } = more;
    contenders.push({ name, ours, pictures, child: await Child.start(program, task, ...args) });
  };
  const packs = await usablePacks([], {
    cacheDir: config.models.cacheDir,
    weights: options.weights,
    temporary,
    say: (text) => progress.say(text),
  });
  for (const { pack, cacheDir } of packs) {
    await load(pack.id, { ...i420, pack: pack.id, cacheDir }, 'ours.ts', { ours: true });
  }
  await load('@vladmandic/human', rgb, 'human.ts');
  await load('@vladmandic/face-api', rgb, 'face-api.ts');
  await load('@vladmandic/face-api, tiny', rgb, 'face-api.ts', { args: ['tiny'] });
  await load('face-api.js', rgb, 'face-api-js.ts', { pictures: FEW });
  await takeTurns(files.length);
  const { rows, notes } = compare(set, contenders, config.models.pack);
  await report({ bench: 'peers', rows, json: options.json });
  for (const note of notes) console.log(note);
} finally {
  for (const { child } of contenders) child.close();
  await rm(temporary, { recursive: true, force: true });
}

/** Writes the raw pixels of all pictures to one file. */
async function store(files: readonly string[], layout: PixelLayout): Promise<Omit<Task, 'minFace'>> {
  const file = path.join(temporary, layout);
  const output = await open(file, 'w');
  let size: { width: number; height: number } | null = null;
  try {
    for await (const { data, width, height } of readPhotographs(files, layout)) {
      size ??= { width, height };
      if (width !== size.width || height !== size.height) throw new Error('The photographs differ in size');
      await output.write(data);
    }
  } finally {
    await output.close();
  }
  if (!size) throw new Error('There are no photographs');
  return { file, ...size };
}

async function takeTurns(pictures: number): Promise<void> {
  for (let first = 0; first < pictures; first += TURN) {
    for (const { child, pictures: most } of contenders) {
      const turn = Array.from({ length: TURN }, (_, i) => first + i);
      const own = turn.filter((picture) => picture < Math.min(most, pictures));
      if (own.length > 0) await child.look(own);
    }
    progress.count('pictures', Math.min(first + TURN, pictures), pictures);
  }
}
