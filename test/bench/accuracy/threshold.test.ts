import { describe, expect, it } from 'vitest';
import { shareAbove, thresholdAt } from './threshold.ts';

describe('thresholdAt', () => {
  const impostors = [0.1, 0.9, 0.3, 0.5, 0.7, 0.2, 0.4, 0.6, 0.8, 0];
  it.each([
    [0, 0.9],
    [0.05, 0.9],
    [0.1, 0.8],
    [0.3, 0.6],
    [0.99, 0],
    [1, Number.NEGATIVE_INFINITY],
  ])('the threshold for a rate of %d lets no more impostors pass', (rate, threshold) => {
    expect(thresholdAt(impostors, rate)).toBe(threshold);
    expect(shareAbove(impostors, threshold)).toBeLessThanOrEqual(rate);
  });

  it('impostors of equal similarity pass together', () => {
    expect(thresholdAt([0.5, 0.5, 0.5, 0.1], 0.25)).toBe(0.5);
    expect(shareAbove([0.5, 0.5, 0.5, 0.1], 0.5)).toBe(0);
  });

  it('thresholdAt loses no impostor to rounding', () => {
    const thousand = Array.from({ length: 1000 }, (_, i) => i);
    // 0.003 × 1000 = 3; three may pass: 999, 998 and 997.
    expect(thresholdAt(thousand, 0.003)).toBe(996);
    expect(thresholdAt(thousand, 0.07)).toBe(929);
  });

  it('without impostors every similarity passes', () => {
    expect(thresholdAt([], 0.01)).toBe(Number.NEGATIVE_INFINITY);
  });
});

it('shareAbove does not count equal values', () => {
  expect(shareAbove([1, 2, 3, 4], 2)).toBe(0.5);
  expect(shareAbove([], 2)).toBeNaN();
});
