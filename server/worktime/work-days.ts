/** From punches to work days: which day each stay belongs to, and what was worked. Pure: the same punches give the same days. */
import { HOUR } from '../time/durations.ts';
import { offsetAt } from '../time/zoned.ts';
import { breakToDeduct } from './breaks.ts';
import { type CalendarDay, firstBegin, NEAR, plannedSpan, type WorkCalendar } from './calendar.ts';
import { LONGEST_CERTAIN_STAY, LONGEST_UNPLANNED_NIGHT, SHORTEST_REST, type WorkPolicy } from './policy.ts';
import { inOrder, minuteOf, type WorkPunch } from './punch.ts';
import { pairUp, type PairingRules, type Stay } from './stays.ts';

/**
 * Why a work day has its date. `turn`: by the turn of the day alone. `shift`: a planned shift moved its beginning or end.
 * `stay`: it contains a stay that began before the turn of the day and ended after it.
 */
type DateReason = 'turn' | 'shift' | 'stay';

export interface WorkDay<P extends WorkPunch = WorkPunch> {
  /** YYYY-MM-DD */
  date: string;
  because: DateReason;
  /** In order, at least one. */
  punches: readonly P[];
  stays: readonly Stay<P>[];
  /** Time within complete stays, ms, in whole minutes as all times of a day (`minuteOf`). */
  presence: number;
  /** Time between the stays, ms: punched breaks, and what is between two parts of a split shift. */
  pauses: number;
  /** Deducted by the break rule, ms. */
  deducted: number;
  /** `presence` less `deducted`, ms. Only what is certain: a stay with a missing end counts nothing. */
  worked: number;
  /** Whether an arrival or a departure is missing: then `worked` is not the whole truth. */
  incomplete: boolean;
  /** How long a stay may be on this day, ms: that of the policy, or more where longer work is planned. */
  longestStay: number;
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
  /** The first punch after the last rest, epoch ms. */
  since: number;
}

function groupByDay<P extends WorkPunch>(
  punches: readonly P[],
  calendar: WorkCalendar,
  policy: WorkPolicy,
): Group<P>[] {
  const groups: Group<P>[] = [];
  let group: Group<P> | undefined;
  let index = 0;
  for (const punch of punches) {
    while (index < calendar.length && punch.at >= calendar[index]!.ends) index += 1;
    const day = calendar[index];
    if (!day) break;
    if (punch.at < day.begins) continue;
    const isNext = group !== undefined && calendar[index - 1] === group.day;
    if (group && (group.day === day || (isNext && goesOn(group, punch, day, policy)))) {
      if (punch.at - group.punches.at(-1)!.at >= SHORTEST_REST) group.since = punch.at;
      group.punches.push(punch);
      if (group.day !== day) group.because = 'stay';
    } else {
      const byShift = day.byShift || calendar[index + 1]?.byShift === true;
      group = { day, because: byShift ? 'shift' : 'turn', punches: [punch], since: punch.at };
      groups.push(group);
    }
  }
  return groups;
}

/** Whether a punch after the turn of the day still belongs to the work day of the evening before. */
function goesOn<P extends WorkPunch>(
  { day: evening, punches, since }: Group<P>,
  punch: P,
  day: CalendarDay,
  policy: WorkPolicy,
): boolean {
  const stay = pairUp(punches, rulesOn(evening, policy)).at(-1)!;
  const mayBeThere = stay.state === 'missing-departure' || (stay.state === 'complete' && stay.moves);
  if (mayBeThere && punch.says === 'out') {
    const longest = Math.max(LONGEST_CERTAIN_STAY, longestStayOn(evening, policy));
    if (punch.at - stay.arrival.at <= longest) return true;
  }
  if (isPlanned(day, punch)) return false;
  if (mayBeThere && punch.says === null && isNight(stay.arrival.at, punch.at, day.timeZone)) return true;
  return punch.at - punches.at(-1)!.at < SHORTEST_REST && punch.at - since <= LONGEST_CERTAIN_STAY;
}

/** Whether a plan says that a punch belongs to the day on which it is. */
function isPlanned({ byShift, shifts }: CalendarDay, punch: WorkPunch): boolean {
  return byShift || punch.at >= (firstBegin(shifts) ?? Infinity) - NEAR;
}

/** Clocks move by less than this. */
const LARGEST_CLOCK_CHANGE = 2 * HOUR;

/** Whether a night without a plan may last from `arrival` to `at`. */
function isNight(arrival: number, at: number, timeZone: string): boolean {
  const elapsed = at - arrival;
  if (Math.abs(elapsed - LONGEST_UNPLANNED_NIGHT) > LARGEST_CLOCK_CHANGE)
    return elapsed < LONGEST_UNPLANNED_NIGHT;
  // A night of ten hours by the clock on the wall lasts eleven where the clocks are set back.
  return elapsed + offsetAt(at, timeZone) - offsetAt(arrival, timeZone) <= LONGEST_UNPLANNED_NIGHT;
}

/** How long a stay may be on a day, ms: four hours longer than what is planned, if that is more than the policy says. */
function longestStayOn(day: CalendarDay, { longestStay }: WorkPolicy): number {
  return day.shifts.length === 0 ? longestStay : Math.max(longestStay, plannedSpan(day) + NEAR);
}

function rulesOn(day: CalendarDay, policy: WorkPolicy): PairingRules {
  return { reading: policy.reading, longestStay: longestStayOn(day, policy) };
}

function workDay<P extends WorkPunch>({ day, because, punches }: Group<P>, policy: WorkPolicy): WorkDay<P> {
  const rules = rulesOn(day, policy);
  const stays = pairUp(punches, rules);
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
    const arrival = minuteOf(stay.arrival.at);
    const departure = minuteOf(stay.departure.at);
    presence += departure - arrival;
    if (left !== null) pauses += arrival - left;
    left = departure;
  }
  const deducted = breakToDeduct(day.breaks ?? policy.breaks, presence, pauses);
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
    longestStay: rules.longestStay,
  };
}
