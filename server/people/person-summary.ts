/** What stands for a person in lists of anything that is theirs. */
import type { Em } from '../db/database.ts';
import { Person } from '../db/entities/person.ts';
import { displayName } from './display-name.ts';

export interface PersonSummary {
  id: string;
  number: string;
  displayName: string;
  department: string;
}

export function personOf(person: Person): PersonSummary {
  return {
    id: person.id,
    number: person.number ?? '',
    displayName: displayName(person),
    department: person.department ?? '',
  };
}

/** The person of each row; null for a row that is about nobody in particular. */
export async function withPerson<R extends { personId?: string | null }>(
  em: Em,
  rows: readonly R[],
): Promise<(row: R) => { person: PersonSummary | null }> {
  const ids = rows.flatMap(({ personId }) => personId ?? []);
  const people = new Map((await em.find(Person, { id: { $in: ids } })).map((one) => [one.id, one]));
  return ({ personId }) => {
    const person = personId ? people.get(personId) : undefined;
    return { person: person ? personOf(person) : null };
  };
}
