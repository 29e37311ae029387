import type { Person } from '../db/entities/person.ts';

/** The name as the database wrote it (`write_names`): the one place that puts a name together. */
export function displayName(person: Pick<Person, 'displayName' | 'erasedAt'>): string {
  return person.erasedAt ? 'Deleted person' : person.displayName;
}

export { compareNames } from '../protocol/name-order.ts';
