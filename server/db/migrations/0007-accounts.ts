import { Migration } from '@mikro-orm/migrations';

/** Invitations, second factors, sign-in back-off, details of sessions, and API tokens. */
export class Accounts extends Migration {
  override up(): void {
    this.addSql(`alter table account
      alter column password_hash drop not null,
      add column signed_in_at timestamptz(3)`);

    this.addSql(`alter table session
      add column id uuid not null default gen_random_uuid() constraint session_id unique,
      add column address text,
      add column user_agent text,
      add column proved_at timestamptz(3)`);
    this.addSql('update session set proved_at = created_at');
    this.addSql(`alter table session
      alter column id drop default,
      alter column proved_at set not null`);

    this.addSql(`create table invitation (
      account_id uuid primary key
        constraint invitation_account_id_foreign references account (id) on update cascade on delete cascade,
      token_hash bytea not null constraint invitation_token_hash unique,
      created_at timestamptz(3) not null,
      expires_at timestamptz(3) not null
    )`);

    this.addSql(`create table second_factor (
      account_id uuid primary key
        constraint second_factor_account_id_foreign references account (id) on update cascade on delete cascade,
      master_key_id text not null,
      wrapped bytea not null,
      last_step int not null,
      created_at timestamptz(3) not null,
      confirmed_at timestamptz(3)
    )`);

    this.addSql(`create table recovery_code (
      account_id uuid not null
        constraint recovery_code_account_id_foreign references account (id) on update cascade on delete cascade,
      slot text not null,
      code_hash text not null,
      used_at timestamptz(3),
      primary key (account_id, slot)
    )`);

    this.addSql(`create table sign_in_failure (
      subject text primary key,
      failures int not null,
      last_at timestamptz(3) not null,
      blocked_until timestamptz(3) not null,
      forget_at timestamptz(3) not null
    )`);
    this.addSql('create index sign_in_failure_forget on sign_in_failure (forget_at)');

    this.addSql(`create table api_token (
      id uuid primary key,
      token_hash bytea not null constraint api_token_token_hash unique,
      name text not null,
      scopes jsonb not null,
      created_by uuid not null
        constraint api_token_created_by_foreign references account (id) on delete cascade,
      created_at timestamptz(3) not null,
      expires_at timestamptz(3) not null,
      last_used_at timestamptz(3),
      revoked_at timestamptz(3)
    )`);
  }
}
