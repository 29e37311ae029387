import { Migration } from '@mikro-orm/migrations';

/** What owners set on pages: settings, and consent texts that were released there. */
export class Settings extends Migration {
  override up(): void {
    this.addSql(`create table setting (
      key text primary key,
      value text not null,
      changed_by uuid not null constraint setting_changed_by_foreign references account (id) on delete restrict,
      changed_at timestamptz(3) not null
    )`);
    this.addSql(`alter table consent_text
      add column released_by uuid
        constraint consent_text_released_by_foreign references account (id) on delete restrict`);
  }
}
