import type { Person } from '../db/entities/person.ts';

/** The name as the database wrote it (`write_names`): the one place that puts a name together. */
export function displayName(person: Pick<Person, 'displayName' | 'erasedAt'>): string {
  return person.erasedAt ? 'Deleted person' : person.displayName;
}

/** The collation `by_name` of the database, for lists that are put together here. */
const collator = new Intl.Collator('und', { numeric: true });

/** The order of shown names and of numbers. */
export function compareNames(a: string, b: string): number {
  return collator.compare(a, b);
}
