/** Checks whether a captured face is already enrolled for another person. */
import type { Match, ModelContract } from '../protocol/analyzer.ts';
import type { NewTemplate } from './template.ts';

/** How many people are requested for each template. In a re-enrollment, the first may be the person themselves. */
const PEOPLE = 4;

/**
 * Searches people with templates of the same contract as the embeddings. Similarities are on the scale of the model pack
 * in use.
 */
export type Search = (contract: ModelContract, embeddings: Float32Array[], limit: number) => Promise<Match[]>;

/** The templates of the captured face by one model pack. */
export interface Probe {
  contract: ModelContract;
  templates: readonly Pick<NewTemplate, 'embedding'>[];
}

/**
 * All other people whose similarity to any of the templates is at least `threshold`, most similar first. Each template is
 * searched separately: a search uses the mean of its embeddings, which would hide a match of a single pose.
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
