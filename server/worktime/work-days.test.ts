/** Tables of real-shaped days: what is punched, and what it means. */
import { describe, expect, it } from 'vitest';
import { dayAsText, daysOf, derive, punchesOf } from '../../test/support/day-tables.ts';
import { HOUR, MINUTE } from '../time/durations.ts';
import { NO_BREAKS } from './breaks.ts';
import { calendarOf } from './calendar.ts';
import { DEFAULT_LONGEST_STAY } from './policy.ts';
import { workDays } from './work-days.ts';

const BOTH: [name: string, punches: string, days: string][] = [
  ['an office day', 'Mon in 08:00, Mon out 17:00', 'Mon 9:00'],
  ['a punched lunch is not work', 'Mon in 07:46, Mon out 12:17, Mon in 12:57, Mon out 16:56', 'Mon 8:30'],
  ['a split shift', 'Mon in 08:00, Mon out 12:00, Mon in 17:00, Mon out 21:00', 'Mon 8:00'],
  ['nights at one automatic door', 'Mon 22:00, Tue 06:00, Tue 22:00, Wed 06:00', 'Mon 8:00, Tue 8:00'],
  [
    'nights at an in and an out door',
    'Mon in 22:00, Tue out 06:00, Tue in 22:00, Wed out 06:00',
    'Mon 8:00, Tue 8:00',
  ],
  ['a night that ends at half past four', 'Mon 19:30, Tue 04:30', 'Mon 9:00'],
  ['a night that begins before the midnight of a Sunday', 'Sun 23:30, Mon 07:30', 'Sun 8:00'],
  [
    'a night from a Sunday to a Monday, then the Monday night',
    'Sun 22:00, Mon 06:00, Mon 22:00, Tue 06:00',
    'Sun 8:00, Mon 8:00',
  ],
  [
    'a night with a punched break over the turn of the day',
    'Mon in 22:00, Tue out 03:30, Tue in 04:15, Tue out 06:15',
    'Mon 7:30',
  ],
  ['a double shift', 'Mon in 06:00, Mon out 14:00, Mon in 14:00, Mon out 22:00', 'Mon 16:00'],
  [
    'a late shift and the early shift of the next day',
    'Mon in 14:00, Mon out 22:00, Tue in 06:00, Tue out 14:00',
    'Mon 8:00, Tue 8:00',
  ],
  ['a departure after midnight and before the turn', 'Mon 17:00, Tue 01:30', 'Mon 8:30'],
  [
    'a missing departure at doors that say what they are',
    'Mon in 08:00, Tue in 08:00, Tue out 17:00',
    'Mon 0:00?, Tue 9:00',
  ],
  [
    'a missing arrival at doors that say what they are',
    'Mon out 17:00, Tue in 08:00, Tue out 17:00',
    'Mon 0:00?, Tue 9:00',
  ],
  ['a missing departure of a night', 'Mon 22:00, Tue 22:00, Wed 06:00', 'Mon 0:00?, Tue 8:00'],
  [
    'a missing arrival of a night does not turn the rest of the week',
    'Tue 06:00, Tue 22:00, Wed 06:00, Wed 22:00, Thu 06:00',
    'Tue 8:00?, Wed 8:00',
  ],
  ['an evening alone is not a night', 'Mon 20:00, Tue 07:00, Tue 16:00', 'Mon 0:00?, Tue 9:00'],
  ['in and out at different doors within a minute', 'Mon in 08:00, Mon out 08:01', 'Mon 0:01'],
  ['the time at home is not work', 'Tue 06:00, Tue 22:00', 'Tue 0:00?'],
];

const FIRST_AND_LAST: [name: string, punches: string, days: string][] = [
  ['passing again moves the check-out forward', 'Mon 08:00, Mon 12:00, Mon 12:40, Mon 17:00', 'Mon 9:00'],
  ['a day is from its first passing to its last', 'Mon 07:46, Mon 12:17, Mon 12:57, Mon 16:56', 'Mon 9:10'],
  ['whoever was seen after lunch', 'Mon 08:00, Mon 12:00, Mon 12:40', 'Mon 4:40'],
  ['one passing is an arrival', 'Mon 08:00', 'Mon 0:00?'],
  ['a night with passings in between', 'Mon 22:00, Tue 00:30, Tue 01:00, Tue 06:00', 'Mon 8:00'],
  [
    'whoever says "leaving" and passes again was back',
    'Mon 08:00, Mon out 12:00, Mon 13:00, Mon 17:00',
    'Mon 8:00',
  ],
  ['the last of several departures counts', 'Mon in 08:00, Mon out 12:00, Mon out 17:00', 'Mon 9:00'],
  ['whoever comes in twice is still there', 'Mon in 05:00, Mon in 08:00, Mon out 17:00', 'Mon 12:00'],
  [
    'whoever came back and left unseen misses a departure',
    'Mon in 08:00, Mon out 12:00, Mon in 13:00',
    'Mon 4:00?',
  ],
];

const IN_AND_OUT: [name: string, punches: string, days: string][] = [
  ['passings alternate', 'Mon 08:00, Mon 12:00, Mon 12:40, Mon 17:00', 'Mon 8:20'],
  ['the same day with its lunch', 'Mon 07:46, Mon 12:17, Mon 12:57, Mon 16:56', 'Mon 8:30'],
  ['an odd passing is a missing departure', 'Mon 08:00, Mon 12:00, Mon 12:40', 'Mon 4:00?'],
  [
    'a missed punch does not turn the next day',
    'Mon 08:00, Mon 12:00, Mon 13:00, Tue 08:00, Tue 17:00',
    'Mon 4:00?, Tue 9:00',
  ],
  ['a night with a break', 'Mon 22:00, Tue 01:00, Tue 01:30, Tue 06:00', 'Mon 7:30'],
  ['a night with a break over the turn of the day', 'Mon 22:00, Tue 03:45, Tue 04:15, Tue 07:15', 'Mon 8:45'],
  [
    'two departures: the second misses its arrival',
    'Mon in 08:00, Mon out 12:00, Mon out 17:00',
    'Mon 4:00?',
  ],
  ['two arrivals: the first misses its departure', 'Mon in 05:00, Mon in 08:00, Mon out 17:00', 'Mon 9:00?'],
  [
    '"leaving" said at an automatic door counts',
    'Mon 08:00, Mon out 12:00, Mon in 13:00, Mon 17:00',
    'Mon 8:00',
  ],
];

describe('work days without planned shifts', () => {
  for (const reading of ['first-and-last', 'in-and-out'] as const) {
    it.each(BOTH)(`${reading}: %s`, (_, punches, days) => {
      expect(daysOf(punches, { reading })).toBe(days);
    });
  }
  it.each(FIRST_AND_LAST)('first-and-last: %s', (_, punches, days) => {
    expect(daysOf(punches)).toBe(days);
  });
  it.each(IN_AND_OUT)('in-and-out: %s', (_, punches, days) => {
    expect(daysOf(punches, { reading: 'in-and-out' })).toBe(days);
  });

  it('a wrong arrival that is voided leaves the right day', () => {
    const punches = punchesOf('Mon in 05:00, Mon in 08:00, Mon out 17:00').slice(1);
    expect(derive(punches).map((day) => dayAsText(day))).toEqual(['Mon 9:00']);
  });

  it('punches outside the calendar are left out', () => {
    const calendar = calendarOf({
      from: '2026-11-23',
      to: '2026-11-24',
      timeZone: 'Europe/Berlin',
      turnsAt: 4,
    });
    const punches = punchesOf('Mon 03:59, Mon 08:00, Mon 17:00, Wed 03:59, Wed 04:00');
    const days = workDays(punches, calendar, {
      reading: 'first-and-last',
      longestStay: DEFAULT_LONGEST_STAY,
      breaks: NO_BREAKS,
    });
    expect(days.map((day) => dayAsText(day))).toEqual(['Mon 9:00', 'Tue 0:00?']);
  });
});

function because(punches: string, plan = {}) {
  return derive(punchesOf(punches), { plan }).map((day) => day.because);
}

describe('why a work day has its date', () => {
  it('by a planned shift that moved the turn of the day', () => {
    expect(because('Mon 17:55, Tue 06:05', { Mon: '18:00-06:00' })).toEqual(['shift']);
  });
  it('by the turn of the day alone', () => {
    expect(because('Fri 08:55, Fri 17:05', { Fri: '09:00-17:00' })).toEqual(['turn']);
  });
  it('by a stay that began before the turn of the day', () => {
    expect(because('Mon 22:00, Tue 06:00')).toEqual(['stay']);
  });
});

describe('breaks', () => {
  it('a required break is deducted unless it was punched', () => {
    const breaks = { steps: [{ after: 6 * HOUR, required: 30 * MINUTE }], punchedCount: true };
    const worked = (punches: string) => daysOf(punches, { reading: 'in-and-out', breaks });
    expect(worked('Mon 08:00, Mon 17:00')).toBe('Mon 8:30');
    expect(worked('Mon 08:00, Mon 12:00, Mon 12:20, Mon 17:00')).toBe('Mon 8:30');
    expect(worked('Mon 08:00, Mon 12:00, Mon 13:00, Mon 17:00')).toBe('Mon 8:00');
  });
});

/** Passings at seconds of one morning: the hours of the day and its breaks, in minutes. */
function minutesOf(...seconds: number[]): string[] {
  const { at: begin } = punchesOf('Mon 08:00')[0]!;
  const punches = seconds.map((second, i) => ({
    id: String(i),
    at: begin + second * 1_000,
    says: null,
    timeZone: 'Europe/Berlin',
  }));
  return derive(punches, { reading: 'in-and-out' }).map(
    ({ worked, pauses }) => `${worked / MINUTE}+${pauses / MINUTE}`,
  );
}

describe('the minutes from which hours are counted', () => {
  it('hours are those between the minutes that the clock showed', () => {
    expect(minutesOf(59, 3_600)).toEqual(['60+0']);
    expect(minutesOf(0, 3_659)).toEqual(['60+0']);
    expect(minutesOf(59, 3_659)).toEqual(['60+0']);
  });
  it('stays and breaks of a day add up to the time from its first minute to its last', () => {
    expect(minutesOf(50, 3_610, 5_430, 7_259)).toEqual(['90+30']);
  });
});
