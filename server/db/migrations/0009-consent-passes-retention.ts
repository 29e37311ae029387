import { Migration } from '@mikro-orm/migrations';

export class ConsentPassesRetention extends Migration {
  override up(): void {
    for (const statement of STATEMENTS) this.addSql(statement);
  }
}

const STATEMENTS = [
  // Every text that was ever in force, word for word, because the record of a consent refers to one.
  `create table consent_text (
    version text not null,
    language text not null,
    text text not null,
    since timestamptz(3) not null,
    primary key (version, language)
  )`,
  // Until now there was only one way to record consent: the check box in the enrollment.
  `alter table consent add column method text not null default 'in-person'
    constraint consent_method check (method in ('in-person', 'on-paper', 'electronic'))`,
  `alter table consent alter column method drop default`,

  // For people who left before now, the date is unknown: their retention period starts now.
  `alter table person add column left_at timestamptz(3)`,
  `update person set left_at = now() where status = 'left' and erased_at is null`,

  `create table pin (
    person_id uuid primary key
      constraint pin_person_id_foreign references person (id) on update cascade on delete cascade,
    master_key_id text not null,
    sealed bytea not null,
    failures int not null,
    locked_until timestamptz(3),
    set_at timestamptz(3) not null
  )`,
  `create table badge (
    person_id uuid primary key
      constraint badge_person_id_foreign references person (id) on update cascade on delete cascade,
    code_hash bytea not null constraint badge_code_hash unique,
    issued_at timestamptz(3) not null
  )`,

  `alter table punch drop constraint punch_source`,
  `alter table punch add constraint punch_source check (
    (source in ('sighting', 'pin', 'badge') and sighting_id is not null)
    or (source = 'correction' and author_id is not null and reason is not null)
  )`,

  // The only exception: the transaction of a retention run sets the work date up to which it deletes, and the trigger
  // lets it delete only punches before that date, which must be at least a month ago.
  `create or replace function punch_is_append_only() returns trigger language plpgsql as $$
  declare
    before date := nullif(current_setting('muster.delete_punches_before', true), '')::date;
  begin
    if tg_op = 'DELETE' and before is not null and old.work_date < before
      and before <= current_date - 30 then
      return old;
    end if;
    raise exception 'punches are append-only: correct one with a new punch' using errcode = 'restrict_violation';
  end
  $$`,

  // One row a day for all servers of the database: the server that inserts it does the run of that day.
  `create table retention_run (
    day date primary key,
    at timestamptz(3) not null,
    report jsonb not null
  )`,
];
