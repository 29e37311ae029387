import type { Person } from '../db/entities/person.ts';

export function displayName(person: Pick<Person, 'givenName' | 'familyName' | 'erasedAt'>): string {
  return person.erasedAt ? 'Deleted person' : `${person.givenName} ${person.familyName}`;
}
