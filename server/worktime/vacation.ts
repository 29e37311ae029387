/** What is left of the vacation of a year. */
import type { Plan } from './plans.ts';

export interface VacationAllowance {
  /** Days of this year. */
  days: number;
  /** Days left from the year before. */
  carried: number;
  /** The carried days lapse after this date, YYYY-MM-DD; null: never. */
  carriedUntil: string | null;
}

/** In days; halves occur. */
export interface VacationLeft {
  allowance: number;
  carried: number;
  /** Up to and including the date asked about. */
  taken: number;
  /** Entered for later. */
  booked: number;
  /** Carried days that were not taken in time. */
  lapsed: number;
  /** Neither taken nor booked nor lapsed; negative where more was taken than allowed. */
  left: number;
}

/**
 * @param plans of the whole year
 * @param on the date as of which is asked, YYYY-MM-DD
 */
export function vacationLeft(
  { days, carried, carriedUntil }: VacationAllowance,
  plans: readonly Plan[],
  on: string,
): VacationLeft {
  let taken = 0;
  let booked = 0;
  let inTime = 0;
  for (const { date, absences } of plans) {
    for (const absence of absences) {
      if (absence.kind !== 'vacation') continue;
      if (date <= on) taken += absence.days;
      else booked += absence.days;
      if (carriedUntil !== null && date <= carriedUntil) inTime += absence.days;
    }
  }
  const lapsed = carriedUntil !== null && on > carriedUntil ? Math.max(0, carried - inTime) : 0;
  return { allowance: days, carried, taken, booked, lapsed, left: days + carried - lapsed - taken - booked };
}
