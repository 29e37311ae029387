/** The rules of a site: what a passing at an automatic door means, and how long things may take. */
import type { DoorReading } from '../protocol/sites.ts';
import { HOUR, MINUTE } from '../time/durations.ts';
import type { BreakRule } from './breaks.ts';

export type { DoorReading };

export interface WorkPolicy {
  reading: DoorReading;
  /**
   * A passing later than this after the arrival is not the departure, ms: the departure is missing. 13 hours remain of a
   * day after the rest of 11 hours that the Working Time Directive (2003/88/EC, article 3) requires. If longer work is
   * planned, the stay may be longer: see `longestStayOn`.
   */
  longestStay: number;
  breaks: BreakRule;
}

export const DEFAULT_LONGEST_STAY = 13 * HOUR;

/** A stay may be longer than `longestStay` where a door or a person says that it ended, ms. */
export const LONGEST_CERTAIN_STAY = 18 * HOUR;

/**
 * Without a planned shift, an automatic passing after the turn of the day ends a stay of the evening before if it is no later
 * than this after the arrival, ms by the clock on the wall: a night of 10 hours and half an hour to leave. A longer night
 * needs a planned shift or another turn of the day. With 11 hours, a person seen only at 20:00 would count as present until
 * 7:00.
 */
export const LONGEST_UNPLANNED_NIGHT = 10.5 * HOUR;

/** A shorter pause does not end a work day at the turn of the day, ms: it is a break of a night. */
export const SHORTEST_REST = 4 * HOUR;

/**
 * At doors that say what they are, a second arrival or departure within this time repeats the first, ms: a gate and then the
 * door of the house. After a longer time a punch is missing between the two.
 */
export const REPEATED = 15 * MINUTE;
