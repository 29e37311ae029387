/** The work days of a person as a line of instants: where each begins, and what is planned on it. */
import { HOUR } from '../time/durations.ts';
import { datesBetween, startOfDay } from '../time/zoned.ts';

/** A shift on one date, as instants. */
export interface PlannedShift {
  /** Epoch ms. */
  begin: number;
  end: number;
}

export interface CalendarDay<S extends PlannedShift = PlannedShift> {
  /** YYYY-MM-DD */
  date: string;
  /** The work day begins here, epoch ms; it ends where the next begins. */
  begins: number;
  /** Whether a planned shift near the turn of the day moved that beginning. */
  byShift: boolean;
  /** In order. */
  shifts: readonly S[];
}

/** Consecutive days, in order. */
export type WorkCalendar<S extends PlannedShift = PlannedShift> = readonly CalendarDay<S>[];

export interface CalendarOptions<S extends PlannedShift> {
  /** First and last date, YYYY-MM-DD. */
  from: string;
  to: string;
  /** IANA zone in which the person's days turn. */
  timeZone: string;
  /** Hour (0 to 23, local) at which a work day turns where no shift is planned. */
  turnsAt: number;
  /** The shifts planned on a date; none by default. */
  shiftsOn?: (date: string) => readonly S[];
}

/** How long before or after a planned shift a punch still belongs to it where the next one is far, ms. */
const NEAR = 4 * HOUR;

/**
 * Between two dates the day turns at `turnsAt`, unless a shift is planned within four hours of it or over it. Then it turns
 * halfway between the two shifts, or four hours from the only one: a shift until 06:00 belongs to the date on which it
 * began, and so does whoever leaves at 06:40.
 */
export function calendarOf<S extends PlannedShift>({
  from,
  to,
  timeZone,
  turnsAt,
  shiftsOn = () => [],
}: CalendarOptions<S>): WorkCalendar<S> {
  let before: readonly S[] = [];
  return datesBetween(from, to).map((date) => {
    const shifts = shiftsOn(date);
    const turn = startOfDay(date, turnsAt, timeZone);
    const begins = beginning(turn, lastEnd(before), firstBegin(shifts));
    before = shifts;
    return { date, begins, byShift: begins !== turn, shifts };
  });
}

function beginning(turn: number, endBefore: number | null, beginAfter: number | null): number {
  const nearBefore = endBefore !== null && endBefore > turn - NEAR;
  const nearAfter = beginAfter !== null && beginAfter < turn + NEAR;
  if (!nearBefore && !nearAfter) return turn;
  if (endBefore !== null && beginAfter !== null) return Math.round((endBefore + beginAfter) / 2);
  return endBefore !== null ? Math.max(turn, endBefore + NEAR) : Math.min(turn, beginAfter! - NEAR);
}

function lastEnd(shifts: readonly PlannedShift[]): number | null {
  return shifts.length === 0 ? null : Math.max(...shifts.map(({ end }) => end));
}

function firstBegin(shifts: readonly PlannedShift[]): number | null {
  return shifts.length === 0 ? null : Math.min(...shifts.map(({ begin }) => begin));
}
