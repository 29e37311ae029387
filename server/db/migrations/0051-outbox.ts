import { Migration } from '@mikro-orm/migrations';

/** Events for other programs, written with what they tell of. Ids only: who the person is, is read when the event is told. */
export class OutboxEvents extends Migration {
  override up(): void {
    this.addSql(`create table outbox_event (
      id bigserial primary key,
      key uuid not null constraint outbox_event_key unique,
      sequence bigint constraint outbox_event_sequence unique,
      type text not null,
      subject jsonb not null,
      at timestamptz(3) not null default now()
    )`);
    this.addSql('create index outbox_event_at on outbox_event (at)');
    this.addSql('create index outbox_event_new on outbox_event (id) where sequence is null');
    this.addSql('create table outbox_head (id boolean primary key, sequence bigint not null)');
    this.addSql('insert into outbox_head (id, sequence) values (true, 0)');
  }
}
