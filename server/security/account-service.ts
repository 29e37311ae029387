/** Staff accounts: the first one by a one-time token, then sign-in with a password. */
import { EventEmitter } from 'node:events';
import type { Logger } from 'pino';
import { z } from 'zod';
import { audit } from '../audit/audit.ts';
import type { Database } from '../db/database.ts';
import { Account } from '../db/entities/account.ts';
import { MusterError } from '../protocol/error.ts';
import { hashPassword, newPassword, verifyPassword } from './password.ts';
import { type NewSession, SessionStore } from './session-store.ts';
import { hashToken, newCode, normaliseCode, sameHash } from './token.ts';

export const setupInput = z.strictObject({
  token: z.string().max(64),
  username: z
    .string()
    .trim()
    .toLowerCase()
    .regex(/^[a-z0-9][a-z0-9._@-]{1,63}$/, { error: 'is 2 to 64 letters, digits and . _ @ -' }),
  name: z.string().trim().min(1, { error: 'is missing' }).max(80),
  password: newPassword,
});
export type SetupInput = z.infer<typeof setupInput>;

export const signInInput = z.strictObject({
  username: z.string().trim().toLowerCase().max(64),
  password: z.string().max(256),
});
export type SignInInput = z.infer<typeof signInInput>;

export interface AccountServiceOptions {
  database: Database;
  log: Logger;
  /** A session ends after this long unused, ms: `config.sessionIdle`. */
  sessionIdle: number;
  /** Epoch ms; replaced in tests. */
  now?: () => number;
}

/** Serialises the making of the first account over all servers of one database. */
const SETUP_LOCK = 'muster/setup';

export class AccountService extends EventEmitter<{
  /** A session of this account was closed: connections that were opened in it must end. */
  'signed.out': [{ accountId: string }];
}> {
  readonly sessions: SessionStore;
  readonly #database: Database;
  readonly #log: Logger;
  /** Of the token: a memory dump or a debugger shows no token to use. */
  #setupHash: Buffer | null = null;
  #setupToken: string | null = null;

  private constructor(options: AccountServiceOptions) {
    super();
    this.#database = options.database;
    this.#log = options.log.child({ part: 'accounts' });
    this.sessions = new SessionStore(options);
  }

  static async create(options: AccountServiceOptions): Promise<AccountService> {
    const service = new AccountService(options);
    if (await service.#isEmpty()) {
      // 20 of 31 letters: 99 bits.
      const token = newCode(20);
      service.#setupHash = hashToken(token);
      service.#setupToken = token.replaceAll(/.{5}(?=.)/g, '$&-');
    }
    return service;
  }

  /** The one-time token for the first account, to be printed; handed out once. Null when there is an account. */
  takeSetupToken(): string | null {
    const token = this.#setupToken;
    this.#setupToken = null;
    return token;
  }

  async setupNeeded(): Promise<boolean> {
    if (this.#setupHash === null) return false;
    if (await this.#isEmpty()) return true;
    this.#setupHash = null;
    return false;
  }

  /** Makes the first account and signs it in. Throws MusterError `forbidden`, or `wrong-state` when there is one. */
  async setUp(input: SetupInput): Promise<NewSession> {
    if (!(await this.setupNeeded()) || this.#setupHash === null) {
      throw new MusterError('wrong-state', 'The first account exists: sign in.');
    }
    if (!sameHash(hashToken(normaliseCode(input.token)), this.#setupHash)) {
      this.#log.warn('wrong setup token');
      throw new MusterError('forbidden', 'This is not the token that the server printed when it started.', {
        faults: [{ path: 'token', message: 'is not the one that was printed' }],
      });
    }
    const passwordHash = await hashPassword(input.password);
    const account = await this.#database.transaction(async (em) => {
      await em.execute('select pg_advisory_xact_lock(hashtextextended(?, 0))', [SETUP_LOCK]);
      if ((await em.count(Account)) > 0) {
        throw new MusterError('wrong-state', 'The first account exists: sign in.');
      }
      const account = em.create(Account, {
        username: input.username,
        name: input.name,
        passwordHash,
        role: 'owner',
        department: null,
        disabledAt: null,
      });
      await audit(em, { act: 'account.created', object: { kind: 'account', id: account.id } });
      return account;
    });
    this.#setupHash = null;
    this.#log.info({ accountId: account.id }, 'first account made');
    return this.sessions.open(account);
  }

  /** Throws MusterError `unauthenticated`, the same for a wrong name and a wrong password. */
  async signIn({ username, password }: SignInInput): Promise<NewSession> {
    const account = await this.#database.fork().findOne(Account, { username });
    if (!(await verifyPassword(account?.passwordHash, password)) || !account) {
      this.#log.info({ accountId: account?.id ?? null }, 'sign-in failed');
      throw new MusterError('unauthenticated', 'The user name or the password is wrong.');
    }
    this.#log.info({ accountId: account.id }, 'signed in');
    return this.sessions.open(account);
  }

  /** A token that is unknown is no error. */
  async signOut(token: string): Promise<void> {
    const accountId = await this.sessions.close(token);
    if (accountId !== null) this.emit('signed.out', { accountId });
  }

  async #isEmpty(): Promise<boolean> {
    return (await this.#database.fork().count(Account)) === 0;
  }
}
