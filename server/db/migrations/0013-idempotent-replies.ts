import { Migration } from '@mikro-orm/migrations';

export class IdempotentReplies extends Migration {
  override up(): void {
    this.addSql(`create table idempotent_reply (
      caller text not null,
      key_hash bytea not null,
      request_hash bytea not null,
      sealed bytea null,
      created_at timestamptz(3) not null,
      primary key (caller, key_hash)
    )`);
    this.addSql('create index idempotent_reply_created on idempotent_reply (created_at)');
  }
}
