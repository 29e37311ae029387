/** When a person of the demonstration office passes the doors on a work day. Pure. */
import { MINUTE } from '../time/durations.ts';
import { reachedAt } from '../time/zoned.ts';
import type { Chance } from './chance.ts';
import { type DemoShift, SHIFTS } from './demo-plan.ts';

export interface DemoDayOptions {
  /** YYYY-MM-DD, on which the shift begins. */
  date: string;
  shift: DemoShift;
  timeZone: string;
  /** Whether people pass the door at noon as well. */
  lunchOutside: boolean;
  /** 0..1 */
  carelessness: number;
  chance: Chance;
}

/** Instants, epoch ms, in order: as a rule an even number. Somebody who forgot to pass a door leaves an odd one. */
export function demoDay({
  date,
  shift,
  timeZone,
  lunchOutside,
  carelessness,
  chance,
}: DemoDayOptions): number[] {
  const at = (clock: string) => reachedAt(date, clock, timeZone);
  const minutes = (what: string, least: number, most: number) =>
    Math.round(chance.between(what, least, most) * MINUTE);
  const { begin, end } = SHIFTS[shift];
  let arrival: number;
  let departure: number;
  if (shift === 'flexible') {
    arrival = at('07:10') + minutes('arrival', 0, 130);
    departure = arrival + minutes('stay', 480, 580);
  } else {
    const isLate = chance.happens('late', 0.02 + 0.2 * carelessness);
    arrival = at(begin) + (isLate ? minutes('by', 4, 45) : minutes('early', -14, 0));
    const over = end > begin ? at(end) : at(end) + 24 * 60 * MINUTE;
    departure =
      over + (chance.happens('leaves early', 0.03) ? -minutes('before', 10, 60) : minutes('after', 0, 12));
  }
  const passes = [arrival, departure];
  if (lunchOutside && departure - arrival > 6 * 60 * MINUTE) {
    const lunch = at('11:45') + minutes('lunch', 0, 60);
    passes.splice(1, 0, lunch, lunch + minutes('pause', 25, 55));
  }
  if (chance.happens('forgets', 0.004 + 0.03 * carelessness)) passes.pop();
  return passes.map((instant) => instant + Math.floor(chance.of(`seconds ${instant}`) * MINUTE));
}
