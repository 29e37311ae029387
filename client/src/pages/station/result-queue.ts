/** The results on the screen: newest last, a few at once, each for a few seconds; the rest waits. */
import type { AttendanceEvent } from '#protocol/results.ts';
import { Observable } from '../../session/observable.ts';

export const RESULTS = {
  /** The most on the screen at once. */
  shown: 3,
  /** Each stays this long, ms. */
  stay: 5_000,
  /** This long with something to tap on it, ms; unless another result waits for the place. */
  stayWithOffer: 9_000,
  /** The most that wait; beyond that the oldest is not shown: it is in the list of past events anyway. */
  waiting: 12,
} as const;

/** A punch was made. */
const WRITTEN: ReadonlySet<AttendanceEvent['result']> = new Set(['checked-in', 'checked-out', 'seen']);

export class ResultQueue {
  readonly shown = new Observable<readonly AttendanceEvent[]>([]);
  readonly #waiting: AttendanceEvent[] = [];
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>();
  /** Shown for longer than `stay`: they make room for the next result. */
  readonly #lingering = new Set<string>();

  /**
   * @param asked whether the person asked for it with a PIN or a badge, and expects an answer
   * @returns whether it is news to the person
   */
  add(event: AttendanceEvent, { asked = false } = {}): boolean {
    const old = this.shown.value.find((e) => e.person.id === event.person.id);
    // Whoever still stands there is seen again, and must keep what they may tap.
    // Nor does anybody want to read that another camera of this door was a moment later than the first.
    const repeats = old?.punch ?? (old && WRITTEN.has(old.result) && old.camera !== event.camera);
    if (!asked && repeats && event.result.startsWith('already-')) return false;
    // A newer result of the same person replaces the older one.
    if (old) this.#remove(old.id);
    if (this.shown.value.length >= RESULTS.shown) this.#makeRoom();
    if (this.shown.value.length < RESULTS.shown) {
      this.#show(event);
      return true;
    }
    this.#waiting.push(event);
    if (this.#waiting.length > RESULTS.waiting) this.#waiting.shift();
    return true;
  }

  /** Shows this result in the place of the one with the same id. */
  replace(event: AttendanceEvent) {
    if (!this.shown.value.some(({ id }) => id === event.id)) {
      this.add(event);
      return;
    }
    this.shown.set(this.shown.value.map((e) => (e.id === event.id ? event : e)));
    this.keep(event.id);
  }

  /** Puts what became of a result in its place, where that is still shown; otherwise nobody waits for it. */
  update(event: AttendanceEvent) {
    this.shown.set(this.shown.value.map((e) => (e.id === event.id ? event : e)));
  }

  /** Begins the time of a shown result again: somebody has just touched it. */
  keep(id: string) {
    const event = this.shown.value.find((e) => e.id === id);
    if (event) this.#time(event);
  }

  clear() {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    this.#lingering.clear();
    this.#waiting.length = 0;
    this.shown.set([]);
  }

  #show(event: AttendanceEvent) {
    this.shown.set([...this.shown.value, event]);
    this.#time(event);
  }

  #time(event: AttendanceEvent) {
    this.#lingering.delete(event.id);
    this.#after(RESULTS.stay, event.id, () => {
      if (!event.punch?.offers.length || this.#waiting.length > 0) {
        this.#end(event.id);
        return;
      }
      this.#lingering.add(event.id);
      this.#after(RESULTS.stayWithOffer - RESULTS.stay, event.id, () => this.#end(event.id));
    });
  }

  #after(delay: number, id: string, work: () => void) {
    const timer = this.#timers.get(id);
    if (timer !== undefined) clearTimeout(timer);
    this.#timers.set(id, setTimeout(work, delay));
  }

  #makeRoom() {
    const oldest = this.shown.value.find(({ id }) => this.#lingering.has(id));
    if (oldest) this.#remove(oldest.id);
  }

  #end(id: string) {
    this.#remove(id);
    const next = this.#waiting.shift();
    if (next) this.#show(next);
  }

  #remove(id: string) {
    const timer = this.#timers.get(id);
    if (timer !== undefined) clearTimeout(timer);
    this.#timers.delete(id);
    this.#lingering.delete(id);
    this.shown.set(this.shown.value.filter((e) => e.id !== id));
  }
}
