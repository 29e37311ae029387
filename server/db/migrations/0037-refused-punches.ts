import { Migration } from '@mikro-orm/migrations';

/** Claims that were refused are on the list of refused sightings: of anybody or of nobody, and for more reasons than the database. */
export class RefusedPunches extends Migration {
  override up(): void {
    this.addSql('alter table refused_sighting rename to refused_punch');
    for (const name of ['pkey', 'once', 'person_id_foreign', 'decided_by_foreign', 'decision']) {
      this.addSql(
        `alter table refused_punch rename constraint refused_sighting_${name} to refused_punch_${name}`,
      );
    }
    for (const name of ['waiting', 'person']) {
      this.addSql(`alter index refused_sighting_${name} rename to refused_punch_${name}`);
    }
    this.addSql('alter table refused_punch rename column sighting_id to origin');
    this.addSql(`alter table refused_punch
      alter column person_id drop not null,
      alter column source drop not null,
      alter column code drop not null,
      add column why text not null default 'database'`);
    this.addSql('alter table refused_punch alter column why drop default');
  }
}
