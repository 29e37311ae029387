import { Migration } from '@mikro-orm/migrations';

/** What people are planned to work, when they are absent, and what is carried in their balances. */
export class Schedules extends Migration {
  override up(): void {
    for (const statement of STATEMENTS) this.addSql(statement);
  }
}

const ONE_SCOPE = '(person_id is null) <> (department is null)';

const STATEMENTS = [
  `create table shift (
    id uuid primary key,
    name text not null,
    begins text not null,
    ends text not null,
    flexible jsonb null,
    breaks jsonb null,
    created_at timestamptz(3) not null
  )`,
  `create unique index shift_name on shift (lower(name))`,
  `create table rota (
    id uuid primary key,
    name text not null,
    weeks jsonb not null,
    anchor date not null,
    works_on_holidays boolean not null,
    carry_over int null,
    created_at timestamptz(3) not null
  )`,
  `create unique index rota_name on rota (lower(name))`,
  `create table schedule_assignment (
    id uuid primary key,
    rota_id uuid not null
      constraint schedule_assignment_rota_id_foreign references rota (id) on delete restrict,
    person_id uuid null
      constraint schedule_assignment_person_id_foreign references person (id) on delete restrict,
    department text null,
    from_date date not null,
    until_date date null,
    created_at timestamptz(3) not null,
    constraint schedule_assignment_scope check (${ONE_SCOPE}),
    constraint schedule_assignment_span check (until_date is null or until_date >= from_date)
  )`,
  `create index schedule_assignment_person on schedule_assignment (person_id)`,
  `create table schedule_exception (
    id uuid primary key,
    person_id uuid null
      constraint schedule_exception_person_id_foreign references person (id) on delete restrict,
    department text null,
    date date not null,
    shift_ids jsonb not null,
    reason text not null,
    created_at timestamptz(3) not null,
    constraint schedule_exception_scope check (${ONE_SCOPE})
  )`,
  `create unique index schedule_exception_person on schedule_exception (person_id, date)`,
  `create unique index schedule_exception_department on schedule_exception (lower(department), date)`,
  `create table absence (
    id uuid primary key,
    person_id uuid not null constraint absence_person_id_foreign references person (id) on delete restrict,
    kind text not null constraint absence_kind check (kind in ('vacation', 'sick', 'trip', 'unpaid')),
    from_date date not null,
    to_date date not null,
    begins_at_noon boolean not null,
    ends_at_noon boolean not null,
    note text not null,
    created_at timestamptz(3) not null,
    constraint absence_span check (from_date < to_date or (from_date = to_date and not (begins_at_noon and ends_at_noon)))
  )`,
  `create index absence_person on absence (person_id, to_date)`,
  `create table holiday (
    id uuid primary key,
    site_id uuid null constraint holiday_site_id_foreign references site (id) on delete cascade,
    date date not null,
    name text not null,
    off text not null constraint holiday_off check (off in ('day', 'afternoon', 'nothing')),
    source text not null constraint holiday_source check (source in ('entered', 'calendar-file')),
    created_at timestamptz(3) not null
  )`,
  `create unique index holiday_date on holiday (site_id, date) nulls not distinct`,
  `create table balance_entry (
    id uuid primary key,
    person_id uuid not null
      constraint balance_entry_person_id_foreign references person (id) on delete restrict,
    kind text not null constraint balance_entry_kind check (kind in ('start', 'payout', 'correction')),
    date date not null,
    amount int not null,
    reason text not null,
    author_id uuid not null
      constraint balance_entry_author_id_foreign references account (id) on delete restrict,
    created_at timestamptz(3) not null
  )`,
  `create index balance_entry_person on balance_entry (person_id)`,
  `create table vacation_allowance (
    person_id uuid not null
      constraint vacation_allowance_person_id_foreign references person (id) on delete restrict,
    year int not null,
    days double precision not null,
    carried double precision not null,
    carried_until date null,
    primary key (person_id, year)
  )`,
];
