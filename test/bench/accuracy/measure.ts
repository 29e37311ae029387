/** Measures one pack with each protocol. */
import { similarity, weightedMean } from '../../../server/enrollment/template.ts';
import { evidencePolicy, forGallery } from '../../../server/recognition/policy.ts';
import type { FalseAcceptRate, ModelPack } from '../../../server/vision/pack.ts';
import type { FaceEngine } from '../../../server/vision/types.ts';
import type { BenchRow } from '../report.ts';
import { wilson } from '../wilson.ts';
import { embedPhotographs } from './embed-photographs.ts';
import { filesOf, type OpenSet, scoreOpenSet } from './lfw-mini.ts';
import { filesOfPairs, type LfwPairs, scorePairs } from './lfw-pairs.ts';
import { decide, identifiedAt, type OpenSetScores, rankOne } from './open-set.ts';
import { readPhotographs } from './photographs.ts';
import type { Progress } from './progress.ts';
import { acceptedAt, verification } from './verification.ts';

export interface Subject {
  pack: ModelPack;
  engine: FaceEngine;
  /** Smallest height of a face, as a fraction of the picture's height. */
  minFace: number;
  far: FalseAcceptRate;
  progress: Progress;
}

export async function measureOpenSet(set: OpenSet, subject: Subject): Promise<BenchRow[]> {
  const { embeddings, msPerFace } = await embed(filesOf(set), subject);
  const scores = openSetScores(set, embeddings);
  const { pack, far } = subject;
  return [
    ...openSetRows(pack.id, scores, pack, set.people.length, far),
    { case: pack.id, metric: 'no face', value: missing(embeddings), unit: 'pictures' },
    { case: pack.id, metric: 'per face', value: msPerFace, unit: 'ms', digits: 1 },
  ];
}

/** A note on what can be concluded from the rates of a small set. */
export function sampleNote({ people, strangers }: OpenSet): string {
  const most = (rate: number) => Math.floor(rate * strangers.length + 1e-9);
  const known = people.reduce((sum, { probe }) => sum + probe.length, 0);
  return (
    `Of ${strangers.length} strangers, FPIR 1 % is ${most(0.01)} and 0.3 % is ${most(0.003)}. The intervals (Wilson) take the ` +
    `${known} known pictures for independent. The thresholds of the packs here were measured on LFW, too: where these ` +
    `photographs are of LFW, what a station makes of them is no test on others.`
  );
}

/** The template of a person is the mean of their enrolled embeddings, as in an enrollment. */
export function openSetScores(
  set: OpenSet,
  embeddings: ReadonlyMap<string, Float32Array | null>,
): OpenSetScores {
  return scoreOpenSet(
    set,
    (file) => embeddings.get(file) ?? null,
    (vectors) => [weightedMean(vectors.map((embedding) => ({ embedding, quality: 1 }))).embedding],
    (probe, [template]) => similarity(probe, template!),
  );
}

/**
 * The figures at thresholds that are fitted to the strangers, and the figures of a station that decides by one picture,
 * with the threshold and margin that it uses for this number of people.
 */
export function openSetRows(
  name: string,
  scores: OpenSetScores,
  pack: ModelPack,
  people: number,
  far: FalseAcceptRate,
): BenchRow[] {
  const one = identifiedAt(scores, 0.01);
  const few = identifiedAt(scores, 0.003);
  const [low, high] = wilson(Math.round(one.tpir * scores.known.length), scores.known.length);
  const rule = forGallery(evidencePolicy(pack.thresholds, far), people);
  const { missed, misnamed, strangersNamed } = decide(scores, rule);
  const percent = (metric: string, value: number): BenchRow => ({
    case: name,
    metric,
    value: value * 100,
    unit: '%',
    digits: 2,
  });
  const cosine = (metric: string, value: number): BenchRow => ({
    case: name,
    metric,
    value,
    unit: '',
    digits: 3,
  });
  return [
    percent('rank-1', rankOne(scores)),
    percent('TPIR at FPIR 1 %', one.tpir),
    percent('95 % from', low),
    percent('to', high),
    cosine('cosine at 1 %', one.threshold),
    percent('TPIR at FPIR 0.3 %', few.tpir),
    cosine('at 0.3 %', few.threshold),
    cosine('station threshold', rule.threshold),
    percent('known missed', missed),
    percent('misnamed', misnamed),
    percent('strangers named', strangersNamed),
  ];
}

export async function measurePairs(pairs: LfwPairs, subject: Subject): Promise<BenchRow[]> {
  const { embeddings, msPerFace } = await embed(filesOfPairs(pairs), subject);
  const folds = scorePairs(pairs, (file) => embeddings.get(file) ?? null, similarity);
  const { accuracy, deviation, eer } = verification(folds);
  const row = (metric: string, value: number, unit: string, digits: number): BenchRow => ({
    case: subject.pack.id,
    metric,
    value,
    unit,
    digits,
  });
  return [
    row('accuracy', accuracy * 100, '%', 2),
    row('±', deviation * 100, '%', 2),
    row('EER', eer * 100, '%', 2),
    row('TAR at FAR 1e-2', acceptedAt(folds.flat(), 1e-2).tar * 100, '%', 2),
    row('TAR at FAR 1e-3', acceptedAt(folds.flat(), 1e-3).tar * 100, '%', 2),
    row('no face', missing(embeddings), 'pictures', 0),
    row('per face', msPerFace, 'ms', 1),
  ];
}

async function embed(files: readonly string[], { engine, pack, minFace, progress }: Subject) {
  return await embedPhotographs(engine, files, readPhotographs(files), minFace, (done) =>
    progress.count(pack.id, done, files.length),
  );
}

function missing(embeddings: ReadonlyMap<string, Float32Array | null>): number {
  return [...embeddings.values()].filter((embedding) => embedding === null).length;
}
