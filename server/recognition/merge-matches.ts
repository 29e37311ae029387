import type { Match } from '../protocol/analyzer.ts';

/**
 * Merges the matches that two galleries found for the same faces: for each face the better match of each person, most
 * similar first, at most `limit`. Both must be on one scale (see `similarityScale`). Pass an empty list for a gallery
 * that was not searched.
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
