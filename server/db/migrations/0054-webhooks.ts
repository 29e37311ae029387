import { Migration } from '@mikro-orm/migrations';

/** Who is told of events by webhook, and what became of each. */
export class Webhooks extends Migration {
  override up(): void {
    this.addSql(`create table webhook_endpoint (
      id uuid primary key,
      name text not null,
      url text not null,
      types jsonb not null,
      created_by uuid not null
        constraint webhook_endpoint_created_by_foreign references account (id) on delete restrict,
      created_at timestamptz(3) not null,
      disabled_at timestamptz(3),
      disabled_why text,
      fanned_to bigint not null,
      failures int not null default 0,
      next_try_at timestamptz(3),
      tried_at timestamptz(3)
    )`);
    this.addSql(`create table webhook_secret (
      id uuid primary key,
      endpoint_id uuid not null
        constraint webhook_secret_endpoint_id_foreign references webhook_endpoint (id) on delete cascade,
      master_key_id text not null,
      sealed bytea not null,
      created_at timestamptz(3) not null,
      expires_at timestamptz(3)
    )`);
    this.addSql('create index webhook_secret_endpoint on webhook_secret (endpoint_id)');
    this.addSql(`create table outbox_delivery (
      id uuid primary key default gen_random_uuid(),
      endpoint_id uuid not null
        constraint outbox_delivery_endpoint_id_foreign references webhook_endpoint (id) on delete cascade,
      event_id bigint not null
        constraint outbox_delivery_event_id_foreign references outbox_event (id) on delete cascade,
      sequence bigint not null,
      state text not null,
      once boolean not null default false,
      tries int not null default 0,
      tried_at timestamptz(3),
      outcome text,
      status int,
      answer text,
      constraint outbox_delivery_once unique (endpoint_id, event_id)
    )`);
    this.addSql('create index outbox_delivery_endpoint on outbox_delivery (endpoint_id, sequence)');
    this.addSql('create index outbox_delivery_event on outbox_delivery (event_id)');
    this.addSql(
      `create index outbox_delivery_waiting on outbox_delivery (endpoint_id, sequence) where state = 'waiting'`,
    );
  }
}
