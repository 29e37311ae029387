/** Finds the threshold for a given false accept rate. */

/**
 * The least threshold that, where only what lies above it is accepted, accepts at most `rate` of the impostors.
 * With n impostors that is the (⌊rate · n⌋ + 1)-th highest; −Infinity where all may pass, or there are none.
 * @param rate 0..1
 */
export function thresholdAt(impostors: readonly number[], rate: number): number {
  const highestFirst = impostors.toSorted((a, b) => b - a);
  // 0.003 × 1000 is a little under 3.
  return highestFirst[Math.floor(rate * impostors.length + 1e-9)] ?? Number.NEGATIVE_INFINITY;
}

/** The share of `scores` above `threshold`, 0..1; NaN for none. */
export function shareAbove(scores: readonly number[], threshold: number): number {
  return scores.filter((score) => score > threshold).length / scores.length;
}
