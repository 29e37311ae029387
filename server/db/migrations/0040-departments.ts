import { Migration } from '@mikro-orm/migrations';

/**
 * Departments become a list. What was typed before becomes its rows: equal but for capitals is one department, written as it
 * was first. People, managers and schedules refer to it by name, and PostgreSQL carries a new name to all of them.
 */
export class Departments extends Migration {
  override up(): void {
    for (const statement of [...TABLES, ...ROWS, NAMES_OF_PEOPLE, ...REFERENCES]) this.addSql(statement);
  }
}

const TABLES = [
  // To upper case first, so that ß and ss are the same.
  `create function fold_name(written text) returns text language sql immutable strict parallel safe as $$
    select lower(upper(regexp_replace(normalize(written, NFC), '^\\s+|\\s+$', '', 'g') collate "und-x-icu") collate "und-x-icu")
  $$`,
  `create table department (
    name text primary key constraint department_named check (fold_name(name) <> ''),
    id uuid not null constraint department_id unique,
    created_at timestamptz(3) not null
  )`,
  `create unique index department_folded on department (fold_name(name))`,
  `create table former_department_name (
    name text primary key,
    department text not null
      constraint former_department_name_department_foreign references department (name)
      on update cascade on delete cascade,
    created_at timestamptz(3) not null
  )`,
  `create unique index former_department_name_folded on former_department_name (fold_name(name))`,
  `create index former_department_name_department on former_department_name (department)`,
];

/** Whose free text becomes a reference. */
const USERS = ['person', 'account', 'schedule_assignment', 'schedule_exception'];

const ROWS = [
  `insert into department (name, id, created_at)
    select distinct on (fold_name(department))
      regexp_replace(normalize(department, NFC), '^\\s+|\\s+$', '', 'g'), gen_random_uuid(), now()
    from (${USERS.map((table) => `select department, created_at from ${table}`).join(' union all ')}) used
    where fold_name(department) <> '' order by fold_name(department), created_at, department`,
  // Two departments that become one may have an exception on the same date: the older one stays.
  `delete from schedule_exception later using schedule_exception earlier
    where fold_name(later.department) = fold_name(earlier.department) and later.date = earlier.date
      and (later.created_at, later.id) > (earlier.created_at, earlier.id)`,
  `alter table person alter column department drop not null`,
];

/** As in 0026, with a department that may be null. */
const NAMES_OF_PEOPLE = `create or replace function write_names() returns trigger language plpgsql as $$
  declare
    family_first boolean := (
      select name_order = 'family-first' from site
      where id = coalesce(new.site_id, (select id from site order by created_at, id limit 1)));
  begin
    new.display_name := case
      when new.erased_at is not null then ''
      when family_first and (new.family_name || new.given_name) ~ '^[\\u3005\\u3040-\\u30ff\\u3400-\\u9fff\\uac00-\\ud7a3]+$'
        then new.family_name || new.given_name
      when family_first then join_names(new.family_name, new.given_name)
      else join_names(new.given_name, new.family_name) end;
    new.sort_name := case when new.family_name = '' then new.given_name
      else new.family_name || chr(9) || new.given_name end;
    new.search_text := fold_text(coalesce(new.number, '') || chr(10) || new.given_name || chr(10)
      || new.family_name || chr(10) || coalesce(new.department, '') || chr(10) || new.email);
    return new;
  end $$`;

const REFERENCES = [
  // It was made of lower(department).
  `drop index schedule_exception_department`,
  ...USERS.flatMap((table) => [
    `update ${table} set department = (
        select name from department d where fold_name(d.name) = fold_name(${table}.department))
      where department is not null and department not in (select name from department)`,
    `alter table ${table} add constraint ${table}_department_foreign foreign key (department)
      references department (name) on update cascade on delete restrict`,
  ]),
  ...['person', 'account', 'schedule_assignment'].map(
    (table) => `create index ${table}_department on ${table} (department)`,
  ),
  `create unique index schedule_exception_department on schedule_exception (department, date)`,
];
