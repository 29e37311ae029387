/** Open-set identification: decides which of many people a probe shows, if any (ISO/IEC 19795-1, identification). */
import { shareAbove, thresholdAt } from './threshold.ts';

/** The similarities of one probe; higher is more similar. −Infinity where no face was found. */
interface KnownProbe {
  /** Similarity to the person that the probe shows. */
  own: number;
  /** Similarity to the most similar other person. */
  other: number;
}

interface StrangerProbe {
  /** Similarity to the most similar person, and to the second most similar one. */
  best: number;
  second: number;
}

export interface OpenSetScores {
  known: readonly KnownProbe[];
  strangers: readonly StrangerProbe[];
}

/** Share of known probes that are most similar to their own person, 0..1. */
export function rankOne({ known }: OpenSetScores): number {
  return known.filter(({ own, other }) => own > other).length / known.length;
}

/**
 * TPIR at FPIR: the share of known probes that are found, as their own person and above the threshold at which
 * at most `fpir` of the strangers are taken for somebody. Both 0..1.
 */
export function identifiedAt(scores: OpenSetScores, fpir: number): { tpir: number; threshold: number } {
  const threshold = thresholdAt(
    scores.strangers.map(({ best }) => best),
    fpir,
  );
  const found = scores.known.map(({ own, other }) => (own > other ? own : Number.NEGATIVE_INFINITY));
  return { tpir: shareAbove(found, threshold), threshold };
}

/** The rule by which a station decides from a single picture. */
export interface Rule {
  /** Smallest similarity that names a person. */
  threshold: number;
  /** Smallest lead over the second most similar person. */
  margin: number;
}

export interface Decisions {
  /** Share of the known probes that were not named, and share that were named as another person, 0..1. */
  missed: number;
  misnamed: number;
  /** Share of the strangers that were named, 0..1. */
  strangersNamed: number;
}

/** Applies the rule to each probe separately. */
export function decide({ known, strangers }: OpenSetScores, { threshold, margin }: Rule): Decisions {
  const named = (best: number, next: number) => best >= threshold && best - next >= margin;
  const right = known.filter(({ own, other }) => named(own, other)).length;
  const wrong = known.filter(({ own, other }) => named(other, own)).length;
  return {
    missed: (known.length - right - wrong) / known.length,
    misnamed: wrong / known.length,
    strangersNamed: strangers.filter(({ best, second }) => named(best, second)).length / strangers.length,
  };
}
