import { Migration } from '@mikro-orm/migrations';

/** How likely a punch was made by a person and not a photo; null for earlier punches and without photo detection. */
export class PunchLive extends Migration {
  override up(): void {
    this.addSql('alter table punch add column live double precision');
  }
}
