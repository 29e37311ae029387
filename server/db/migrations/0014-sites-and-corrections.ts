import { Migration } from '@mikro-orm/migrations';

/**
 * Punches become facts. What a passing at an automatic door means, and which work day it belongs to, was stored by the
 * settings of the door; from here on it is derived by the rules of a site. Every time zone of a door becomes a site.
 */
export class SitesAndCorrections extends Migration {
  override up(): void {
    for (const statement of [...SITES, ...PUNCHES, ...CORRECTIONS, ...APPEND_ONLY]) this.addSql(statement);
  }
}

const SITES = [
  `create table site (
    id uuid primary key,
    name text not null,
    time_zone text not null,
    reading text not null constraint site_reading check (reading in ('first-and-last', 'in-and-out')),
    turns_at int not null constraint site_turns_at check (turns_at between 0 and 23),
    longest_stay int not null,
    breaks jsonb not null,
    approval text not null constraint site_approval check (approval in ('off', 'others', 'all')),
    country text null,
    region text null,
    created_at timestamptz(3) not null
  )`,
  `create unique index site_name on site (lower(name))`,

  // Days of up to 15 hours read as before: the longest stay of a new site is 13 hours, which would flag some of them.
  // Named after the last part of the zone (Europe/Paris: Paris), unless two zones share it. The oldest door's comes first.
  `insert into site (id, name, time_zone, reading, turns_at, longest_stay, breaks, approval, created_at)
    select gen_random_uuid(),
      case when count(*) over (partition by lower(city)) > 1 then zone else city end,
      zone, 'first-and-last', turns_at, 15 * 3600000, '{"steps": [], "punchedCount": true}', 'others', since
    from (
      select settings ->> 'timeZone' as zone,
        replace(regexp_replace(settings ->> 'timeZone', '^.*/', ''), '_', ' ') as city,
        mode() within group (order by coalesce((settings ->> 'dayTurnsAt')::int, 4)) as turns_at,
        min(paired_at) as since
      from device
      where revoked_at is null and settings ->> 'timeZone' is not null
      group by 1, 2
    ) as zones`,

  `alter table device add column site_id uuid null
    constraint device_site_id_foreign references site (id) on delete restrict`,
  `alter table person add column site_id uuid null
    constraint person_site_id_foreign references site (id) on delete restrict`,
  `alter table pairing_code add column site_id uuid null
    constraint pairing_code_site_id_foreign references site (id) on delete cascade`,
  `update device set site_id = site.id from site where site.time_zone = device.settings ->> 'timeZone'`,
  `update pairing_code set site_id = site.id from site where site.time_zone = pairing_code.settings ->> 'timeZone'`,
];

const PUNCHES = [
  `alter table punch disable trigger punch_no_change`,
  `alter table punch rename column kind to says`,
  `alter table punch alter column says drop not null`,
  `alter table punch rename constraint punch_kind to punch_says`,
  `alter table punch add column site_id uuid null
    constraint punch_site_id_foreign references site (id) on delete restrict`,
  `alter table punch add column correction_id uuid null`,
  // What an automatic door made of a passing was a reading of the rules, not a fact.
  `update punch set says = null from device
    where device.id = punch.device_id and coalesce(device.settings ->> 'mode', 'auto') = 'auto'`,
  `update punch set site_id = device.site_id from device where device.id = punch.device_id`,
  `alter table punch enable trigger punch_no_change`,
  `alter table punch drop column work_date`,
  `create index punch_at on punch (at)`,
  `update device set settings = settings - 'timeZone' - 'dayTurnsAt'`,
  `update pairing_code set settings = settings - 'timeZone' - 'dayTurnsAt'`,
];

const CORRECTIONS = [
  `create table correction (
    id uuid primary key,
    kind text not null constraint correction_kind check (kind in ('add', 'void', 'move')),
    state text not null
      constraint correction_state_known check (state in ('waiting', 'applied', 'refused', 'withdrawn')),
    person_id uuid null constraint correction_person_id_foreign references person (id) on delete restrict,
    to_person_id uuid null constraint correction_to_person_id_foreign references person (id) on delete restrict,
    punch_ids jsonb not null,
    site_id uuid null constraint correction_site_id_foreign references site (id) on delete restrict,
    at timestamptz(3) null,
    says text null constraint correction_says check (says in ('in', 'out')),
    reason text not null,
    author_id uuid not null constraint correction_author_id_foreign references account (id) on delete restrict,
    created_at timestamptz(3) not null,
    decider_id uuid null constraint correction_decider_id_foreign references account (id) on delete restrict,
    decided_at timestamptz(3) null,
    note text null,
    constraint correction_by_another check (decider_id is distinct from author_id)
  )`,
  `create index correction_state on correction (state, created_at)`,
  `create index correction_person on correction (person_id)`,
  `create table punch_void (
    punch_id uuid primary key
      constraint punch_void_punch_id_foreign references punch (id) on update cascade on delete restrict,
    person_id uuid not null constraint punch_void_person_id_foreign references person (id) on delete restrict,
    correction_id uuid not null
      constraint punch_void_correction_id_foreign references correction (id) on delete restrict,
    at timestamptz(3) not null
  )`,
  `create index punch_void_person on punch_void (person_id)`,
  `create table punch_statement (
    punch_id uuid primary key
      constraint punch_statement_punch_id_foreign references punch (id) on update cascade on delete restrict,
    person_id uuid not null constraint punch_statement_person_id_foreign references person (id) on delete restrict,
    says text not null constraint punch_statement_says check (says in ('in', 'out')),
    at timestamptz(3) not null
  )`,
  `create index punch_statement_person on punch_statement (person_id)`,
];

/** As migration 0009 has it for punches: only a retention run deletes, and only what is at least a month old. */
const APPEND_ONLY = [
  `create or replace function punch_is_append_only() returns trigger language plpgsql as $$
  declare
    before date := nullif(current_setting('muster.delete_punches_before', true), '')::date;
  begin
    if tg_op = 'DELETE' and before is not null and old.at < before and before <= current_date - 30 then
      return old;
    end if;
    raise exception 'punches are append-only: correct one with a new punch' using errcode = 'restrict_violation';
  end
  $$`,
  `create function punch_mark_is_append_only() returns trigger language plpgsql as $$
  declare
    before date := nullif(current_setting('muster.delete_punches_before', true), '')::date;
  begin
    if tg_op = 'DELETE' and before is not null and before <= current_date - 30
      and exists (select 1 from punch where punch.id = old.punch_id and punch.at < before) then
      return old;
    end if;
    raise exception 'what was said about a punch is append-only' using errcode = 'restrict_violation';
  end
  $$`,
  ...['punch_void', 'punch_statement'].flatMap((table) => [
    `create trigger ${table}_no_change before update or delete on ${table}
      for each row execute function punch_mark_is_append_only()`,
    `create trigger ${table}_no_truncate before truncate on ${table}
      for each statement execute function punch_mark_is_append_only()`,
  ]),
];
