/** Who is registered as looking like whom. */

/** By the id of a person, the ids of all who look like that person. Symmetric. */
export type LookAlikes = ReadonlyMap<string, ReadonlySet<string>>;

/** The pairs in which both name each other: a change of a pair reaches a gallery person by person. */
export function mutualLookAlikes(named: ReadonlyMap<string, readonly string[]>): LookAlikes {
  const pairs = new Map<string, Set<string>>();
  for (const [personId, others] of named) {
    const both = others.filter((other) => named.get(other)?.includes(personId));
    if (both.length > 0) pairs.set(personId, new Set(both));
  }
  return pairs;
}

/** Whether the two most similar people look alike. @param matches most similar first */
export function areLookAlikes(
  [first, second]: readonly { personId: string }[],
  lookAlikes: LookAlikes,
): boolean {
  return (
    first !== undefined &&
    second !== undefined &&
    lookAlikes.get(first.personId)?.has(second.personId) === true
  );
}
