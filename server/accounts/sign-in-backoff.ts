/**
 * How often one may be wrong. Counted in the database, so that a restart or a second server forgives nothing. A try
 * is counted before the password is looked at and taken back when it was right: guesses sent at once count like
 * guesses sent in turn.
 */
import type { Database, Em } from '../db/database.ts';
import { SignInFailure } from '../db/entities/sign-in.ts';
import { MusterError } from '../protocol/error.ts';
import { backoff, type Backoff } from '../async/backoff.ts';
import { DAY, HOUR, MINUTE } from '../time/durations.ts';

export interface BackoffRule extends Backoff {
  /** Failures before anyone waits. */
  free: number;
  /** Forgotten this long after the last failure, ms. */
  forget: number;
}

const PERSON: BackoffRule = { free: 5, first: 30_000, cap: 15 * MINUTE, forget: DAY };

/**
 * At the cap a name can be tried 96 times a day, from wherever (ASVS 5.0 §6.3.1; NIST SP 800-63B-4 §3.2.2 asks for
 * no more than 100 failures in a row). A browser that signed in before has a count of its own (`known-browser.ts`): a
 * stranger who fails in somebody's name does not keep that one out.
 */
export const BACKOFF = {
  /** Of a user name, whether or not there is such an account. */
  name: PERSON,
  /** Of a browser that is known to the account, in place of name and address. */
  browser: PERSON,
  /** Of a signed-in account that is asked for its password again. */
  proof: PERSON,
  /** Of an IPv4 address or an IPv6 /64: an office may share one. */
  address: { free: 20, first: 30_000, cap: 15 * MINUTE, forget: HOUR },
} as const satisfies Record<string, BackoffRule>;

export interface Subject {
  kind: keyof typeof BACKOFF;
  /** Names nobody: a hash, an id, an address. */
  key: string;
}

/** ms to wait after that many failures in a row. */
export function waitAfter(rule: BackoffRule, failures: number): number {
  return failures < rule.free ? 0 : backoff(rule, failures - rule.free);
}

/** Forgotten rows are removed no more often than this, ms. */
const SWEEP = 10 * MINUTE;

export class SignInBackoff {
  readonly #database: Database;
  readonly #now: () => number;
  #swept = 0;

  constructor({ database, now }: { database: Database; now: () => number }) {
    this.#database = database;
    this.#now = now;
  }

  /** Counts one failure of each, to be forgiven if it was none. Throws MusterError `rate-limited`, and counts nothing then. */
  async attempt(subjects: readonly Subject[]): Promise<void> {
    await this.#sweep();
    await this.#database.transaction(async (em) => {
      for (const subject of subjects) await this.#count(em, subject);
    });
  }

  /** It was right: no failures are left. */
  async forgive(subject: Subject): Promise<void> {
    await this.#database.fork().nativeDelete(SignInFailure, { subject: nameOf(subject) });
  }

  /** It was no failure; those before it stay. */
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
         where f.blocked_until <= excluded.last_at
       returning failures`,
      [name, at, at, forget],
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
    if (now - this.#swept < SWEEP) return;
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
