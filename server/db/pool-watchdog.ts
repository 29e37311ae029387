/**
 * Notices a pool that can no longer be used although the database can: then only a new process helps. It is the last line of
 * defense behind `pool-guard.ts`, for a leak that nobody has thought of yet.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';

export interface PoolWatchdogOptions {
  /** Asks the database something through the pool. */
  throughPool: () => Promise<unknown>;
  /** The same on a connection of its own, which is closed afterwards. */
  fresh: () => Promise<unknown>;
  /** The pool is lost. Called once. */
  onLost: (error: Error) => void;
  log: Logger;
  limits?: Partial<PoolWatchdogLimits>;
}

interface PoolWatchdogLimits {
  /** Time between two looks, ms. */
  interval: number;
  /** An answer that takes longer than this does not count, ms: longer than the pool waits for a free connection. */
  patience: number;
  /**
   * The pool is lost after so many looks in a row in which a fresh connection was answered and the pool was not. Ten statements
   * of the longest allowed time (30 s) may hold a healthy pool for half a minute.
   */
  looks: number;
}

const LIMITS: PoolWatchdogLimits = { interval: 10_000, patience: 8_000, looks: 6 };

export class PoolWatchdog {
  readonly #options: PoolWatchdogOptions;
  readonly #limits: PoolWatchdogLimits;
  readonly #closing = new AbortController();
  readonly #work: Promise<void>;

  private constructor(options: PoolWatchdogOptions) {
    this.#options = options;
    this.#limits = { ...LIMITS, ...options.limits };
    this.#work = this.#watch();
  }

  static start(options: PoolWatchdogOptions): PoolWatchdog {
    return new PoolWatchdog(options);
  }

  /** Idempotent. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#work;
  }

  async #watch(): Promise<void> {
    const { throughPool, fresh, onLost, log } = this.#options;
    const { signal } = this.#closing;
    for (let lost = 0; ;) {
      await sleep(this.#limits.interval, undefined, { signal, ref: false }).catch(() => {});
      if (signal.aborted) return;
      if (await this.#answers(throughPool)) {
        lost = 0;
        continue;
      }
      // The database itself is away: a new process would not reach it either.
      if (!(await this.#answers(fresh))) {
        lost = 0;
        continue;
      }
      lost += 1;
      log.warn({ event: 'pool.no-answer', looks: lost }, 'the database answers, but not through the pool');
      if (lost < this.#limits.looks) continue;
      onLost(new Error('The pool of connections is lost, although the database answers'));
      return;
    }
  }

  async #answers(ask: () => Promise<unknown>): Promise<boolean> {
    const { signal } = this.#closing;
    const answer = ask().then(
      () => true,
      () => false,
    );
    const silence = sleep(this.#limits.patience, false, { signal, ref: false }).catch(() => false);
    return Promise.race([answer, silence]);
  }
}
