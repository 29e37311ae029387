import { Migration } from '@mikro-orm/migrations';

/** How payroll programs want their files. */
export class PayrollProfiles extends Migration {
  override up(): void {
    this.addSql(`create table payroll_profile (
      id uuid primary key,
      name text not null,
      settings jsonb not null,
      created_at timestamptz(3) not null
    )`);
    this.addSql(`create unique index payroll_profile_name on payroll_profile (lower(name))`);
  }
}
