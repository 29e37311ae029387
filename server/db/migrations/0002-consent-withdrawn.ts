import { Migration } from '@mikro-orm/migrations';

/** A given consent stays on record; its withdrawal is recorded in the same row, once. */
export class ConsentWithdrawn extends Migration {
  override up(): void {
    this.addSql(`alter table consent
      add column withdrawn_at timestamptz(3),
      add column withdrawn_by uuid
        constraint consent_withdrawn_by_foreign references account (id) on delete restrict,
      add constraint consent_withdrawn check ((withdrawn_at is null) = (withdrawn_by is null))`);
  }
}
