/** Nights: with and without a plan, over the ends of weeks, months and years. */
import { describe, expect, it } from 'vitest';
import { type DayNames, daysOf } from '../../test/support/day-tables.ts';

const READINGS = ['first-and-last', 'in-and-out'] as const;
type Row = [name: string, punches: string, days: string];

// prettier-ignore
const WITHOUT_A_PLAN: Row[] = [
  ['a week of nights', 'Mon 21:45, Tue 06:10, Tue 21:50, Wed 06:05, Wed 21:55, Thu 06:00, Thu 21:40, Fri 06:15', 'Mon 8:25, Tue 8:15, Wed 8:05, Thu 8:35'],
  ['a night of ten hours', 'Mon 20:00, Tue 06:20', 'Mon 10:20'],
  ['a night that begins after midnight is of the date before', 'Tue 00:30, Tue 08:30', 'Mon 8:00'],
  ['a night and the day shift after a free day', 'Mon 22:00, Tue 06:00, Thu 08:00, Thu 16:00', 'Mon 8:00, Thu 8:00'],
  ['a day shift and the night of the same date', 'Mon in 06:00, Mon out 10:00, Mon in 22:00, Tue out 06:00', 'Mon 12:00'],
  ['a night and the late shift after it', 'Mon 22:00, Tue 06:00, Tue 14:00, Tue 22:00', 'Mon 8:00, Tue 8:00'],
  ['a late evening and an early morning', 'Mon in 13:00, Mon out 22:30, Tue in 05:00, Tue out 13:00', 'Mon 9:30, Tue 8:00'],
  ['the same at one automatic door', 'Mon 13:00, Mon 22:30, Tue 05:00, Tue 13:00', 'Mon 9:30, Tue 8:00'],
  ['a night from Sunday to Monday', 'Sun 22:00, Mon 06:00', 'Sun 8:00'],
  ['a very long night at an out door', 'Mon 18:00, Tue out 11:30', 'Mon 17:30'],
];

describe('nights without a plan', () => {
  for (const reading of READINGS) {
    it.each(WITHOUT_A_PLAN)(`${reading}: %s`, (_, punches, days) => {
      expect(daysOf(punches, { reading })).toBe(days);
    });
  }

  it('in-and-out: a night with two breaks', () => {
    const punches = 'Mon 22:00, Tue 00:30, Tue 01:00, Tue 03:50, Tue 04:10, Tue 06:30';
    expect(daysOf(punches, { reading: 'in-and-out' })).toBe('Mon 7:40');
  });

  it('in-and-out: a missed arrival of the evening before does not cut the break of a night', () => {
    const punches = 'Mon out 04:30, Mon in 22:00, Tue out 03:45, Tue in 04:15, Tue out 06:15';
    expect(daysOf(punches, { reading: 'in-and-out' })).toBe('Mon 7:45?');
  });
});

describe('nights of twelve hours', () => {
  const punches = 'Mon 17:55, Tue 06:05, Tue 17:50, Wed 06:10, Wed 17:45, Thu 06:20';
  const days = 'Mon 12:10, Tue 12:20, Wed 12:35';
  for (const reading of READINGS) {
    it(`${reading}: with a plan they belong to the date on which they began`, () => {
      const plan = { Mon: '18:00-06:00', Tue: '18:00-06:00', Wed: '18:00-06:00' };
      expect(daysOf(punches, { reading, plan })).toBe(days);
    });
    it(`${reading}: at a site whose day turns at noon they need no plan`, () => {
      expect(daysOf(punches, { reading, turnsAt: 12 })).toBe(days);
    });
    it(`${reading}: at an in and an out door they need no plan`, () => {
      const said = 'Mon in 17:55, Tue out 06:05, Tue in 17:50, Wed out 06:10';
      expect(daysOf(said, { reading })).toBe('Mon 12:10, Tue 12:20');
    });
    it(`${reading}: at one automatic door and without a plan they look like days of twelve hours`, () => {
      expect(daysOf(punches, { reading })).toBe('Mon 0:00?, Tue 11:45, Wed 11:35, Thu 0:00?');
    });
  }
});

describe('nights over the end of', () => {
  const NAMES: [name: string, names: DayNames][] = [
    ['a month', { A: '2026-11-30', B: '2026-12-01', C: '2026-12-02' }],
    ['a year', { A: '2026-12-31', B: '2027-01-01', C: '2027-01-02' }],
    ['a February of 28 days', { A: '2027-02-28', B: '2027-03-01', C: '2027-03-02' }],
    ['a 28 February in a leap year', { A: '2028-02-28', B: '2028-02-29', C: '2028-03-01' }],
    ['a 29 February', { A: '2028-02-29', B: '2028-03-01', C: '2028-03-02' }],
    ['a week', { A: '2026-11-22', B: '2026-11-23', C: '2026-11-24' }],
  ];
  for (const reading of READINGS) {
    it.each(NAMES)(`%s, ${reading}`, (_, names) => {
      expect(daysOf('A 22:00, B 06:00, B 22:00, C 06:00', { reading, names })).toBe('A 8:00, B 8:00');
    });
  }
});

describe('plans', () => {
  const early = { Mon: '06:00-14:00', Tue: '06:00-14:00' };
  // prettier-ignore
  const ROWS: [name: string, plan: Record<string, string>, punches: string, days: string][] = [
    ['two early shifts', early, 'Mon 05:50, Mon 14:05, Tue 05:55, Tue 14:00', 'Mon 8:15, Tue 8:05'],
    ['an early shift that becomes a late evening', early, 'Mon in 05:50, Mon out 22:30, Tue in 05:55, Tue out 14:00', 'Mon 16:40, Tue 8:05'],
    ['a planned early shift that was swapped for a night, at doors that say it', early, 'Mon in 22:00, Tue out 06:00', 'Mon 8:00'],
    ['a late and the early shift after it', { Mon: '14:00-22:00', Tue: '06:00-14:00' }, 'Mon 13:50, Mon 22:40, Tue 05:30, Tue 14:00', 'Mon 8:50, Tue 8:30'],
    ['an evening seen once does not take the morning of a planned day', { Mon: '09:00-17:00', Tue: '09:00-17:00' }, 'Mon 21:00, Tue 07:00, Tue 17:00', 'Mon 0:00?, Tue 10:00'],
    ['a night that was not planned before a free day', { Mon: '09:00-17:00' }, 'Mon 22:00, Tue 06:00', 'Mon 8:00'],
    ['a baker comes before the turn of the day', { Mon: '04:00-12:00', Tue: '04:00-12:00' }, 'Mon 03:50, Mon 12:00, Tue 03:50, Tue 12:05', 'Mon 8:10, Tue 8:15'],
    ['a shift that begins at midnight', { Tue: '00:00-08:00', Wed: '00:00-08:00' }, 'Mon 23:50, Tue 08:00, Tue 23:55, Wed 08:05', 'Tue 8:10, Wed 8:10'],
    ['a shift that ends at half past four', { Mon: '20:30-04:30', Tue: '20:30-04:30' }, 'Mon 20:25, Tue 04:40, Tue 20:30, Wed 04:35', 'Mon 8:15, Tue 8:05'],
    ['a night with an hour of overtime', { Mon: '22:00-06:00', Tue: '22:00-06:00' }, 'Mon 21:50, Tue 07:15, Tue 21:55, Wed 06:00', 'Mon 9:25, Tue 8:05'],
    ['twelve hours with an early arrival and overtime are one stay', { Mon: '18:00-06:00' }, 'Mon 17:20, Tue 06:50', 'Mon 13:30'],
    ['duty of 24 hours', { Mon: '08:00-08:00' }, 'Mon 07:50, Tue 08:10', 'Mon 24:20'],
    ['a split shift seen at its two ends', { Mon: '07:00-11:00 16:00-21:00' }, 'Mon in 06:50, Mon out 11:00, Mon in 16:00, Mon out 21:10', 'Mon 9:20'],
    ['the departure of a night whose arrival is missing', { Mon: '22:00-06:00', Tue: '22:00-06:00' }, 'Tue out 06:05, Tue in 22:00, Wed out 06:00', 'Mon 0:00?, Tue 8:00'],
    ['the night before a planned late shift', { Mon: '22:00-06:00', Tue: '14:00-22:00' }, 'Mon 22:00, Tue 06:10, Tue 13:50, Tue 22:05', 'Mon 8:10, Tue 8:15'],
    ['a night over the end of a week that is planned', { Sun: '22:00-06:00', Mon: '22:00-06:00' }, 'Sun 21:55, Mon 06:00, Mon 22:00, Tue 06:00', 'Sun 8:05, Mon 8:00'],
  ];
  for (const reading of READINGS) {
    it.each(ROWS)(`${reading}: %s`, (_, plan, punches, days) => {
      expect(daysOf(punches, { reading, plan })).toBe(days);
    });
  }
});
