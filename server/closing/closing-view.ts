/** Closings as the API shows them. */
import type { Em } from '../db/database.ts';
import { Account } from '../db/entities/account.ts';
import { MonthReopening, type MonthClosing } from '../db/entities/closing.ts';
import type { ClosingView } from '../protocol/closings.ts';
import { type Figures, NO_FIGURES } from '../worktime/closing.ts';

/** @param departments include only people who were in these departments when the month was closed; everybody by default */
export async function closingViews(
  em: Em,
  closings: readonly MonthClosing[],
  departments?: readonly string[],
): Promise<ClosingView[]> {
  const ids = closings.map(({ id }) => id);
  const reopenings = await em.find(MonthReopening, { closingId: { $in: ids } });
  const reopened = new Map(reopenings.map((one) => [one.closingId, one]));
  const accounts = await em.find(Account, {}, { fields: ['id', 'name'] });
  const names = new Map(accounts.map(({ id, name }) => [id, name]));
  const people = await countPeople(em, ids, departments);
  const [frozen, adjusted] = await Promise.all([
    sumsOf(em, 'closed_day', ids, departments),
    sumsOf(em, 'closed_adjustment', ids, departments),
  ]);
  return closings.map(({ id, month, department, authorId, closedAt, openItems }) => {
    const end = reopened.get(id);
    return {
      id,
      month,
      department: department ?? null,
      closed: { name: names.get(authorId) ?? '', at: closedAt.toISOString() },
      reopened: end
        ? { name: names.get(end.authorId) ?? '', at: end.at.toISOString(), reason: end.reason }
        : null,
      openItems,
      people: people.get(id) ?? 0,
      frozen: frozen.get(id) ?? NO_FIGURES,
      adjusted: adjusted.get(id) ?? NO_FIGURES,
    };
  });
}

async function countPeople(
  em: Em,
  ids: readonly string[],
  departments: readonly string[] | undefined,
): Promise<Map<string, number>> {
  const within = withinSql(departments);
  const rows = await em.execute<{ id: string; n: number }[]>(
    `select closing_id as id, count(*)::int as n from closed_person
      where closing_id = any(?::uuid[]) ${within.sql} group by closing_id`,
    [`{${ids.join(',')}}`, ...within.parameters],
  );
  return new Map(rows.map(({ id, n }) => [id, n]));
}

async function sumsOf(
  em: Em,
  table: 'closed_day' | 'closed_adjustment',
  ids: readonly string[],
  departments: readonly string[] | undefined,
): Promise<Map<string, Figures>> {
  const within = withinSql(departments);
  const sum = (column: keyof Figures) => `sum(${table}.${column})::float8 as ${column}`;
  const columns = Object.keys(NO_FIGURES).map((column) => sum(column as keyof Figures));
  const rows = await em.execute<(Figures & { id: string })[]>(
    `select ${table}.closing_id as id, ${columns.join(', ')}
      from ${table}
      join closed_person on closed_person.closing_id = ${table}.closing_id
        and closed_person.person_id = ${table}.person_id
      where ${table}.closing_id = any(?::uuid[]) ${within.sql}
      group by ${table}.closing_id`,
    [`{${ids.join(',')}}`, ...within.parameters],
  );
  return new Map(rows.map(({ id, ...figures }) => [id, figures]));
}

/** A condition on `closed_person`, which keeps the name that the department had then. */
export function withinSql(departments: readonly string[] | undefined): {
  sql: string;
  parameters: string[];
} {
  if (departments === undefined) return { sql: '', parameters: [] };
  const names = JSON.stringify(departments);
  return {
    sql: `and fold_name(closed_person.department) in (
      select fold_name(name) from jsonb_array_elements_text(?::jsonb) name
      union all select fold_name(former.name) from former_department_name former
        where former.department in (select jsonb_array_elements_text(?::jsonb)))`,
    parameters: [names, names],
  };
}
