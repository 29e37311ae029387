/** Tells a new fault from one that every picture repeats, so that the latter is logged once and not thirty times a second. */
import { HOUR } from '../time/durations.ts';

/** Different faults that are remembered; of more, nothing is new: they would be the same one in other words. */
const MOST = 32;
/** A fault that is still there is worth a line again after this long, ms. */
const FORGET_AFTER = HOUR;

export class RepeatedFaults {
  /** When each was last new, monotonic ms; oldest first. */
  readonly #known = new Map<string, number>();

  /** Whether to log this one. `now`: monotonic ms. */
  isNew(fault: string, now = performance.now()): boolean {
    for (const [known, since] of this.#known) {
      if (now - since < FORGET_AFTER) break;
      this.#known.delete(known);
    }
    if (this.#known.has(fault) || this.#known.size >= MOST) return false;
    this.#known.set(fault, now);
    return true;
  }
}
