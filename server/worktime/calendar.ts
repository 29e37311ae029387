/** The work days of a person as a line of instants: where each begins, and what is planned on it. */
import { DAY, HOUR } from '../time/durations.ts';
import { addDays, dateAt, datesBetween, startOfDay } from '../time/zoned.ts';
import type { BreakRule } from './breaks.ts';

/** A shift on one date, as instants. */
export interface PlannedShift {
  /** Epoch ms. */
  begin: number;
  end: number;
}

export interface CalendarDay<S extends PlannedShift = PlannedShift> {
  /** YYYY-MM-DD */
  date: string;
  /** The work day begins here, epoch ms. */
  begins: number;
  /** Where the next day begins, epoch ms. */
  ends: number;
  /** Whether a planned shift near the turn of the day moved that beginning. */
  byShift: boolean;
  /** IANA zone whose clocks the day follows. */
  timeZone: string;
  /** In order. */
  shifts: readonly S[];
  /** In place of the break rule of the site; null for that rule. */
  breaks: BreakRule | null;
}

/** Consecutive days, in order. */
export type WorkCalendar<S extends PlannedShift = PlannedShift> = readonly CalendarDay<S>[];

export interface CalendarOptions<S extends PlannedShift> {
  /** First and last date, YYYY-MM-DD. A night that begins on the last date needs the date after it too. */
  from: string;
  to: string;
  /** IANA zone in which the person's days turn; by date for a person who works in several (`zoneByDate`). */
  timeZone: string | ((date: string) => string);
  /** Hour (0 to 23, local) at which a work day turns where no shift is planned. */
  turnsAt: number;
  /** The shifts planned on a date; none by default. */
  shiftsOn?: (date: string) => readonly S[];
  /** The break rule of the shifts planned on a date, where it is not that of the site. */
  breaksOn?: (date: string) => BreakRule | null;
}

/** A punch this long before or after a planned shift still belongs to it where the next one is far, ms. */
export const NEAR = 4 * HOUR;

/**
 * Between two dates the day turns at `turnsAt`, but not within four hours of a planned shift: then it turns four hours after
 * the shift before it, or four hours before the one after it. A shift until 06:00 belongs to the date on which it began, and
 * so does a departure at 06:40. If two shifts are less than eight hours apart, the day turns halfway between them.
 */
export function calendarOf<S extends PlannedShift>({
  from,
  to,
  timeZone,
  turnsAt,
  shiftsOn = () => [],
  breaksOn = () => null,
}: CalendarOptions<S>): WorkCalendar<S> {
  const days: CalendarDay<S>[] = [];
  let before: CalendarDay<S> | null = null;
  for (const date of datesBetween(from, addDays(to, 1))) {
    const zone = typeof timeZone === 'string' ? timeZone : timeZone(date);
    const shifts = shiftsOn(date);
    const turn = startOfDay(date, turnsAt, zone);
    const wanted = turnBetween(turn, lastEnd(before?.shifts ?? []), firstBegin(shifts));
    // Two zones may be more than a day apart.
    const begins: number = before ? Math.max(before.begins, wanted) : wanted;
    if (before) before.ends = begins;
    before = {
      date,
      begins,
      ends: begins + DAY,
      byShift: wanted !== turn,
      timeZone: zone,
      shifts,
      breaks: breaksOn(date),
    };
    days.push(before);
  }
  // The last one was only asked where it begins.
  days.pop();
  return days;
}

function turnBetween(turn: number, endBefore: number | null, beginAfter: number | null): number {
  const earliest = endBefore === null ? -Infinity : endBefore + NEAR;
  const latest = beginAfter === null ? Infinity : beginAfter - NEAR;
  if (earliest > latest) return Math.round((endBefore! + beginAfter!) / 2);
  return Math.min(Math.max(turn, earliest), latest);
}

function lastEnd(shifts: readonly PlannedShift[]): number | null {
  return shifts.length === 0 ? null : Math.max(...shifts.map(({ end }) => end));
}

export function firstBegin(shifts: readonly PlannedShift[]): number | null {
  return shifts.length === 0 ? null : Math.min(...shifts.map(({ begin }) => begin));
}

/** From the beginning of the first planned shift to the end of the last, ms; 0 where none is planned. */
export function plannedSpan({ shifts }: Pick<CalendarDay, 'shifts'>): number {
  return shifts.length === 0 ? 0 : lastEnd(shifts)! - firstBegin(shifts)!;
}

/** The work date of an instant where no shift is planned, YYYY-MM-DD. @param at epoch ms */
export function workDateAt(at: number, { timeZone, turnsAt }: { timeZone: string; turnsAt: number }): string {
  const date = dateAt(at, timeZone);
  return at < startOfDay(date, turnsAt, timeZone) ? addDays(date, -1) : date;
}
