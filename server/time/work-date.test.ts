import { describe, expect, it } from 'vitest';
import { isTimeZone } from '../protocol/fields.ts';
import { instantOf, localTime, workDate } from './work-date.ts';

const at = (iso: string) => Date.parse(iso);

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
      'autumn: a turn at the doubled hour is not undone by the second pass',
      '2026-10-25T01:00:00Z',
      'Europe/Paris',
      2,
      '2026-10-25',
    ],
  ])('%s', (_, instant, zone, turnsAt, expected) => {
    expect(workDate(at(instant), zone, turnsAt)).toBe(expected);
  });
});

describe('the wall clock', () => {
  it.each([
    ['2026-11-22T07:59:59Z', 'Europe/Paris', '08:59'],
    ['2026-07-22T06:59:00Z', 'Europe/Paris', '08:59'],
    ['2026-11-22T23:00:00Z', 'Europe/Paris', '00:00'],
    ['2026-11-22T12:05:00Z', 'America/New_York', '07:05'],
  ])('%s in %s is %s', (instant, zone, expected) => {
    expect(localTime(at(instant), zone)).toBe(expected);
  });

  it('knows which names are time zones', () => {
    expect(isTimeZone('Europe/Paris')).toBe(true);
    expect(isTimeZone('Europe/Atlantis')).toBe(false);
  });
});

const iso = (instant: number) => new Date(instant).toISOString();

describe('instantOf', () => {
  it.each([
    ['a plain time', '2026-11-23', '08:30', 'Europe/Paris', '2026-11-23T07:30:00.000Z'],
    ['in summer', '2026-07-01', '08:30', 'Europe/Paris', '2026-07-01T06:30:00.000Z'],
    [
      'after midnight, before the day turns',
      '2026-11-23',
      '01:15',
      'Europe/Paris',
      '2026-11-24T00:15:00.000Z',
    ],
    ['far from UTC', '2026-11-23', '23:59', 'Pacific/Kiritimati', '2026-11-23T09:59:00.000Z'],
    ['west of UTC', '2026-11-23', '18:00', 'America/Los_Angeles', '2026-11-24T02:00:00.000Z'],
    ['a quarter of an hour off', '2026-11-23', '12:00', 'Asia/Kathmandu', '2026-11-23T06:15:00.000Z'],
    [
      'the first instant of a time that the clocks showed twice',
      '2026-10-24',
      '02:30',
      'Europe/Paris',
      '2026-10-25T00:30:00.000Z',
    ],
  ])('%s', (_name, date, time, zone, expected) => {
    const instant = instantOf(date, time, zone, 4)!;
    expect(iso(instant)).toBe(expected);
    expect(localTime(instant, zone)).toBe(time);
    expect(workDate(instant, zone, 4)).toBe(date);
  });

  it('is null for a time that the clocks skipped', () => {
    expect(instantOf('2026-03-28', '02:30', 'Europe/Paris', 4)).toBeNull();
  });
});
