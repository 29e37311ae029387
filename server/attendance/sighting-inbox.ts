/**
 * Sightings on their way to the database. An analyzer sends a sighting only once, so it must be kept and delivered again
 * if the database is unreachable for a moment: people do not come back to the door for that.
 */
import type { Logger } from 'pino';
import type { Sighting } from '../protocol/analyzer.ts';
import { setTimeout as sleep } from 'node:timers/promises';
import { backoff } from '../async/backoff.ts';

export interface SightingInboxOptions {
  /** Must be idempotent: it may be called more than once with the same sighting ID. */
  deliver: (sighting: Sighting) => Promise<void>;
  /** Whether the database answers. While it does not, a failure is not the fault of the sighting. Must not reject. */
  reachable: () => Promise<boolean>;
  log: Logger;
  /** Waits before the next attempt, ms; replaced in tests. */
  pause?: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** The most sightings that wait, enough for an hour at a busy door. Beyond that, the oldest is dropped and logged. */
const LIMIT = 1_000;
const RETRY = { first: 250, cap: 30_000 };
/** A sighting that fails this often although the database answers will always fail, and must not block the others. */
const MAX_TRIES = 3;

/** Delivers sightings in order, one at a time. A sighting that fails is tried again before the next one is delivered. */
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
      this.#options.log.error(
        { event: 'sighting.dropped', sightingId: lost?.id, personId: lost?.personId },
        'too many sightings are waiting, oldest dropped',
      );
    }
    this.#waiting.push(sighting);
    this.#work ??= this.#deliverAll().finally(() => {
      this.#work = null;
    });
  }

  /** Delivers the waiting sightings once more, up to the first failure. Idempotent. */
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
        this.#options.log.error(
          { event: 'sighting.dropped', sightingId: next.id, personId: next.personId, err: failure },
          'sighting cannot be recorded, dropped',
        );
      }
      failures = 0;
      tries = 0;
      // It may have been dropped by the limit in the meantime.
      if (this.#waiting[0] === next) this.#waiting.shift();
    }
  }

  async #deliver(sighting: Sighting): Promise<Error | null> {
    try {
      await this.#options.deliver(sighting);
      return null;
    } catch (error) {
      this.#options.log.warn(
        { event: 'sighting.not-recorded', sightingId: sighting.id, err: error },
        'sighting not recorded yet',
      );
      return error instanceof Error ? error : new Error(String(error));
    }
  }
}

/** Ends early, without an error, when the signal is aborted. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => {});
}
