import type { WorkDayView } from '#protocol/attendance.ts';

/**
 * `here`: in and not out yet. `complete`: in and out. Past days with only one of the two miss the other. A person who is
 * out without having been in has left, so the check-in is missing today as well.
 */
export type DayState = 'here' | 'complete' | 'missing-check-in' | 'missing-check-out';

/** @param today the current work date, YYYY-MM-DD */
export function dayState(
  { date, checkIn, checkOut }: Pick<WorkDayView, 'date' | 'checkIn' | 'checkOut'>,
  today: string,
): DayState {
  if (!checkIn) return 'missing-check-in';
  if (checkOut) return 'complete';
  return date < today ? 'missing-check-out' : 'here';
}

/** How many people are in and how many have checked out: the figures of the start page. */
export function countDayStates(days: readonly WorkDayView[], today: string): { here: number; left: number } {
  const states = days.map((day) => dayState(day, today));
  return {
    here: states.filter((state) => state === 'here').length,
    left: states.filter((state) => state === 'complete' || state === 'missing-check-in').length,
  };
}
