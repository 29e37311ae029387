import { Migration } from '@mikro-orm/migrations';

/** Limits that guard short secrets hold for all servers of a database together. */
export class RateLimits extends Migration {
  override up(): void {
    this.addSql(`create table rate_limit (
      name text primary key,
      tokens double precision not null,
      at timestamptz not null
    )`);
  }
}
