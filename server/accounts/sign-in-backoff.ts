/**
 * Limits failed sign-ins. They are counted in the database, so that neither a restart nor a second server resets them. An
 * attempt is counted before the password is checked, and removed from the count if the password was correct. So guesses
 * that are sent at the same time count like guesses that are sent one after another.
 */
import type { Database, Em } from '../db/database.ts';
import { SignInFailure } from '../db/entities/sign-in.ts';
import { MusterError } from '../protocol/error.ts';
import { backoff, type Backoff } from '../async/backoff.ts';
import { DAY, HOUR, MINUTE } from '../time/durations.ts';

export interface BackoffRule extends Backoff {
  /** Failures before the first wait. */
  free: number;
  /** The failures are forgotten this long after the last one, ms. */
  forget: number;
}

const PERSON: BackoffRule = { free: 5, first: 30_000, cap: 15 * MINUTE, forget: DAY };

/**
 * At the cap, a user name can be tried 96 times a day from all addresses together (ASVS 5.0 §6.3.1; NIST SP 800-63B-4
 * §3.2.2 asks for no more than 100 failures in a row). A browser that signed in before has a count of its own
 * (`known-browser-store.ts`), so that a stranger who fails with a user name does not lock its owner out.
 */
export const BACKOFF = {
  /** Per user name, whether or not there is such an account. */
  name: PERSON,
  /** Per browser that is known to the account, in place of name and address. */
  browser: PERSON,
  /** Per signed-in account that must enter its password again. */
  proof: PERSON,
  /** Per IPv4 address or IPv6 /64. A whole office may share one. */
  address: { free: 20, first: 30_000, cap: 15 * MINUTE, forget: HOUR },
} as const satisfies Record<string, BackoffRule>;

export interface Subject {
  kind: keyof typeof BACKOFF;
  /** A hash, an id or an address: never a readable name. */
  key: string;
}

/** The wait after that many failures in a row, ms. */
export function waitAfter(rule: BackoffRule, failures: number): number {
  return failures < rule.free ? 0 : backoff(rule, failures - rule.free);
}

/** Rows that are out of date are deleted no more often than this, ms. */
const SWEEP = 10 * MINUTE;
/**
 * A last failure this far in the future, ms, means that the clock was set back: its wait would last that much longer, so it
 * counts as over. Servers on one database, and requests that overtake each other, differ by less.
 */
const CLOCK_SET_BACK = MINUTE;

export class SignInBackoff {
  readonly #database: Database;
  readonly #now: () => number;
  #swept = 0;

  constructor({ database, now }: { database: Database; now: () => number }) {
    this.#database = database;
    this.#now = now;
  }

  /** Counts a failure for each subject in advance. Throws MusterError `rate-limited`, and then counts nothing. */
  async attempt(subjects: readonly Subject[]): Promise<void> {
    await this.#sweep();
    await this.#database.transaction(async (em) => {
      for (const subject of subjects) await this.#count(em, subject);
    });
  }

  /** After a successful attempt: forgets all failures. */
  async forgive(subject: Subject): Promise<void> {
    await this.#database.fork().nativeDelete(SignInFailure, { subject: nameOf(subject) });
  }

  /** Removes the last failure from the count; earlier failures stay. */
  async refund(subjects: readonly Subject[]): Promise<void> {
    const em = this.#database.fork();
    for (const subject of subjects) {
      await em.execute(
        'update sign_in_failure set failures = greatest(failures - 1, 0), blocked_until = last_at where subject = ?',
        [nameOf(subject)],
      );
    }
  }

  async #count(em: Em, subject: Subject): Promise<void> {
    const rule = BACKOFF[subject.kind];
    const name = nameOf(subject);
    const now = this.#now();
    const at = new Date(now);
    const forget = new Date(now + rule.forget);
    const [counted] = await em.execute<{ failures: number }[]>(
      `insert into sign_in_failure as f (subject, failures, last_at, blocked_until, forget_at)
       values (?, 1, ?, ?, ?)
       on conflict (subject) do update
         set failures = case when f.forget_at <= excluded.last_at then 1 else f.failures + 1 end,
             last_at = excluded.last_at, forget_at = excluded.forget_at
         where f.blocked_until <= excluded.last_at or f.last_at > ?
       returning failures`,
      [name, at, at, forget, new Date(now + CLOCK_SET_BACK)],
    );
    if (!counted) throw await this.#blocked(em, name);
    const blockedUntil = new Date(now + waitAfter(rule, counted.failures));
    await em.nativeUpdate(SignInFailure, { subject: name }, { blockedUntil });
  }

  async #blocked(em: Em, subject: string): Promise<MusterError> {
    const row = await em.findOne(SignInFailure, { subject }, { disableIdentityMap: true });
    const left = (row?.blockedUntil.getTime() ?? 0) - this.#now();
    const seconds = Math.max(1, Math.ceil(left / 1000));
    const wait = seconds < 120 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`;
    return new MusterError('rate-limited', `Too many tries: wait ${wait} and try again.`, {
      details: { retryAfter: seconds },
    });
  }

  async #sweep(): Promise<void> {
    const now = this.#now();
    if (Math.abs(now - this.#swept) < SWEEP) return;
    this.#swept = now;
    await this.#database.fork().execute(
      `delete from sign_in_failure where subject in
         (select subject from sign_in_failure where forget_at <= ? for update skip locked)`,
      [new Date(now)],
    );
  }
}

function nameOf({ kind, key }: Subject): string {
  return `${kind}:${key}`;
}
