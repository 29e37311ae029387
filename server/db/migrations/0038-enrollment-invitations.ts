import { Migration } from '@mikro-orm/migrations';

/** Links with which people enroll their own face, and the captures that wait for a decision of HR. */
export class EnrollmentInvitations extends Migration {
  override up(): void {
    this.addSql(`create table enrollment_invitation (
      id uuid primary key,
      person_id uuid not null
        constraint enrollment_invitation_person_id_foreign references person (id) on delete restrict,
      token_hash bytea null constraint enrollment_invitation_token unique,
      created_at timestamptz(3) not null,
      created_by uuid not null
        constraint enrollment_invitation_created_by_foreign references account (id) on delete restrict,
      expires_at timestamptz(3) not null,
      opened_at timestamptz(3) null,
      session_hash bytea null constraint enrollment_invitation_session unique,
      session_until timestamptz(3) null,
      consented_at timestamptz(3) null,
      captured_at timestamptz(3) null,
      outcome text null constraint enrollment_invitation_outcome
        check (outcome in ('enrolled', 'declined', 'rejected', 'revoked', 'expired')),
      ended_at timestamptz(3) null,
      ended_by uuid null
        constraint enrollment_invitation_ended_by_foreign references account (id) on delete restrict,
      reason text null,
      constraint enrollment_invitation_ended check ((outcome is null) = (ended_at is null))
    )`);
    this.addSql(`create index enrollment_invitation_person on enrollment_invitation (person_id)`);
    this.addSql(
      `create unique index enrollment_invitation_open on enrollment_invitation (person_id) where outcome is null`,
    );
    this.addSql(`create table waiting_capture (
      invitation_id uuid primary key
        constraint waiting_capture_invitation_id_foreign references enrollment_invitation (id)
        on update cascade on delete cascade,
      person_id uuid not null
        constraint waiting_capture_person_id_foreign references person (id) on delete cascade,
      contract text not null,
      captured_at timestamptz(3) not null,
      key_id uuid not null,
      master_key_id text not null,
      wrapped bytea not null,
      duplicate_of uuid null,
      duplicate_similarity double precision null
    )`);
    this.addSql(`create index waiting_capture_person on waiting_capture (person_id)`);
    this.addSql(`create table waiting_template (
      id uuid primary key,
      invitation_id uuid not null
        constraint waiting_template_invitation_id_foreign references waiting_capture (invitation_id)
        on delete cascade,
      person_id uuid not null
        constraint waiting_template_person_id_foreign references person (id) on delete cascade,
      bin text not null,
      quality double precision not null,
      sealed bytea not null
    )`);
    this.addSql(`create index waiting_template_invitation on waiting_template (invitation_id)`);
    this.addSql(`create index waiting_template_person on waiting_template (person_id)`);

    // A person who agrees on their own phone is the author of their consent.
    this.addSql(`alter table consent
      alter column recorded_by drop not null,
      add column invitation_id uuid null
        constraint consent_invitation_id_foreign references enrollment_invitation (id) on delete restrict,
      add constraint consent_author check ((recorded_by is null) = (invitation_id is not null)),
      drop constraint consent_withdrawn,
      add constraint consent_withdrawn check (case
        when withdrawn_at is null then withdrawn_by is null
        else withdrawn_by is not null or invitation_id is not null end),
      drop constraint consent_method,
      add constraint consent_method check (method in ('in-person', 'on-paper', 'electronic', 'self'))`);
    // By the policy, a capture may count without anybody's decision.
    this.addSql(`alter table enrollment
      alter column enrolled_by drop not null,
      add column invitation_id uuid null
        constraint enrollment_invitation_id_foreign references enrollment_invitation (id) on delete restrict,
      add constraint enrollment_author check (enrolled_by is not null or invitation_id is not null)`);
    this.addSql(`alter table audit_event
      drop constraint audit_event_actor_kind,
      add constraint audit_event_actor_kind
        check (actor_kind in ('account', 'device', 'token', 'invitation', 'server', 'nobody'))`);
  }
}
