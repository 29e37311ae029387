/** People who work at sites in several time zones: their day turns where they are. */
import { workDateAt } from './calendar.ts';
import { inOrder, type WorkPunch } from './punch.ts';

export interface ZonedPunch extends WorkPunch {
  /** IANA zone of the site. */
  timeZone: string;
}

/**
 * The zone in which each date of a person turns, for `calendarOf`: that of the site of the first punch on this date, or the
 * zone of the person's own site if there is no punch. A person who flies to Sydney begins the day there by Sydney's clocks.
 */
export function zoneByDate(
  punches: readonly ZonedPunch[],
  home: { timeZone: string; turnsAt: number },
): (date: string) => string {
  const zones = new Map<string, string>();
  if (punches.some(({ timeZone }) => timeZone !== home.timeZone)) {
    for (const { at, timeZone } of inOrder(punches)) {
      const date = workDateAt(at, { timeZone, turnsAt: home.turnsAt });
      if (!zones.has(date)) zones.set(date, timeZone);
    }
  }
  return (date) => zones.get(date) ?? home.timeZone;
}
