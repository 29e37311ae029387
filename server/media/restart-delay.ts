/** A worker that lived at least this long died of something new, ms. */
export const LONG_LIFE = 30_000;

const FIRST = 250;
const LONGEST = 10_000;

/**
 * Milliseconds to wait before the next start, given how many workers in a row lived shorter than `LONG_LIFE`.
 * The first replacement comes at once: a station at a door should not wait for a lone crash. Pure.
 */
export function restartDelay(shortLives: number): number {
  return shortLives <= 1 ? 0 : Math.min(LONGEST, FIRST * 2 ** (shortLives - 2));
}
