/** Whose corrections and requests somebody sees and decides on. */
import type { Em } from '../db/database.ts';
import { Person } from '../db/entities/person.ts';
import { isWithin } from '../people/departments.ts';

export interface Reach {
  /** Of a manager: the only departments whose people they see; undefined for everybody else. */
  departments: readonly string[] | undefined;
  /** Of an employee: the only person whom they see. */
  personId?: string;
}

export function reaches(
  { departments, personId }: Reach,
  person: Pick<Person, 'id' | 'department'>,
): boolean {
  return personId === undefined ? isWithin(person, departments) : person.id === personId;
}

/** Undefined: everybody. */
export async function peopleInReach(em: Em, reach: Reach): Promise<string[] | undefined> {
  if (reach.personId !== undefined) return [reach.personId];
  if (reach.departments === undefined) return undefined;
  const people = await em.find(Person, {}, { fields: ['id', 'department'] });
  return people.filter((person) => reaches(reach, person)).map(({ id }) => id);
}
