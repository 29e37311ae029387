import { Migration } from '@mikro-orm/migrations';

/** Accounts of employees, each of one person; and corrections that change a punch. */
export class EmployeeAccounts extends Migration {
  override up(): void {
    this.addSql(`alter table account
      add column person_id uuid null constraint account_person unique
        constraint account_person_id_foreign references person (id) on delete restrict,
      drop constraint account_role,
      add constraint account_role check (role in ('owner', 'hr', 'manager', 'viewer', 'employee')),
      add constraint account_of_person check ((role = 'employee') = (person_id is not null))`);
    // Such an account has the name of its person, whoever changes it, and none once the person is erased.
    this.addSql(`create function name_account() returns trigger language plpgsql as $$
      begin
        update account set name = new.display_name where person_id = new.id;
        return null;
      end $$`);
    this.addSql(`create trigger person_account after update on person for each row
      when (new.display_name is distinct from old.display_name) execute function name_account()`);
    this.addSql(`alter table correction
      drop constraint correction_kind,
      add constraint correction_kind check (kind in ('add', 'void', 'move', 'change'))`);
  }
}
