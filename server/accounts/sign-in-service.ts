/** Sign-in of staff with a password, and the acts of a signed-in person on their own account. */
import type { Logger } from 'pino';
import { audit } from '../audit/audit.ts';
import type { Database, Em } from '../db/database.ts';
import { Account } from '../db/entities/account.ts';
import type { OwnAccountView } from '../protocol/accounts.ts';
import type { JoinInput, PasswordChange, ProofInput, SetupInput, SignInInput } from '../protocol/session.ts';
import type { AccountFeed } from './account-feed.ts';
import { AccountService } from './account-service.ts';
import { ApiTokenService } from './api-token-service.ts';
import { FirstAccount } from './first-account.ts';
import { IdentityCheck } from './identity-check.ts';
import type { KeyRing } from '../keys/key-ring.ts';
import { KnownBrowserStore } from './known-browser-store.ts';
import { hashPassword } from './password.ts';
import { refuseKnownPassword } from './password-policy.ts';
import { SecondFactorService } from './second-factor-service.ts';
import { type CurrentSession, type NewSession, type Origin, SessionStore } from './session-store.ts';

export interface SignInServiceOptions {
  database: Database;
  /** Seals the secrets of second factors. */
  keys: KeyRing;
  feed: AccountFeed;
  log: Logger;
  /** A session ends after this long without use, ms: `config.session.idle`. */
  sessionIdle: number;
  /** A session ends after this long in any case, ms: `config.session.life`. */
  sessionLife?: number;
  /** Epoch ms; replaced in tests. */
  now?: () => number;
}

/** The browser of a sign-in. */
export interface SignInFrom extends Origin {
  /** The cookie of an earlier sign-in (`known-browser-store.ts`). */
  known?: string | undefined;
}

export interface SignedIn extends NewSession {
  /** For the cookie of a known browser. */
  known: string;
}

const NOWHERE: SignInFrom = { address: null, userAgent: null };

/**
 * Other ways to sign in (such as OpenID Connect) check the identity by their own means and call `sessions.open` with the
 * account. Everything after that is the same.
 */
export class SignInService {
  readonly sessions: SessionStore;
  readonly secondFactors: SecondFactorService;
  readonly directory: AccountService;
  readonly tokens: ApiTokenService;
  readonly #database: Database;
  readonly #feed: AccountFeed;
  readonly #log: Logger;
  readonly #firstAccount: FirstAccount;
  readonly #identity: IdentityCheck;
  readonly #browsers: KnownBrowserStore;

  private constructor(options: SignInServiceOptions) {
    const { database, keys, now = Date.now } = options;
    const log = options.log.child({ part: 'accounts' });
    this.#database = database;
    this.#feed = options.feed;
    this.#log = log;
    this.#firstAccount = new FirstAccount({ database, log });
    this.#browsers = new KnownBrowserStore(keys);
    this.sessions = new SessionStore(options);
    this.secondFactors = new SecondFactorService({ database, keys, log, now });
    this.#identity = new IdentityCheck({
      database,
      keys,
      browsers: this.#browsers,
      secondFactors: this.secondFactors,
      log,
      now,
    });
    this.tokens = new ApiTokenService({ database, log, now });
    this.directory = new AccountService({
      database,
      sessions: this.sessions,
      secondFactors: this.secondFactors,
      log,
      now,
      feed: this.#feed,
    });
  }

  static async create(options: SignInServiceOptions): Promise<SignInService> {
    const service = new SignInService(options);
    await service.#firstAccount.prepare();
    return service;
  }

  /** Idempotent. Writes the failures counted so far into the audit trail. */
  close(): Promise<void> {
    return this.#identity.close();
  }

  /** The one-time token for the first account, to be printed. Returned once; null when an account exists already. */
  takeSetupToken(): string | null {
    return this.#firstAccount.takeToken();
  }

  setupNeeded(): Promise<boolean> {
    return this.#firstAccount.isNeeded();
  }

  /** Creates the first account and signs it in. Throws MusterError `forbidden`, or `wrong-state` when an account exists. */
  async setUp(input: SetupInput, from: SignInFrom = NOWHERE): Promise<SignedIn> {
    return this.#open(await this.#firstAccount.make(input), from);
  }

  /** Throws as `IdentityCheck.signIn` does. */
  async signIn(input: SignInInput, from: SignInFrom = NOWHERE): Promise<SignedIn> {
    const account = await this.#identity.signIn(input, from);
    this.#log.info({ event: 'session.opened', accountId: account.id }, 'signed in');
    return this.#open(account, from);
  }

  /**
   * Uses up an invitation. The browser counts as known from then on, so that failures of strangers do not lock it out.
   * Throws MusterError `not-found`, `validation-failed`.
   */
  async join(input: JoinInput): Promise<{ username: string; known: string }> {
    const { accountId, username } = await this.directory.join(input);
    return { username, known: this.#browsers.introduce(accountId) };
  }

  /**
   * A signed-in person proves their identity again, and gets a new token for the same session. Throws MusterError
   * `unauthenticated`, `validation-failed` at the field that is wrong, `second-factor-needed`, `rate-limited`.
   */
  async prove(session: CurrentSession, input: ProofInput): Promise<NewSession> {
    await this.#identity.prove(session.actor.accountId, input);
    return this.#database.transaction(async (em) => {
      const renewed = await this.sessions.renew(em, session.id, { proved: true });
      await audit(em, { act: 'session.proved', object: { kind: 'session', id: session.id } });
      return renewed;
    });
  }

  /** How this account can prove its identity. Without a password, only the identity provider can prove it. */
  async proofOf(accountId: string): Promise<{ password: boolean; secondFactor: boolean }> {
    const account = await this.#database.fork().findOne(Account, { id: accountId });
    return {
      password: account?.passwordHash != null,
      secondFactor: await this.secondFactors.isOn(accountId),
    };
  }

  /**
   * Ends all other sessions of the account; this one gets a new token. It does not count as a proof of identity, because
   * the password alone must not replace the second factor. Throws as `prove` does, and for a weak password.
   */
  async changePassword(session: CurrentSession, change: PasswordChange): Promise<NewSession> {
    const { actor, id } = session;
    await this.#identity.provePassword(actor.accountId, change.current, 'current');
    refuseKnownPassword(change.password, actor);
    const passwordHash = await hashPassword(change.password);
    return this.#renewAlone(session, async (em) => {
      await em.nativeUpdate(Account, { id: actor.accountId }, { passwordHash });
      await audit(em, {
        act: 'account.password-changed',
        object: { kind: 'account', id: actor.accountId },
        after: { session: id },
      });
    });
  }

  /** Turns the second factor on with its first code. All other sessions end. Throws as `SecondFactorService.confirm` does. */
  async confirmSecondFactor(
    session: CurrentSession,
    code: string,
  ): Promise<{ renewed: NewSession; recoveryCodes: string[] }> {
    const { accountId } = session.actor;
    let recoveryCodes: string[] = [];
    const renewed = await this.#renewAlone(session, async (em) => {
      recoveryCodes = await this.secondFactors.confirm(em, accountId, code);
      await audit(em, { act: 'second-factor.enabled', object: { kind: 'account', id: accountId } });
    });
    return { renewed, recoveryCodes };
  }

  /** Turns the second factor off and ends all other sessions. Throws MusterError `wrong-state` where it is off already. */
  removeSecondFactor(session: CurrentSession): Promise<NewSession> {
    const { accountId } = session.actor;
    return this.#renewAlone(session, async (em) => {
      await this.secondFactors.remove(em, accountId);
      await audit(em, { act: 'second-factor.disabled', object: { kind: 'account', id: accountId } });
    });
  }

  /** An unknown token is not an error. */
  async signOut(token: string): Promise<void> {
    const accountId = await this.sessions.close(token);
    if (accountId !== null) this.#feed.report(accountId);
  }

  /** Ends one session of the account. Throws MusterError `not-found`. */
  async endSession(accountId: string, id: string): Promise<void> {
    await this.sessions.revoke(accountId, id);
    this.#feed.report(accountId);
  }

  /** Ends all sessions of the account except for this one. */
  async endOtherSessions({ id, actor: { accountId } }: CurrentSession): Promise<void> {
    await this.#database.transaction(async (em) => {
      const ended = await this.sessions.revokeAll(em, accountId, id);
      await audit(em, {
        act: 'session.revoked',
        object: { kind: 'account', id: accountId },
        after: { ended },
      });
    });
    this.#feed.report(accountId);
  }

  async own({ id, actor: { accountId } }: CurrentSession): Promise<OwnAccountView> {
    const [account, recoveryCodes, sessions] = await Promise.all([
      this.directory.get(accountId),
      this.secondFactors.recoveryCodesLeft(accountId),
      this.sessions.list(accountId, id),
    ]);
    return { account, recoveryCodes, sessions };
  }

  async #open(account: Account, { address, userAgent }: SignInFrom): Promise<SignedIn> {
    const session = await this.sessions.open(account, { address, userAgent });
    return { ...session, known: this.#browsers.introduce(account.id) };
  }

  async #renewAlone(session: CurrentSession, work: (em: Em) => Promise<void>): Promise<NewSession> {
    const { accountId } = session.actor;
    const renewed = await this.#database.transaction(async (em) => {
      // Changes the row of the account first: a sign-in at this moment waits for it, and is then refused.
      await work(em);
      await this.sessions.revokeAll(em, accountId, session.id);
      return this.sessions.renew(em, session.id);
    });
    this.#feed.report(accountId);
    return renewed;
  }
}
