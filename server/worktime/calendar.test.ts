import { describe, expect, it } from 'vitest';
import { instantAt } from '../time/zoned.ts';
import { calendarOf, workDateAt } from './calendar.ts';

describe('the work date of an instant', () => {
  it.each([
    ['the local date, not that of UTC', '2026-11-22T23:30:00Z', 'Europe/Paris', 0, '2026-11-23'],
    ['west of Greenwich too', '2026-11-22T02:00:00Z', 'America/New_York', 0, '2026-11-21'],
    [
      'before the day turns it is still yesterday',
      '2026-11-22T02:59:59.999Z',
      'Europe/Paris',
      4,
      '2026-11-21',
    ],
    ['the turn itself begins the day', '2026-11-22T03:00:00Z', 'Europe/Paris', 4, '2026-11-22'],
    ['over the end of a month', '2026-03-01T02:00:00Z', 'UTC', 4, '2026-02-28'],
    ['over the end of a leap February', '2028-03-01T02:00:00Z', 'UTC', 4, '2028-02-29'],
    ['over the end of a year', '2027-01-01T02:00:00Z', 'UTC', 4, '2026-12-31'],
    ['zones with odd minutes', '2026-11-21T18:20:00Z', 'Asia/Kathmandu', 0, '2026-11-22'],
    // Paris springs forward on 2026-03-29: 01:59:59 CET is followed by 03:00 CEST.
    ['spring: the last second before the gap', '2026-03-29T00:59:59Z', 'Europe/Paris', 3, '2026-03-28'],
    ['spring: the first second after it', '2026-03-29T01:00:00Z', 'Europe/Paris', 3, '2026-03-29'],
    ['spring: a turn inside the gap', '2026-03-29T01:00:00Z', 'Europe/Paris', 2, '2026-03-29'],
    [
      'spring: the last second before a turn at four',
      '2026-03-29T01:59:59Z',
      'Europe/Paris',
      4,
      '2026-03-28',
    ],
    [
      'spring: a turn at four comes an hour early in UTC',
      '2026-03-29T02:00:00Z',
      'Europe/Paris',
      4,
      '2026-03-29',
    ],
    // … and falls back on 2026-10-25: 02:59:59 CEST is followed by 02:00 CET.
    ['autumn: the first pass of the doubled hour', '2026-10-25T00:30:00Z', 'Europe/Paris', 3, '2026-10-24'],
    ['autumn: its second pass', '2026-10-25T01:30:00Z', 'Europe/Paris', 3, '2026-10-24'],
    ['autumn: the hour after it', '2026-10-25T02:00:00Z', 'Europe/Paris', 3, '2026-10-25'],
    [
      'autumn: a turn at the doubled hour comes once',
      '2026-10-25T00:00:00Z',
      'Europe/Paris',
      2,
      '2026-10-25',
    ],
    [
      'autumn: the second pass does not undo that turn',
      '2026-10-25T01:00:00Z',
      'Europe/Paris',
      2,
      '2026-10-25',
    ],
  ])('%s', (_, instant, timeZone, turnsAt, expected) => {
    expect(workDateAt(Date.parse(instant), { timeZone, turnsAt })).toBe(expected);
  });
});

describe('the calendar', () => {
  const zone = 'Europe/Berlin';
  const shift = (date: string, begin: string, endDate: string, end: string) => ({
    begin: instantAt(date, begin, zone)!,
    end: instantAt(endDate, end, zone)!,
  });
  const turnOn24th = (shifts: Record<string, ReturnType<typeof shift>[]>) => {
    const days = calendarOf({
      from: '2026-11-23',
      to: '2026-11-24',
      timeZone: zone,
      turnsAt: 4,
      shiftsOn: (date) => shifts[date] ?? [],
    });
    return new Date(days[1]!.begins).toISOString().slice(11, 16);
  };
  const early = shift('2026-11-24', '06:00', '2026-11-24', '14:00');
  const night = shift('2026-11-23', '22:00', '2026-11-24', '06:00');
  const dayTime = shift('2026-11-23', '06:00', '2026-11-23', '14:00');

  // The clocks of Berlin are an hour ahead of UTC in November.
  it.each([
    ['without a plan at the hour of the site', {}, '03:00'],
    [
      'between two early shifts four hours before the second',
      { '2026-11-23': [dayTime], '2026-11-24': [early] },
      '01:00',
    ],
    ['after a night four hours after its end', { '2026-11-23': [night] }, '09:00'],
    ['before a shift after a free day four hours before it', { '2026-11-24': [early] }, '01:00'],
    [
      'between two shifts that are close to each other halfway',
      { '2026-11-23': [night], '2026-11-24': [shift('2026-11-24', '10:00', '2026-11-24', '14:00')] },
      '07:00',
    ],
    ['after a shift of the day at the hour of the site', { '2026-11-23': [dayTime] }, '03:00'],
  ])('the day turns %s', (_, shifts, expected) => {
    expect(turnOn24th(shifts)).toBe(expected);
  });

  it('every day ends where the next begins, the last one too', () => {
    const days = calendarOf({ from: '2026-10-24', to: '2026-10-26', timeZone: zone, turnsAt: 4 });
    expect(days.map(({ begins, ends }) => (ends - begins) / 3_600_000)).toEqual([25, 24, 24]);
    expect(days[0]!.ends).toBe(days[1]!.begins);
  });
});
