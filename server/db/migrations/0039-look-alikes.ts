import { Migration } from '@mikro-orm/migrations';

/** People who look alike, punches that a number decided between two of them, and sightings that nobody decided. */
export class LookAlikes extends Migration {
  override up(): void {
    this.addSql(`create table look_alike (
      person_id uuid not null
        constraint look_alike_person_id_foreign references person (id) on update cascade on delete cascade,
      other_id uuid not null
        constraint look_alike_other_id_foreign references person (id) on update cascade on delete cascade,
      similarity double precision not null,
      recorded_at timestamptz(3) not null,
      recorded_by uuid null
        constraint look_alike_recorded_by_foreign references account (id) on delete restrict,
      constraint look_alike_pkey primary key (person_id, other_id),
      constraint look_alike_two check (person_id <> other_id)
    )`);
    this.addSql(`create index look_alike_other on look_alike (other_id)`);
    this.addSql(`alter table punch drop constraint punch_source`);
    this.addSql(`alter table punch add constraint punch_source check (
      (source in ('sighting', 'face-and-number', 'pin', 'badge') and sighting_id is not null)
      or (source = 'correction' and author_id is not null and reason is not null)
    )`);
    for (const which of ['either', 'or']) {
      this.addSql(`alter table refused_punch add column ${which}_id uuid null
        constraint refused_punch_${which}_id_foreign references person (id) on delete restrict`);
      this.addSql(`create index refused_punch_${which} on refused_punch (${which}_id)`);
    }
  }
}
