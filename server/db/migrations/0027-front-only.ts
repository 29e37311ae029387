import { Migration } from '@mikro-orm/migrations';

/** Why somebody was enrolled from the front alone, as a person who cannot turn the head. */
export class FrontOnly extends Migration {
  override up(): void {
    this.addSql(`alter table enrollment add column front_only_reason text null`);
  }
}
