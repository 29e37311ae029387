import { Migration } from '@mikro-orm/migrations';

export class Keys extends Migration {
  override up(): void {
    this.addSql(`create table master_key (
      id text primary key,
      "current" boolean not null,
      previous_id text,
      forward bytea,
      back bytea,
      created_at timestamptz(3) not null,
      rewrapped_at timestamptz(3),
      finished_at timestamptz(3)
    )`);
    this.addSql('create unique index master_key_current on master_key (("current")) where "current"');
    this.addSql(`create table key_holder (
      id uuid primary key,
      host text not null,
      source text not null,
      given_id text not null,
      key_id text not null,
      seen_at timestamptz(3) not null
    )`);
    this.addSql('alter table person_key add column shared boolean not null default false');
    this.addSql('alter table template add column unreadable_at timestamptz(3)');
    this.addSql(`create table evidence (
      punch_id uuid primary key
        constraint evidence_punch_id_foreign references punch (id) on update cascade on delete cascade,
      person_id uuid not null
        constraint evidence_person_id_foreign references person (id) on delete cascade,
      key_id uuid not null,
      sealed bytea not null,
      taken_at timestamptz(3) not null,
      expires_at timestamptz(3) not null
    )`);
    this.addSql('create index evidence_person on evidence (person_id)');
    this.addSql('create index evidence_expires on evidence (expires_at)');
  }
}
