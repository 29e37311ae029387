/** Where a person is: only as much as the reading of the site can know. */
import { LONGEST_UNPLANNED_NIGHT, type DoorReading } from './policy.ts';
import type { WorkPunch } from './punch.ts';
import type { WorkDay } from './work-days.ts';

/**
 * `here`: in, and not longer than a stay may be. `seen`: it is not known whether the person is still there. `left`: a door or
 * the person said so, or passings alternate. `not-seen`: no punch of this date.
 *
 * Of a date that is over: `complete`, or what is missing. Today a departure is missing too, once the stay is too long.
 */
type BoardState =
  'here' | 'seen' | 'left' | 'not-seen' | 'complete' | 'missing-arrival' | 'missing-departure';

export interface BoardTime {
  /** The date of the board, YYYY-MM-DD. */
  date: string;
  /** The current work date. */
  today: string;
  /** Epoch ms. */
  now: number;
}

export interface BoardEntry<P extends WorkPunch = WorkPunch> {
  state: BoardState;
  /** The work day that it shows: the date of the board, or, on today's board, a night that began earlier and is not over. */
  day: WorkDay<P> | null;
  /** Of the last punch of this day, epoch ms. */
  lastSeen: number | null;
  /** The state is the same until this instant if nothing is punched and the date does not turn, epoch ms; it may be Infinity. */
  validUntil: number;
}

/** @param days of one person, in order: the date of the board, the one before it and all later ones */
export function boardEntry<P extends WorkPunch>(
  days: readonly WorkDay<P>[],
  reading: DoorReading,
  { date, today, now }: BoardTime,
): BoardEntry<P> {
  const last = days.at(-1);
  // A person who has punched on a later date is no longer there from an earlier one.
  const ongoing = last && last.date <= today ? ongoingUntil(last, reading) : -Infinity;
  const day =
    days.findLast((one) => one.date === date) ??
    (date === today && last && last.date < date && now < ongoing ? last : undefined);
  if (!day) return { state: 'not-seen', day: null, lastSeen: null, validUntil: Infinity };

  const goesOn = day === last && now < ongoing;
  const [state, validUntil] =
    day.date >= today || goesOn ? presentState(day, reading, now) : ([pastState(day), Infinity] as const);
  return {
    state,
    day,
    lastSeen: day.punches.at(-1)!.at,
    validUntil: day.date < today && goesOn ? Math.min(validUntil, ongoing) : validUntil,
  };
}

/** Until when the next passing may still belong to a work day though its date is over: a night. */
function ongoingUntil({ stays, because, longestStay }: WorkDay, reading: DoorReading): number {
  const stay = stays.at(-1)!;
  if (stay.state === 'missing-arrival' || (stay.state === 'complete' && !stay.moves)) return -Infinity;
  const isCertain = reading === 'in-and-out' || because === 'shift';
  const longest = isCertain ? longestStay : Math.min(longestStay, LONGEST_UNPLANNED_NIGHT);
  return stay.arrival.at + longest + 1;
}

function presentState(
  { stays, punches, longestStay }: WorkDay,
  reading: DoorReading,
  now: number,
): readonly [BoardState, validUntil: number] {
  const stay = stays.at(-1)!;
  if (stay.state === 'missing-arrival') return ['left', Infinity];
  if (stay.state === 'complete') return [stay.moves ? 'seen' : 'left', Infinity];
  const tooLong = stay.arrival.at + longestStay + 1;
  if (now >= tooLong) return ['missing-departure', Infinity];
  // An arrival at an automatic door may have been the departure of somebody whose arrival was missed.
  const isIn = reading === 'in-and-out' || punches.at(-1)!.says === 'in';
  return [isIn ? 'here' : 'seen', tooLong];
}

/** The last that is missing, if anything is. */
function pastState({ stays }: WorkDay): BoardState {
  return stays.findLast(({ state }) => state !== 'complete')?.state ?? 'complete';
}
