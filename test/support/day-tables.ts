/** Writes real-shaped days as one line of text: what is punched, and what it means. */
import { MINUTE } from '../../server/time/durations.ts';
import { addDays, instantAt } from '../../server/time/zoned.ts';
import { NO_BREAKS } from '../../server/worktime/breaks.ts';
import { calendarOf, type PlannedShift } from '../../server/worktime/calendar.ts';
import { DEFAULT_LONGEST_STAY, type WorkPolicy } from '../../server/worktime/policy.ts';
import { type WorkDay, workDays } from '../../server/worktime/work-days.ts';
import { type ZonedPunch, zoneByDate } from '../../server/worktime/zones.ts';

/** The dates behind the names of days. */
export type DayNames = Readonly<Record<string, string>>;

/** A week without a switch of the clocks, 22 to 28 November 2026. */
export const WEEK: DayNames = {
  Sun: '2026-11-22',
  Mon: '2026-11-23',
  Tue: '2026-11-24',
  Wed: '2026-11-25',
  Thu: '2026-11-26',
  Fri: '2026-11-27',
  Sat: '2026-11-28',
};

export interface TableOptions extends Partial<WorkPolicy> {
  /** Europe/Berlin by default. */
  zone?: string;
  /** 4 by default. */
  turnsAt?: number;
  /** `WEEK` by default. */
  names?: DayNames;
  /** Shifts by the name of the day, such as `22:00-06:00`; several are separated by a blank. */
  plan?: Readonly<Record<string, string>>;
}

/**
 * Punches from `Mon 08:00, Mon out 17:00`: a passing at an automatic door, and a punch that says what it is. `*` behind the time
 * is the second pass of a time that the clocks show twice; `@Asia/Tokyo` is the zone of another site.
 */
export function punchesOf(
  text: string,
  { zone = 'Europe/Berlin', names = WEEK }: TableOptions = {},
): ZonedPunch[] {
  return text.split(', ').map((one, index) => {
    const [, name = '', says, time = '', second, timeZone = zone] =
      /^(\S+) (?:(in|out) )?(\d\d:\d\d)(\*?)(?:@(\S+))?$/.exec(one) ?? [];
    const at = instantAt(names[name] ?? '', time, timeZone, second ? 'second' : 'first');
    if (at === null) throw new Error(`The clocks skip ${one}.`);
    return {
      id: String(index).padStart(3, '0'),
      at,
      says: (says as 'in' | 'out' | undefined) ?? null,
      timeZone,
    };
  });
}

/** The days of a table: `Mon 8:00, Tue 7:30?`, with `?` where an arrival or a departure is missing. */
export function daysOf(text: string, options: TableOptions = {}): string {
  const { names = WEEK } = options;
  return derive(punchesOf(text, options), options)
    .map((day) => dayAsText(day, names))
    .join(', ');
}

export function derive(punches: readonly ZonedPunch[], options: TableOptions = {}): WorkDay<ZonedPunch>[] {
  const {
    zone = 'Europe/Berlin',
    turnsAt = 4,
    names = WEEK,
    plan = {},
    reading = 'first-and-last',
  } = options;
  const { longestStay = DEFAULT_LONGEST_STAY, breaks = NO_BREAKS } = options;
  const dates = Object.values(names).toSorted();
  const calendar = calendarOf({
    from: addDays(dates[0]!, -2),
    to: addDays(dates.at(-1)!, 2),
    timeZone: zoneByDate(punches, { timeZone: zone, turnsAt }),
    turnsAt,
    shiftsOn: (date) => shiftsOf(plan[nameOf(date, names)] ?? '', date, zone),
  });
  return workDays(punches, calendar, { reading, longestStay, breaks });
}

function shiftsOf(text: string, date: string, zone: string): PlannedShift[] {
  return [...text.matchAll(/(\d\d:\d\d)-(\d\d:\d\d)/g)].map(([, begin = '', end = '']) => ({
    begin: instantAt(date, begin, zone)!,
    end: instantAt(end > begin ? date : addDays(date, 1), end, zone)!,
  }));
}

export function dayAsText({ date, worked, incomplete }: WorkDay, names: DayNames = WEEK): string {
  const minutes = Math.round(worked / MINUTE);
  const time = `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}`;
  return `${nameOf(date, names)} ${time}${incomplete ? '?' : ''}`;
}

function nameOf(date: string, names: DayNames): string {
  return Object.keys(names).find((name) => names[name] === date) ?? date;
}
