/**
 * Measures the search in large galleries: time and memory at each size, and how often the two stages find whom the
 * complete search finds. Faces are synthesized with distributions that are measured on the photographs of lfw_mini.
 * --templates N (can be repeated), --probes N of known people and half as many of strangers at the largest size;
 * --data DIR: a folder with protocol.json.
 */
import path from 'node:path';
import { evidencePolicy, forGallery } from '../../server/recognition/policy.ts';
import { galleryBytes } from '../../server/recognition/gallery-memory.ts';
import { GalleryReader, SharedGallery } from '../../server/recognition/gallery.ts';
import { createEngine } from '../../server/vision/engine.ts';
import { loadPack } from '../../server/vision/pack.ts';
import { testModel } from '../fixtures/test-models.ts';
import { embedPhotographs } from './accuracy/embed-photographs.ts';
import { filesOf, readOpenSet } from './accuracy/lfw-mini.ts';
import { readPhotographs } from './accuracy/photographs.ts';
import { completeSearch, NEAREST } from './gallery/complete-search.ts';
import { SyntheticFaces } from './gallery/synthetic-faces.ts';
import { MIB } from './measure.ts';
import { benchOptions, quantile, report, type BenchRow } from './report.ts';

const options = benchOptions({
  templates: ['10000', '100000', '500000'],
  probes: 100_000,
  data: testModel('data/lfw_mini'),
  pack: 'faceplugin',
  cache: path.resolve(import.meta.dirname, '../../models/cache'),
  /** Searches per figure of time, of which the median is reported. */
  runs: 200,
  seed: 1,
});
/** Templates of a person: the aggregate and the ring of an enrollment. */
const EACH = 10;
/** Probes per matrix product of the complete search, and people per block: 100 MB of similarities. */
const PROBES = 256;
const PEOPLE = 10_000;

const pack = await loadPack(options.pack);
const length = pack.embeddingLength;
const set = await readOpenSet(path.resolve(options.data));
const photographs = await photographed();
const faces = new SyntheticFaces(photographs, options.seed);
const rows: BenchRow[] = similarities();
const sizes = options.templates.map(Number).sort((a, b) => a - b);
for (const size of sizes) rows.push(...(await measured(size, size === sizes.at(-1))));
await report({ bench: 'gallery', rows, json: options.json });

/** The embeddings of the people of whom there are several photographs. */
async function photographed(): Promise<Float32Array[][]> {
  const engine = await createEngine(pack, options.cache);
  const files = filesOf(set);
  const { embeddings } = await embedPhotographs(engine, files, readPhotographs(files), 0.1);
  await engine.close();
  return set.people.map(({ gallery, probe }) =>
    [...gallery, ...probe].map((file) => embeddings.get(file) ?? null).filter((one) => one !== null),
  );
}

/** Similarities of two pictures of one person and of two people, measured and synthesized: they should agree. */
function similarities(): BenchRow[] {
  const people = Array.from({ length: photographs.length }, () => faces.person());
  const made = people.map((person) => Array.from({ length: 6 }, () => faces.picture(person)));
  return [...quantilesOf('photographs', photographs), ...quantilesOf('synthesized', made)];
}

function quantilesOf(name: string, people: readonly (readonly Float32Array[])[]): BenchRow[] {
  const same: number[] = [];
  const other: number[] = [];
  for (const [p, own] of people.entries()) {
    for (const [i, a] of own.entries()) {
      for (const b of own.slice(i + 1)) same.push(dot(a, b));
      for (const b of people.slice(p + 1).flat()) other.push(dot(a, b));
    }
  }
  const row = (metric: string, value: number): BenchRow => ({
    case: name,
    metric,
    value,
    unit: '',
    digits: 3,
  });
  return [
    ...[0.05, 0.5, 0.95].map((p) => row(`one person, ${p * 100} %`, quantile(same, p))),
    ...[0.5, 0.999, 0.9999].map((p) => row(`two people, ${p * 100} %`, quantile(other, p))),
  ];
}

async function measured(templates: number, isLargest: boolean): Promise<BenchRow[]> {
  const people = Math.floor(templates / EACH);
  const name = `${templates} templates`;
  const row = (metric: string, value: number, unit: string, digits?: number): BenchRow => ({
    case: name,
    metric,
    value,
    unit,
    ...(digits !== undefined && { digits }),
  });
  const directions = Array.from({ length: people }, () => faces.person());
  const blocks: Float32Array[] = [];
  const perBlock = Math.min(PEOPLE, people);
  const before = process.memoryUsage.rss();
  const gallery = SharedGallery.create({ length, capacity: templates });
  let filling = 0;
  for (let first = 0; first < people; first += perBlock) {
    const block = new Float32Array(perBlock * EACH * length);
    blocks.push(block);
    for (let p = first; p < Math.min(people, first + perBlock); p++) {
      const embeddings = Array.from({ length: EACH }, (_, t) => {
        const at = ((p - first) * EACH + t) * length;
        return faces.picture(directions[p]!, block.subarray(at, at + length));
      });
      const start = performance.now();
      gallery.upsert({ personId: String(p), embeddings });
      filling += performance.now() - start;
    }
  }
  const grown = process.memoryUsage.rss() - before - blocks.length * blocks[0]!.byteLength;
  const known = (n: number) =>
    Array.from({ length: n }, (_, i) => faces.picture(directions[(i * 7_919) % people]!));
  const staged = new GalleryReader(gallery.share(), 0);
  const exact = new GalleryReader(gallery.share(), Infinity);
  const probes = known(options.runs);
  const found: BenchRow[] = [
    row('memory told', galleryBytes(length, templates, people, 1) / MIB, 'MiB', 0),
    row('memory', grown / MIB, 'MiB', 0),
    row('filled in', filling / 1_000, 's', 2),
    row('complete', timeOf(exact, probes.slice(0, Math.max(20, options.runs / 10)), 1), 'ms', 2),
    row('two stages', timeOf(staged, probes, 1), 'ms', 2),
    row('two stages, 4 at once', timeOf(staged, probes, 4), 'ms/face', 2),
    row('as used, p50', timeOf(new GalleryReader(gallery.share()), probes, 1), 'ms', 2),
  ];
  if (!isLargest) return found;
  const compare = async (what: string, count: number, make: (n: number) => Float32Array[]) => {
    const same = await compared(staged, blocks, people, count, make);
    found.push(
      { case: what, metric: 'probes', value: same.probes, unit: '' },
      { case: what, metric: 'same person', value: (100 * same.first) / same.probes, unit: '%', digits: 4 },
      {
        case: what,
        metric: 'same next person',
        value: (100 * same.second) / same.probes,
        unit: '%',
        digits: 3,
      },
      { case: what, metric: 'other decisions', value: same.decisions, unit: '' },
      { case: what, metric: 'named', value: (100 * same.named) / same.probes, unit: '%', digits: 2 },
    );
  };
  await compare(`known, of ${people}`, options.probes, known);
  await compare(`strangers, to ${people}`, options.probes / 2, (n) =>
    Array.from({ length: n }, () => faces.picture(faces.person())),
  );
  return found;
}

function timeOf(reader: GalleryReader, probes: readonly Float32Array[], atOnce: number): number {
  const times: number[] = [];
  for (let first = 0; first + atOnce <= probes.length; first += atOnce) {
    const start = performance.now();
    reader.search(probes.slice(first, first + atOnce), NEAREST);
    times.push((performance.now() - start) / atOnce);
  }
  return quantile(times, 0.5);
}

/** How often both searches agree, and what a station would decide by one picture. */
async function compared(
  reader: GalleryReader,
  blocks: readonly Float32Array[],
  people: number,
  count: number,
  make: (n: number) => Float32Array[],
) {
  const rule = forGallery(evidencePolicy(pack.thresholds, '1e-4'), people);
  const named = ([first = -1, second = -1]: number[]) =>
    first >= rule.threshold && first - second >= rule.margin;
  const same = { probes: 0, first: 0, second: 0, decisions: 0, named: 0 };
  while (same.probes < count) {
    const probes = make(Math.min(PROBES, count - same.probes));
    const truth = await completeSearch(blocks, { length, templates: EACH }, probes);
    for (const [p, matches] of reader.search(probes, NEAREST).entries()) {
      const { people: expected, similarities: exact } = truth[p]!;
      const who = matches.map(({ personId }) => Number(personId));
      const decided = named(matches.map(({ similarity }) => similarity));
      same.first += Number(who[0] === expected[0]);
      same.second += Number(who[1] === expected[1]);
      same.named += Number(decided);
      same.decisions += Number(decided !== named(exact) || (decided && who[0] !== expected[0]));
    }
    same.probes += probes.length;
    if (same.probes % (20 * PROBES) === 0) console.log(`${same.probes} of ${count}`, same);
  }
  return same;
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < length; i++) sum += a[i]! * b[i]!;
  return sum;
}
