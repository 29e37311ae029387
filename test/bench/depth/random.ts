/** Chance that is the same in every run. */
import { createHash } from 'node:crypto';

/** A number of 0 to 1, evenly distributed. */
export type Random = () => number;

/** The same series for the same name. */
export function seeded(name: string): Random {
  let state = createHash('sha256').update(name).digest().readUInt32LE(0);
  // Mulberry32.
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let n = Math.imul(state ^ (state >>> 15), 1 | state);
    n = (n + Math.imul(n ^ (n >>> 7), 61 | n)) ^ n;
    return ((n ^ (n >>> 14)) >>> 0) / 2 ** 32;
  };
}

export const between = (random: Random, least: number, most: number): number =>
  least + (most - least) * random();
