/**
 * Measures how many people, and how many prints and masks of people, prove depth by their movement (`server/vision/
 * depth.ts`), on pictures that pass through the product's own detector, landmarks and tracker. Prints and masks are painted
 * from photographs; people are windows of 3 s of clips of people at a desk, who were not asked to move. --count: presentations
 * of each species; --half bounds: the people and clips that the bounds were chosen on, instead of the others; --only
 * EXPRESSION: only species that match it.
 */
import path from 'node:path';
import { depthOf } from '../../server/vision/depth.ts';
import { defaultDepth, trackPolicy } from '../../server/recognition/policy.ts';
import { advance, emptyTracks } from '../../server/recognition/tracker.ts';
import { createEngine } from '../../server/vision/engine.ts';
import { loadPack } from '../../server/vision/pack.ts';
import type { I420Frame } from '../../server/vision/types.ts';
import {
  ATTACKS,
  clipsOf,
  type Half,
  PEOPLE,
  photosOf,
  picturesOf,
  RATE,
  type Species,
} from './depth/presentations.ts';
import { benchOptions, quantile, type BenchRow, report } from './report.ts';
import { wilson } from './wilson.ts';

const options = benchOptions({
  pack: 'faceplugin',
  cache: path.resolve(import.meta.dirname, '../../models/cache'),
  count: 150,
  half: 'figures',
  only: '',
});
const MIN_FACE = 0.08;
const half: Half = options.half === 'bounds' ? 'bounds' : 'figures';
const engine = await createEngine(await loadPack(options.pack), options.cache);

/** The highest depth of any face, and when depth was proved, s after the first picture; null where it was not. */
async function watch(
  pictures: AsyncIterable<I420Frame>,
): Promise<{ highest: number; proved: number | null }> {
  let tracks = emptyTracks();
  let highest = 0;
  let proved: number | null = null;
  let frame = 0;
  for await (const picture of pictures) {
    frame += 1;
    const at = 1_000 + (frame * 1_000) / RATE;
    const { state, seen } = advance(tracks, await engine.detect(picture, MIN_FACE), at, trackPolicy(RATE));
    tracks = state;
    for (const { depth } of seen) highest = Math.max(highest, depth ? depthOf(depth) : 0);
    if (highest >= defaultDepth) proved ??= frame / RATE;
  }
  return { highest, proved };
}

const rows: BenchRow[] = [];
const all: readonly Species[] = [...ATTACKS, ...PEOPLE];
const wanted = new RegExp(options.only);
for (const species of all.filter((one) => wanted.test(one))) {
  const seen: Awaited<ReturnType<typeof watch>>[] = [];
  for (let n = 0; n < options.count; n++) seen.push(await watch(picturesOf(species, n, half, engine)));
  const within = (seconds: number) =>
    seen.filter(({ proved }) => proved !== null && proved <= seconds).length;
  const proved = within(Infinity);
  const [low, high] = wilson(proved, seen.length);
  const row = (metric: string, value: number, unit: string, digits?: number) =>
    rows.push({ case: species, metric, value, unit, ...(digits !== undefined && { digits }) });
  row('presentations', seen.length, '');
  row('depth proved', proved, '');
  row('share', (100 * proved) / seen.length, '%', 1);
  row('95 % from', 100 * low, '%', 1);
  row('to', 100 * high, '%', 1);
  if (PEOPLE.some((one) => one === species)) {
    for (const seconds of [1, 2, 3]) row(`in ${seconds} s`, (100 * within(seconds)) / seen.length, '%', 1);
  }
  const highest = seen.map((one) => one.highest);
  row('depth p95', quantile(highest, 0.95), '', 1);
  row('highest', Math.max(...highest), '', 1);
  console.log(
    `${species}: ${proved} of ${seen.length} proved depth, highest ${Math.max(...highest).toFixed(1)}`,
  );
}
await engine.close();
const clips = clipsOf(half).map(({ name }) => name);
console.log(
  `\nDepth from ${defaultDepth} on proves a head. People and clips of the half "${half}": ${clips.join(', ')}; photographs of ${photosOf(half).length} others.\nPaper is painted, not filmed, and so few people say little about all people.`,
);
await report({ bench: 'depth', rows, json: options.json });
