/**
 * The sightings that an analyzer has reported and the server has not confirmed. The server confirms one when it is in the
 * database or in the journal; until then the analyzer has it too, and reports it again.
 */
import type { Sighting } from '../protocol/analyzer.ts';
import { backoff } from '../async/backoff.ts';

export interface SightingOutboxOptions {
  send(sighting: Sighting): void;
  /** Called when a sighting is given up because too many wait: the server has none of them any more. */
  onFull(sighting: Sighting): void;
  /** Most sightings kept. Default: `OUTBOX_LIMIT`. */
  limit?: number;
  /** Wait before a sighting is reported again, ms. Default 2 s, doubled up to 30 s. */
  retry?: { first: number; cap: number };
}

export const OUTBOX_LIMIT = 1_000;

export class SightingOutbox {
  readonly #options: Required<SightingOutboxOptions>;
  /** The timers of the next reports, by the ids of the sightings. */
  readonly #waiting = new Map<string, NodeJS.Timeout>();

  constructor(options: SightingOutboxOptions) {
    this.#options = { limit: OUTBOX_LIMIT, retry: { first: 2_000, cap: 30_000 }, ...options };
  }

  get size(): number {
    return this.#waiting.size;
  }

  /** Reports the sighting until it is confirmed. */
  add(sighting: Sighting): void {
    if (this.#waiting.has(sighting.id)) return;
    // The first check-in is never the one to go: the newest is the likeliest repetition.
    if (this.#waiting.size >= this.#options.limit) this.#options.onFull(sighting);
    else this.#report(sighting, 0);
  }

  /** The server has made these sightings safe. */
  confirm(ids: readonly string[]): void {
    for (const id of ids) {
      clearTimeout(this.#waiting.get(id));
      this.#waiting.delete(id);
    }
  }

  /** Nobody is there to report to any more. */
  close(): void {
    this.confirm([...this.#waiting.keys()]);
  }

  #report(sighting: Sighting, times: number): void {
    const timer = setTimeout(
      () => this.#report(sighting, times + 1),
      backoff(this.#options.retry, times),
    ).unref();
    this.#waiting.set(sighting.id, timer);
    this.#options.send(sighting);
  }
}
