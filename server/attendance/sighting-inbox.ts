/**
 * Sightings on their way to the database. A sighting is sent once by an analyzer, so one that meets a database
 * that is away for a moment must be kept and tried again: nobody stands in front of the door twice for that.
 */
import type { Logger } from 'pino';
import type { Sighting } from '../protocol/analyzer.ts';

export interface SightingInboxOptions {
  /** Must be idempotent by sighting id. */
  deliver: (sighting: Sighting) => Promise<void>;
  log: Logger;
  /** Waits before a further try, ms; replaced in tests. */
  pause?: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** Sightings waiting at most: an hour of a busy door. The oldest goes first beyond that, with an error in the log. */
const LIMIT = 1_000;
const FIRST_PAUSE = 250;
const LONGEST_PAUSE = 30_000;
/** With these pauses, almost half an hour: longer than a restart of the database, and an end to a fault of ours. */
const MAX_TRIES = 60;

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

  /** Gives what is waiting one last try; idempotent. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#work;
  }

  async #deliverAll(): Promise<void> {
    const { deliver, log } = this.#options;
    let wait = FIRST_PAUSE;
    let tries = 0;
    for (let next = this.#waiting[0]; next; next = this.#waiting[0]) {
      try {
        await deliver(next);
      } catch (error) {
        tries += 1;
        const last = this.#closing.signal.aborted || tries >= MAX_TRIES;
        log.error({ event: 'sighting.not-recorded', sightingId: next.id, err: error, again: !last });
        if (!last) {
          await this.#options.pause(wait, this.#closing.signal);
          wait = Math.min(2 * wait, LONGEST_PAUSE);
          continue;
        }
      }
      wait = FIRST_PAUSE;
      tries = 0;
      // The limit may have taken it away meanwhile.
      if (this.#waiting[0] === next) this.#waiting.shift();
    }
  }
}

/** Ends early, without an error, when the signal comes. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
  });
}
