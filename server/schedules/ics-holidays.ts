/** Holidays from a calendar file (iCalendar, RFC 5545), such as those of a company or of a school. */
import ical from 'ical.js';
import { MusterError } from '../protocol/error.ts';
import { asLine } from '../protocol/fields.ts';
import { addDays } from '../time/zoned.ts';

export interface IcsHolidays {
  /** In order, one for each date. */
  holidays: { date: string; name: string }[];
  /** Events that are not whole days, are cancelled, or are outside the dates asked for. */
  leftOut: number;
}

/** A calendar with holidays on more dates than this is refused. */
const MOST_DATES = 2_000;
/** Steps of one repeated event, because a rule that repeats every second would never end. */
const MOST_STEPS = 5_000;
const LONGEST_NAME = 80;

/**
 * Whole-day events become holidays, repeated ones on every date between `from` and `to`. Events with a time of day are left
 * out. Throws MusterError `validation-failed`.
 *
 * @param from first and @param to last date, YYYY-MM-DD
 */
export function icsHolidays(text: string, from: string, to: string): IcsHolidays {
  const names = new Map<string, string>();
  let leftOut = 0;
  for (const event of eventsOf(text)) {
    const dates = isWholeDay(event) ? datesOf(event, from, to) : [];
    if (dates.length === 0) leftOut += 1;
    for (const date of dates) names.set(date, names.get(date) ?? nameOf(event));
    if (names.size > MOST_DATES) throw fault(`holds more than ${MOST_DATES} holidays`);
  }
  const holidays = [...names].map(([date, name]) => ({ date, name }));
  return { holidays: holidays.toSorted((a, b) => (a.date < b.date ? -1 : 1)), leftOut };
}

function eventsOf(text: string): InstanceType<typeof ical.Event>[] {
  try {
    const calendar = new ical.Component(ical.parse(text));
    if (calendar.name !== 'vcalendar') throw new Error(`a ${calendar.name}`);
    return calendar
      .getAllSubcomponents('vevent')
      .map((component) => new ical.Event(component))
      .filter((event) => !event.isRecurrenceException());
  } catch (error) {
    throw fault('is not a calendar file (iCalendar, .ics)', error);
  }
}

type Event = InstanceType<typeof ical.Event>;

function isWholeDay(event: Event): boolean {
  const cancelled = event.component.getFirstPropertyValue('status') === 'CANCELLED';
  return !cancelled && event.component.hasProperty('dtstart') && event.startDate.isDate;
}

function datesOf(event: Event, from: string, to: string): string[] {
  const dates: string[] = [];
  const add = (first: string) => {
    const days = Math.min(Math.max(1, event.duration.toSeconds() / 86_400), MOST_DATES);
    for (let day = 0; day < days; day += 1) {
      const date = addDays(first, day);
      if (date >= from && date <= to) dates.push(date);
    }
  };
  if (!event.isRecurring()) {
    add(event.startDate.toString());
    return dates;
  }
  const steps = event.iterator();
  for (let step = 0; step < MOST_STEPS; step += 1) {
    const next = steps.next();
    if (!next || next.toString() > to) break;
    const { item } = event.getOccurrenceDetails(next);
    if (item === event) add(next.toString());
    else if (isWholeDay(item)) add(item.startDate.toString());
  }
  return dates;
}

function nameOf(event: Event): string {
  return asLine(event.summary ?? '', LONGEST_NAME) || 'Holiday';
}

function fault(message: string, cause?: unknown): MusterError {
  return new MusterError('validation-failed', 'The calendar file cannot be read.', {
    faults: [{ path: 'ics', message }],
    cause,
  });
}
