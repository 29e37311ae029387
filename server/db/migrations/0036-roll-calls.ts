import { Migration } from '@mikro-orm/migrations';

/** Roll calls: the people who may be in the building, and every tick of every warden. */
export class RollCalls extends Migration {
  override up(): void {
    this.addSql(`create table roll_call (
      id uuid primary key,
      site_id uuid null constraint roll_call_site_id_foreign references site (id) on delete restrict,
      version int not null,
      started_at timestamptz(3) not null,
      started_by uuid not null constraint roll_call_started_by_foreign references account (id) on delete restrict,
      ended_at timestamptz(3) null,
      ended_by uuid null constraint roll_call_ended_by_foreign references account (id) on delete restrict
    )`);
    this.addSql(`create index roll_call_started on roll_call (started_at)`);
    // Wardens who press the button at once get the same list.
    this.addSql(`create unique index roll_call_open
      on roll_call (coalesce(site_id, '00000000-0000-0000-0000-000000000000')) where ended_at is null`);
    this.addSql(`create table roll_call_person (
      id uuid primary key,
      roll_call_id uuid not null
        constraint roll_call_person_roll_call_id_foreign references roll_call (id) on delete cascade,
      person_id uuid not null
        constraint roll_call_person_person_id_foreign references person (id) on delete restrict,
      version int not null,
      added boolean not null,
      site_id uuid null constraint roll_call_person_site_id_foreign references site (id) on delete restrict,
      state text not null
        constraint roll_call_person_state check (state in ('in', 'uncertain', 'left', 'unknown')),
      since timestamptz(3) null,
      seen_at timestamptz(3) null,
      door text null,
      constraint roll_call_person_once unique (roll_call_id, person_id)
    )`);
    this.addSql(`create index roll_call_person_person on roll_call_person (person_id)`);
    this.addSql(`create table roll_call_tick (
      id uuid primary key,
      roll_call_id uuid not null
        constraint roll_call_tick_roll_call_id_foreign references roll_call (id) on delete cascade,
      person_id uuid not null
        constraint roll_call_tick_person_id_foreign references person (id) on delete restrict,
      says text not null constraint roll_call_tick_says check (says in ('safe', 'missing', 'cleared')),
      at timestamptz(3) not null,
      account_id uuid not null
        constraint roll_call_tick_account_id_foreign references account (id) on delete restrict,
      client uuid not null,
      sequence int not null,
      received_at timestamptz(3) not null,
      constraint roll_call_tick_once unique (account_id, client, sequence)
    )`);
    this.addSql(`create index roll_call_tick_of on roll_call_tick (roll_call_id, person_id, at)`);
    this.addSql(`create index roll_call_tick_person on roll_call_tick (person_id)`);
  }
}
