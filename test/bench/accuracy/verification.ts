/** One-to-one verification over pairs in folds, as LFW defines it (Huang et al., UMass 07-49, 2007). */
import { shareAbove, thresholdAt } from './threshold.ts';

export interface ScoredPair {
  /** Similarity; higher is more similar. */
  score: number;
  /** Whether both pictures show the same person. */
  same: boolean;
}

export interface Verification {
  /** Mean over the folds, 0..1, each at the threshold that is best on the other folds. */
  accuracy: number;
  /** Standard deviation over the folds (not of their mean). */
  deviation: number;
  /** Equal error rate over all pairs, 0..1. */
  eer: number;
}

/** @throws RangeError for fewer than two folds: a threshold would be chosen on what it is tested on. */
export function verification(folds: readonly (readonly ScoredPair[])[]): Verification {
  if (folds.length < 2) throw new RangeError('Verification needs at least two folds');
  const accuracies = folds.map((fold, i) => {
    const threshold = bestThreshold(folds.filter((_, k) => k !== i).flat());
    return fold.filter(({ score, same }) => score > threshold === same).length / fold.length;
  });
  const accuracy = mean(accuracies);
  return {
    accuracy,
    deviation: Math.sqrt(mean(accuracies.map((a) => (a - accuracy) ** 2))),
    eer: equalErrorRate(folds.flat()),
  };
}

/**
 * TAR at FAR: the share of same pairs above the threshold, where the threshold is such that at most the share `far` of the
 * different pairs is above it, 0..1.
 */
export function acceptedAt(pairs: readonly ScoredPair[], far: number): { tar: number; threshold: number } {
  const threshold = thresholdAt(scoresOf(pairs, false), far);
  return { tar: shareAbove(scoresOf(pairs, true), threshold), threshold };
}

/**
 * The threshold at which the most pairs are judged correctly, where a pair above the threshold is judged the same. If
 * several thresholds are equally good, the middle one is chosen, because it depends least on these pairs. It lies halfway
 * between two scores.
 */
export function bestThreshold(pairs: readonly ScoredPair[]): number {
  const sorted = pairs.toSorted((a, b) => a.score - b.score);
  let right = sorted.filter(({ same }) => same).length;
  let most = -1;
  let best: number[] = [];
  const offer = (threshold: number) => {
    if (right > most) best = [];
    most = Math.max(most, right);
    if (right === most) best.push(threshold);
  };
  offer((sorted[0]?.score ?? 0) - 1e-6);
  for (const [i, { score, same }] of sorted.entries()) {
    right += same ? -1 : 1;
    const next = sorted[i + 1]?.score;
    if (next !== score) offer(next === undefined ? score : (score + next) / 2);
  }
  return best[(best.length - 1) >> 1] ?? 0;
}

/**
 * The equal error rate, 0..1: the error rate at which the share of accepted different pairs equals the share of rejected
 * same pairs. It is interpolated between the two neighboring thresholds where the difference changes its sign.
 */
export function equalErrorRate(pairs: readonly ScoredPair[]): number {
  const sorted = pairs.toSorted((a, b) => a.score - b.score);
  const same = scoresOf(pairs, true).length;
  const others = pairs.length - same;
  // With a threshold below all scores, all pairs are accepted.
  let [rejected, accepted] = [0, others];
  let before = { far: 1, frr: 0 };
  for (const [i, pair] of sorted.entries()) {
    if (pair.same) rejected += 1;
    else accepted -= 1;
    if (sorted[i + 1]?.score === pair.score) continue;
    const now = { far: accepted / others, frr: rejected / same };
    if (now.frr >= now.far) {
      const [a, b] = [before.far - before.frr, now.frr - now.far];
      return (before.far * b + now.far * a) / (a + b);
    }
    before = now;
  }
  return Number.NaN;
}

function scoresOf(pairs: readonly ScoredPair[], same: boolean): number[] {
  return pairs.filter((pair) => pair.same === same).map(({ score }) => score);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, v) => sum + v, 0) / values.length;
}
