/** Writes failed sign-ins into the audit trail: the first at once, those of the next minute as one event with their number. */
import type { Logger } from 'pino';
import { auditContext } from '../audit/audit-context.ts';
import { audit } from '../audit/audit.ts';
import type { Database } from '../db/database.ts';

/** One event per user name and address in this time, ms. */
const PERIOD = 60_000;
/** Pairs of user name and address that are counted at once. Beyond this, all others count as one. */
const MAX_PAIRS = 1_000;

interface Count {
  accountId: string | null;
  /** Failures that are not written yet. */
  more: number;
  timer: NodeJS.Timeout;
  flush: () => Promise<void>;
}

export class FailedSignInStore {
  readonly #database: Database;
  readonly #log: Logger;
  readonly #counts = new Map<string, Count>();

  constructor({ database, log }: { database: Database; log: Logger }) {
    this.#database = database;
    this.#log = log;
  }

  /**
   * @param accountId null where there is no such account; the typed name is not stored, because it may be a password
   * @param who the key that is counted, formed in the same way whether or not the account exists: writing an event takes
   *   time, and that time must not reveal which accounts exist
   */
  async note(accountId: string | null, what: 'sign-in' | 'proof', who: string): Promise<void> {
    const context = auditContext.getStore();
    const pair = `${who} ${what} ${context?.address ?? ''}`;
    const crowded = this.#counts.size >= MAX_PAIRS && !this.#counts.has(pair);
    const key = crowded ? 'others' : pair;
    const of = crowded ? null : accountId;
    const counting = this.#counts.get(key);
    if (counting) {
      counting.more += 1;
      return;
    }
    const store = crowded ? { actor: null, address: null } : (context ?? { actor: null, address: null });
    const flush = () => auditContext.run(store, () => this.#end(key, what));
    const timer = setTimeout(() => void flush(), PERIOD);
    timer.unref();
    this.#counts.set(key, { accountId: of, more: 0, timer, flush });
    await this.#write(of, what, 1);
  }

  /** Writes the failures that are not written yet. */
  async close(): Promise<void> {
    await Promise.all([...this.#counts.values()].map(({ flush }) => flush()));
  }

  async #end(key: string, what: 'sign-in' | 'proof'): Promise<void> {
    const count = this.#counts.get(key);
    if (!count) return;
    clearTimeout(count.timer);
    this.#counts.delete(key);
    if (count.more === 0) return;
    try {
      await this.#write(count.accountId, what, count.more);
    } catch (error) {
      this.#log.error({ event: 'audit.failed', err: error }, 'failed sign-ins could not be audited');
    }
  }

  #write(accountId: string | null, what: 'sign-in' | 'proof', failures: number): Promise<void> {
    return this.#database.transaction((em) =>
      audit(em, {
        act: 'session.failed',
        ...(accountId !== null && { object: { kind: 'account', id: accountId } }),
        after: { at: what, failures },
      }),
    );
  }
}
