import { Migration } from '@mikro-orm/migrations';

export class FirstSchema extends Migration {
  override up(): void {
    for (const statement of STATEMENTS) this.addSql(statement);
  }
}

const STATEMENTS = [
  `create table account (
    id uuid primary key,
    username text not null constraint account_username unique,
    name text not null,
    password_hash text not null,
    created_at timestamptz(3) not null
  )`,

  `create table session (
    token_hash bytea primary key,
    account_id uuid not null
      constraint session_account_id_foreign references account (id) on delete cascade,
    created_at timestamptz(3) not null,
    last_used_at timestamptz(3) not null,
    expires_at timestamptz(3) not null
  )`,
  `create index session_account on session (account_id)`,
  `create index session_expires on session (expires_at)`,

  `create table device (
    id uuid primary key,
    name text not null,
    kind text not null constraint device_kind check (kind in ('station', 'camera')),
    settings jsonb not null,
    token_hash bytea constraint device_token_hash unique,
    paired_at timestamptz(3) not null,
    last_seen timestamptz(3),
    revoked_at timestamptz(3)
  )`,

  `create table pairing_code (
    code_hash bytea primary key,
    kind text not null constraint pairing_code_kind check (kind in ('station', 'camera')),
    name text not null,
    settings jsonb not null,
    created_by uuid not null
      constraint pairing_code_created_by_foreign references account (id) on delete cascade,
    created_at timestamptz(3) not null,
    expires_at timestamptz(3) not null
  )`,
  `create index pairing_code_expires on pairing_code (expires_at)`,

  `create table person (
    id uuid primary key,
    number text,
    given_name text not null,
    family_name text not null,
    department text not null,
    job_title text not null,
    email text not null,
    phone text not null,
    start_date date,
    status text not null constraint person_status_known check (status in ('active', 'suspended', 'left')),
    created_at timestamptz(3) not null,
    erased_at timestamptz(3),
    constraint person_number_unless_erased check (number is not null or erased_at is not null)
  )`,
  `create unique index person_number on person (lower(number))`,
  `create index person_status on person (status)`,

  `create table consent (
    id uuid primary key,
    person_id uuid not null
      constraint consent_person_id_foreign references person (id) on delete restrict,
    version text not null,
    language text not null,
    given_at timestamptz(3) not null,
    recorded_by uuid not null
      constraint consent_recorded_by_foreign references account (id) on delete restrict
  )`,
  `create index consent_person on consent (person_id, given_at)`,

  `create table enrolment (
    id uuid primary key,
    person_id uuid not null
      constraint enrolment_person_id_foreign references person (id) on delete cascade,
    contract text not null,
    enrolled_by uuid not null
      constraint enrolment_enrolled_by_foreign references account (id) on delete restrict,
    enrolled_at timestamptz(3) not null,
    override_reason text
  )`,
  `create index enrolment_person on enrolment (person_id)`,

  `create table person_key (
    person_id uuid primary key
      constraint person_key_person_id_foreign references person (id) on update cascade on delete cascade,
    id uuid not null constraint person_key_id unique,
    master_key_id text not null,
    wrapped bytea not null,
    created_at timestamptz(3) not null
  )`,

  `create table template (
    id uuid primary key,
    person_id uuid not null
      constraint template_person_id_foreign references person (id) on delete cascade,
    key_id uuid not null,
    contract text not null,
    bin text not null,
    quality double precision not null,
    sealed bytea not null,
    created_at timestamptz(3) not null
  )`,
  `create index template_contract on template (contract)`,
  `create index template_person on template (person_id)`,

  `create table punch (
    id uuid primary key,
    person_id uuid not null
      constraint punch_person_id_foreign references person (id) on delete restrict,
    kind text not null constraint punch_kind check (kind in ('in', 'out')),
    at timestamptz(3) not null,
    work_date date not null,
    time_zone text not null,
    source text not null,
    sighting_id text constraint punch_sighting unique,
    device_id uuid constraint punch_device_id_foreign references device (id) on delete restrict,
    similarity double precision,
    margin double precision,
    frames int,
    author_id uuid constraint punch_author_id_foreign references account (id) on delete restrict,
    reason text,
    created_at timestamptz(3) not null,
    constraint punch_source check (
      (source = 'sighting' and sighting_id is not null)
      or (source = 'correction' and author_id is not null and reason is not null)
    )
  )`,
  `create index punch_person_day on punch (person_id, work_date)`,
  `create index punch_day on punch (work_date)`,
  `create index punch_person_at on punch (person_id, at)`,

  `create function punch_is_append_only() returns trigger language plpgsql as $$
  begin
    raise exception 'punches are append-only: correct one with a new punch' using errcode = 'restrict_violation';
  end
  $$`,
  `create trigger punch_no_change before update or delete on punch
    for each row execute function punch_is_append_only()`,
  `create trigger punch_no_truncate before truncate on punch
    for each statement execute function punch_is_append_only()`,
];
