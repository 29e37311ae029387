import { Migration } from '@mikro-orm/migrations';

/** Why: what the analyzers decided about faces, with the numbers behind it. Kept for days. */
export class Decisions extends Migration {
  override up(): void {
    this.addSql(`create table decision (
      id uuid primary key,
      origin text not null constraint decision_once unique,
      device_id uuid not null,
      device_name text not null,
      time_zone text not null,
      at timestamptz(3) not null,
      kind text not null,
      person_id uuid constraint decision_person_id_foreign references person (id) on delete restrict,
      either_id uuid constraint decision_either_id_foreign references person (id) on delete restrict,
      or_id uuid constraint decision_or_id_foreign references person (id) on delete restrict,
      summary jsonb not null
    )`);
    this.addSql('create index decision_at on decision (at, id)');
    this.addSql('create index decision_device on decision (device_id, at)');
    this.addSql('create index decision_person on decision (person_id)');
    this.addSql('create index decision_either on decision (either_id)');
    this.addSql('create index decision_or on decision (or_id)');
  }
}
