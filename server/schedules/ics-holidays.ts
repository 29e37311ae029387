/** Holidays from a calendar file (iCalendar, RFC 5545), such as those of a company or of a school. */
import ical from 'ical.js';
import { MusterError } from '../protocol/error.ts';
import { asLine, calendarDate } from '../protocol/fields.ts';
import type { LeftOutEvent } from '../protocol/holidays.ts';
import { addDays } from '../time/zoned.ts';

export interface IcsHolidays {
  /** In order, one for each date. */
  holidays: { date: string; name: string }[];
  /** Events of which no date, or not every date, becomes a holiday; in the order of the file. */
  leftOut: LeftOutEvent[];
}

type Event = InstanceType<typeof ical.Event>;

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
  const leftOut: LeftOutEvent[] = [];
  for (const event of eventsOf(text)) {
    const { dates, why } = readEvent(event, from, to);
    if (why) leftOut.push({ name: nameOf(event), date: firstDateOf(event), why });
    for (const date of dates) {
      const before = names.get(date);
      if (before === undefined) names.set(date, nameOf(event));
      else leftOut.push({ name: nameOf(event), date, why: 'same-date' });
    }
    if (names.size > MOST_DATES) throw fault(`holds more than ${MOST_DATES} holidays`);
  }
  const holidays = [...names].map(([date, name]) => ({ date, name }));
  return { holidays: holidays.toSorted((a, b) => (a.date < b.date ? -1 : 1)), leftOut };
}

/** A damaged event must not keep the others out. */
function readEvent(event: Event, from: string, to: string): Read {
  try {
    if (event.component.getFirstPropertyValue('status') === 'CANCELLED') return leaveOut('cancelled');
    if (!event.component.hasProperty('dtstart')) return leaveOut('no-date');
    if (!event.startDate.isDate) return leaveOut('not-whole-day');
    if (!isCalendarDate(event.startDate.toString())) return leaveOut('no-date');
    const dates = datesOf(event, from, to);
    return dates.length > 0 ? { dates, why: null } : leaveOut('outside');
  } catch {
    return leaveOut('no-date');
  }
}

interface Read {
  dates: readonly string[];
  why: LeftOutEvent['why'] | null;
}

function leaveOut(why: LeftOutEvent['why']): Read {
  return { dates: [], why };
}

function firstDateOf(event: Event): string | null {
  try {
    const date = event.startDate.toString().slice(0, 10);
    return isCalendarDate(date) ? date : null;
  } catch {
    return null;
  }
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

function isWholeDay(event: Event): boolean {
  const cancelled = event.component.getFirstPropertyValue('status') === 'CANCELLED';
  return !cancelled && event.component.hasProperty('dtstart') && event.startDate.isDate;
}

function isCalendarDate(text: string): boolean {
  return calendarDate.safeParse(text).success;
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
