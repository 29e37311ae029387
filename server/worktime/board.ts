/** The board of today: where everybody is, and how many. Kept up to date person by person. */
import { BOARD_STATES, type BoardEntry, boardEntry, type BoardState } from './board-entry.ts';
import type { WorkCalendar } from './calendar.ts';
import type { WorkPolicy } from './policy.ts';
import type { WorkPunch } from './punch.ts';
import { type WorkDay, workDays } from './work-days.ts';

export type BoardFigures = Record<BoardState, number>;

/** The figures are counts of the list, always. */
export function figuresOf(entries: Iterable<BoardEntry>): BoardFigures {
  const figures = Object.fromEntries(BOARD_STATES.map((state) => [state, 0])) as BoardFigures;
  for (const { state } of entries) figures[state] += 1;
  return figures;
}

/** What is known of a person. */
export interface PersonAtWork<P extends WorkPunch = WorkPunch> {
  /** In any order: those of today and of the days before it, back to a long rest. */
  punches: readonly P[];
  calendar: WorkCalendar;
  policy: WorkPolicy;
}

export interface BoardView<P extends WorkPunch = WorkPunch> {
  /** By the id of the person. */
  entries: ReadonlyMap<string, BoardEntry<P>>;
  figures: BoardFigures;
}

interface Known<P extends WorkPunch> {
  days: readonly WorkDay<P>[];
  reading: WorkPolicy['reading'];
}

/**
 * A punch costs the derivation of one person. `at` gives the same as if everybody were derived anew: it looks again at those
 * whose state has changed, by a punch or by time.
 */
export class Board<P extends WorkPunch = WorkPunch> {
  readonly #known = new Map<string, Known<P>>();
  readonly #entries = new Map<string, BoardEntry<P>>();
  /** Those whose entry is not derived yet. */
  readonly #stale = new Set<string>();
  readonly #figures = figuresOf([]);
  #today = '';
  #now = -Infinity;

  /** A person is new, or has punched, or punches were voided: all that count now. */
  set(personId: string, { punches, calendar, policy }: PersonAtWork<P>): void {
    this.#known.set(personId, { days: workDays(punches, calendar, policy), reading: policy.reading });
    this.#stale.add(personId);
  }

  remove(personId: string): void {
    this.#known.delete(personId);
    this.#stale.delete(personId);
    this.#put(personId, undefined);
  }

  /**
   * The board of a moment. It is a view: it changes with the next call.
   *
   * @param today the current work date, YYYY-MM-DD
   * @param now epoch ms
   */
  at({ today, now }: { today: string; now: number }): BoardView<P> {
    const isLater = today === this.#today && now >= this.#now;
    for (const [personId, known] of this.#known) {
      const entry = this.#entries.get(personId);
      if (isLater && entry && now < entry.validUntil && !this.#stale.has(personId)) continue;
      this.#put(personId, boardEntry(known.days, known.reading, { date: today, today, now }));
    }
    this.#stale.clear();
    this.#today = today;
    this.#now = now;
    return { entries: this.#entries, figures: this.#figures };
  }

  #put(personId: string, entry: BoardEntry<P> | undefined): void {
    const before = this.#entries.get(personId);
    if (before) this.#figures[before.state] -= 1;
    if (!entry) {
      this.#entries.delete(personId);
      return;
    }
    this.#figures[entry.state] += 1;
    this.#entries.set(personId, entry);
  }
}
