/** One-time codes of an authenticator app (TOTP, RFC 6238: SHA-1, six digits, 30 s), and recovery codes. */
import type { Logger } from 'pino';
import { Secret, TOTP } from 'otpauth';
import { audit } from '../audit/audit.ts';
import type { Database, Em } from '../db/database.ts';
import { RecoveryCode, SecondFactor } from '../db/entities/sign-in.ts';
import type { SecondFactorOffer } from '../protocol/accounts.ts';
import { MusterError } from '../protocol/error.ts';
import { EnvelopeError } from '../crypto/envelope.ts';
import type { KeyRing } from '../keys/key-ring.ts';
import { hashPassword, verifyPassword } from './password.ts';
import type { AccountActor } from './session-store.ts';
import { newCode, normalizeCode } from '../crypto/token.ts';

/** s */
/** Codes of the present step and its neighbors are accepted: no accepted one is further ahead of another. */
const STEPS_AHEAD = 2;
const PERIOD = 30;
/** How many steps before and after the present one are accepted: clocks differ, and people type slowly. */
const WINDOW = 1;
/** RFC 4226 §4 R6 recommends 160 bits. */
const SECRET_BYTES = 20;
/** The first letter of each recovery code. */
const SLOTS = 'ABCDEFGHJK'.split('');
/** Number of letters after the first one: 44 bits, protected by argon2id and by the back-off of the sign-in. */
const RECOVERY_LENGTH = 9;

export interface SecondFactorsOptions {
  database: Database;
  keys: KeyRing;
  log: Logger;
  now: () => number;
}

export class SecondFactorService {
  readonly #database: Database;
  readonly #keys: KeyRing;
  readonly #log: Logger;
  readonly #now: () => number;

  constructor({ database, keys, log, now }: SecondFactorsOptions) {
    this.#database = database;
    this.#keys = keys;
    this.#log = log;
    this.#now = now;
  }

  async isOn(accountId: string): Promise<boolean> {
    const found = await this.#database.fork().count(SecondFactor, { accountId, confirmedAt: { $ne: null } });
    return found > 0;
  }

  /** How many recovery codes are left; null where the second factor is off. */
  async recoveryCodesLeft(accountId: string): Promise<number | null> {
    if (!(await this.isOn(accountId))) return null;
    return this.#database.fork().count(RecoveryCode, { accountId, usedAt: null });
  }

  /** Creates a new secret, which is unconfirmed until its first code. Throws MusterError `wrong-state` where one is in use. */
  async offer({ accountId, username }: AccountActor): Promise<SecondFactorOffer> {
    const secret = new Secret({ size: SECRET_BYTES });
    await this.#database.transaction(async (em) => {
      if ((await em.count(SecondFactor, { accountId, confirmedAt: { $ne: null } })) > 0) throw alreadyOn();
      await em.nativeDelete(SecondFactor, { accountId, confirmedAt: null });
      const { masterKeyId, sealed } = await this.#keys.seal(
        em,
        'secondFactor',
        [accountId],
        new Uint8Array(secret.buffer),
      );
      em.create(SecondFactor, {
        accountId,
        masterKeyId,
        wrapped: sealed,
        lastStep: 0,
        createdAt: new Date(this.#now()),
        confirmedAt: null,
      });
    });
    const totp = new TOTP({ issuer: 'Muster', label: username, secret, period: PERIOD });
    return { secret: secret.base32, uri: totp.toString() };
  }

  /**
   * Turns the second factor on with its first code, in the transaction of the caller. Returns the recovery codes.
   * Throws MusterError `validation-failed`, `wrong-state`.
   */
  async confirm(em: Em, accountId: string, code: string): Promise<string[]> {
    const factor = await em.findOne(SecondFactor, { accountId });
    if (!factor)
      throw new MusterError('wrong-state', 'Start again: no second factor waits for its first code.');
    if (factor.confirmedAt) throw alreadyOn();
    const step = await this.#stepOf(factor, code);
    if (step === null) {
      throw new MusterError('validation-failed', 'code is wrong.', {
        faults: [{ path: 'code', message: "is wrong: look at the app again, and at this device's clock" }],
      });
    }
    const confirmed = { confirmedAt: new Date(this.#now()), lastStep: step };
    await em.nativeUpdate(SecondFactor, { accountId }, confirmed);
    return this.#newRecoveryCodes(em, accountId);
  }

  /** Creates ten new recovery codes and voids the old ones. Throws MusterError `wrong-state` where the second factor is off. */
  async renewRecoveryCodes(accountId: string): Promise<string[]> {
    return this.#database.transaction(async (em) => {
      if ((await em.count(SecondFactor, { accountId, confirmedAt: { $ne: null } })) === 0) throw isOff();
      const codes = await this.#newRecoveryCodes(em, accountId);
      await audit(em, { act: 'recovery-codes.replaced', object: { kind: 'account', id: accountId } });
      return codes;
    });
  }

  /** True for a one-time code or a recovery code of this account, once. */
  async check(actor: AccountActor, typed: string): Promise<boolean> {
    const code = normalizeCode(typed);
    const { accountId } = actor;
    const em = this.#database.fork();
    if (!/^\d{6}$/.test(code)) return this.#useRecoveryCode(actor, code);
    const factor = await em.findOne(SecondFactor, { accountId, confirmedAt: { $ne: null } });
    const step = factor && (await this.#stepOf(factor, code));
    if (step === null) return false;
    // Of two requests that send the same code at the same time, only one succeeds.
    const used = await em.nativeUpdate(
      SecondFactor,
      // A last step that far ahead was used before the clock was set back: it must not lock the account until then.
      { accountId, $or: [{ lastStep: { $lt: step } }, { lastStep: { $gt: step + STEPS_AHEAD } }] },
      { lastStep: step },
    );
    return used > 0;
  }

  /** Turns the second factor off, in the transaction of the caller. Throws MusterError `wrong-state` where it is off already. */
  async remove(em: Em, accountId: string): Promise<void> {
    if ((await em.nativeDelete(SecondFactor, { accountId })) === 0) throw isOff();
    await em.nativeDelete(RecoveryCode, { accountId });
  }

  /** The time step of the code; null where the code belongs to no step near the present one. */
  async #stepOf(factor: SecondFactor, code: string): Promise<number | null> {
    const { accountId, masterKeyId, wrapped } = factor;
    const now = this.#now();
    let secret: Buffer;
    try {
      secret = await this.#keys.open('secondFactor', [accountId], masterKeyId, wrapped);
    } catch (error) {
      if (!(error instanceof EnvelopeError)) throw error;
      // Recovery codes still work, and an owner can reset the second factor.
      this.#log.error(
        { event: 'second-factor.unreadable', accountId },
        'the secret of a second factor does not open',
      );
      return null;
    }
    const delta = TOTP.validate({
      token: code,
      secret: new Secret({ buffer: Uint8Array.from(secret).buffer }),
      period: PERIOD,
      timestamp: now,
      window: WINDOW,
    });
    return delta === null ? null : Math.floor(now / 1000 / PERIOD) + delta;
  }

  async #newRecoveryCodes(em: Em, accountId: string): Promise<string[]> {
    await em.nativeDelete(RecoveryCode, { accountId });
    const codes = SLOTS.map((slot) => ({ slot, rest: newCode(RECOVERY_LENGTH) }));
    for (const { slot, rest } of codes) {
      em.create(RecoveryCode, { accountId, slot, codeHash: await hashPassword(rest), usedAt: null });
    }
    return codes.map(({ slot, rest }) => `${slot}${rest}`.replace(/^.{5}/, '$&-'));
  }

  async #useRecoveryCode(actor: AccountActor, code: string): Promise<boolean> {
    const { accountId } = actor;
    const [slot, rest] = [code.slice(0, 1), code.slice(1)];
    const stored = await this.#database.fork().findOne(RecoveryCode, { accountId, slot, usedAt: null });
    if (!(await verifyPassword(stored?.codeHash, rest))) return false;
    return this.#database.transaction(async (em) => {
      const usedAt = new Date(this.#now());
      if ((await em.nativeUpdate(RecoveryCode, { accountId, slot, usedAt: null }, { usedAt })) === 0)
        return false;
      await audit(em, { act: 'recovery-code.used', object: { kind: 'account', id: accountId }, actor });
      return true;
    });
  }
}

function alreadyOn(): MusterError {
  return new MusterError('wrong-state', 'The second factor is on already: turn it off first.');
}

function isOff(): MusterError {
  return new MusterError('wrong-state', 'The second factor is off.');
}
