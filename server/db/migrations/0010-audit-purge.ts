import { Migration } from '@mikro-orm/migrations';

/** A retention run may delete (never change) events in its own transaction: see `server/audit/purge.ts`. */
export class AuditPurge extends Migration {
  override up(): void {
    this.addSql(`create or replace function audit_is_append_only() returns trigger language plpgsql as $$
    begin
      if tg_op = 'DELETE' and current_setting('muster.audit_purge', true) = 'on' then
        return old;
      end if;
      raise exception 'the audit trail is append-only' using errcode = 'restrict_violation';
    end
    $$`);
  }
}
