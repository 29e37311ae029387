import { describe, expect, it } from 'vitest';
import { comesTwice, instantOf, timeZones } from './time-zones.ts';

describe('a time that the clocks show twice', () => {
  it.each([
    {
      zone: 'Europe/Berlin',
      date: '2026-10-25',
      twice: ['02:00', '02:30', '02:59'],
      once: ['01:59', '03:00'],
    },
    { zone: 'America/New_York', date: '2026-11-01', twice: ['01:00', '01:59'], once: ['00:59', '02:00'] },
    // By half an hour.
    { zone: 'Australia/Lord_Howe', date: '2026-04-05', twice: ['01:30', '01:59'], once: ['01:29', '02:00'] },
  ])('the times that come twice in $zone on $date are found', ({ zone, date, twice, once }) => {
    expect(twice.filter((time) => comesTwice(date, time, zone))).toEqual(twice);
    expect(once.filter((time) => comesTwice(date, time, zone))).toEqual([]);
  });

  it.each([
    ['Europe/Berlin', '2026-03-29'],
    ['Europe/Berlin', '2026-10-24'],
    ['Asia/Kolkata', '2026-10-25'],
  ])('no time comes twice in %s on %s', (zone, date) => {
    const hours = Array.from({ length: 24 }, (_, hour) => `${String(hour).padStart(2, '0')}:30`);
    expect(hours.filter((time) => comesTwice(date, time, zone))).toEqual([]);
  });

  it('no time comes twice while the date or the time is not typed yet', () => {
    expect(comesTwice('', '02:30', 'Europe/Berlin')).toBe(false);
    expect(comesTwice('2026-10-25', '', 'Europe/Berlin')).toBe(false);
  });
});

it.each([
  ['2026-11-28T10:58', 'Asia/Kolkata', '2026-11-28T05:28:00.000Z'],
  ['2026-03-29T03:30', 'Europe/Berlin', '2026-03-29T01:30:00.000Z'],
  ['2026-11-01T00:30', 'America/New_York', '2026-11-01T04:30:00.000Z'],
  ['2026-11-01T23:00', 'America/New_York', '2026-11-02T04:00:00.000Z'],
])('%s in %s is the instant %s', (wall, zone, instant) => {
  expect(new Date(instantOf(wall, zone)).toISOString()).toBe(instant);
});

it('the zones of the browser can be searched by the names that the server knows', () => {
  expect(timeZones()).toEqual(expect.arrayContaining(['Europe/Paris', 'Asia/Tokyo', 'America/New_York']));
});
