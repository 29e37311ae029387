/** Converts similarities between the scales of two networks. */
import type { FalseAcceptRate, Thresholds } from '../vision/pack.ts';

/**
 * Returns the function that maps a similarity of network `from` to the similarity of network `to` with the same false
 * accept rate, so that one evidence rule can judge the matches of both. Strictly rising, −1..1 → −1..1.
 *
 * Linear between the false accept rates at which both packs were measured. Outside them it continues with the average
 * slope between them, or with a smaller slope if that would pass −1 or 1.
 */
export function similarityScale(from: Thresholds, to: Thresholds): (similarity: number) => number {
  const points = Object.entries(from)
    .flatMap(([rate, similarity]) => {
      const same = to[rate as FalseAcceptRate];
      return same === undefined ? [] : [[similarity, same] as const];
    })
    .sort(([a], [b]) => a - b);
  const [first, last] = [points[0]!, points.at(-1)!];
  const decade = (last[1] - first[1]) / (last[0] - first[0]);
  const below = Math.min(decade, (first[1] + 1) / (first[0] + 1));
  const above = Math.min(decade, (1 - last[1]) / (1 - last[0]));
  return (similarity) => {
    if (similarity <= first[0]) return first[1] + below * (similarity - first[0]);
    if (similarity >= last[0]) return last[1] + above * (similarity - last[0]);
    const next = points.findIndex(([x]) => x > similarity);
    const [[x0, y0], [x1, y1]] = [points[next - 1]!, points[next]!];
    return y0 + ((similarity - x0) / (x1 - x0)) * (y1 - y0);
  };
}
