import { Migration } from '@mikro-orm/migrations';

/** Consent texts that are written and released on a page. */
export class ConsentDrafts extends Migration {
  override up(): void {
    this.addSql(`create table consent_draft (
      language text primary key,
      text text not null,
      changed_by uuid not null
        constraint consent_draft_changed_by_foreign references account (id) on delete restrict,
      changed_at timestamptz(3) not null
    )`);
    // Every text so far is a version to which people agree anew, and that stays so for the texts of files.
    this.addSql(`alter table consent_text add column asks_again boolean not null default true`);
    // What somebody agreed to, or was shown to be released, stays what it is.
    this.addSql(`create function consent_text_is_kept() returns trigger language plpgsql as $$
      begin
        if old.released_by is not null or exists (
          select from consent where consent.version = old.version and consent.language = old.language
        ) then
          raise exception 'a consent text that was released or agreed to does not change: release another version'
            using errcode = 'restrict_violation';
        end if;
        return case when tg_op = 'DELETE' then old else new end;
      end
      $$`);
    this.addSql(`create trigger consent_text_no_change before update or delete on consent_text
      for each row execute function consent_text_is_kept()`);
  }
}
