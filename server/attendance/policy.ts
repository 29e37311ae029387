/** The attendance rules: pure functions over plain data. */
import type { PunchKind } from '../protocol/attendance.ts';
import { workDate } from '../time/work-date.ts';

export interface AttendancePolicy {
  /**
   * `auto`: the first recognition of the work day is the check-in, later ones move the check-out forward.
   * `in`: a door that people use only to enter. `out`: a door that people use only to leave.
   */
  mode: 'auto' | PunchKind;
  /** IANA time zone of the door. */
  timeZone: string;
  /** Local hour (0..23) at which a new work day begins. */
  dayTurnsAt: number;
  /** The least time between two punches of a person, ms. */
  minGap: number;
}

export interface DayPunch {
  kind: PunchKind;
  /** Epoch ms. */
  at: number;
  /** YYYY-MM-DD */
  workDate: string;
}

export type Decision =
  | { type: 'punch'; kind: PunchKind; workDate: string }
  /** Nothing to record: the person has been in (or out) since `since`, epoch ms. */
  | { type: 'already'; kind: PunchKind; since: number };

/**
 * Decides whether a sighting of a person at `at` (epoch ms) becomes a punch.
 *
 * `punches` are the person's punches on the same work day and all others within `minGap` of `at`, in any order. The others
 * matter because a punch at 03:59:50 must still prevent one at 04:00:10, on the next work day.
 *
 * Punches up to `at` are considered first. Later ones exist only if a sighting is delivered late or again: they can prevent
 * a punch, but they never change a decision that recorded nothing.
 */
export function decide(policy: AttendancePolicy, punches: readonly DayPunch[], at: number): Decision {
  const date = workDate(at, policy.timeZone, policy.dayTurnsAt);
  const inOrder = punches.toSorted((a, b) => a.at - b.at);

  const justBefore = inOrder.findLast((punch) => punch.at <= at && at - punch.at < policy.minGap);
  if (justBefore) return { type: 'already', kind: justBefore.kind, since: justBefore.at };

  const day = inOrder.filter((punch) => punch.workDate === date);
  const before = day.filter((punch) => punch.at <= at);
  if (policy.mode === 'in' && before.at(-1)?.kind === 'in') {
    return { type: 'already', kind: 'in', since: startOfStay(before) };
  }

  const justAfter = inOrder.find((punch) => punch.at > at && punch.at - at < policy.minGap);
  if (justAfter) return { type: 'already', kind: justAfter.kind, since: justAfter.at };

  if (policy.mode !== 'auto') return { type: 'punch', kind: policy.mode, workDate: date };
  if (!before.some(({ kind }) => kind === 'in')) return { type: 'punch', kind: 'in', workDate: date };
  const laterCheckOut = day.find((punch) => punch.kind === 'out' && punch.at > at);
  if (laterCheckOut) return { type: 'already', kind: 'out', since: laterCheckOut.at };
  return { type: 'punch', kind: 'out', workDate: date };
}

/** When the current stay began: at the first `in` after the last `out`. */
function startOfStay(inOrder: readonly DayPunch[]): number {
  const left = inOrder.findLastIndex(({ kind }) => kind === 'out');
  return inOrder[left + 1]!.at;
}

export interface DaySummary<P extends DayPunch> {
  /** The first `in` of the day. */
  checkIn: P | null;
  /** The last `out`. Null if an `in` follows it, because the person has come back. */
  checkOut: P | null;
  /** Milliseconds from check-in to check-out; null unless there are both. */
  worked: number | null;
}

/** Sums up the punches of one person on one work day. */
export function summarize<P extends DayPunch>(punches: readonly P[]): DaySummary<P> {
  const inOrder = punches.toSorted((a, b) => a.at - b.at);
  const checkIn = inOrder.find(({ kind }) => kind === 'in') ?? null;
  const last = inOrder.at(-1);
  const checkOut = last?.kind === 'out' ? last : null;
  const worked = checkIn && checkOut ? checkOut.at - checkIn.at : null;
  return { checkIn, checkOut, worked };
}
