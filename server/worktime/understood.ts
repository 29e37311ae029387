import type { PunchKind } from '../protocol/attendance.ts';
import type { WorkPunch } from './punch.ts';
import type { WorkDay } from './work-days.ts';

/** What one punch means within its work day. `seen`: it claims nothing but that the person passed. */
export type Understood = PunchKind | 'seen';

/** @param day the work day that holds the punch */
export function understood<P extends WorkPunch>(day: WorkDay<P>, punch: P): Understood {
  for (const stay of day.stays) {
    if (stay.state !== 'missing-arrival' && stay.arrival.id === punch.id) return 'in';
    if (stay.state !== 'missing-departure' && stay.departure.id === punch.id) {
      return stay.state === 'complete' && stay.moves ? 'seen' : 'out';
    }
  }
  return punch.says ?? 'seen';
}

/** What the person may say in place of it. */
export function offersFor(meaning: Understood): PunchKind[] {
  if (meaning === 'in') return ['out'];
  return meaning === 'out' ? ['in'] : ['out', 'in'];
}
