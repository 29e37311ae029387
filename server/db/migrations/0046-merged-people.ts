import { Migration } from '@mikro-orm/migrations';

/** Two records of one person become one: the record that goes says which one has its data, and its number and name still find it. */
export class MergedPeople extends Migration {
  override up(): void {
    this.addSql(`alter table person
      add column merged_into uuid null,
      add column formerly jsonb null,
      add constraint person_merged check (merged_into is null or erased_at is not null)`);
    this.addSql(`create index person_merged_into on person (merged_into)`);
    this.addSql(`alter table correction
      drop constraint correction_kind,
      add constraint correction_kind check (kind in ('add', 'void', 'move', 'change', 'merge'))`);
    // As migration 0026 has it, and with the former numbers and names.
    this.addSql(`create or replace function write_names() returns trigger language plpgsql as $$
      declare
        family_first boolean := (
          select name_order = 'family-first' from site
          where id = coalesce(new.site_id, (select id from site order by created_at, id limit 1)));
      begin
        new.display_name := case
          when new.erased_at is not null then ''
          when family_first and (new.family_name || new.given_name) ~ '^[\\u3005\\u3040-\\u30ff\\u3400-\\u9fff\\uac00-\\ud7a3]+$'
            then new.family_name || new.given_name
          when family_first then join_names(new.family_name, new.given_name)
          else join_names(new.given_name, new.family_name) end;
        new.sort_name := case when new.family_name = '' then new.given_name
          else new.family_name || chr(9) || new.given_name end;
        new.search_text := fold_text(coalesce(new.number, '') || chr(10) || new.given_name || chr(10)
          || new.family_name || chr(10) || coalesce(new.department, '') || chr(10) || new.email
          || coalesce((select string_agg(chr(10) || (one ->> 'number') || chr(10) || (one ->> 'name'), '')
               from jsonb_array_elements(new.formerly) one), ''));
        return new;
      end $$`);
  }
}
