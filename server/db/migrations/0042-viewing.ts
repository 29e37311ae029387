import { Migration } from '@mikro-orm/migrations';

/** Whether the cameras of a site may be watched live. */
export class Viewing extends Migration {
  override up(): void {
    this.addSql(`alter table site add column viewing boolean not null default true`);
  }
}
