/** The people that an act on many was asked for. */
import type { Em } from '../db/database.ts';
import { MusterError } from '../protocol/error.ts';
import type { PersonStatus } from '../protocol/people.ts';
import { type ChosenPeople, PEOPLE_ACT_LIMITS } from '../protocol/people-acts.ts';
import { type FilterBasis, peopleWhere } from './people-query.ts';

/** What an act needs to know of a person. */
export interface ChosenPerson {
  id: string;
  number: string;
  displayName: string;
  department: string | null;
  status: PersonStatus;
}

export interface Chosen {
  /** In the order of the list. */
  people: ChosenPerson[];
  /** Ids of nobody, or of somebody who was erased. */
  missing: string[];
}

/**
 * Inside a transaction, they stay as they are until it ends.
 * Throws MusterError `validation-failed` where they are more than `most`.
 */
export async function chosenPeople(
  em: Em,
  chosen: ChosenPeople,
  basis: FilterBasis,
  most: number = PEOPLE_ACT_LIMITS.people,
): Promise<Chosen> {
  const wanted = 'ids' in chosen ? chosen.ids : null;
  const { sql, parameters } = peopleWhere(
    'ids' in chosen ? {} : chosen.filter,
    basis,
    'ids' in chosen
      ? { sql: 'p.id = any(?::uuid[])', parameters: [`{${chosen.ids.join(',')}}`] }
      : { sql: 'p.id <> all(?::uuid[])', parameters: [`{${chosen.except.join(',')}}`] },
  );
  // Locked in the order of their ids, as every act on many does: two of them wait for each other, and never for ever.
  const locked = await em.execute<{ id: string }[]>(
    `select p.id from person p where ${sql} order by p.id limit ? ${em.isInTransaction() ? 'for update' : ''}`,
    [...parameters, most + 1],
  );
  if (locked.length > most) throw tooMany();
  // A statement of its own: the one that waited for the locks sees the people as they were before.
  const rows = await em.execute<ChosenPerson[]>(
    `select p.id, p.number, p.display_name "displayName", p.department, p.status
     from person p where p.id = any(?::uuid[]) order by p.sort_name, p.number collate by_name, p.id`,
    [`{${locked.map(({ id }) => id).join(',')}}`],
  );
  const found = new Set(rows.map(({ id }) => id));
  return { people: rows, missing: (wanted ?? []).filter((id) => !found.has(id)) };
}

function tooMany(): MusterError {
  const message = 'are too many at once';
  return new MusterError('validation-failed', `people ${message}.`, {
    faults: [{ path: 'people', message }],
  });
}
