/** Which people a list holds, page by page, and how many of them must be enrolled again. */
import type { Em } from '../db/database.ts';
import { escapeLike } from '../db/like.ts';
import { MusterError } from '../protocol/error.ts';
import { isId } from '../protocol/fields.ts';
import type { PeopleQuery, ReenrollmentView } from '../protocol/people.ts';
import { isStorable } from '../protocol/storable.ts';
import type { ContractsInUse } from './person-view.ts';

export type PeopleFilter = Partial<Omit<PeopleQuery, 'limit' | 'after'>>;

/** A condition in SQL on `person p`, and its parameters. */
interface Condition {
  sql: string;
  parameters: unknown[];
}

/** Where a page ended. It holds the sort key rather than the id: the person may be renamed or erased before the next page. */
type Cursor = readonly [familyName: string, givenName: string, number: string, id: string];

/** The ids of one page, in the order of the list, and whether there are more. */
export async function findPeople(
  em: Em,
  { limit, after, ...filter }: PeopleFilter & { limit: number; after?: string | undefined },
  { contract }: ContractsInUse,
): Promise<{ ids: string[]; next: string | null }> {
  const conditions = conditionsOf(filter, contract);
  if (after !== undefined) {
    conditions.push({
      sql: '(p.family_name, p.given_name, p.number, p.id) > (?, ?, ?, ?::uuid)',
      parameters: [...readCursor(after)],
    });
  }
  const { sql, parameters } = all(conditions);
  const rows = await em.execute<{ id: string; family: string; given: string; number: string }[]>(
    `select p.id, p.family_name family, p.given_name given, p.number from person p where ${sql}
     order by p.family_name, p.given_name, p.number, p.id limit ?`,
    [...parameters, limit + 1],
  );
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    ids: page.map(({ id }) => id),
    next: rows.length > limit && last ? writeCursor([last.family, last.given, last.number, last.id]) : null,
  };
}

/** Agrees with `PersonView.reenroll`. */
export async function countReenrollment(
  em: Em,
  search: string,
  { contract, former }: ContractsInUse,
): Promise<ReenrollmentView> {
  const { sql, parameters } = all(conditionsOf({ search }, contract));
  const [counts] = await em.execute<[ReenrollmentView]>(
    `select count(*)::int people,
            count(*) filter (where case when own > 0 then own_open = 0 else former_open = 0 end)::int unrecognized,
            count(*) filter (where own > 0 or other_open = 0)::int unreadable
     from (
       select count(*) filter (where t.contract = ?) own,
              count(*) filter (where t.contract = ? and t.unreadable_at is null) own_open,
              count(*) filter (where t.contract = ? and t.unreadable_at is not null) own_unreadable,
              count(*) filter (where t.contract <> ? and t.unreadable_at is null) other_open,
              count(*) filter (where t.contract = ? and t.unreadable_at is null) former_open
       from person p join template t on t.person_id = p.id
       where p.status <> 'left' and ${sql} group by p.id
     ) person where own = 0 or own_unreadable > 0`,
    [contract, contract, contract, contract, former ?? '', ...parameters],
  );
  return counts;
}

function conditionsOf(filter: PeopleFilter, contract: string): Condition[] {
  const { search = '', status, department, enrolled, reenroll } = filter;
  const words = search.split(/\s+/).filter((word) => word !== '');
  return [
    { sql: 'p.erased_at is null', parameters: [] },
    ...words.map((word) => ({
      sql: 'concat_ws(chr(10), p.number, p.given_name, p.family_name, p.department, p.email) ilike ?',
      parameters: [`%${escapeLike(word)}%`],
    })),
    ...(status === undefined ? [] : [{ sql: 'p.status = ?', parameters: [status] }]),
    ...(department === undefined
      ? []
      : [{ sql: 'lower(p.department) = lower(?)', parameters: [department] }]),
    ...(enrolled === undefined ? [] : [either(enrolled, isEnrolled(contract))]),
    ...(reenroll === undefined ? [] : [either(reenroll, mustReenroll(contract))]),
  ];
}

function isEnrolled(contract: string): Condition {
  return {
    sql: `exists (select from template t where t.person_id = p.id and t.contract = ? and t.unreadable_at is null)`,
    parameters: [contract],
  };
}

function mustReenroll(contract: string): Condition {
  return {
    sql: `p.status <> 'left' and exists (
      select from template t where t.person_id = p.id and (
        t.contract = ? and t.unreadable_at is not null
        or t.contract <> ? and not exists (
          select from template own where own.person_id = p.id and own.contract = ?)))`,
    parameters: [contract, contract, contract],
  };
}

function either(wanted: boolean, { sql, parameters }: Condition): Condition {
  return { sql: wanted ? `(${sql})` : `not (${sql})`, parameters };
}

function all(conditions: readonly Condition[]): Condition {
  return {
    sql: conditions.map(({ sql }) => sql).join(' and '),
    parameters: conditions.flatMap(({ parameters }) => parameters),
  };
}

function writeCursor(cursor: Cursor): string {
  return Buffer.from(JSON.stringify(cursor)).toString('base64url');
}

/** Throws MusterError `validation-failed`. */
function readCursor(text: string): Cursor {
  try {
    const parts: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    const isCursor =
      Array.isArray(parts) && parts.length === 4 && parts.every((part) => typeof part === 'string');
    if (isCursor && isId(parts[3] as string) && isStorable(parts)) return parts as unknown as Cursor;
  } catch {
    // Not a cursor of ours: said below.
  }
  const message = 'is no cursor of this list';
  throw new MusterError('validation-failed', `after ${message}.`, { faults: [{ path: 'after', message }] });
}
