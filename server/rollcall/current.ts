import type { RollCall } from '../db/entities/roll-call.ts';
import { HOUR } from '../time/durations.ts';

/** One that nobody has ended for this long was forgotten: its ticks must not pass for those of the next alarm. Ms. */
const FORGOTTEN = 12 * HOUR;

export function isCurrent({ startedAt, endedAt }: RollCall, now: Date): boolean {
  return !endedAt && now.getTime() - startedAt.getTime() < FORGOTTEN;
}
