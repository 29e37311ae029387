/** Is this face enrolled under another name? */
import type { Match, ModelContract } from '../protocol/analyzer.ts';
import type { NewTemplate } from './template.ts';

/** People asked for per template: the person themselves may be the first, at a re-enrollment. */
const PEOPLE = 4;

/** Among the people known by this contract, which the embeddings are of; similarities on the scale of the pack in use. */
export type Search = (contract: ModelContract, embeddings: Float32Array[], limit: number) => Promise<Match[]>;

/** What one model pack says of the captured face. */
export interface Probe {
  contract: ModelContract;
  templates: readonly NewTemplate[];
}

/**
 * Everybody else who is at `threshold` or over with any of the templates, most similar first. Each template is
 * searched by itself: a search takes the mean of what it is given, and a mean hides the pose that gives it away.
 */
export async function findDuplicates(
  personId: string,
  probes: readonly Probe[],
  search: Search,
  threshold: number,
): Promise<Match[]> {
  const found = await Promise.all(
    probes.flatMap(({ contract, templates }) =>
      templates.map(({ embedding }) => search(contract, [embedding], PEOPLE)),
    ),
  );
  const best = new Map<string, number>();
  for (const match of found.flat()) {
    if (match.personId === personId || !(match.similarity >= threshold)) continue;
    best.set(match.personId, Math.max(match.similarity, best.get(match.personId) ?? -1));
  }
  return [...best]
    .map(([id, similarity]) => ({ personId: id, similarity }))
    .sort((a, b) => b.similarity - a.similarity);
}
