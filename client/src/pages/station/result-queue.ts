/** The results on the screen: newest last, a few at once, each for a few seconds; the rest waits. */
import type { AttendanceEvent } from '#protocol/results.ts';
import { Observable } from '../../session/observable.ts';

export const RESULTS = {
  /** The most on the screen at once. */
  shown: 3,
  /** Each stays this long, ms. */
  stay: 5_000,
  /** The most that wait; beyond that the oldest is not shown: it is in the list of past events anyway. */
  waiting: 12,
} as const;

export class ResultQueue {
  readonly shown = new Observable<readonly AttendanceEvent[]>([]);
  readonly #waiting: AttendanceEvent[] = [];
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>();

  add(event: AttendanceEvent) {
    // A newer result of the same person replaces the older one.
    const old = this.shown.value.find((e) => e.person.id === event.person.id);
    if (old) this.#remove(old.id);
    if (this.shown.value.length < RESULTS.shown) {
      this.#show(event);
      return;
    }
    this.#waiting.push(event);
    if (this.#waiting.length > RESULTS.waiting) this.#waiting.shift();
  }

  clear() {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    this.#waiting.length = 0;
    this.shown.set([]);
  }

  #show(event: AttendanceEvent) {
    this.shown.set([...this.shown.value, event]);
    this.#timers.set(
      event.id,
      setTimeout(() => {
        this.#remove(event.id);
        const next = this.#waiting.shift();
        if (next) this.#show(next);
      }, RESULTS.stay),
    );
  }

  #remove(id: string) {
    const timer = this.#timers.get(id);
    if (timer !== undefined) clearTimeout(timer);
    this.#timers.delete(id);
    this.shown.set(this.shown.value.filter((e) => e.id !== id));
  }
}
