import { describe, expect, it } from 'vitest';
import { addLook, judgeLiveness, MOST_LOOKS, openLiveness } from './liveness.ts';
import { defaultLiveRule } from './policy.ts';

const policy = {
  live: { ...defaultLiveRule, threshold: 0.5, doubt: 0.25, looks: 3, span: 300, planarWeight: 3 },
};

/** Looks 150 ms apart. */
function looked(
  scores: readonly (number | null)[],
  { planar = null as number | null, refusals = 0, apart = 150 } = {},
) {
  let liveness = openLiveness(refusals);
  for (const [i, live] of scores.entries()) {
    liveness = addLook(liveness, { at: 1_000 + i * apart, live, planar });
  }
  return liveness;
}
const verdict = (...args: Parameters<typeof looked>) => judgeLiveness(looked(...args), policy).verdict;

describe('judgeLiveness', () => {
  it.each<[name: string, scores: (number | null)[], expected: string]>([
    ['gathers while there are too few looks', [1, 1], 'gathering'],
    ['does not count frames that were not looked at', [1, null, 1, null], 'gathering'],
    ['finds a person live', [0.9, 0.8, 0.9], 'live'],
    ['finds a picture not live', [0.1, 0.2, 0.1], 'not-live'],
    ['is doubtful between the two', [0.4, 0.45, 0.3], 'doubtful'],
    ['ignores one high look among low ones', [0, 1, 0], 'not-live'],
    ['ignores one low look among high ones', [1, 0, 1], 'live'],
    ['follows the majority of looks', [0, 1, 1, 1, 0.9, 1, 0.9], 'live'],
    ['forgets looks of long ago', [0, 0, 0, 0, ...Array<number>(MOST_LOOKS).fill(0.9)], 'live'],
    ['counts scores of NaN as those of a picture', [Number.NaN, Number.NaN, 1], 'not-live'],
  ])('judgeLiveness %s', (_, scores, expected) => {
    expect(verdict(scores)).toBe(expected);
  });

  it('judgeLiveness needs looks of more than one moment, unless there are very many', () => {
    expect(verdict([1, 1, 1], { apart: 60 })).toBe('gathering');
    expect(verdict([1, 1, 1, 1, 1, 1], { apart: 59 })).toBe('gathering');
    expect(verdict([1, 1, 1, 1, 1, 1], { apart: 60 })).toBe('live');
    expect(verdict(Array<number>(MOST_LOOKS).fill(1), { apart: 20 })).toBe('live');
  });

  it('judgeLiveness needs more looks after each refusal, up to all that are kept', () => {
    const needed = [0, 1, 2, 9].map((refusals) =>
      [1, 2, 3, 4, 5, 6, 7, 8].find((n) => verdict(Array<number>(n).fill(1), { refusals }) === 'live')!,
    );
    expect(needed).toEqual([3, 5, 7, 7]);
  });

  it('judgeLiveness leaves out the highest and the lowest look, so that a single look neither helps nor hurts', () => {
    for (const others of [0.05, 0.2, 0.6, 0.95]) {
      for (const n of [3, 5, MOST_LOOKS]) {
        const same = Array<number>(n).fill(others);
        for (let odd = 0; odd < n; odd++) {
          for (const value of [0, 1]) {
            expect(verdict(same.with(odd, value))).toBe(verdict(same));
          }
        }
      }
    }
  });

  it('judgeLiveness drops looks that are too old, and looks made before the clock was set back', () => {
    const before = looked([1, 1, 1, 1]);
    expect(addLook(before, { at: 60_000, live: 1, planar: null }).looks).toHaveLength(1);
    expect(addLook(before, { at: 500, live: 1, planar: null }).looks).toHaveLength(1);
  });
});

const score = (live: number, planar: number | null) =>
  judgeLiveness(looked([live, live, live], { planar }), policy).score!;

describe('judgeLiveness: the motion', () => {
  it('the motion does not change the score if there was too little motion or if a head moved', () => {
    expect(score(0.8, null)).toBeCloseTo(0.8, 9);
    expect(score(0.8, 0)).toBeCloseTo(0.8, 9);
  });

  it('the motion lowers the score by its weight in log-odds and never raises it', () => {
    expect(score(0.8, 0.5)).toBeCloseTo(1 / (1 + Math.exp(1.5 - Math.log(4))), 9);
    for (const live of [0, 0.3, 0.7, 1]) {
      for (const planar of [0.2, 0.6, 1]) expect(score(live, planar)).toBeLessThanOrEqual(live);
      expect(score(live, 1)).toBeLessThanOrEqual(score(live, 0.5));
    }
  });

  it('the motion alone makes a live face doubtful at most, and never not live', () => {
    for (const live of [0.5, 0.7, 0.9]) {
      expect(verdict([live, live, live], { planar: 1 })).toBe('doubtful');
    }
    expect(verdict([0.2, 0.2, 0.2], { planar: 1 })).toBe('not-live');
  });
});
