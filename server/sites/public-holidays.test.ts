import { describe, expect, it } from 'vitest';
import { type HolidayPlace, knowsPlace, publicHolidays } from './public-holidays.ts';

const place = (country: string, region: string | null = null): HolidayPlace => ({ country, region });

function holidayOn(of: HolidayPlace, date: string): string | null {
  const [found] = publicHolidays(of, date, date);
  return found ? `${found.name}${found.half ? ' (half)' : ''}` : null;
}

describe('public holidays', () => {
  it.each([
    ['of a country', place('DE'), '2026-10-03', 'Tag der Deutschen Einheit'],
    ['of a region', place('DE', 'BY'), '2026-06-04', 'Fronleichnam'],
    ['not in another region', place('DE', 'BE'), '2026-06-04', null],
    ['of a part of a region', place('DE', 'BY-A'), '2026-08-08', 'Augsburger Friedensfest'],
    ['that moves with Easter', place('DE'), '2027-03-29', 'Ostermontag'],
    ['in the United States', place('US'), '2026-11-26', 'Thanksgiving Day'],
    ['a substitute day', place('GB', 'ENG'), '2027-12-27', 'Christmas Day (substitute day)'],
    ['an observance is not a holiday', place('DE'), '2026-02-14', null],
    ['a bank holiday is not a public holiday', place('AT'), '2026-12-24', null],
    ['from noon on', place('IS'), '2026-12-24', 'Aðfangadagur (half)'],
    ['the second day of a feast', place('KR'), '2026-02-18', '설날'],
    ['a day on which the clocks change', place('AU', 'NSW'), '2026-04-05', 'Easter Sunday'],
    ['the day after a holiday with 25 hours is not a holiday too', place('CH'), '2026-10-26', null],
  ])('%s', (_, of, date, name) => {
    expect(holidayOn(of, date)).toBe(name);
  });

  it('over the new year', () => {
    expect(publicHolidays(place('DE'), '2026-12-25', '2027-01-01').map(({ date }) => date)).toEqual([
      '2026-12-25',
      '2026-12-26',
      '2027-01-01',
    ]);
  });

  it.each([
    [place('DE'), true],
    [place('DE', 'BY'), true],
    [place('DE', 'BY-A'), true],
    [place('DE', 'XX'), false],
    [place('DE', 'BY-X'), false],
    [place('XX'), false],
    [place('constructor'), false],
    [place(''), false],
  ])('%j is known: %s', (of, known) => {
    expect(knowsPlace(of)).toBe(known);
  });
});
