export interface Backoff {
  /** The first wait, ms. */
  first: number;
  /** The longest wait, ms. */
  cap: number;
}

/** The wait after this number of earlier failures in a row, ms: `first`, doubled for each of them, and never above `cap`. */
export function backoff({ first, cap }: Backoff, earlier: number): number {
  // Bounded, because zero times infinity is not a number.
  return Math.min(cap, first * 2 ** Math.min(earlier, 1_000));
}
