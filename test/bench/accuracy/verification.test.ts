import { describe, expect, it } from 'vitest';
import { acceptedAt, bestThreshold, equalErrorRate, type ScoredPair, verification } from './verification.ts';

const pairs = (same: readonly number[], others: readonly number[]): ScoredPair[] => [
  ...same.map((score) => ({ score, same: true })),
  ...others.map((score) => ({ score, same: false })),
];

describe('the best threshold', () => {
  it('the best threshold of separable scores lies halfway', () => {
    expect(bestThreshold(pairs([0.8, 0.9], [0.1, 0.4]))).toBeCloseTo(0.6);
  });

  it('the best threshold misjudges as few pairs as possible', () => {
    // At 0.25 only the pair at 0.5 is misjudged, and at 0.55 only the pair at 0.3. The lower of the two is chosen.
    expect(bestThreshold(pairs([0.3, 0.6, 0.9], [0.1, 0.2, 0.5]))).toBeCloseTo(0.25);
    expect(bestThreshold(pairs([0.3, 0.6, 0.9], [0.1, 0.4, 0.5]))).toBeCloseTo(0.55);
  });

  it('the middle one of several equally good thresholds is chosen', () => {
    const tied = pairs([0.2, 0.4, 0.6], [0.1, 0.3, 0.5]);
    const right = (t: number) => tied.filter(({ score, same }) => score > t === same).length;
    expect([0.15, 0.35, 0.55].map(right)).toStrictEqual([4, 4, 4]);
    expect(bestThreshold(tied)).toBeCloseTo(0.35);
  });

  it('the best threshold never lies between equal scores', () => {
    const threshold = bestThreshold(pairs([0.5, 0.9], [0.5, 0.5, 0.1]));
    expect(threshold).toBeCloseTo(0.7);
  });

  it('with only matching pairs everything is accepted, with only impostor pairs nothing', () => {
    expect(bestThreshold(pairs([0.5, 0.9], []))).toBeLessThan(0.5);
    expect(bestThreshold(pairs([], [0.5, 0.9]))).toBeGreaterThanOrEqual(0.9);
  });
});

describe('the equal error rate', () => {
  it.each([
    { what: 'of scores that can be separated is 0', same: [0.8, 0.9], others: [0.1, 0.2], eer: 0 },
    // At 0.45 one of four is rejected (0.4) and one of four accepted (0.5).
    {
      what: 'is where both errors meet',
      same: [0.4, 0.6, 0.7, 0.8],
      others: [0.1, 0.2, 0.3, 0.5],
      eer: 0.25,
    },
    { what: 'of exchanged pairs is 1', same: [0.1, 0.2], others: [0.8, 0.9], eer: 1 },
    // All equal: from (far 1, frr 0) to (far 0, frr 1) in one step.
    { what: 'of scores that say nothing is a half', same: [0.5, 0.5], others: [0.5, 0.5], eer: 0.5 },
    // After 0.2: far 1/2, frr 0. After 0.4, 0.4: far 0, frr 1/3. Equal 3/5 of the way down from 1/2: 1/5.
    { what: 'lies on the line between two thresholds', same: [0.4, 0.6, 0.8], others: [0.2, 0.4], eer: 0.2 },
  ])('the equal error rate $what', ({ same, others, eer }) => {
    expect(equalErrorRate(pairs(same, others))).toBeCloseTo(eer);
  });
});

describe('TAR at FAR', () => {
  const others = Array.from({ length: 100 }, (_, i) => i / 100);
  it('TAR at FAR is the share of matching pairs above the threshold that FAR allows', () => {
    // One of a hundred may pass: 0.99 does, 0.98 does not.
    expect(acceptedAt(pairs([0.97, 0.98, 0.981, 1], others), 0.01)).toStrictEqual({
      tar: 0.5,
      threshold: 0.98,
    });
    expect(acceptedAt(pairs([0.97, 0.98, 0.981, 1], others), 0.001)).toStrictEqual({
      tar: 0.25,
      threshold: 0.99,
    });
  });
});

describe('verification in folds', () => {
  it('each fold is judged by the threshold of the other folds', () => {
    // Alone, the last fold would be separated at 0.25. The others say 0.5, which costs it one of two.
    const clean = pairs([0.9], [0.1]);
    const odd = pairs([0.3], [0.2]);
    const { accuracy, deviation } = verification([clean, clean, clean, odd]);
    expect(accuracy).toBeCloseTo((1 + 1 + 1 + 0.5) / 4);
    // Of 1, 1, 1 and 0.5 about 0.875: √((3 · 0.125² + 0.375²) / 4).
    expect(deviation).toBeCloseTo(0.216_506);
  });

  it('a pair without a face, of similarity −1, counts as different', () => {
    const unseen = pairs([-1, 0.9], [-1, 0.1]);
    expect(verification([unseen, unseen]).accuracy).toBeCloseTo(0.75);
  });

  it('the error rate is taken over all pairs', () => {
    expect(verification([pairs([0.4, 0.6], [0.1, 0.2]), pairs([0.7, 0.8], [0.3, 0.5])]).eer).toBeCloseTo(
      0.25,
    );
  });

  it('verification in folds needs folds', () => {
    expect(() => verification([pairs([1], [0])])).toThrow('two folds');
  });
});
