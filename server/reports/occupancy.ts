/** How many people are there, by hour and weekday. Pure. */
import { addDays, datesBetween, startOfDay, weekdayOf } from '../time/zoned.ts';
import type { ReportDay } from './report-day.ts';

const HOURS = 24;

export interface OccupancyCell {
  /** 1 is Monday, 7 is Sunday. */
  weekday: number;
  /** 0 to 23, by the clock on the wall. */
  hour: number;
  /** People who were there, on average over the dates of that weekday: whoever was there for half the hour counts half. */
  average: number;
  /** On the date with the most. */
  most: number;
}

/** Adds up the time within complete stays. */
export class Occupancy {
  readonly #first: string;
  readonly #dates: readonly string[];
  /** ms of presence by date, then hour. */
  readonly #presence: Float64Array;
  readonly #indexOf: ReadonlyMap<string, number>;

  /** @param to last date that has begun, YYYY-MM-DD */
  constructor(from: string, to: string) {
    this.#first = from;
    this.#dates = datesBetween(from, to);
    this.#indexOf = new Map(this.#dates.map((date, i) => [date, i]));
    this.#presence = new Float64Array(this.#dates.length * HOURS);
  }

  /** @param zoneOn IANA zone of a date */
  add(days: readonly ReportDay[], zoneOn: (date: string) => string): void {
    for (const { work } of days) {
      if (!work) continue;
      const zone = zoneOn(work.date);
      for (const stay of work.stays) {
        if (stay.state !== 'complete') continue;
        // A shift may end on the next date, and a long one in another zone on the one after.
        for (let date = work.date, i = 0; i < 3; date = addDays(date, 1), i += 1) {
          this.#addTo(date, zone, stay.arrival.at, stay.departure.at);
        }
      }
    }
  }

  #addTo(date: string, zone: string, from: number, until: number): void {
    const index = this.#indexOf.get(date);
    if (index === undefined || date < this.#first) return;
    if (until <= startOfDay(date, 0, zone)) return;
    for (let hour = 0; hour < HOURS; hour += 1) {
      const begins = startOfDay(date, hour, zone);
      if (begins >= until) return;
      const ends =
        hour === HOURS - 1 ? startOfDay(addDays(date, 1), 0, zone) : startOfDay(date, hour + 1, zone);
      const time = Math.min(until, ends) - Math.max(from, begins);
      // An hour that the clocks show twice lasts two; what counts is the share of it.
      if (time > 0) this.#presence[index * HOURS + hour]! += time / (ends - begins);
    }
  }

  /** By weekday, then hour. */
  cells(): OccupancyCell[] {
    const cells: OccupancyCell[] = [];
    for (let weekday = 1; weekday <= 7; weekday += 1) {
      const of = this.#dates.flatMap((date, i) => (weekdayOf(date) === weekday ? [i] : []));
      for (let hour = 0; hour < HOURS; hour += 1) {
        const there = of.map((i) => this.#presence[i * HOURS + hour]!);
        const sum = there.reduce((a, b) => a + b, 0);
        cells.push({
          weekday,
          hour,
          average: of.length === 0 ? 0 : sum / of.length,
          most: Math.max(0, ...there),
        });
      }
    }
    return cells;
  }
}
