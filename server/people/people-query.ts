/** Which people a list holds, page by page, and how many of them must be enrolled again. */
import type { ConsentTextStore } from '../consent/consent-text-store.ts';
import type { Em } from '../db/database.ts';
import { MusterError } from '../protocol/error.ts';
import { isId } from '../protocol/fields.ts';
import type { PeopleQuery, PeopleSort, ReenrollmentView } from '../protocol/people.ts';
import { isStorable } from '../protocol/storable.ts';
import type { ContractsInUse } from './person-view.ts';

export type PeopleFilter = Partial<Omit<PeopleQuery, 'limit' | 'after' | 'sort'>>;

/** What decides whom a filter leaves. */
export interface FilterBasis {
  /** Of the model pack in use. */
  contract: string;
  consentTexts: Pick<ConsentTextStore, 'accepted'>;
}

/** A condition in SQL on `person p`, and its parameters. */
interface Condition {
  sql: string;
  parameters: unknown[];
}

/** What a list is sorted by: columns that name one person, and how a cursor's text becomes the value of each. */
interface Order {
  columns: readonly { sql: string; value: string }[];
  down?: true;
}

const id = { sql: 'p.id', value: '?::uuid' };
const number = { sql: 'p.number collate by_name', value: '?' };
const name = { sql: 'p.sort_name', value: '?' };

const ORDERS: Record<PeopleSort, Order> = {
  name: { columns: [name, number, id] },
  number: { columns: [number, id] },
  department: {
    columns: [{ sql: "coalesce(p.department, '') collate by_name", value: '?' }, name, number, id],
  },
  newest: { columns: [{ sql: 'p.created_at', value: '?::timestamptz' }, id], down: true },
};

/** The ids of one page, in the order of the list, and whether there are more. */
export async function findPeople(
  em: Em,
  {
    limit,
    after,
    sort = 'name',
    ...filter
  }: PeopleFilter & { limit: number; after?: string | undefined; sort?: PeopleSort | undefined },
  basis: FilterBasis,
): Promise<{ ids: string[]; next: string | null }> {
  const { columns, down } = ORDERS[sort];
  const conditions = conditionsOf(filter, basis);
  if (after !== undefined) {
    const from = columns.map(({ sql }) => sql).join(', ');
    const values = columns.map(({ value }) => value).join(', ');
    conditions.push({
      sql: `(${from}) ${down ? '<' : '>'} (${values})`,
      parameters: readCursor(after, sort),
    });
  }
  const { sql, parameters } = all(conditions);
  const rows = await em.execute<{ id: string; place: string[] }[]>(
    `select p.id, array[${columns.map((column) => `(${column.sql})::text collate "C"`).join(', ')}] place
     from person p where ${sql}
     order by ${columns.map((column) => `${column.sql}${down ? ' desc' : ''}`).join(', ')} limit ?`,
    [...parameters, limit + 1],
  );
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    ids: page.map((row) => row.id),
    next: rows.length > limit && last ? writeCursor(sort, last.place) : null,
  };
}

export async function countPeople(
  em: Em,
  filter: PeopleFilter,
  basis: FilterBasis,
): Promise<{ people: number }> {
  const { sql, parameters } = peopleWhere(filter, basis);
  const [count] = await em.execute<[{ people: number }]>(
    `select count(*)::int people from person p where ${sql}`,
    parameters,
  );
  return count;
}

/** The condition on `person p` that a filter is, and others beside it. */
export function peopleWhere(filter: PeopleFilter, basis: FilterBasis, ...more: Condition[]): Condition {
  return all([...conditionsOf(filter, basis), ...more]);
}

/** Agrees with `PersonView.reenroll`. */
export async function countReenrollment(
  em: Em,
  search: string,
  { contract, former, ...basis }: ContractsInUse & Omit<FilterBasis, 'contract'>,
): Promise<ReenrollmentView> {
  const { sql, parameters } = all(conditionsOf({ search }, { contract, ...basis }));
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

function conditionsOf(filter: PeopleFilter, { contract, consentTexts }: FilterBasis): Condition[] {
  const { search = '', status, department, enrolled, reenroll, lookAlike, agreeAgain } = filter;
  const words = search.split(/\s+/).filter((word) => word !== '');
  return [
    { sql: 'p.erased_at is null', parameters: [] },
    ...words.map((word) => ({
      sql: 'strpos(p.search_text, fold_text(?)) > 0',
      parameters: [word],
    })),
    ...(status === undefined ? [] : [{ sql: 'p.status = ?', parameters: [status] }]),
    ...(department === undefined ? [] : [department === '' ? NO_DEPARTMENT : inDepartment(department)]),
    ...(enrolled === undefined ? [] : [either(enrolled, isEnrolled(contract))]),
    ...(reenroll === undefined ? [] : [either(reenroll, mustReenroll(contract))]),
    ...(lookAlike === undefined ? [] : [either(lookAlike, LOOKS_ALIKE)]),
    ...(agreeAgain === undefined ? [] : [either(agreeAgain, mustAgreeAgain(consentTexts.accepted))]),
  ];
}

const NO_DEPARTMENT: Condition = { sql: 'p.department is null', parameters: [] };

function inDepartment(name: string): Condition {
  return {
    sql: `p.department in (
      select name from department where fold_name(name) = fold_name(?)
      union all select department from former_department_name where fold_name(name) = fold_name(?))`,
    parameters: [name, name],
  };
}

const LOOKS_ALIKE: Condition = {
  sql: 'exists (select from look_alike l where l.person_id = p.id)',
  parameters: [],
};

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

/** Agrees with `PersonView.consent.current`: the last consent decides. @param accepted versions that still count */
function mustAgreeAgain(accepted: readonly string[]): Condition {
  return {
    sql: `p.status <> 'left' and exists (
      select from consent c where c.person_id = p.id and c.withdrawn_at is null and c.version in (
        select text.version from consent_text text
        where text.version not in (select jsonb_array_elements_text(?::jsonb))
      ) and not exists (
        select from consent later
        where later.person_id = p.id and later.withdrawn_at is null and later.given_at > c.given_at))`,
    parameters: [JSON.stringify(accepted)],
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

/** Where a page ended: the sort keys rather than the person, who may be renamed or erased before the next page. */
function writeCursor(sort: PeopleSort, place: readonly string[]): string {
  return Buffer.from(JSON.stringify([sort, ...place])).toString('base64url');
}

/** Throws MusterError `validation-failed`. */
function readCursor(text: string, sort: PeopleSort): string[] {
  const { columns } = ORDERS[sort];
  try {
    const parts: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    if (Array.isArray(parts) && parts.every((part) => typeof part === 'string') && isStorable(parts)) {
      const [of, ...place] = parts;
      const fits = of === sort && place.length === columns.length && isId(place.at(-1) ?? '');
      if (fits && (sort !== 'newest' || !Number.isNaN(Date.parse(place[0]!)))) return place;
    }
  } catch {
    // Not a cursor of ours: said below.
  }
  const message = 'is no cursor of this list';
  throw new MusterError('validation-failed', `after ${message}.`, { faults: [{ path: 'after', message }] });
}
