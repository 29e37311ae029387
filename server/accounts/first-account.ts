import type { Logger } from 'pino';
import { audit } from '../audit/audit.ts';
import { hashToken, newCode, normalizeCode, sameHash } from '../crypto/token.ts';
import { lockByName } from '../db/advisory-lock.ts';
import type { Database } from '../db/database.ts';
import { Account } from '../db/entities/account.ts';
import { MusterError } from '../protocol/error.ts';
import type { SetupInput } from '../protocol/session.ts';
import { hashPassword } from './password.ts';
import { refuseKnownPassword } from './password-policy.ts';

/** The first account, which is made with a one-time token that the server prints. */
export class FirstAccount {
  readonly #database: Database;
  readonly #log: Logger;
  /** Hash of the token, so that neither a memory dump nor a debugger shows a usable token. Null when there is an account. */
  #tokenHash: Buffer | null = null;
  #token: string | null = null;

  constructor({ database, log }: { database: Database; log: Logger }) {
    this.#database = database;
    this.#log = log;
  }

  /** Draws a token where there is no account yet. */
  async prepare(): Promise<void> {
    if (!(await this.#isEmpty())) return;
    // 20 of 31 letters: 99 bits.
    const token = newCode(20);
    this.#tokenHash = hashToken(token);
    this.#token = token.replaceAll(/.{5}(?=.)/g, '$&-');
  }

  /** The token, to be printed. Returned once; null when there is an account. */
  takeToken(): string | null {
    const token = this.#token;
    this.#token = null;
    return token;
  }

  async isNeeded(): Promise<boolean> {
    if (this.#tokenHash === null) return false;
    if (await this.#isEmpty()) return true;
    this.#tokenHash = null;
    return false;
  }

  /** Throws MusterError `forbidden` for a wrong token, and `wrong-state` when there is an account. */
  async make(input: SetupInput): Promise<Account> {
    if (!(await this.isNeeded()) || this.#tokenHash === null) throw exists();
    if (!sameHash(hashToken(normalizeCode(input.token)), this.#tokenHash)) {
      this.#log.warn({ event: 'setup.refused' }, 'wrong set-up token');
      throw new MusterError('forbidden', 'This is not the token that the server printed when it started.', {
        faults: [{ path: 'token', message: 'is not the one that was printed' }],
      });
    }
    refuseKnownPassword(input.password, input);
    const passwordHash = await hashPassword(input.password);
    const account = await this.#database.transaction(async (em) => {
      // Only one server of a database makes the first account.
      await lockByName(em, 'muster/setup');
      if ((await em.count(Account)) > 0) throw exists();
      const made = em.create(Account, {
        username: input.username,
        name: input.name,
        passwordHash,
        role: 'owner',
        department: null,
        disabledAt: null,
        signedInAt: null,
      });
      await audit(em, { act: 'account.created', object: { kind: 'account', id: made.id } });
      return made;
    });
    this.#tokenHash = null;
    this.#log.info({ event: 'account.created', accountId: account.id }, 'first account made');
    return account;
  }

  async #isEmpty(): Promise<boolean> {
    return (await this.#database.fork().count(Account)) === 0;
  }
}

function exists(): MusterError {
  return new MusterError('wrong-state', 'The first account exists: sign in.');
}
