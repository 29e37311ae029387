import { Migration } from '@mikro-orm/migrations';

/** The schema follows the spelling of the code. */
export class AmericanSpelling extends Migration {
  override up(): void {
    this.addSql('alter table enrolment rename to enrollment');
    this.addSql('alter index enrolment_pkey rename to enrollment_pkey');
    this.addSql('alter index enrolment_person rename to enrollment_person');
    for (const column of ['person_id', 'enrolled_by']) {
      this.addSql(
        `alter table enrollment rename constraint enrolment_${column}_foreign to enrollment_${column}_foreign`,
      );
    }
  }
}
