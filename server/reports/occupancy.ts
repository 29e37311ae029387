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
  /** By zone and date: see `#hoursOf`. */
  readonly #hours = new Map<string, number[]>();

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
    const begins = this.#hoursOf(date, zone);
    if (until <= begins[0]!) return;
    for (let hour = 0; hour < HOURS && begins[hour]! < until; hour += 1) {
      const [begin, end] = [begins[hour]!, begins[hour + 1]!];
      const time = Math.min(until, end) - Math.max(from, begin);
      // An hour that the clocks show twice lasts two; what counts is the share of it.
      if (time > 0) this.#presence[index * HOURS + hour]! += time / (end - begin);
    }
  }

  /** Where each hour of a date begins, and the next date, epoch ms. Everybody who was there on the date asks for them. */
  #hoursOf(date: string, zone: string): readonly number[] {
    const key = `${zone}/${date}`;
    let hours = this.#hours.get(key);
    if (!hours) {
      hours = Array.from({ length: HOURS }, (_, hour) => startOfDay(date, hour, zone));
      hours.push(startOfDay(addDays(date, 1), 0, zone));
      this.#hours.set(key, hours);
    }
    return hours;
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
