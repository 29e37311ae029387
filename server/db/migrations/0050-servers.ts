import { Migration } from '@mikro-orm/migrations';

/** The servers of this database, each of which renews its row while it runs. */
export class Servers extends Migration {
  override up(): void {
    this.addSql(`create table server (
      id uuid primary key,
      host text not null,
      version text not null,
      addresses jsonb not null,
      started_at timestamptz(3) not null,
      seen_at timestamptz(3) not null,
      draining_at timestamptz(3),
      ended_at timestamptz(3)
    )`);
  }
}
