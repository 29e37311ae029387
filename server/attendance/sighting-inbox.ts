/**
 * Sightings on their way to the database. A sighting is sent once by an analyzer, so one that meets a database
 * that is away for a moment must be kept and tried again: nobody stands in front of the door twice for that.
 */
import type { Logger } from 'pino';
import type { Sighting } from '../protocol/analyzer.ts';
import { setTimeout as sleep } from 'node:timers/promises';
import { backoff } from '../async/backoff.ts';

export interface SightingInboxOptions {
  /** Must be idempotent by sighting id. */
  deliver: (sighting: Sighting) => Promise<void>;
  /** Whether the database answers: while it does not, a failure is not the sighting's. Never rejects. */
  reachable: () => Promise<boolean>;
  log: Logger;
  /** Waits before a further try, ms; replaced in tests. */
  pause?: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** Sightings waiting at most: an hour of a busy door. The oldest goes first beyond that, with an error in the log. */
const LIMIT = 1_000;
const RETRY = { first: 250, cap: 30_000 };
/** With a database that answers, a sighting that fails this often will always fail: the next ones must not wait. */
const MAX_TRIES = 3;

/** In order, one at a time; a failing one is tried again before the next, so that nothing overtakes it. */
export class SightingInbox {
  readonly #options: Required<SightingInboxOptions>;
  readonly #waiting: Sighting[] = [];
  readonly #closing = new AbortController();
  #work: Promise<void> | null = null;

  constructor(options: SightingInboxOptions) {
    this.#options = { pause, ...options };
  }

  get size(): number {
    return this.#waiting.length;
  }

  add(sighting: Sighting): void {
    if (this.#closing.signal.aborted) return;
    if (this.#waiting.length >= LIMIT) {
      const lost = this.#waiting.shift();
      this.#options.log.error({ event: 'sighting.dropped', sightingId: lost?.id, personId: lost?.personId });
    }
    this.#waiting.push(sighting);
    this.#work ??= this.#deliverAll().finally(() => {
      this.#work = null;
    });
  }

  /** Gives what is waiting one last chance, until the first failure; idempotent. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#work;
  }

  async #deliverAll(): Promise<void> {
    let failures = 0;
    let tries = 0;
    for (let next = this.#waiting[0]; next; next = this.#waiting[0]) {
      const failure = await this.#deliver(next);
      if (failure) {
        if (this.#closing.signal.aborted) return;
        if (await this.#options.reachable()) tries += 1;
        if (tries < MAX_TRIES) {
          await this.#options.pause(backoff(RETRY, failures), this.#closing.signal);
          failures += 1;
          continue;
        }
        this.#options.log.error({ event: 'sighting.dropped', sightingId: next.id, err: failure });
      }
      failures = 0;
      tries = 0;
      // The limit may have taken it away meanwhile.
      if (this.#waiting[0] === next) this.#waiting.shift();
    }
  }

  async #deliver(sighting: Sighting): Promise<Error | null> {
    try {
      await this.#options.deliver(sighting);
      return null;
    } catch (error) {
      this.#options.log.warn({ event: 'sighting.not-recorded', sightingId: sighting.id, err: error });
      return error instanceof Error ? error : new Error(String(error));
    }
  }
}

/** Ends early, without an error, when the signal comes. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => {});
}
