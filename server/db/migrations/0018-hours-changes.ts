import { Migration } from '@mikro-orm/migrations';

/**
 * Whose hours a commit may have changed. What keeps derived hours in memory reads it (`server/attendance/today-board.ts`);
 * the rows are hints, and are deleted after an hour.
 */
export class HoursChanges extends Migration {
  override up(): void {
    for (const statement of [...TABLE, ...FUNCTIONS, ...PERSONAL, ...COMMON]) this.addSql(statement);
  }
}

const TABLE = [
  `create table hours_change (
    seq bigint generated always as identity primary key,
    xid xid8 not null default pg_current_xact_id(),
    person_id uuid null,
    at timestamptz not null default now()
  )`,
  `comment on column hours_change.person_id is 'null: everybody'`,
  `create index hours_change_xid on hours_change (xid)`,
];

const FUNCTIONS = [
  // Its argument is the column with the id of the person.
  `create function note_hours_of_person() returns trigger language plpgsql as $$
  declare
    person text := to_jsonb(case when tg_op = 'DELETE' then old else new end) ->> tg_argv[0];
  begin
    insert into hours_change (person_id) values (person::uuid);
    if tg_op = 'UPDATE' and (to_jsonb(old) ->> tg_argv[0]) is distinct from person then
      insert into hours_change (person_id) values ((to_jsonb(old) ->> tg_argv[0])::uuid);
    end if;
    return null;
  end $$`,
  `create function note_hours_of_punch() returns trigger language plpgsql as $$
  begin
    insert into hours_change (person_id)
      select person_id from punch where id = case when tg_op = 'DELETE' then old.punch_id else new.punch_id end;
    return null;
  end $$`,
  `create function note_hours_of_everybody() returns trigger language plpgsql as $$
  begin
    insert into hours_change (person_id) values (null);
    return null;
  end $$`,
];

const ANY = 'insert or update or delete';

const PERSONAL = [
  ...['punch', 'punch_void', 'punch_statement', 'schedule_assignment', 'schedule_exception', 'absence'].map(
    (table) => personal(table, 'person_id'),
  ),
  personal('person', 'id'),
  `create trigger evidence_hours after insert or delete on evidence
    for each row execute function note_hours_of_punch()`,
];

/** Names that are shown with punches, and rules. */
const COMMON = [
  common('site', ANY),
  common('shift', ANY),
  common('rota', ANY),
  common('holiday', ANY),
  common('device', 'update of name'),
  common('account', 'update of name'),
];

function personal(table: string, column: string): string {
  return `create trigger ${table}_hours after ${ANY} on ${table}
    for each row execute function note_hours_of_person('${column}')`;
}

function common(table: string, events: string): string {
  return `create trigger ${table}_hours after ${events} on ${table}
    for each statement execute function note_hours_of_everybody()`;
}
