// cspell:ignore ıłøđðħ يىكة iloddh ییکه
import { Migration } from '@mikro-orm/migrations';

/**
 * How the name of a person is written, sorted and found: written by a trigger, so that it is done at one place whoever
 * writes the row. Whether the family name comes first is a rule of the site.
 */
export class Names extends Migration {
  override up(): void {
    for (const statement of [COLLATION, ...FUNCTIONS, ...COLUMNS, ...TRIGGERS, ...EARLIER]) {
      this.addSql(statement);
    }
  }
}

/** The order of all languages (CLDR root), with 2 before 10: the same on every system, whatever the locale of the database. */
const COLLATION = `create collation by_name (provider = icu, locale = 'und-u-kn-true')`;

const FUNCTIONS = [
  // Without case, accents, vowel marks and joiners, and with one letter for those that keyboards and exports mix up.
  `create function fold_text(written text) returns text language sql immutable strict parallel safe as $$
    select replace(replace(replace(replace(
      translate(
        regexp_replace(
          lower(normalize(written, NFKD) collate "und-x-icu"),
          '[\\u0300-\\u036f\\u0591-\\u05c7\\u064b-\\u065f\\u0670\\u200c\\u200d]', '', 'g'),
        'ıłøđðħ’‘ʼ‐‑–يىكة',
        'iloddh''''''---ییکه'),
      'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th')
  $$`,
  `create function join_names(first text, second text) returns text language sql immutable strict parallel safe as $$
    select case
      when first = '' then second
      when second = '' then first
      else first || ' ' || second end
  $$`,
  `create function write_names() returns trigger language plpgsql as $$
  declare
    family_first boolean := (
      select name_order = 'family-first' from site
      where id = coalesce(new.site_id, (select id from site order by created_at, id limit 1)));
  begin
    new.display_name := case
      when new.erased_at is not null then ''
      -- 山田太郎: no space between names without an alphabet.
      when family_first and (new.family_name || new.given_name) ~ '^[\\u3005\\u3040-\\u30ff\\u3400-\\u9fff\\uac00-\\ud7a3]+$'
        then new.family_name || new.given_name
      when family_first then join_names(new.family_name, new.given_name)
      else join_names(new.given_name, new.family_name) end;
    -- A tab sorts before everything that a name may hold, so that the whole family name counts first.
    new.sort_name := case when new.family_name = '' then new.given_name
      else new.family_name || chr(9) || new.given_name end;
    new.search_text := fold_text(coalesce(new.number, '') || chr(10) || new.given_name || chr(10)
      || new.family_name || chr(10) || new.department || chr(10) || new.email);
    return new;
  end $$`,
  `create function rewrite_names() returns trigger language plpgsql as $$
  begin
    update person set display_name = '' where erased_at is null and coalesce(site_id, (
      select id from site order by created_at, id limit 1)) = new.id;
    return null;
  end $$`,
];

const COLUMNS = [
  `alter table site add column name_order text not null default 'given-first'
    constraint site_name_order check (name_order in ('given-first', 'family-first'))`,
  `alter table person
    add column display_name text not null default '',
    add column sort_name text collate by_name not null default '',
    add column search_text text not null default ''`,
];

const TRIGGERS = [
  `create trigger person_names before insert or update on person for each row execute function write_names()`,
  `create trigger site_names after update of name_order on site
    for each row when (new.name_order <> old.name_order) execute function rewrite_names()`,
];

const EARLIER = [
  // What was typed before was not composed.
  `update person set given_name = normalize(given_name), family_name = normalize(family_name),
    department = normalize(department), job_title = normalize(job_title)`,
  `alter table person add constraint person_named
    check (erased_at is not null or given_name <> '' or family_name <> '')`,
];
