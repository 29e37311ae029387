/** From punches to work days: which day each stay belongs to, and what was worked. Pure: the same punches give the same days. */
import { breakToDeduct } from './breaks.ts';
import type { CalendarDay, WorkCalendar } from './calendar.ts';
import {
  LONGEST_CERTAIN_STAY,
  LONGEST_UNPLANNED_NIGHT,
  SHORTEST_REST,
  type WorkPolicy,
} from './policy.ts';
import { inOrder, type WorkPunch } from './punch.ts';
import { pairUp, type Stay } from './stays.ts';

/**
 * Why a work day has its date. `turn`: by the turn of the day alone. `shift`: a planned shift moved its beginning or end.
 * `stay`: it contains a stay that began before the turn of the day and ended after it.
 */
export type DateReason = 'turn' | 'shift' | 'stay';

export interface WorkDay<P extends WorkPunch = WorkPunch> {
  /** YYYY-MM-DD */
  date: string;
  because: DateReason;
  /** In order, at least one. */
  punches: readonly P[];
  stays: readonly Stay<P>[];
  /** Time within complete stays, ms. */
  presence: number;
  /** Time between the stays, ms: punched breaks, and what is between two parts of a split shift. */
  pauses: number;
  /** Deducted by the break rule, ms. */
  deducted: number;
  /** `presence` less `deducted`, ms. Only what is certain: a stay with a missing end counts nothing. */
  worked: number;
  /** Whether an arrival or a departure is missing: then `worked` is not the whole truth. */
  incomplete: boolean;
}

/**
 * The work days with punches, in order.
 *
 * @param punches of one person, in any order; all outside the calendar are left out
 */
export function workDays<P extends WorkPunch>(
  punches: readonly P[],
  calendar: WorkCalendar,
  policy: WorkPolicy,
): WorkDay<P>[] {
  return groupByDay(inOrder(punches), calendar, policy).map((group) => workDay(group, policy));
}

interface Group<P> {
  day: CalendarDay;
  because: DateReason;
  punches: P[];
}

function groupByDay<P extends WorkPunch>(
  punches: readonly P[],
  calendar: WorkCalendar,
  policy: WorkPolicy,
): Group<P>[] {
  const groups: Group<P>[] = [];
  let index = 0;
  for (const punch of punches) {
    if (calendar[0] === undefined || punch.at < calendar[0].begins) continue;
    while (index + 1 < calendar.length && punch.at >= calendar[index + 1]!.begins) index += 1;
    const day = calendar[index]!;
    const group = groups.at(-1);
    if (group?.day === day) {
      group.punches.push(punch);
    } else if (group && calendar[index - 1] === group.day && !day.byShift && goesOn(group, punch, policy)) {
      group.punches.push(punch);
      group.because = 'stay';
    } else {
      const byShift = day.byShift || calendar[index + 1]?.byShift === true;
      groups.push({ day, because: byShift ? 'shift' : 'turn', punches: [punch] });
    }
  }
  return groups;
}

/** Whether a punch after the turn of the day still belongs to the work day of the evening before. */
function goesOn<P extends WorkPunch>({ punches }: Group<P>, punch: P, policy: WorkPolicy): boolean {
  const stay = pairUp(punches, policy).at(-1)!;
  const last = punches.at(-1)!;
  const pause = punch.at - last.at;
  const mayBeThere = stay.state === 'missing-departure' || (stay.state === 'complete' && stay.moves);
  if (mayBeThere && punch.says !== 'in') {
    const longest = punch.says === 'out' ? LONGEST_CERTAIN_STAY : LONGEST_UNPLANNED_NIGHT;
    if (punch.at - stay.arrival.at <= longest) return true;
  }
  return pause < SHORTEST_REST && punch.at - punches[0]!.at <= LONGEST_CERTAIN_STAY;
}

function workDay<P extends WorkPunch>({ day, because, punches }: Group<P>, policy: WorkPolicy): WorkDay<P> {
  const stays = pairUp(punches, policy);
  let presence = 0;
  let pauses = 0;
  let left: number | null = null;
  let incomplete = false;
  for (const stay of stays) {
    if (stay.state !== 'complete') {
      incomplete = true;
      left = null;
      continue;
    }
    presence += stay.departure.at - stay.arrival.at;
    if (left !== null) pauses += stay.arrival.at - left;
    left = stay.departure.at;
  }
  const deducted = breakToDeduct(policy.breaks, presence, pauses);
  return {
    date: day.date,
    because,
    punches,
    stays,
    presence,
    pauses,
    deducted,
    worked: presence - deducted,
    incomplete,
  };
}
