/**
 * Lets people see their own record: each has one account of the role `employee` at most. Whoever may do this needs no right
 * to other accounts, and gets none by it.
 */
import type { Database } from '../db/database.ts';
import { Account } from '../db/entities/account.ts';
import { Person } from '../db/entities/person.ts';
import type { AccountView, EmployeeAccessView, InvitationView } from '../protocol/accounts.ts';
import { MusterError } from '../protocol/error.ts';
import type { AccountService } from './account-service.ts';

export interface EmployeeAccessOptions {
  database: Database;
  directory: AccountService;
}

export class EmployeeAccess {
  readonly #database: Database;
  readonly #directory: AccountService;

  constructor({ database, directory }: EmployeeAccessOptions) {
    this.#database = database;
    this.#directory = directory;
  }

  /** Throws MusterError `not-found` where there is no such person. */
  async get(personId: string): Promise<EmployeeAccessView> {
    const em = this.#database.fork();
    if ((await em.count(Person, { id: personId, erasedAt: null })) === 0) {
      throw new MusterError('not-found', 'There is no such person.');
    }
    const account = await em.findOne(Account, { personId });
    return { account: account && (await this.#directory.get(account.id)) };
  }

  /** Throws as `AccountService.inviteEmployee` does. */
  give(personId: string, input: { username: string }): Promise<InvitationView> {
    return this.#directory.inviteEmployee(personId, input);
  }

  /** Throws MusterError `not-found` for a person without an account, `wrong-state` where it is disabled. */
  async renew(personId: string, by: { accountId: string }): Promise<InvitationView> {
    return this.#directory.reset(await this.#accountOf(personId), by);
  }

  /** Throws MusterError `not-found`. */
  async change(
    personId: string,
    { disabled }: { disabled: boolean },
    by: { accountId: string },
  ): Promise<AccountView> {
    return this.#directory.change(await this.#accountOf(personId), { disabled }, by);
  }

  async #accountOf(personId: string): Promise<string> {
    const { account } = await this.get(personId);
    if (!account) throw new MusterError('not-found', 'This person has no account.');
    return account.id;
  }
}
