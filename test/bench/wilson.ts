/** Confidence intervals for proportions of small samples. */

/**
 * Wilson's interval for a proportion, 95 % confidence. It is also valid for a small sample and for zero errors. Bounds
 * 0..1; the whole range if the sample is empty.
 */
export function wilson(errors: number, total: number): [low: number, high: number] {
  if (total === 0) return [0, 1];
  const z = 1.959964;
  const p = errors / total;
  const middle = p + z ** 2 / (2 * total);
  const spread = z * Math.sqrt((p * (1 - p)) / total + z ** 2 / (4 * total ** 2));
  const scale = 1 + z ** 2 / total;
  return [
    errors === 0 ? 0 : Math.max(0, (middle - spread) / scale),
    errors === total ? 1 : Math.min(1, (middle + spread) / scale),
  ];
}
