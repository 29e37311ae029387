/**
 * Dates and wall clocks in a time zone. `Temporal` does the arithmetic: the runtime's own where it has it, else the polyfill.
 * The polyfill is slow (some 20 µs for a conversion), so what is asked for again and again is kept.
 */
import { Temporal as polyfill } from 'temporal-polyfill';
import { DAY, MINUTE } from './durations.ts';

const Temporal = (globalThis as { Temporal?: typeof polyfill }).Temporal ?? polyfill;

/** Which instant is meant where the clocks showed a time twice. */
export type Pass = 'first' | 'second';

/**
 * The instant (epoch ms) at which the wall clock shows a time; null where the clocks skipped it, and for the second pass of a
 * time that they showed once.
 *
 * @param date YYYY-MM-DD
 * @param time HH:MM
 */
export function instantAt(date: string, time: string, timeZone: string, pass: Pass = 'first'): number | null {
  const wall = Temporal.PlainDateTime.from(`${date}T${time}`);
  const first = wall.toZonedDateTime(timeZone, { disambiguation: 'earlier' });
  const second = wall.toZonedDateTime(timeZone, { disambiguation: 'later' });
  if (!first.toPlainDateTime().equals(wall)) return null;
  if (pass === 'first') return first.epochMilliseconds;
  return second.epochMilliseconds === first.epochMilliseconds ? null : second.epochMilliseconds;
}

const instants = new Map<string, number>();
const MOST_KEPT = 100_000;

/**
 * The instant (epoch ms) at which the wall clock reaches a time. Where the clocks skip that time it is later by what they
 * skip, and where they show it twice it is the first time.
 *
 * @param date YYYY-MM-DD
 * @param time HH:MM
 */
export function reachedAt(date: string, time: string, timeZone: string): number {
  const key = `${timeZone}/${time}/${date}`;
  let instant = instants.get(key);
  if (instant === undefined) {
    const wall = Temporal.PlainDateTime.from(`${date}T${time}`);
    instant = wall.toZonedDateTime(timeZone, { disambiguation: 'compatible' }).epochMilliseconds;
    if (instants.size >= MOST_KEPT) instants.clear();
    instants.set(key, instant);
  }
  return instant;
}

/**
 * The instant (epoch ms) at which a date begins by the wall clock: at the hour `turnsAt` (0 to 23). Where the clocks skip that
 * hour it begins right after, and where they show it twice it begins the first time.
 */
export function startOfDay(date: string, turnsAt: number, timeZone: string): number {
  return reachedAt(date, `${String(turnsAt).padStart(2, '0')}:00`, timeZone);
}

/** The calendar date that a wall clock shows, YYYY-MM-DD. */
export function dateAt(at: number, timeZone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone).toPlainDate().toString();
}

/** How far the clocks are ahead of UTC at an instant, ms. */
export function offsetAt(at: number, timeZone: string): number {
  return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone).offsetNanoseconds / 1e6;
}

const spans = new Map<string, readonly string[]>();
const MOST_SPANS = 1_000;

/** Every date from `from` to `to`, both included, YYYY-MM-DD. */
export function datesBetween(from: string, to: string): readonly string[] {
  const key = `${from}/${to}`;
  let dates = spans.get(key);
  if (!dates) {
    dates = Array.from({ length: Math.max(0, daysFrom(from, to) + 1) }, (_, i) => addDays(from, i));
    if (spans.size >= MOST_SPANS) spans.clear();
    spans.set(key, dates);
  }
  return dates;
}

/** Days from 1970-01-01 to a date and back. A report of a year asks for the same few hundred dates a million times. */
const numbers = new Map<string, number>();
const dates = new Map<number, string>();
const MOST_DATES = 20_000;

function dayNumber(date: string): number {
  let day = numbers.get(date);
  if (day === undefined) {
    day = Date.parse(`${date}T00:00:00Z`) / DAY;
    if (numbers.size >= MOST_DATES) numbers.clear();
    numbers.set(date, day);
  }
  return day;
}

/** Throws RangeError for what is no date. @param date YYYY-MM-DD; may be negative days */
export function addDays(date: string, days: number): string {
  const day = dayNumber(date) + days;
  let found = dates.get(day);
  if (found === undefined) {
    found = new Date(day * DAY).toISOString().slice(0, 10);
    if (dates.size >= MOST_DATES) dates.clear();
    dates.set(day, found);
  }
  return found;
}

/** 1 is Monday, 7 is Sunday, as ISO 8601 counts. */
export function weekdayOf(date: string): number {
  // 1970-01-01 was a Thursday.
  const sinceMonday = (dayNumber(date) + 3) % 7;
  return (sinceMonday < 0 ? sinceMonday + 7 : sinceMonday) + 1;
}

/** How many days `to` is after `from`; negative where it is before. */
export function daysFrom(from: string, to: string): number {
  return dayNumber(to) - dayNumber(from);
}

/** Clocks change at a full quarter of an hour (since 1972 everywhere), so the offset is the same from one to the next. */
const QUARTER = 15 * MINUTE;
const offsets = new Map<string, Map<number, number>>();
const MOST_OFFSETS = 200_000;

/** HH:MM of an instant (epoch ms) in a zone. A file of a year has half a million of them. */
export function clockAt(at: number, timeZone: string): string {
  let known = offsets.get(timeZone);
  if (!known || known.size >= MOST_OFFSETS) {
    known = new Map();
    offsets.set(timeZone, known);
  }
  const quarter = Math.floor(at / QUARTER);
  let offset = known.get(quarter);
  if (offset === undefined) {
    offset = offsetAt(quarter * QUARTER, timeZone);
    known.set(quarter, offset);
  }
  return new Date(at + offset).toISOString().slice(11, 16);
}
