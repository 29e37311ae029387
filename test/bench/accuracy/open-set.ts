/** Open-set identification: who of many a probe is, or nobody (ISO/IEC 19795-1, identification). */
import { shareAbove, thresholdAt } from './threshold.ts';

/** What one probe is compared to: similarities, higher is more alike. −Infinity where no face was found. */
interface KnownProbe {
  /** To the person it shows. */
  own: number;
  /** To the most similar other person. */
  other: number;
}

interface StrangerProbe {
  /** To the most similar person, and to the one after. */
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

/** How a station decides by one picture alone. */
export interface Rule {
  /** Least similarity. */
  threshold: number;
  /** Least lead over the next person. */
  margin: number;
}

export interface Decisions {
  /** Shares of the known probes, 0..1: not named, and named as somebody else. */
  missed: number;
  misnamed: number;
  /** Share of the strangers that were named, 0..1. */
  strangersNamed: number;
}

/** What the rule makes of each probe by itself. */
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
