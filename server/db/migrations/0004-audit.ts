import { Migration } from '@mikro-orm/migrations';

export class Audit extends Migration {
  override up(): void {
    this.addSql(`create table audit_event (
      seq bigint primary key,
      at timestamptz(3) not null,
      actor_kind text not null
        constraint audit_event_actor_kind check (actor_kind in ('account', 'device', 'token', 'server', 'nobody')),
      actor_id text,
      actor_name text not null,
      address text,
      act text not null,
      object_kind text,
      object_id text,
      detail text not null,
      previous bytea not null,
      hash bytea not null
    )`);
    this.addSql('create index audit_event_at on audit_event (at)');
    this.addSql('create index audit_event_object on audit_event (object_kind, object_id)');
    this.addSql(`create function audit_is_append_only() returns trigger language plpgsql as $$
    begin
      raise exception 'the audit trail is append-only' using errcode = 'restrict_violation';
    end
    $$`);
    this.addSql(`create trigger audit_no_change before update or delete on audit_event
      for each row execute function audit_is_append_only()`);
    this.addSql(`create trigger audit_no_truncate before truncate on audit_event
      for each statement execute function audit_is_append_only()`);
  }
}
