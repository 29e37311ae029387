import { Migration } from '@mikro-orm/migrations';

/**
 * Programs that publish by WHIP are a kind of device. Which kinds there are is checked at the edge; a constraint with the new
 * one in it would be a new constraint for the version before.
 */
export class Encoders extends Migration {
  override up(): void {
    this.addSql(`alter table device drop constraint device_kind`);
  }
}
