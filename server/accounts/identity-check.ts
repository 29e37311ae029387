import { createHmac } from 'node:crypto';
import type { Logger } from 'pino';
import type { Database } from '../db/database.ts';
import { Account } from '../db/entities/account.ts';
import type { KeyRing } from '../keys/key-ring.ts';
import { addressKey } from '../perimeter/address-key.ts';
import { MusterError } from '../protocol/error.ts';
import type { ProofInput, SignInInput } from '../protocol/session.ts';
import { FailedSignInStore } from './failed-sign-in-store.ts';
import type { KnownBrowserStore } from './known-browser-store.ts';
import { hashPassword, isOutdated, verifyPassword } from './password.ts';
import type { SecondFactorService } from './second-factor-service.ts';
import { actorOf } from './session-store.ts';
import { SignInBackoff, type Subject } from './sign-in-backoff.ts';

export interface IdentityCheckOptions {
  database: Database;
  keys: KeyRing;
  browsers: KnownBrowserStore;
  secondFactors: SecondFactorService;
  log: Logger;
  now: () => number;
}

/** Checks passwords and one-time codes, counts failures, and makes callers wait after too many. */
export class IdentityCheck {
  readonly #options: IdentityCheckOptions;
  readonly #backoff: SignInBackoff;
  readonly #failures: FailedSignInStore;

  constructor(options: IdentityCheckOptions) {
    this.#options = options;
    this.#backoff = new SignInBackoff(options);
    this.#failures = new FailedSignInStore(options);
  }

  /** Idempotent. Writes the failures counted so far into the audit trail. */
  close(): Promise<void> {
    return this.#failures.close();
  }

  /**
   * Finds the account for a sign-in. Throws MusterError `unauthenticated` for a wrong name, a wrong password and a disabled
   * account alike; `second-factor-needed` when only the code is missing; `rate-limited` after too many failures.
   */
  async signIn(
    { username, password, code }: SignInInput,
    from: { address: string | null; known?: string | undefined },
  ): Promise<Account> {
    const { database, browsers, secondFactors, log } = this.#options;
    const account = await database.fork().findOne(Account, { username });
    // Also checked where there is no account, so that the time does not reveal which accounts exist.
    const browser = browsers.recognize(from.known, account?.id ?? '');
    const who: Subject = browser
      ? { kind: 'browser', key: browser }
      : { kind: 'name', key: this.#hashOf(isHere(from.address) ? `${username}\0here` : username) };
    const where: Subject[] =
      browser || from.address === null ? [] : [{ kind: 'address', key: addressKey(from.address) }];
    await this.#backoff.attempt([...where, who]);
    const right = await verifyPassword(account?.passwordHash, password);
    if (!account || !right || account.disabledAt) {
      log.info({ event: 'session.failed', accountId: account?.id ?? null }, 'sign-in failed');
      await this.#failures.note(account?.id ?? null, 'sign-in', this.#hashOf(username));
      throw new MusterError('unauthenticated', 'The user name or the password is wrong.');
    }
    if (await secondFactors.isOn(account.id)) {
      if (code === undefined) {
        await this.#backoff.refund([...where, who]);
        throw codeNeeded();
      }
      await this.#checkCode(account, code, 'sign-in');
    }
    await this.#backoff.forgive(who);
    await this.#backoff.refund(where);
    if (isOutdated(account.passwordHash ?? '')) await this.#rehash(account, password);
    return account;
  }

  /**
   * Checks password and code of a signed-in account. Throws MusterError `validation-failed` at the field that is wrong,
   * `second-factor-needed`, `rate-limited`.
   */
  async prove(accountId: string, { password, code }: ProofInput): Promise<void> {
    const { database, secondFactors } = this.#options;
    const subject = await this.#checkPassword(accountId, password, 'password');
    const account = await database.fork().findOneOrFail(Account, accountId);
    if (await secondFactors.isOn(account.id)) {
      if (code === undefined) {
        await this.#backoff.refund([subject]);
        throw codeNeeded();
      }
      await this.#checkCode(account, code, 'proof');
    }
    await this.#backoff.forgive(subject);
  }

  /**
   * Checks only the password of a signed-in account. `field` is the field that the fault is reported at. Throws MusterError
   * `validation-failed`, `rate-limited`.
   */
  async provePassword(accountId: string, password: string, field: string): Promise<void> {
    const subject = await this.#checkPassword(accountId, password, field);
    // Only this try is taken back. Earlier wrong codes still count.
    await this.#backoff.refund([subject]);
  }

  /** Returns the counted subject, to be forgiven or refunded. */
  async #checkPassword(accountId: string, password: string, field: string): Promise<Subject> {
    const subject: Subject = { kind: 'proof', key: accountId };
    await this.#backoff.attempt([subject]);
    const account = await this.#options.database.fork().findOne(Account, { id: accountId });
    if (await verifyPassword(account?.passwordHash, password)) return subject;
    await this.#failures.note(accountId, 'proof', accountId);
    throw new MusterError('validation-failed', 'The password is wrong.', {
      faults: [{ path: field, message: 'is not your password' }],
    });
  }

  /** Throws MusterError `unauthenticated` for a sign-in, otherwise `validation-failed`, at the field `code`. */
  async #checkCode(account: Account, code: string, what: 'sign-in' | 'proof'): Promise<void> {
    const { secondFactors, log } = this.#options;
    if (await secondFactors.check(actorOf(account), code)) return;
    log.info({ event: 'second-factor.refused', accountId: account.id }, 'one-time code refused');
    await this.#failures.note(account.id, what, account.id);
    throw new MusterError(
      what === 'sign-in' ? 'unauthenticated' : 'validation-failed',
      'The code is wrong, or was used already: wait for the next one.',
      { faults: [{ path: 'code', message: 'is wrong, or was used already' }] },
    );
  }

  async #rehash(account: Account, password: string): Promise<void> {
    const { database, log } = this.#options;
    const { id, passwordHash: old } = account;
    const passwordHash = await hashPassword(password);
    await database.fork().nativeUpdate(Account, { id, passwordHash: old }, { passwordHash });
    account.passwordHash = passwordHash;
    log.info({ event: 'account.rehashed', accountId: id }, 'password hashed with current parameters');
  }

  /** Hashes a typed user name, because it may be a password in the wrong field. */
  #hashOf(username: string): string {
    const [key] = this.#options.keys.derived('sign-in-name');
    return createHmac('sha256', key).update(username, 'utf8').digest('base64url');
  }
}

/**
 * Whether the browser runs on this machine. Failures here are counted apart, so that a person who is locked out by the
 * failures of strangers can still sign in at the server itself. Behind a local proxy that is missing in `MUSTER_PROXIES`,
 * every browser counts as local, and the distinction has no effect.
 */
function isHere(address: string | null): boolean {
  return address !== null && /^(::ffff:)?127\.|^::1$/i.test(address);
}

function codeNeeded(): MusterError {
  return new MusterError('second-factor-needed', 'Enter the code of your authenticator app.');
}
