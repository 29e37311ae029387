import { Migration } from '@mikro-orm/migrations';

/** How sure the camera was that a punch is of a person and not of a picture; null before, and where nobody looked. */
export class PunchLive extends Migration {
  override up(): void {
    this.addSql('alter table punch add column live double precision');
  }
}
