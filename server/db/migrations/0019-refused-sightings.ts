import { Migration } from '@mikro-orm/migrations';

/** Sightings that the database refused as punches, and the key of the journals that keep sightings until they are booked. */
export class RefusedSightings extends Migration {
  override up(): void {
    // No foreign keys to device and site: a reference to nothing may be the very reason of the refusal.
    this.addSql(`create table refused_sighting (
      id uuid primary key,
      sighting_id text not null constraint refused_sighting_once unique,
      person_id uuid not null
        constraint refused_sighting_person_id_foreign references person (id) on delete restrict,
      device_id uuid not null,
      device_name text not null,
      site_id uuid not null,
      time_zone text not null,
      at timestamptz(3) not null,
      source text not null,
      code text not null,
      created_at timestamptz(3) not null,
      decision text null constraint refused_sighting_decision check (decision in ('booked', 'dismissed')),
      reason text null,
      decided_at timestamptz(3) null,
      decided_by uuid null
        constraint refused_sighting_decided_by_foreign references account (id) on delete restrict,
      correction_id uuid null
    )`);
    this.addSql(`create index refused_sighting_waiting on refused_sighting (at) where decision is null`);
    this.addSql(`create index refused_sighting_person on refused_sighting (person_id)`);
    this.addSql(`create table sighting_journal_key (
      id uuid primary key,
      master_key_id text not null,
      sealed bytea not null,
      created_at timestamptz(3) not null
    )`);
  }
}
