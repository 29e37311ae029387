/** Instants as the wall clock at a door shows them. The time-zone data comes from the runtime (Intl). */
import { DAY } from './durations.ts';

/** Calendar date (YYYY-MM-DD) and time of day of an instant in a zone. */
interface WallClock {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** Making a format costs far more than using it. There are as many as time zones in use. */
function formatOf(timeZone: string): Intl.DateTimeFormat {
  let format = formats.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      calendar: 'gregory',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
    });
    formats.set(timeZone, format);
  }
  return format;
}

function wallClock(at: number, timeZone: string): WallClock {
  const clock = { year: 0, month: 0, day: 0, hour: 0, minute: 0 };
  for (const { type, value } of formatOf(timeZone).formatToParts(at)) {
    if (type in clock) clock[type as keyof WallClock] = Number(value);
  }
  return clock;
}

/**
 * The date (YYYY-MM-DD) of the work day an instant belongs to: the local date, or that of the day before
 * while the wall clock is before `turnsAt` (hour 0..23). Decided by the wall clock alone, so that a day of
 * 23 or 25 hours still turns when a clock on the wall shows this hour.
 *
 * @param at epoch ms
 * @param timeZone IANA name
 */
export function workDate(at: number, timeZone: string, turnsAt: number): string {
  const { year, month, day, hour } = wallClock(at, timeZone);
  const date = new Date(Date.UTC(year, month - 1, hour < turnsAt ? day - 1 : day));
  return date.toISOString().slice(0, 10);
}

/**
 * The instant at which the wall clock of a work day shows a time; null where the clocks skipped that time, and the first
 * instant where they showed it twice. A time before the hour at which the work day turns belongs to the next calendar day.
 *
 * @param date YYYY-MM-DD
 * @param time HH:MM
 */
export function instantOf(date: string, time: string, timeZone: string, turnsAt: number): number | null {
  const early = Number(time.slice(0, 2)) < turnsAt;
  const wanted = Date.parse(`${date}T${time}:00Z`) + (early ? DAY : 0);
  // Zones are within 14 hours of UTC, and change by an hour or so: one of these differences is right.
  const offsets = [wanted - DAY, wanted, wanted + DAY].map((at) => shownAt(at, timeZone) - at);
  const instants = [...new Set(offsets)].map((offset) => wanted - offset);
  return instants.filter((at) => shownAt(at, timeZone) === wanted).sort((a, b) => a - b)[0] ?? null;
}

/** The time that the wall clock shows at an instant, written as if it were UTC, to the minute. */
function shownAt(at: number, timeZone: string): number {
  const { year, month, day, hour, minute } = wallClock(at, timeZone);
  return Date.UTC(year, month - 1, day, hour, minute);
}

/** HH:MM of an instant (epoch ms) in a zone. */
export function localTime(at: number, timeZone: string): string {
  const { hour, minute } = wallClock(at, timeZone);
  return `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
}
