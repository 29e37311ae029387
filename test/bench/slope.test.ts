import { describe, expect, it } from 'vitest';
import { Draw } from './faults/draw.ts';
import { type Point, slopeOf, studentQuantile } from './slope.ts';

const series = (count: number, value: (i: number) => number): Point[] =>
  Array.from({ length: count }, (_, i) => ({ at: i, value: value(i) }));
/** Roughly normal. */
const noise = (draw: Draw) => Array.from({ length: 12 }, () => draw.next()).reduce((a, b) => a + b, -6);

describe('the slope of a series', () => {
  it('a line without noise has its slope and no width', () => {
    const { perUnit, low, high } = slopeOf(series(10, (i) => 3 + 2 * i));
    expect([perUnit, low, high]).toEqual([2, 2, 2]);
  });

  it('values by hand give the slope and the interval of the textbook', () => {
    // Σ(x−x̄)² = 10, slope 0.6, residual squares 2.4: t(3) × √(2.4 / 3 / 10) = 3.18 × 0.283 = 0.90.
    const points = [2, 4, 5, 4, 5].map((value, i) => ({ at: i + 1, value }));
    const { perUnit, low, high } = slopeOf(points);
    expect(perUnit).toBeCloseTo(0.6, 10);
    expect(low).toBeCloseTo(-0.3, 2);
    expect(high).toBeCloseTo(1.5, 2);
  });

  it('an interval of noise without a trend leaves out zero about once in twenty times', () => {
    const draw = new Draw(1);
    let grown = 0;
    for (let i = 0; i < 1_000; i++) {
      const { low, high } = slopeOf(series(40, () => noise(draw)));
      if (low > 0 || high < 0) grown += 1;
    }
    expect(grown).toBeGreaterThan(20);
    expect(grown).toBeLessThan(90);
  });

  it('a sawtooth that ends high is not growth', () => {
    // One tooth and a half.
    const { low } = slopeOf(series(60, (i) => 200 + 5 * (i % 40)));
    expect(low).toBeLessThanOrEqual(0);
  });

  it('a sawtooth on a rising ground is growth', () => {
    const { perUnit, low } = slopeOf(series(120, (i) => 200 + 2 * i + 5 * (i % 6)));
    expect(low).toBeGreaterThan(1);
    expect(perUnit).toBeCloseTo(2, 1);
  });

  it('too few points say nothing', () => {
    expect(slopeOf(series(2, (i) => i)).low).toBe(-Infinity);
    expect(slopeOf(series(4, (i) => i ** 2)).low).toBe(-Infinity);
  });

  // From tables of the distribution.
  it.each([
    [3, 3.182],
    [5, 2.571],
    [10, 2.228],
    [30, 2.042],
  ])('with %i degrees of freedom the quantile of Student is %f', (freedom, quantile) => {
    expect(studentQuantile(freedom)).toBeCloseTo(quantile, 2);
  });
});
