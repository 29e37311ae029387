import { Migration } from '@mikro-orm/migrations';

/** Two records of one person become one entry of a roll call: whoever knows the list from before gets the whole one. */
export class MergedRollCalls extends Migration {
  override up(): void {
    this.addSql('alter table roll_call add column whole_from int not null default 0');
  }
}
