import { Migration } from '@mikro-orm/migrations';

/** Closed months: what is frozen, what came later, and reopenings. */
export class Closing extends Migration {
  override up(): void {
    for (const statement of [...TABLES, ...APPEND_ONLY]) this.addSql(statement);
  }
}

const FIGURES = `presence int not null, pauses int not null, deducted int not null, worked int not null,
    incomplete int not null`;

function ofPerson(table: string): string {
  return `id uuid primary key,
    closing_id uuid not null
      constraint ${table}_closing_id_foreign references month_closing (id) on delete restrict,
    month text not null,
    person_id uuid not null constraint ${table}_person_id_foreign references person (id) on delete restrict`;
}

const TABLES = [
  `create table month_closing (
    id uuid primary key,
    month text not null constraint month_closing_month_form check (month ~ '^\\d{4}-(0[1-9]|1[0-2])$'),
    department text null,
    author_id uuid not null
      constraint month_closing_author_id_foreign references account (id) on delete restrict,
    closed_at timestamptz(3) not null,
    open_items int not null
  )`,
  `create index month_closing_month on month_closing (month)`,
  `create table month_reopening (
    closing_id uuid primary key
      constraint month_reopening_closing_id_foreign references month_closing (id)
      on update cascade on delete restrict,
    month text not null,
    author_id uuid not null
      constraint month_reopening_author_id_foreign references account (id) on delete restrict,
    reason text not null,
    at timestamptz(3) not null
  )`,
  `create table closed_person (
    ${ofPerson('closed_person')},
    department text not null,
    rules jsonb not null,
    seen int not null,
    constraint closed_person_once unique (closing_id, person_id)
  )`,
  `create index closed_person_person on closed_person (person_id, month)`,
  `create table closed_day (
    ${ofPerson('closed_day')},
    date date not null,
    ${FIGURES},
    planned int null,
    punch_ids jsonb not null,
    constraint closed_day_once unique (closing_id, person_id, date)
  )`,
  `create index closed_day_person on closed_day (person_id, month)`,
  `create table closed_adjustment (
    ${ofPerson('closed_adjustment')},
    date date not null,
    ${FIGURES},
    added jsonb not null,
    removed jsonb not null,
    constraint closed_adjustment_once unique (closing_id, person_id, date)
  )`,
  `create index closed_adjustment_person on closed_adjustment (person_id, month)`,
];

const FROZEN = ['month_closing', 'month_reopening', 'closed_person', 'closed_day', 'closed_adjustment'];

/** As punches are: only a retention run deletes, and only months whose punches it deletes as well. */
const APPEND_ONLY = [
  `create function closing_is_append_only() returns trigger language plpgsql as $$
  declare
    before date := nullif(current_setting('muster.delete_punches_before', true), '')::date;
  begin
    if tg_op = 'DELETE' and before is not null and old.month < to_char(before, 'YYYY-MM')
      and before <= current_date - 30 then
      return old;
    end if;
    raise exception 'closed months are append-only: reopen the month' using errcode = 'restrict_violation';
  end
  $$`,
  ...FROZEN.flatMap((table) => [
    `create trigger ${table}_no_change before update or delete on ${table}
      for each row execute function closing_is_append_only()`,
    `create trigger ${table}_no_truncate before truncate on ${table}
      for each statement execute function closing_is_append_only()`,
  ]),
];
