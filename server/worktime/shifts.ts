/** Shifts: planned work by the wall clock, and what it is in instants on a date. */
import { addDays, reachedAt } from '../time/zoned.ts';
import { type BreakRule, breakToDeduct } from './breaks.ts';
import type { PlannedShift } from './calendar.ts';

export interface Shift {
  id: string;
  name: string;
  /** HH:MM. For a flexible shift, the earliest beginning. */
  begin: string;
  /** HH:MM; on the next date unless it is later than `begin`. For a flexible shift, the latest end. */
  end: string;
  /** Null: fixed. All of the time between `begin` and `end` is planned, less the break. */
  flexible: FlexibleTime | null;
  /** In place of the break rule of the site; null for that rule. */
  breaks: BreakRule | null;
}

interface FlexibleTime {
  /** Work planned within the shift, ms, breaks not included. */
  planned: number;
  /** Everybody must be there in this time, HH:MM; null if there is no such time. */
  core: { begin: string; end: string } | null;
}

/** A shift on one date. */
export interface DayShift extends PlannedShift {
  shiftId: string;
  name: string;
  /** Null: fixed. */
  flexible: {
    /** ms */
    planned: number;
    /** Epoch ms. */
    core: PlannedShift | null;
  } | null;
}

/**
 * By the wall clock: a night of 22:00 to 06:00 has 7 or 9 hours where the clocks change. A time that the clocks skip is later by
 * what they skip, and of a time that they show twice the first counts.
 */
export function shiftOn(shift: Shift, date: string, timeZone: string): DayShift {
  let days = known.get(shift);
  if (!days) {
    days = new Map();
    known.set(shift, days);
  }
  const key = `${date}/${timeZone}`;
  let day = days.get(key);
  if (!day) {
    day = dayShift(shift, date, timeZone);
    days.set(key, day);
  }
  return day;
}

/** Many people work the same shift on the same date: a report of a year asks for each some thousand times. */
const known = new WeakMap<Shift, Map<string, DayShift>>();

function dayShift({ id, name, begin, end, flexible }: Shift, date: string, timeZone: string): DayShift {
  const next = addDays(date, 1);
  const at = (time: string) => reachedAt(time < begin ? next : date, time, timeZone);
  const core = flexible?.core && { begin: at(flexible.core.begin), end: at(flexible.core.end) };
  return {
    shiftId: id,
    name,
    begin: at(begin),
    end: reachedAt(end > begin ? date : next, end, timeZone),
    flexible: flexible && { planned: flexible.planned, core: core ?? null },
  };
}

/** Work planned in the shifts of one date, ms, less the break that a presence from begin to end requires. */
export function plannedIn(shifts: readonly DayShift[], breaks: BreakRule): number {
  let presence = 0;
  let pauses = 0;
  let flexible = 0;
  let left: number | null = null;
  for (const shift of shifts) {
    if (shift.flexible) {
      flexible += shift.flexible.planned;
      continue;
    }
    presence += shift.end - shift.begin;
    if (left !== null) pauses += Math.max(0, shift.begin - left);
    left = shift.end;
  }
  return flexible + presence - breakToDeduct(breaks, presence, pauses);
}

/**
 * The first or the second half of a day's shifts: as much of them, from the front or the back, as holds half of the planned
 * work and its break. A flexible day has no times that could be cut: it loses its core, and its planned work is halved.
 */
export function halfOf(shifts: readonly DayShift[], half: 'first' | 'second', breaks: BreakRule): DayShift[] {
  if (shifts.some(({ flexible }) => flexible)) {
    return shifts.map((shift) => ({
      ...shift,
      flexible: {
        planned: (shift.flexible?.planned ?? plannedIn([shift], breaks)) / 2,
        core: null,
      },
    }));
  }
  const work = plannedIn(shifts, breaks) / 2;
  return half === 'first'
    ? frontWith(work, shifts, breaks)
    : mirrored(frontWith(work, mirrored(shifts), breaks));
}

/** The shortest front of the shifts that holds this much work, to the millisecond. */
function frontWith(work: number, shifts: readonly DayShift[], breaks: BreakRule): DayShift[] {
  let short = 0;
  let long = shifts.reduce((sum, { begin, end }) => sum + end - begin, 0);
  while (long - short > 1) {
    const length = Math.floor((short + long) / 2);
    if (plannedIn(front(shifts, length), breaks) < work) short = length;
    else long = length;
  }
  return front(shifts, long);
}

function front(shifts: readonly DayShift[], length: number): DayShift[] {
  const kept: DayShift[] = [];
  let rest = length;
  for (const shift of shifts) {
    if (rest <= 0) break;
    const taken = Math.min(rest, shift.end - shift.begin);
    kept.push({ ...shift, end: shift.begin + taken });
    rest -= taken;
  }
  return kept;
}

/** Backward in time, so that the back of the day is its front. */
function mirrored(shifts: readonly DayShift[]): DayShift[] {
  return shifts.map((shift) => ({ ...shift, begin: -shift.end, end: -shift.begin })).toReversed();
}
