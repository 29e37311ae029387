/** Similarities of two networks are on different scales: what one says, told on the other's. */
import type { FalseAcceptRate, Thresholds } from '../vision/pack.ts';

/**
 * The similarity on `to`'s scale that strangers reach as rarely as they reach this one on `from`'s: equal false
 * accept rate, so that one evidence rule judges the matches of both networks. Strictly rising, −1..1 → −1..1.
 *
 * Linear between the false accept rates that both packs were measured at. Beyond them a decade of false accepts
 * is taken to cost what it costs on average between them, in either pack; so far beyond that −1 or 1 would be
 * passed, the line ends there instead.
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
