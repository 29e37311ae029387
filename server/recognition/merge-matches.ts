import type { Match } from '../protocol/analyzer.ts';

/**
 * What two galleries say of the same faces, as if they were one: for each face the best of both for each person,
 * most similar first, at most `limit`. Both on one scale (see `similarityScale`). A gallery that was not searched
 * gives an empty list.
 */
export function mergeMatches(
  a: readonly (readonly Match[])[],
  b: readonly (readonly Match[])[],
  limit: number,
): Match[][] {
  return Array.from({ length: Math.max(a.length, b.length) }, (_, face) => {
    const best = new Map<string, Match>();
    for (const match of [...(a[face] ?? []), ...(b[face] ?? [])]) {
      const known = best.get(match.personId);
      if (!known || match.similarity > known.similarity) best.set(match.personId, match);
    }
    return [...best.values()].sort((x, y) => y.similarity - x.similarity).slice(0, limit);
  });
}
