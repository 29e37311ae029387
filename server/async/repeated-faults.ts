/**
 * Tells a new fault from one that repeats with every picture or message, so that a repeated fault is logged once
 * instead of thirty times a second.
 */
import { HOUR } from '../time/durations.ts';

/** Number of different faults remembered. Beyond it nothing counts as new: the rest are variations of one fault. */
const MAX_REMEMBERED = 32;
/** A fault that still occurs after this long is worth another log line, ms. */
const FORGET_AFTER = HOUR;

export class RepeatedFaults {
  /** When each fault was last new, monotonic ms; oldest first. */
  readonly #known = new Map<string, number>();

  /** Whether to log this fault. `now`: monotonic ms. */
  isNew(fault: string, now = performance.now()): boolean {
    for (const [known, since] of this.#known) {
      if (now - since < FORGET_AFTER) break;
      this.#known.delete(known);
    }
    if (this.#known.has(fault) || this.#known.size >= MAX_REMEMBERED) return false;
    this.#known.set(fault, now);
    return true;
  }
}
