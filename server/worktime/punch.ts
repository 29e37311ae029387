import type { PunchKind } from '../protocol/attendance.ts';
import { MINUTE } from '../time/durations.ts';

/** A punch as the derivation reads it: a fact that counts. Voided punches are left out before. */
export interface WorkPunch {
  id: string;
  /** Epoch ms. */
  at: number;
  /**
   * What the door, the person or the author of a correction says about it. Null for a passing at an automatic door: what it
   * means is derived.
   */
  says: PunchKind | null;
  /** Written by a correction: its author knew a clock that was right. */
  byHand?: boolean;
}

/**
 * In the order of time, each punch once. Punches of the same instant keep the order of their ids, so that the result is
 * always the same.
 */
export function inOrder<P extends WorkPunch>(punches: readonly P[]): P[] {
  return punches.toSorted(byTime).filter((punch, i, sorted) => punch.id !== sorted[i - 1]?.id);
}

function byTime(a: WorkPunch, b: WorkPunch): number {
  return a.at - b.at || (a.id < b.id ? -1 : Number(a.id > b.id));
}

/**
 * The instant from which hours are counted: the minute that the clock showed. So the hours are those that anybody can add up
 * from the times on the page, and the days of a month add up to the month. What a punch means is read from its exact time.
 *
 * @param at epoch ms
 */
export function minuteOf(at: number): number {
  return Math.floor(at / MINUTE) * MINUTE;
}
