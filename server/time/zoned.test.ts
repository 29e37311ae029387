import { describe, expect, it } from 'vitest';
import { isTimeZone } from '../protocol/fields.ts';
import { HOUR, MINUTE } from './durations.ts';
import {
  addDays,
  clockAt,
  dateAt,
  datesBetween,
  instantAt,
  offsetAt,
  type Pass,
  startOfDay,
  weekdayOf,
} from './zoned.ts';

const at = (iso: string) => Date.parse(iso);
const shown = (instant: string, zone: string) => clockAt(at(instant), zone);
const iso = (instant: number | null) => (instant === null ? null : new Date(instant).toISOString());

describe('the instant at which a wall clock shows a time', () => {
  // prettier-ignore
  const ROWS: [name: string, date: string, time: string, zone: string, pass: Pass, instant: string | null][] = [
    ['a plain time', '2026-11-23', '08:30', 'Europe/Paris', 'first', '2026-11-23T07:30:00.000Z'],
    ['in summer', '2026-07-01', '08:30', 'Europe/Paris', 'first', '2026-07-01T06:30:00.000Z'],
    ['after midnight', '2026-11-24', '01:15', 'Europe/Paris', 'first', '2026-11-24T00:15:00.000Z'],
    ['far from UTC', '2026-11-23', '23:59', 'Pacific/Kiritimati', 'first', '2026-11-23T09:59:00.000Z'],
    ['west of UTC', '2026-11-23', '18:00', 'America/Los_Angeles', 'first', '2026-11-24T02:00:00.000Z'],
    ['a quarter of an hour off', '2026-11-23', '12:00', 'Asia/Kathmandu', 'first', '2026-11-23T06:15:00.000Z'],
    ['half an hour off', '2026-11-28', '10:58', 'Asia/Kolkata', 'first', '2026-11-28T05:28:00.000Z'],
    ['on 29 February', '2028-02-29', '08:00', 'Europe/Berlin', 'first', '2028-02-29T07:00:00.000Z'],
    ['a doubled time', '2026-10-25', '02:30', 'Europe/Paris', 'first', '2026-10-25T00:30:00.000Z'],
    ['its second pass', '2026-10-25', '02:30', 'Europe/Paris', 'second', '2026-10-25T01:30:00.000Z'],
    ['the first minute shown twice', '2026-10-25', '02:00', 'Europe/Paris', 'second', '2026-10-25T01:00:00.000Z'],
    ['the last minute shown twice', '2026-10-25', '02:59', 'Europe/Paris', 'second', '2026-10-25T01:59:00.000Z'],
    ['right after, it was shown once', '2026-10-25', '03:00', 'Europe/Paris', 'second', null],
    ['right before, it was shown once', '2026-10-25', '01:59', 'Europe/Paris', 'second', null],
    ['there is no second pass of a plain time', '2026-11-23', '08:30', 'Europe/Paris', 'second', null],
    ['a skipped time', '2026-03-29', '02:30', 'Europe/Paris', 'first', null],
    ['a skipped time has no second pass', '2026-03-29', '02:30', 'Europe/Paris', 'second', null],
    ['right after the skipped hour', '2026-03-29', '03:00', 'Europe/Paris', 'first', '2026-03-29T01:00:00.000Z'],
    ['skipped in New York', '2026-03-08', '02:30', 'America/New_York', 'first', null],
    ['doubled in New York', '2026-11-01', '01:30', 'America/New_York', 'second', '2026-11-01T06:30:00.000Z'],
    ['half an hour skipped', '2026-10-04', '02:15', 'Australia/Lord_Howe', 'first', null],
    ['half an hour doubled', '2026-04-05', '01:45', 'Australia/Lord_Howe', 'first', '2026-04-04T14:45:00.000Z'],
    ['its second pass half an hour later', '2026-04-05', '01:45', 'Australia/Lord_Howe', 'second', '2026-04-04T15:15:00.000Z'],
    ['not the half hour before it', '2026-04-05', '01:15', 'Australia/Lord_Howe', 'second', null],
    ['no zone change in Kolkata', '2026-10-25', '02:30', 'Asia/Kolkata', 'second', null],
  ];
  it.each(ROWS)('%s', (_, date, time, zone, pass, expected) => {
    const instant = instantAt(date, time, zone, pass);
    expect(iso(instant)).toBe(expected);
    const shown = instant === null ? null : [dateAt(instant, zone), clockAt(instant, zone)];
    expect(shown).toEqual(expected === null ? null : [date, time]);
  });
});

describe('the beginning of a day', () => {
  it.each([
    ['midnight', '2026-11-23', 0, 'Europe/Paris', '2026-11-22T23:00:00.000Z'],
    ['an hour of the morning', '2026-11-23', 4, 'Europe/Paris', '2026-11-23T03:00:00.000Z'],
    ['in summer', '2026-07-01', 4, 'Europe/Paris', '2026-07-01T02:00:00.000Z'],
    [
      'an hour that the clocks skip begins right after',
      '2026-03-29',
      2,
      'Europe/Paris',
      '2026-03-29T01:00:00.000Z',
    ],
    ['after a skipped hour', '2026-03-29', 4, 'Europe/Paris', '2026-03-29T02:00:00.000Z'],
    ['a doubled hour begins the first time', '2026-10-25', 2, 'Europe/Paris', '2026-10-25T00:00:00.000Z'],
    ['after a doubled hour', '2026-10-25', 4, 'Europe/Paris', '2026-10-25T03:00:00.000Z'],
    ['half an hour skipped', '2026-10-04', 2, 'Australia/Lord_Howe', '2026-10-03T15:30:00.000Z'],
  ])('%s', (_, date, turnsAt, zone, expected) => {
    expect(iso(startOfDay(date, turnsAt, zone))).toBe(expected);
  });
});

describe('the wall clock', () => {
  it.each([
    ['2026-11-22T07:59:59Z', 'Europe/Paris', '08:59'],
    ['2026-07-22T06:59:00Z', 'Europe/Paris', '08:59'],
    ['2026-11-22T23:00:00Z', 'Europe/Paris', '00:00'],
    ['2026-11-22T12:05:00Z', 'America/New_York', '07:05'],
  ])('%s in %s is %s', (instant, zone, expected) => {
    expect(clockAt(at(instant), zone)).toBe(expected);
  });

  it.each([
    ['2026-11-22T12:00:00Z', 'Europe/Paris', HOUR],
    ['2026-07-22T12:00:00Z', 'Europe/Paris', 2 * HOUR],
    ['2026-11-22T12:00:00Z', 'America/New_York', -5 * HOUR],
    ['2026-11-22T12:00:00Z', 'Asia/Kolkata', 5 * HOUR + 30 * MINUTE],
  ])('at %s in %s it is ahead of UTC by %d ms', (instant, zone, expected) => {
    expect(offsetAt(at(instant), zone)).toBe(expected);
  });

  it('changes at the instant at which the clocks are set, to the minute', () => {
    expect(shown('2026-10-25T00:59:59.999Z', 'Europe/Paris')).toBe('02:59');
    expect(shown('2026-10-25T01:00:00Z', 'Europe/Paris')).toBe('02:00');
    expect(shown('2026-10-03T15:29:00Z', 'Australia/Lord_Howe')).toBe('01:59');
    expect(shown('2026-10-03T15:30:00Z', 'Australia/Lord_Howe')).toBe('02:30');
    expect(shown('2026-11-28T18:29:00Z', 'Asia/Kathmandu')).toBe('00:14');
  });

  it('knows which names are time zones', () => {
    expect(isTimeZone('Europe/Paris')).toBe(true);
    expect(isTimeZone('Europe/Atlantis')).toBe(false);
  });
});

describe('dates', () => {
  it('are added over the ends of months and years, and over 29 February', () => {
    expect(addDays('2026-12-31', 1)).toBe('2027-01-01');
    expect(addDays('2028-03-01', -1)).toBe('2028-02-29');
    expect(addDays('2026-03-01', -1)).toBe('2026-02-28');
  });

  it('are listed with both ends', () => {
    expect(datesBetween('2028-02-28', '2028-03-01')).toEqual(['2028-02-28', '2028-02-29', '2028-03-01']);
    expect(datesBetween('2026-11-23', '2026-11-22')).toEqual([]);
  });

  it('have weekdays from 1, a Monday, to 7', () => {
    expect([weekdayOf('2026-11-23'), weekdayOf('2026-11-29')]).toEqual([1, 7]);
  });
});
