/** The attendance rules: pure, over plain data. */
import type { PunchKind } from '../protocol/attendance.ts';
import { workDate } from '../time/work-date.ts';

export interface AttendancePolicy {
  /**
   * `auto`: the first recognition of the work day is the check-in, later ones move the check-out forward.
   * `in`: a door that people only enter by; `out`: only leave by.
   */
  mode: 'auto' | PunchKind;
  /** IANA time zone of the door. */
  timeZone: string;
  /** Hour (0..23, wall clock) at which the work day turns. */
  dayTurnsAt: number;
  /** Two punches of a person are at least this far apart, ms. */
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
  /** Nothing to write: the person is in (or out) since that punch. */
  | { type: 'already'; kind: PunchKind; since: number };

/**
 * What a sighting of a person at `at` (epoch ms) comes to.
 *
 * `punches`: those of the person on the same work day, and any others within `minGap` of `at` (one at
 * 03:59:50 must still hold off one at 04:00:10, when the day has turned). In any order.
 *
 * Punches up to `at` decide first. Later ones are only there when a sighting is delivered late or again:
 * they can hold a punch off, but never change an answer that wrote nothing.
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
  const movedOn = day.find((punch) => punch.kind === 'out' && punch.at > at);
  if (movedOn) return { type: 'already', kind: 'out', since: movedOn.at };
  return { type: 'punch', kind: 'out', workDate: date };
}

/** When the stay that is still going on began: the first `in` after the last `out`. */
function startOfStay(inOrder: readonly DayPunch[]): number {
  const left = inOrder.findLastIndex(({ kind }) => kind === 'out');
  return inOrder[left + 1]!.at;
}

export interface DaySummary<P extends DayPunch> {
  /** The first `in` of the day. */
  checkIn: P | null;
  /** The last `out`, unless an `in` follows it: then the person is here again. */
  checkOut: P | null;
  /** Milliseconds from check-in to check-out; null until both are there. */
  worked: number | null;
}

/** What the punches of one person on one work day add up to. */
export function summarize<P extends DayPunch>(punches: readonly P[]): DaySummary<P> {
  const inOrder = punches.toSorted((a, b) => a.at - b.at);
  const checkIn = inOrder.find(({ kind }) => kind === 'in') ?? null;
  const last = inOrder.at(-1);
  const checkOut = last?.kind === 'out' ? last : null;
  const worked = checkIn && checkOut ? checkOut.at - checkIn.at : null;
  return { checkIn, checkOut, worked };
}
