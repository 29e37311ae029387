/**
 * Sign-in of staff with a password, and with a one-time code where the second factor is on. The first account is created
 * with a one-time token.
 */
import { createHmac } from 'node:crypto';
import type { Logger } from 'pino';
import { audit } from '../audit/audit.ts';
import type { Database, Em } from '../db/database.ts';
import { Account } from '../db/entities/account.ts';
import type { OwnAccountView } from '../protocol/accounts.ts';
import { MusterError } from '../protocol/error.ts';
import type { JoinInput, PasswordChange, ProofInput, SetupInput, SignInInput } from '../protocol/session.ts';
import type { AccountFeed } from './account-feed.ts';
import { AccountService } from './account-service.ts';
import { ApiTokenService } from './api-token-service.ts';
import { FailedSignInStore } from './failed-sign-in-store.ts';
import type { KeyRing } from '../keys/key-ring.ts';
import { KnownBrowserStore } from './known-browser-store.ts';
import { hashPassword, isOutdated, verifyPassword } from './password.ts';
import { refuseKnownPassword } from './password-policy.ts';
import { addressKey } from '../perimeter/address-key.ts';
import { SecondFactorService } from './second-factor-service.ts';
import { actorOf, type CurrentSession, type NewSession, type Origin, SessionStore } from './session-store.ts';
import { SignInBackoff, type Subject } from './sign-in-backoff.ts';
import { hashToken, newCode, normalizeCode, sameHash } from '../crypto/token.ts';
import { lockByName } from '../db/advisory-lock.ts';

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

/**
 * Whether the browser runs on this machine. Failures on this machine are counted separately, so that a person who is
 * locked out by the failures of strangers can still sign in at the server itself. Behind a local proxy that is missing in `MUSTER_PROXIES`,
 * every browser counts as local, and the distinction has no effect.
 */
function isHere(address: string | null): boolean {
  return address !== null && /^(::ffff:)?127\.|^::1$/i.test(address);
}

/** Makes sure that only one of the servers on a database creates the first account. */
const SETUP_LOCK = 'muster/setup';
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
  readonly #backoff: SignInBackoff;
  readonly #failures: FailedSignInStore;
  readonly #browsers: KnownBrowserStore;
  readonly #keys: KeyRing;
  /** Hash of the token, so that neither a memory dump nor a debugger shows a usable token. */
  #setupHash: Buffer | null = null;
  #setupToken: string | null = null;

  private constructor(options: SignInServiceOptions) {
    const { database, keys, now = Date.now } = options;
    const log = options.log.child({ part: 'accounts' });
    this.#database = database;
    this.#feed = options.feed;
    this.#log = log;
    this.#backoff = new SignInBackoff({ database, now });
    this.#failures = new FailedSignInStore({ database, log });
    this.#browsers = new KnownBrowserStore(keys);
    this.#keys = keys;
    this.sessions = new SessionStore(options);
    this.secondFactors = new SecondFactorService({ database, keys, log, now });
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
    if (await service.#isEmpty()) {
      // 20 of 31 letters: 99 bits.
      const token = newCode(20);
      service.#setupHash = hashToken(token);
      service.#setupToken = token.replaceAll(/.{5}(?=.)/g, '$&-');
    }
    return service;
  }

  /** Idempotent. Writes the failures counted so far into the audit trail. */
  close(): Promise<void> {
    return this.#failures.close();
  }

  /** The one-time token for the first account, to be printed. Returned once; null when an account exists already. */
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

  /** Creates the first account and signs it in. Throws MusterError `forbidden`, or `wrong-state` when an account exists. */
  async setUp(input: SetupInput, from: SignInFrom = NOWHERE): Promise<SignedIn> {
    if (!(await this.setupNeeded()) || this.#setupHash === null) {
      throw new MusterError('wrong-state', 'The first account exists: sign in.');
    }
    if (!sameHash(hashToken(normalizeCode(input.token)), this.#setupHash)) {
      this.#log.warn({ event: 'setup.refused' }, 'wrong set-up token');
      throw new MusterError('forbidden', 'This is not the token that the server printed when it started.', {
        faults: [{ path: 'token', message: 'is not the one that was printed' }],
      });
    }
    refuseKnownPassword(input.password, input);
    const passwordHash = await hashPassword(input.password);
    const account = await this.#database.transaction(async (em) => {
      await lockByName(em, SETUP_LOCK);
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
        signedInAt: null,
      });
      await audit(em, { act: 'account.created', object: { kind: 'account', id: account.id } });
      return account;
    });
    this.#setupHash = null;
    this.#log.info({ event: 'account.created', accountId: account.id }, 'first account made');
    return this.#open(account, from);
  }

  /**
   * Throws MusterError `unauthenticated` for a wrong name, a wrong password and a disabled account alike;
   * `second-factor-needed` when only the code is missing; `rate-limited` after too many failures.
   */
  async signIn({ username, password, code }: SignInInput, from: SignInFrom = NOWHERE): Promise<SignedIn> {
    const account = await this.#database.fork().findOne(Account, { username });
    // Also checked where there is no account, so that the time does not reveal which accounts exist.
    const browser = this.#browsers.recognize(from.known, account?.id ?? '');
    const who: Subject = browser
      ? { kind: 'browser', key: browser }
      : { kind: 'name', key: this.#hashOf(isHere(from.address) ? `${username}\0here` : username) };
    const where: Subject[] =
      browser || from.address === null ? [] : [{ kind: 'address', key: addressKey(from.address) }];
    await this.#backoff.attempt([...where, who]);
    const right = await verifyPassword(account?.passwordHash, password);
    if (!account || !right || account.disabledAt) {
      this.#log.info({ event: 'session.failed', accountId: account?.id ?? null }, 'sign-in failed');
      await this.#failures.note(account?.id ?? null, 'sign-in', this.#hashOf(username));
      throw new MusterError('unauthenticated', 'The user name or the password is wrong.');
    }
    if (await this.secondFactors.isOn(account.id)) {
      if (code === undefined) {
        await this.#backoff.refund([...where, who]);
        throw new MusterError('second-factor-needed', 'Enter the code of your authenticator app.');
      }
      await this.#checkCode(account, code, 'sign-in');
    }
    await this.#backoff.forgive(who);
    await this.#backoff.refund(where);
    if (isOutdated(account.passwordHash ?? '')) await this.#rehash(account, password);
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
  async prove(session: CurrentSession, { password, code }: ProofInput): Promise<NewSession> {
    const subject = await this.#provePassword(session, password, 'password');
    const account = await this.#database.fork().findOneOrFail(Account, session.actor.accountId);
    if (await this.secondFactors.isOn(account.id)) {
      if (code === undefined) {
        await this.#backoff.refund([subject]);
        throw new MusterError('second-factor-needed', 'Enter the code of your authenticator app.');
      }
      await this.#checkCode(account, code, 'proof');
    }
    await this.#backoff.forgive(subject);
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
    const subject = await this.#provePassword(session, change.current, 'current');
    // Only this attempt is no longer counted as a failure. Earlier wrong codes still count.
    await this.#backoff.refund([subject]);
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

  /**
   * Counts an attempt and checks the password. Returns the subject of the attempt, so that the caller can have its
   * failures forgotten.
   * @param field the field in which a wrong password is reported
   */
  async #provePassword({ actor }: CurrentSession, password: string, field: string): Promise<Subject> {
    const { accountId } = actor;
    const subject: Subject = { kind: 'proof', key: accountId };
    await this.#backoff.attempt([subject]);
    const account = await this.#database.fork().findOne(Account, { id: accountId });
    if (await verifyPassword(account?.passwordHash, password)) return subject;
    await this.#failures.note(accountId, 'proof', accountId);
    throw new MusterError('validation-failed', 'The password is wrong.', {
      faults: [{ path: field, message: 'is not your password' }],
    });
  }

  /** Throws MusterError `unauthenticated` for a sign-in, else `validation-failed`, at the field `code`. */
  async #checkCode(account: Account, code: string, what: 'sign-in' | 'proof'): Promise<void> {
    if (await this.secondFactors.check(actorOf(account), code)) return;
    this.#log.info({ event: 'second-factor.refused', accountId: account.id }, 'one-time code refused');
    await this.#failures.note(account.id, what, account.id);
    throw new MusterError(
      what === 'sign-in' ? 'unauthenticated' : 'validation-failed',
      'The code is wrong, or was used already: wait for the next one.',
      { faults: [{ path: 'code', message: 'is wrong, or was used already' }] },
    );
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

  async #rehash(account: Account, password: string): Promise<void> {
    const { id, passwordHash: old } = account;
    const passwordHash = await hashPassword(password);
    await this.#database.fork().nativeUpdate(Account, { id, passwordHash: old }, { passwordHash });
    account.passwordHash = passwordHash;
    this.#log.info({ event: 'account.rehashed', accountId: id }, 'password hashed with current parameters');
  }

  /** Hashes a typed user name, because it may be a password in the wrong field. */
  #hashOf(username: string): string {
    const [key] = this.#keys.derived('sign-in-name');
    return createHmac('sha256', key).update(username, 'utf8').digest('base64url');
  }

  async #isEmpty(): Promise<boolean> {
    return (await this.#database.fork().count(Account)) === 0;
  }
}
