/** Compares accuracy, time and memory of all subjects. */
import { similarity, weightedMean } from '../../../server/enrollment/template.ts';
import { type Compare, filesOf, type OpenSet, scoreOpenSet } from '../accuracy/lfw-mini.ts';
import { identifiedAt, rankOne } from '../accuracy/open-set.ts';
import { type BenchRow, quantile } from '../report.ts';

export interface Seen {
  backend: string;
  vectors: ReadonlyMap<number, Float32Array | null>;
  /** The time for each picture, ms. */
  times: readonly number[];
  /** The most memory that was used, MiB. */
  peak: number;
}

export interface Contender<Of extends Seen = Seen> {
  name: string;
  ours: boolean;
  /** Number of pictures that it was given. */
  pictures: number;
  child: Of;
}

interface Figures {
  rank1: number;
  tpir: number;
}

/** The goal: a peer needs at least this many times as long as the pack of reference. */
const FASTER = 3;

/**
 * Ratios are relative to the pack `reference`. A subject that was given only some of the pictures is assigned the accuracy
 * of the first other subject that produced the same vectors for these pictures.
 */
export function compare(
  set: OpenSet,
  contenders: readonly Contender[],
  reference: string,
): { rows: BenchRow[]; notes: string[] } {
  const all = filesOf(set).length;
  const figures = new Map<string, Figures>();
  const notes: string[] = [];
  for (const { name, ours, child, pictures } of contenders) {
    if (pictures >= all)
      figures.set(name, ours ? byOurRule(set, child.vectors) : byTheirBestRule(set, child.vectors));
  }
  for (const { name, child, pictures } of contenders) {
    if (pictures >= all) continue;
    const twin = contenders.find(
      (other) => other.pictures >= all && alike(child.vectors, other.child.vectors),
    );
    notes.push(
      `${name}: ${pictures} pictures only. ` +
        (twin
          ? `Its vectors are those of ${twin.name}, and so is its accuracy.`
          : 'Its vectors are those of no other.'),
    );
    if (twin) figures.set(name, figures.get(twin.name)!);
  }
  const base = contenders.find(({ name, ours }) => ours && name === reference) ?? contenders[0];
  const rows: BenchRow[] = [];
  for (const { name, child } of contenders) {
    const { rank1, tpir } = figures.get(name) ?? { rank1: Number.NaN, tpir: Number.NaN };
    const row = (metric: string, value: number, unit: string, digits: number) =>
      rows.push({ case: name, metric, value, unit, digits });
    row('rank-1', rank1 * 100, '%', 2);
    row('TPIR at FPIR 1 %', tpir * 100, '%', 2);
    const missed = [...child.vectors.values()].filter((vector) => vector === null).length;
    row('no face', (missed * 100) / child.vectors.size, '%', 1);
    row('per face', median(child), 'ms', 1);
    if (base) row(`time ÷ ${base.name}`, median(child) / median(base.child), '×', 2);
    row('peak memory', child.peak, 'MiB', 0);
  }
  for (const [backend, users] of Map.groupBy(contenders, ({ child }) => child.backend)) {
    notes.push(`${backend}, one thread: ${users.map(({ name }) => name).join('; ')}.`);
  }
  for (const own of contenders.filter(({ ours }) => ours)) notes.push(verdict(own, contenders, figures));
  return { rows, notes };
}

function median({ times }: Seen): number {
  return quantile(times, 0.5);
}

/** The rule of an enrollment in Muster: cosine similarity to the mean of the enrolled embeddings. */
function byOurRule(set: OpenSet, vectors: Seen['vectors']): Figures {
  return score(
    set,
    vectors,
    (enrolled) => [weightedMean(enrolled.map((embedding) => ({ embedding, quality: 1 }))).embedding],
    (probe, [template]) => similarity(probe, template!),
  );
}

/**
 * These libraries compare by distance. Three rules are tried: the distance to the nearest enrolled vector, the mean
 * distance to all of them, and the distance to their mean. The rule with the highest TPIR counts.
 */
function byTheirBestRule(set: OpenSet, vectors: Seen['vectors']): Figures {
  const rules: [(enrolled: readonly Float32Array[]) => readonly Float32Array[], Compare][] = [
    [asTheyAre, (probe, enrolled) => -Math.min(...distances(probe, enrolled))],
    [asTheyAre, (probe, enrolled) => -mean(distances(probe, enrolled))],
    [(enrolled) => [meanOf(enrolled)], (probe, [vector]) => -distance(probe, vector!)],
  ];
  return rules
    .map(([enroll, rule]) => score(set, vectors, enroll, rule))
    .reduce((best, next) => (next.tpir > best.tpir ? next : best));
}

function asTheyAre(enrolled: readonly Float32Array[]): readonly Float32Array[] {
  return enrolled;
}

function distances(probe: Float32Array, enrolled: readonly Float32Array[]): number[] {
  return enrolled.map((vector) => distance(probe, vector));
}

function score(
  set: OpenSet,
  vectors: Seen['vectors'],
  enroll: (vectors: readonly Float32Array[]) => readonly Float32Array[],
  rule: Compare,
): Figures {
  const numbers = new Map(filesOf(set).map((file, i) => [file, i]));
  const scores = scoreOpenSet(set, (file) => vectors.get(numbers.get(file)!) ?? null, enroll, rule);
  return { rank1: rankOne(scores), tpir: identifiedAt(scores, 0.01).tpir };
}

/** Whether both have the same vector for each picture of `one`, up to a thousandth of its length. */
function alike(one: Seen['vectors'], other: Seen['vectors']): boolean {
  return [...one].every(([picture, a]) => {
    const b = other.get(picture);
    if (!a || !b) return a === null && b === null;
    return a.length === b.length && distance(a, b) < 1e-3 * Math.hypot(...a);
  });
}

function verdict(
  own: Contender,
  contenders: readonly Contender[],
  figures: ReadonlyMap<string, Figures>,
): string {
  const mine = figures.get(own.name);
  const peers = contenders.filter(({ ours }) => !ours);
  const asGood = peers.filter(({ name }) => {
    const theirs = figures.get(name);
    return !mine || !theirs || mine.tpir <= theirs.tpir || mine.rank1 < theirs.rank1;
  });
  const times = peers.map(({ child }) => median(child) / median(own.child));
  const slow = peers.filter((_, i) => times[i]! < FASTER);
  const but = (others: readonly Contender[]) =>
    others.length === 0 ? '' : ` but ${others.map(({ name }) => name).join(' and ')}`;
  return (
    `${own.name} is more accurate than each${but(asGood)}, and ${FASTER} times as fast and more than each${but(slow)}` +
    ` (${Math.min(...times).toFixed(1)} times and more).`
  );
}

function distance(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i]! - b[i]!) ** 2;
  return Math.sqrt(sum);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, v) => sum + v, 0) / values.length;
}

function meanOf(vectors: readonly Float32Array[]): Float32Array {
  return Float32Array.from(vectors[0]!, (_, i) => mean(vectors.map((vector) => vector[i]!)));
}
