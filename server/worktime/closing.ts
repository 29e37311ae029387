/**
 * Closing a month for one person: what is frozen, and what comes later.
 *
 * The figures of each day of a closed month are frozen. What differs from them later is an adjustment, booked in the first
 * month after it that is open; it is frozen when that month is closed. At any time, what is frozen, what the open months
 * show and the adjustments add up to what the punches say.
 */
import type { WorkDay } from './work-days.ts';

/** Of one day, or a difference between two readings of a day, which may be negative. Times in ms. */
export interface Figures {
  presence: number;
  pauses: number;
  deducted: number;
  worked: number;
  /** Days that lack an arrival or a departure: 0 or 1 for a day. */
  incomplete: number;
}

export const NO_FIGURES: Figures = { presence: 0, pauses: 0, deducted: 0, worked: 0, incomplete: 0 };

/** What the punches of a day say. */
export interface DayRecord {
  figures: Figures;
  /** IDs of the punches that count. */
  punches: readonly string[];
}

export interface FrozenDay extends DayRecord {
  /** YYYY-MM-DD */
  date: string;
}

export interface Adjustment {
  /** The day that it mends, YYYY-MM-DD. */
  date: string;
  /** The month in which it counts, YYYY-MM. */
  month: string;
  difference: Figures;
  /** IDs of the punches that came later, and of those that count no more: the reason. */
  added: readonly string[];
  removed: readonly string[];
}

export interface Ledger {
  /** YYYY-MM */
  closed: ReadonlySet<string>;
  /** The days of the closed months that had punches. */
  frozen: readonly FrozenDay[];
  /** Frozen with the closed months in which they are booked. */
  adjustments: readonly Adjustment[];
}

/** What the punches say at the moment, by date. */
export type LiveDays = ReadonlyMap<string, DayRecord>;

/** What the closing of one month freezes. */
export interface Closing {
  days: FrozenDay[];
  adjustments: Adjustment[];
}

const NOTHING: DayRecord = { figures: NO_FIGURES, punches: [] };

/** @param date YYYY-MM-DD */
export function monthOf(date: string): string {
  return date.slice(0, 7);
}

/** @param month YYYY-MM */
export function nextMonth(month: string): string {
  const [year, number] = month.split('-').map(Number) as [number, number];
  return number === 12
    ? `${String(year + 1).padStart(4, '0')}-01`
    : `${month.slice(0, 5)}${String(number + 1).padStart(2, '0')}`;
}

/** The first month from `month` on that is open. */
export function firstOpen(month: string, closed: ReadonlySet<string>): string {
  let open = month;
  while (closed.has(open)) open = nextMonth(open);
  return open;
}

/**
 * The adjustments that no closing has frozen yet, by date.
 *
 * A month that was reopened shows what the punches say. What a later closing has booked for it would count twice, so it is
 * taken back in the reopened month.
 *
 * @param comparedFrom days before this date are left alone, because their punches are deleted
 */
export function pendingAdjustments(live: LiveDays, ledger: Ledger, comparedFrom = ''): Adjustment[] {
  const { closed, frozen, adjustments } = ledger;
  const frozenByDate = new Map(frozen.map((day) => [day.date, day]));
  const bookedByDate = Map.groupBy(adjustments, ({ date }) => date);
  const dates = new Set([...frozenByDate.keys(), ...bookedByDate.keys(), ...live.keys()]);
  const pending: Adjustment[] = [];
  for (const date of [...dates].filter((one) => one >= comparedFrom).toSorted()) {
    const now = live.get(date) ?? NOTHING;
    const base = closed.has(monthOf(date)) ? (frozenByDate.get(date) ?? NOTHING) : now;
    const booked = bookedByDate.get(date) ?? [];
    const difference = booked.reduce(
      (rest, one) => minus(rest, one.difference),
      minus(now.figures, base.figures),
    );
    if (isNothing(difference)) continue;
    const month = firstOpen(monthOf(date), closed);
    pending.push({ date, month, difference, ...punchesBetween(base, booked, now) });
  }
  return pending;
}

/** What closing `month` freezes. The month must be open. */
export function closingOf(month: string, live: LiveDays, ledger: Ledger, comparedFrom = ''): Closing {
  return {
    days: [...live]
      .filter(([date]) => monthOf(date) === month)
      .map(([date, { figures, punches }]) => ({ date, figures, punches }))
      .toSorted((a, b) => (a.date < b.date ? -1 : 1)),
    adjustments: pendingAdjustments(live, ledger, comparedFrom).filter((one) => one.month === month),
  };
}

/** The ledger after a month was closed. */
export function withClosing(ledger: Ledger, month: string, { days, adjustments }: Closing): Ledger {
  return {
    closed: new Set([...ledger.closed, month]),
    frozen: [...ledger.frozen, ...days],
    adjustments: [...ledger.adjustments, ...adjustments],
  };
}

/** The ledger after a closed month was reopened: what was frozen with it counts no more. */
export function withoutClosing(ledger: Ledger, month: string): Ledger {
  return {
    closed: new Set([...ledger.closed].filter((one) => one !== month)),
    frozen: ledger.frozen.filter(({ date }) => monthOf(date) !== month),
    adjustments: ledger.adjustments.filter((one) => one.month !== month),
  };
}

/** The figures of a month, closed or open, its adjustments included. */
export function monthFigures(month: string, live: LiveDays, ledger: Ledger): Figures {
  const isClosed = ledger.closed.has(month);
  const { days, adjustments } = isClosed
    ? {
        days: ledger.frozen.filter(({ date }) => monthOf(date) === month),
        adjustments: ledger.adjustments.filter((one) => one.month === month),
      }
    : closingOf(month, live, ledger);
  return sumOf([...days.map(({ figures }) => figures), ...adjustments.map(({ difference }) => difference)]);
}

export function sumOf(figures: Iterable<Figures>): Figures {
  let sum = NO_FIGURES;
  for (const one of figures) sum = plus(sum, one);
  return sum;
}

/** A work day as it is frozen. */
export function dayRecordOf(day: WorkDay): DayRecord {
  const { presence, pauses, deducted, worked, incomplete, punches } = day;
  return {
    figures: { presence, pauses, deducted, worked, incomplete: Number(incomplete) },
    punches: punches.map(({ id }) => id),
  };
}

/** Which punches a reading gained and lost over the frozen day and what was booked for it. */
function punchesBetween(
  base: DayRecord,
  booked: readonly Adjustment[],
  now: DayRecord,
): Pick<Adjustment, 'added' | 'removed'> {
  const count = new Map<string, number>();
  const add = (ids: readonly string[], by: number) => {
    for (const id of ids) count.set(id, (count.get(id) ?? 0) + by);
  };
  add(now.punches, 1);
  add(base.punches, -1);
  for (const { added, removed } of booked) {
    add(added, -1);
    add(removed, 1);
  }
  const where = (isWanted: (times: number) => boolean) =>
    [...count].filter(([, times]) => isWanted(times)).map(([id]) => id);
  return { added: where((times) => times > 0), removed: where((times) => times < 0) };
}

function plus(a: Figures, b: Figures): Figures {
  return combined(a, b, (x, y) => x + y);
}

function minus(a: Figures, b: Figures): Figures {
  return combined(a, b, (x, y) => x - y);
}

function combined(a: Figures, b: Figures, combine: (x: number, y: number) => number): Figures {
  return {
    presence: combine(a.presence, b.presence),
    pauses: combine(a.pauses, b.pauses),
    deducted: combine(a.deducted, b.deducted),
    worked: combine(a.worked, b.worked),
    incomplete: combine(a.incomplete, b.incomplete),
  };
}

function isNothing(figures: Figures): boolean {
  return Object.values(figures).every((one) => one === 0);
}
