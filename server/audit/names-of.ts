/** What the IDs in audit events stand for. The trail keeps no names, so that they stay erasable: they are looked up to be read. */
import type { Database } from '../db/database.ts';
import type { AuditEventView, AuditNames } from '../protocol/audit.ts';

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/;

/** Tables whose rows have a name of their own, and what it is. */
const NAMED = {
  account: "coalesce(nullif(name, ''), username)",
  api_token: 'name',
  device: 'name',
  holiday: 'name',
  month_closing: "concat_ws(', ', month, department)",
  payroll_profile: 'name',
  rota: 'name',
  shift: 'name',
  site: 'name',
  webhook_endpoint: 'name',
};
/** Tables whose rows go by the name of the person whom they concern. */
const CONCERNING = ['correction', 'punch', 'schedule_assignment', 'schedule_exception'];

const EVERYTHING = [
  ...Object.entries(NAMED).map(
    ([table, name]) => `select id, ${name} as name, null::uuid as person_id from ${table}`,
  ),
  ...CONCERNING.map(
    (table) =>
      `select ${table}.id, person.display_name, person.id from ${table} join person on person.id = person_id
        where person.erased_at is null`,
  ),
  `select session.id, coalesce(nullif(account.name, ''), account.username), null
    from session join account on account.id = account_id`,
  'select id, display_name, id from person where erased_at is null',
].join(' union all ');

/** The names of what still exists of the objects and the details of these events, by ID. */
export async function namesOf(database: Database, events: readonly AuditEventView[]): Promise<AuditNames> {
  const ids = [...new Set(events.flatMap(({ objectId, detail }) => idsIn([objectId, detail])))];
  if (ids.length === 0) return {};
  const rows = await database
    .fork()
    .execute<{ id: string; name: string; personId: string | null }[]>(
      `select id, name, person_id as "personId" from (${EVERYTHING}) everything where id = any(?::uuid[])`,
      [`{${ids.join()}}`],
    );
  return Object.fromEntries(
    rows.map(({ id, name, personId }) => [id, { name, ...(personId !== null && { personId }) }]),
  );
}

function idsIn(value: unknown): string[] {
  if (typeof value === 'string') return UUID.test(value) ? [value] : [];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(idsIn) : [];
}
