import { describe, expect, it } from 'vitest';
import { HOUR } from '../time/durations.ts';
import { startOfDay } from '../time/zoned.ts';
import { Occupancy } from './occupancy.ts';
import type { ReportDay } from './report-day.ts';

const PARIS = 'Europe/Paris';

const punch = (at: number) => ({ id: String(at), at, says: null });

/** A date on which somebody was there between two instants. */
function day(date: string, from: number, until: number): ReportDay {
  const stay = { state: 'complete' as const, arrival: punch(from), departure: punch(until), moves: false };
  return { date, work: { date, stays: [stay] } } as unknown as ReportDay;
}

function filled(from: string, to: string, days: ReportDay[]): Map<string, number> {
  const occupancy = new Occupancy(from, to);
  occupancy.add(days, () => PARIS);
  return new Map(
    occupancy
      .cells()
      .filter(({ average }) => average > 0)
      .map(({ weekday, hour, average }) => [`${weekday}/${hour}`, average]),
  );
}

describe('how many people are there by weekday and hour', () => {
  it('half an hour counts half, and the average is over all dates of the weekday', () => {
    const midnight = startOfDay('2026-11-23', 0, PARIS);
    const once = day('2026-11-23', midnight + 8.5 * HOUR, midnight + 10 * HOUR);
    // Two Mondays: on the other one nobody came.
    expect(filled('2026-11-16', '2026-11-24', [once])).toEqual(
      new Map([
        ['1/8', 0.25],
        ['1/9', 0.5],
      ]),
    );
  });

  it('a night counts on both dates, and only within the span', () => {
    const midnight = startOfDay('2026-11-23', 0, PARIS);
    const night = day('2026-11-23', midnight + 23 * HOUR, midnight + 25 * HOUR);
    expect(filled('2026-11-23', '2026-11-29', [night])).toEqual(
      new Map([
        ['1/23', 1],
        ['2/0', 1],
      ]),
    );
    expect(filled('2026-11-23', '2026-11-23', [night])).toEqual(new Map([['1/23', 1]]));
  });

  it('an hour that the clocks show twice holds one person all the while, and a skipped hour nobody', () => {
    const autumn = startOfDay('2026-10-25', 0, PARIS);
    expect(filled('2026-10-25', '2026-10-25', [day('2026-10-25', autumn, autumn + 5 * HOUR)])).toEqual(
      new Map([
        ['7/0', 1],
        ['7/1', 1],
        ['7/2', 1],
        ['7/3', 1],
      ]),
    );
    const spring = startOfDay('2026-03-29', 0, PARIS);
    expect(filled('2026-03-29', '2026-03-29', [day('2026-03-29', spring, spring + 3 * HOUR)])).toEqual(
      new Map([
        ['7/0', 1],
        ['7/1', 1],
        ['7/3', 1],
      ]),
    );
  });

  it('tells the date with the most beside the average', () => {
    const midnight = startOfDay('2026-11-23', 0, PARIS);
    const occupancy = new Occupancy('2026-11-16', '2026-11-23');
    for (let i = 0; i < 3; i += 1) {
      occupancy.add([day('2026-11-23', midnight + 8 * HOUR, midnight + 9 * HOUR)], () => PARIS);
    }
    expect(occupancy.cells()[8]).toEqual({ weekday: 1, hour: 8, average: 1.5, most: 3 });
  });
});
