/** Whether a series of measured values grows, or only varies. */

export interface Point {
  /** In any unit: the slope is per that unit. */
  at: number;
  value: number;
}

export interface Slope {
  perUnit: number;
  /** 95 % confidence interval. Infinite where the points are too few, or vary together for too long, to say anything. */
  low: number;
  high: number;
}

/** Degrees of freedom below which an interval says nothing. */
const LEAST_FREEDOM = 3;

/**
 * The line of least squares through equidistant points. A value that is high is often followed by another that is high,
 * as in a sawtooth; such points count as fewer, by the correlation of each with the one before it (Santer and others,
 * 2000, doi:10.1029/1999JD901105). Without this, half a tooth would be growth.
 */
export function slopeOf(points: readonly Point[]): Slope {
  const count = points.length;
  if (count < 3) return { perUnit: Number.NaN, low: -Infinity, high: Infinity };
  const middle = mean(points.map(({ at }) => at));
  const level = mean(points.map(({ value }) => value));
  const width = sum(points.map(({ at }) => (at - middle) ** 2));
  const perUnit = sum(points.map(({ at, value }) => (at - middle) * (value - level))) / width;
  const rests = points.map(({ at, value }) => value - level - perUnit * (at - middle));
  const squares = sum(rests.map((rest) => rest ** 2));
  if (squares === 0) return { perUnit, low: perUnit, high: perUnit };
  const alike = sum(rests.slice(1).map((rest, i) => rest * rests[i]!)) / squares;
  const freedom = count * Math.min(1, (1 - alike) / (1 + alike)) - 2;
  if (freedom < LEAST_FREEDOM) return { perUnit, low: -Infinity, high: Infinity };
  const spread = studentQuantile(freedom) * Math.sqrt(squares / freedom / width);
  return { perUnit, low: perUnit - spread, high: perUnit + spread };
}

/** The 0.975 quantile of Student's distribution, by the expansion of Cornish and Fisher; exact to 0.3 % from 3 degrees on. */
export function studentQuantile(freedom: number): number {
  const z = 1.959964;
  const terms = [
    (z ** 3 + z) / 4,
    (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96,
    (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384,
    (79 * z ** 9 + 776 * z ** 7 + 1_482 * z ** 5 - 1_920 * z ** 3 - 945 * z) / 92_160,
  ];
  return z + sum(terms.map((term, i) => term / freedom ** (i + 1)));
}

function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0);
}

function mean(values: readonly number[]): number {
  return sum(values) / values.length;
}
