import { Migration } from '@mikro-orm/migrations';

/** Stations keep claims while the server is away: keys to sign and to seal them, and the answers they got. */
export class Claims extends Migration {
  override up(): void {
    this.addSql('alter table device add column public_key bytea null');
    this.addSql(`create table claim_key (
      id uuid primary key,
      public_key bytea not null,
      master_key_id text not null,
      sealed bytea not null,
      created_at timestamptz(3) not null
    )`);
    this.addSql(`create table answered_claim (
      device_id uuid not null
        constraint answered_claim_device_id_foreign references device (id) on delete cascade,
      claim_id uuid not null,
      sequence int not null,
      outcome text not null,
      why text null,
      answered_at timestamptz(3) not null,
      primary key (device_id, claim_id)
    )`);
    this.addSql('create index answered_claim_answered on answered_claim (answered_at)');
  }
}
