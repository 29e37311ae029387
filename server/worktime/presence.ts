/** Whether somebody is there: only as much as the reading of the site can know. */
import type { Presence } from '../protocol/attendance.ts';
import { LONGEST_UNPLANNED_NIGHT, type WorkPolicy } from './policy.ts';
import type { WorkDay } from './work-days.ts';

export type PresenceRules = Pick<WorkPolicy, 'reading' | 'longestStay'>;

/**
 * The presence that a work day shows.
 *
 * @param isToday whether its date is the current work date
 * @param now epoch ms
 */
export function presenceOf(
  day: WorkDay,
  rules: PresenceRules,
  { isToday, now }: { isToday: boolean; now: number },
): Presence {
  const last = day.stays.at(-1);
  if (!last) return 'not-seen';
  if (!isToday && !maySeeMore(day, rules, now)) return pastPresence(day);
  if (last.state === 'missing-arrival') return 'left';
  if (last.state === 'complete') return last.moves ? 'seen' : 'left';
  if (now - last.arrival.at > rules.longestStay) return 'missing-departure';
  // An entry that nobody said to be one may have been the exit of somebody whose entry was missed.
  return rules.reading === 'in-and-out' || day.punches.at(-1)?.says === 'in' ? 'here' : 'seen';
}

/** Whether the next passing could still belong to this day, though its date is over: a night. */
export function maySeeMore({ stays }: WorkDay, rules: PresenceRules, now: number): boolean {
  const last = stays.at(-1);
  if (!last || last.state === 'missing-arrival' || (last.state === 'complete' && !last.moves)) return false;
  const longest =
    rules.reading === 'in-and-out' ? rules.longestStay : Math.min(rules.longestStay, LONGEST_UNPLANNED_NIGHT);
  return now - last.arrival.at <= longest;
}

function pastPresence({ stays }: WorkDay): Presence {
  const faulty = stays.findLast(({ state }) => state !== 'complete');
  return faulty ? (faulty.state as 'missing-arrival' | 'missing-departure') : 'complete';
}
