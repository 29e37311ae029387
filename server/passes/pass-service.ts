/** Passes: a PIN with the employee number, or a badge. They are another way to punch than by face. */
import { randomInt } from 'node:crypto';
import type { Logger } from 'pino';
import { audit } from '../audit/audit.ts';
import type { Database, Em } from '../db/database.ts';
import { Badge, Pin } from '../db/entities/pass.ts';
import { MusterError } from '../protocol/error.ts';
import type { AuditAct } from '../protocol/audit-acts.ts';
import type { BadgeView, PassesView, PinView } from '../protocol/passes.ts';
import type { Pass } from '../protocol/signaling.ts';
import { PASS_LIMITS } from '../protocol/limits.ts';
import { EnvelopeError } from '../crypto/envelope.ts';
import type { KeyRing } from '../keys/key-ring.ts';
import { hashPassword, verifyPassword } from '../accounts/password.ts';
import { SharedRateLimit } from '../servers/shared-rate-limit.ts';
import { hashToken, newCode, normalizeCode } from '../crypto/token.ts';
import { MINUTE } from '../time/durations.ts';

export interface PassServiceOptions {
  database: Database;
  keys: Pick<KeyRing, 'seal' | 'open'>;
  log: Logger;
  /** Epoch ms; replaced in tests. */
  now?: () => number;
}

/** 31²⁰, 99 bits. */
const BADGE_LENGTH = 20;
/** A lock that lasts longer than locks do by this, ms, was made before the clock was set back. */
const CLOCK_SET_BACK = MINUTE;
const NOBODY = '00000000-0000-0000-0000-000000000000';

/** Why a try failed; only for the audit trail. */
type Refusal = 'unknown' | 'wrong' | 'locked';

/** Whom a kept pass names, which is nobody where the number or the badge is unknown; and whether it is right. */
export interface KeptPass {
  personId: string | null;
  valid: boolean;
}

export class PassService {
  readonly #database: Database;
  readonly #keys: PassServiceOptions['keys'];
  readonly #log: Logger;
  readonly #now: () => number;
  /** Limits the wrong tries of each station. */
  readonly #stations: SharedRateLimit;
  /** The same for passes that it kept while the server was away: their delivery must not make anybody at the door wait. */
  readonly #kept: SharedRateLimit;

  constructor({ database, keys, log, now }: PassServiceOptions) {
    this.#database = database;
    this.#keys = keys;
    this.#log = log.child({ part: 'passes' });
    this.#now = now ?? Date.now;
    const tries = { database, now, ...PASS_LIMITS.station };
    this.#stations = new SharedRateLimit({ ...tries, name: 'pass' });
    this.#kept = new SharedRateLimit({ ...tries, name: 'kept-pass' });
  }

  /** The passes of a person. An unknown person has none. */
  async view(personId: string): Promise<PassesView> {
    const em = this.#database.fork();
    const [pin, badge] = [await em.findOne(Pin, { personId }), await em.findOne(Badge, { personId })];
    const locked = pin && isLocked(pin, this.#now()) ? pin.lockedUntil! : null;
    return {
      pin: pin && { setAt: pin.setAt.toISOString(), lockedUntil: locked?.toISOString() ?? null },
      badge: badge && { issuedAt: badge.issuedAt.toISOString() },
    };
  }

  /** Replaces the PIN. It is random, not chosen, and returned only here. Throws MusterError `not-found`. */
  async setPin(personId: string): Promise<PinView> {
    const pin = String(randomInt(10 ** PASS_LIMITS.pinDigits)).padStart(PASS_LIMITS.pinDigits, '0');
    const secret = Buffer.from(await hashPassword(pin));
    await this.#change(personId, 'pin.set', async (em) => {
      await em.nativeDelete(Pin, { personId });
      const envelope = await this.#keys.seal(em, 'pin', [personId], secret);
      const setAt = new Date(this.#now());
      await em.insert(Pin, { personId, ...envelope, failures: 0, lockedUntil: null, setAt });
    });
    return { pin };
  }

  /** Throws MusterError `not-found`. */
  async removePin(personId: string): Promise<void> {
    await this.#change(personId, 'pin.removed', (em) => em.nativeDelete(Pin, { personId }));
  }

  /** Replaces the badge. The old one is void from now on. Throws MusterError `not-found`. */
  async issueBadge(personId: string): Promise<BadgeView> {
    const code = newCode(BADGE_LENGTH);
    await this.#change(personId, 'badge.issued', async (em) => {
      await em.nativeDelete(Badge, { personId });
      const issuedAt = new Date(this.#now());
      await em.insert(Badge, { personId, codeHash: hashToken(code), issuedAt });
    });
    return { code };
  }

  /** Throws MusterError `not-found`. */
  async revokeBadge(personId: string): Promise<void> {
    await this.#change(personId, 'badge.revoked', (em) => em.nativeDelete(Badge, { personId }));
  }

  /**
   * Gives the passes of a record to another one of the same person, where that has none or they were chosen; the others are
   * void. A PIN that does not open is left behind: nobody could use it. Inside a transaction that has locked both.
   */
  async merge(
    em: Em,
    { stays, goes, taken }: { stays: string; goes: string; taken: { pin: boolean; badge: boolean } },
  ): Promise<void> {
    if (taken.pin) await this.#movePin(em, goes, stays);
    if (taken.badge) {
      await em.nativeDelete(Badge, { personId: stays });
      await em.nativeUpdate(Badge, { personId: goes }, { personId: stays });
    }
    await em.nativeDelete(Pin, { personId: goes });
    await em.nativeDelete(Badge, { personId: goes });
  }

  /** It is sealed for the person. */
  async #movePin(em: Em, goes: string, stays: string): Promise<void> {
    const pin = await em.findOne(Pin, { personId: goes }, { disableIdentityMap: true });
    if (!pin) return;
    try {
      const secret = await this.#keys.open('pin', [goes], pin.masterKeyId, pin.sealed);
      await em.nativeDelete(Pin, { personId: stays });
      const envelope = await this.#keys.seal(em, 'pin', [stays], secret);
      const { failures, lockedUntil, setAt } = pin;
      await em.insert(Pin, {
        personId: stays,
        ...envelope,
        failures,
        lockedUntil: lockedUntil ?? null,
        setAt,
      });
    } catch (error) {
      if (!(error instanceof EnvelopeError)) throw error;
    }
  }

  /**
   * Finds the person of a pass. Whatever is wrong (an unknown number, a wrong PIN, a locked PIN), the answer and the time
   * it takes are the same, so that a station cannot find out which people exist.
   * Throws MusterError `not-found`, and `rate-limited` after too many wrong tries at this station.
   */
  async identify(stationId: string, pass: Pass): Promise<string> {
    await this.#stations.take(stationId);
    const found = pass.type === 'pin' ? await this.#byPin(pass, this.#now()) : await this.#byBadge(pass.code);
    if (found.refusal === null) {
      await this.#stations.giveBack(stationId);
      return found.personId;
    }
    const { personId, refusal: why } = found;
    await this.#refuse(stationId, { source: pass.type, personId, why });
    throw new MusterError(
      'not-found',
      pass.type === 'pin' ? 'Number and PIN do not go together.' : 'This badge is not known.',
    );
  }

  /**
   * Finds the person of a number among few who were recognized at this station. Whatever is wrong (an unknown number, or one
   * of somebody else), the answer and the time it takes are the same.
   *
   * @param accept says whether it is one of them, by anything but null
   * @throws MusterError `not-found`, and `rate-limited` after too many wrong tries at this station
   */
  async identifyOneOf<T>(
    stationId: string,
    number: string,
    accept: (personId: string) => T | null,
  ): Promise<T> {
    await this.#stations.take(stationId);
    const personId = await this.#personOf(number);
    const accepted = accept(personId ?? NOBODY);
    if (accepted !== null) {
      await this.#stations.giveBack(stationId);
      return accepted;
    }
    const why: Refusal = personId === null ? 'unknown' : 'wrong';
    await this.#refuse(stationId, { source: 'face-and-number', personId, why });
    throw new MusterError('not-found', 'This is not the number of the person who was recognized.');
  }

  /**
   * The person of a pass that a station kept while the server was away, and whether the pass is valid. A try counts as if it
   * were made at its own time, so that the typing errors of two days do not lock anybody today. A number that was locked at
   * that time is tried as of now: nothing is gained by dating tries back.
   * Throws MusterError `rate-limited` while the number is locked or this station has had too many wrong tries: try later.
   */
  async verifyKept(stationId: string, pass: Pass, at: number): Promise<KeptPass> {
    await this.#kept.take(stationId);
    const found = pass.type === 'pin' ? await this.#byPin(pass, at) : await this.#byBadge(pass.code);
    if (found.refusal === null || found.refusal === 'locked') await this.#kept.giveBack(stationId);
    if (found.refusal !== 'locked') return { personId: found.personId, valid: found.refusal === null };
    const until = await this.#database.fork().findOne(Pin, { personId: found.personId });
    const wait = Math.max(1_000, (until?.lockedUntil?.getTime() ?? 0) - this.#now());
    throw new MusterError('rate-limited', 'This number is locked for a while.', {
      details: { retryAfter: Math.ceil(wait / 1_000) },
    });
  }

  async #refuse(
    stationId: string,
    { source, personId, why }: { source: string; personId: string | null; why: Refusal },
  ): Promise<void> {
    await this.#database.transaction((em) =>
      audit(em, {
        act: 'punch.failed',
        ...(personId !== null && { object: { kind: 'person', id: personId } }),
        after: { source, why },
      }),
    );
    this.#log.warn({ event: 'pass.refused', deviceId: stationId, source, why }, 'pass refused');
  }

  /** @param at when it was typed, epoch ms */
  async #byPin({ number, pin }: Extract<Pass, { type: 'pin' }>, at: number): Promise<Found> {
    const personId = await this.#personOf(number);
    const { stored, locked } = await this.#charge(personId ?? NOBODY, at);
    // Takes equally long when there is nothing to compare with.
    const right = await verifyPassword(stored, pin);
    if (right && personId !== null) {
      await this.#database.fork().nativeUpdate(Pin, { personId }, { failures: 0, lockedUntil: null });
      return { personId, refusal: null };
    }
    if (personId === null) return { personId, refusal: 'unknown' };
    return { personId, refusal: locked ? 'locked' : stored === undefined ? 'unknown' : 'wrong' };
  }

  async #byBadge(typed: string): Promise<Found> {
    const code = normalizeCode(typed);
    const badge = await this.#database.fork().findOne(Badge, { codeHash: hashToken(code) });
    return badge ? { personId: badge.personId, refusal: null } : { personId: null, refusal: 'unknown' };
  }

  /**
   * Counts the try as a wrong one before the result is known, so that many tries at once all count. Returns the argon2id
   * hash to compare with, or none where there is no PIN or it is locked.
   */
  async #charge(personId: string, at: number): Promise<{ stored: string | undefined; locked: boolean }> {
    const { wrongPins, firstLock, longestLock } = PASS_LIMITS;
    const now = new Date(this.#now());
    const typed = new Date(Math.min(at, now.getTime()));
    return this.#database.transaction(async (em) => {
      const [row] = await em.execute<{ masterKeyId: string; sealed: Buffer }[]>(
        `update pin set failures = failures + 1,
           locked_until = case when failures + 1 >= ? then
             case when locked_until > ?::timestamptz then ?::timestamptz else ?::timestamptz end
               + least(? * power(2, least(failures + 1 - ?, 30)), ?) * interval '1 ms' end
         where person_id = ? and (locked_until is null or locked_until <= ?::timestamptz
           or locked_until > ?::timestamptz + least(? * power(2, least(failures - ?, 30)), ?) * interval '1 ms')
         returning master_key_id "masterKeyId", sealed`,
        [
          wrongPins,
          typed,
          now,
          typed,
          firstLock,
          wrongPins,
          longestLock,
          personId,
          now,
          new Date(now.getTime() + CLOCK_SET_BACK),
          firstLock,
          wrongPins,
          longestLock,
        ],
      );
      if (!row) return { stored: undefined, locked: (await em.count(Pin, { personId })) > 0 };
      try {
        const secret = await this.#keys.open('pin', [personId], row.masterKeyId, row.sealed);
        return { stored: secret.toString('utf8'), locked: false };
      } catch (error) {
        if (!(error instanceof EnvelopeError)) throw error;
        this.#log.error(
          { event: 'pin.unreadable', personId, why: error.message },
          'a PIN does not open; set a new one',
        );
        return { stored: undefined, locked: false };
      }
    });
  }

  /**
   * Finds the person by the exact number or, where nobody has it, by its letters and digits only; and by a former number that
   * nobody has now. One query whatever is typed, so that the time says nothing.
   */
  async #personOf(typed: string): Promise<string | null> {
    const found = await this.#database.fork().execute<{ id: string; exact: boolean; former: boolean }[]>(
      `with numbered as (
         select id, number, false former from person where erased_at is null
         union all select id, one ->> 'number', true from person, jsonb_array_elements(formerly) one
           where erased_at is null
       )
       select id, former, bool_or(lower(number) = lower(:typed)) exact from numbered
       where regexp_replace(lower(number), '[^[:alnum:]]', '', 'g')
         = regexp_replace(lower(:typed), '[^[:alnum:]]', '', 'g')
       group by id, former`,
      { typed },
    );
    const now = found.filter(({ former }) => !former);
    const people = now.length > 0 ? now : found;
    const exact = people.filter((person) => person.exact);
    // Two people may have had the same former number.
    const [one, another] = exact.length > 0 ? exact : people;
    return one && !another ? one.id : null;
  }

  async #change(personId: string, act: AuditAct, work: (em: Em) => Promise<unknown>): Promise<void> {
    await this.#database.transaction(async (em) => {
      // Locked, because a pass that is made in the same moment would outlive an erasure.
      const [person] = await em.execute(
        'select 1 from person where id = ? and erased_at is null for update',
        [personId],
      );
      if (!person) throw new MusterError('not-found', 'There is no such person.');
      await work(em);
      await audit(em, { act, object: { kind: 'person', id: personId } });
    });
    this.#log.info({ event: act, personId }, 'pass changed');
  }
}

/** See `CLOCK_SET_BACK`: such a lock is over. */
function isLocked({ failures, lockedUntil }: Pin, now: number): boolean {
  const { firstLock, longestLock, wrongPins } = PASS_LIMITS;
  const longest = Math.min(firstLock * 2 ** (failures - wrongPins), longestLock);
  const left = (lockedUntil?.getTime() ?? 0) - now;
  return left > 0 && left <= longest + CLOCK_SET_BACK;
}

type Found = { personId: string; refusal: null } | { personId: string | null; refusal: Refusal };
