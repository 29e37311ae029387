import { Migration } from '@mikro-orm/migrations';

/** Until now there was one account, which could do everything: it becomes the owner. */
export class Roles extends Migration {
  override up(): void {
    this.addSql(`alter table account
      add column role text not null default 'owner'
        constraint account_role check (role in ('owner', 'hr', 'manager', 'viewer')),
      add column department text,
      add column disabled_at timestamptz(3)`);
    this.addSql('alter table account alter column role drop default');
  }
}
