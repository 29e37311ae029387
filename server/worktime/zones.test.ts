/** People who work at sites in several time zones. */
import { describe, expect, it } from 'vitest';
import { daysOf, punchesOf } from '../../test/support/day-tables.ts';
import { zoneByDate } from './zones.ts';

/** The person's own site is in Berlin. */
// prettier-ignore
const BOTH: [name: string, punches: string, days: string][] = [
  ['a week at home and in Kolkata', 'Mon 08:00, Mon 17:00, Tue 08:00@Asia/Kolkata, Tue 17:00@Asia/Kolkata', 'Mon 9:00, Tue 9:00'],
  ['a day in Sydney is of the date there', 'Tue 09:00@Australia/Sydney, Tue 17:00@Australia/Sydney', 'Tue 8:00'],
  ['so is a long one', 'Tue 07:00@Australia/Sydney, Tue 19:00@Australia/Sydney', 'Tue 12:00'],
  ['an evening in New York is not a night', 'Mon 14:00@America/New_York, Mon 23:00@America/New_York', 'Mon 9:00'],
  ['a night in New York', 'Mon 22:00@America/New_York, Tue 06:00@America/New_York', 'Mon 8:00'],
  ['home again the day after', 'Mon 09:00@Australia/Sydney, Mon 17:00@Australia/Sydney, Wed 08:00, Wed 16:00', 'Mon 8:00, Wed 8:00'],
  ['over a border by train', 'Mon 09:00@Europe/Madrid, Mon 17:00@Europe/Lisbon', 'Mon 9:00'],
  ['to London with an hour less on the clock', 'Mon 08:00, Mon 17:00@Europe/London', 'Mon 10:00'],
  ['a Tuesday twice, over the date line', 'Tue 09:00@Asia/Tokyo, Tue 17:00@Asia/Tokyo, Tue 09:00@Pacific/Honolulu, Tue 17:00@Pacific/Honolulu', 'Tue 16:00'],
  ['a missing departure abroad does not reach the day at home', 'Mon 09:00@Asia/Kolkata, Tue 08:00, Tue 17:00', 'Mon 0:00?, Tue 9:00'],
];

describe('a person who works at sites in two zones', () => {
  for (const reading of ['first-and-last', 'in-and-out'] as const) {
    it.each(BOTH)(`${reading}: %s`, (_, punches, days) => {
      expect(daysOf(punches, { reading })).toBe(days);
    });
  }

  it('in-and-out: a morning in Berlin and an afternoon in New York are one day', () => {
    const punches = 'Mon 07:00, Mon 09:00, Mon 14:00@America/New_York, Mon 18:00@America/New_York';
    expect(daysOf(punches, { reading: 'in-and-out' })).toBe('Mon 6:00');
  });

  it('a date without punches turns by the clocks at home', () => {
    const zoneOn = zoneByDate(punchesOf('Tue 09:00@Asia/Tokyo'), { timeZone: 'Europe/Berlin', turnsAt: 4 });
    expect(zoneOn('2026-11-24')).toBe('Asia/Tokyo');
    expect(zoneOn('2026-11-25')).toBe('Europe/Berlin');
  });

  it('the first punch of a date decides where it turns', () => {
    const home = { timeZone: 'Europe/Berlin', turnsAt: 4 };
    const punches = punchesOf('Tue 09:00@Europe/London, Tue 18:00@Europe/Berlin');
    expect(zoneByDate(punches.toReversed(), home)('2026-11-24')).toBe('Europe/London');
  });
});
