import { Migration } from '@mikro-orm/migrations';

/** The list of people finds those whose consent is to an earlier text. */
export class ConsentsByVersion extends Migration {
  override up(): void {
    this.addSql(`create index consent_version on consent (version, person_id)`);
  }
}
