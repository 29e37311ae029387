/** Real-shaped days around the switch of the clocks, in zones with a whole hour, half an hour and none. */
import { describe, expect, it } from 'vitest';
import { type DayNames, daysOf } from '../../test/support/day-tables.ts';

type Row = [name: string, punches: string, days: string];

const BERLIN_SPRING: DayNames = {
  Fri: '2026-03-27',
  Sat: '2026-03-28',
  Sun: '2026-03-29',
  Mon: '2026-03-30',
};
const BERLIN_AUTUMN: DayNames = {
  Fri: '2026-10-23',
  Sat: '2026-10-24',
  Sun: '2026-10-25',
  Mon: '2026-10-26',
};
const NEW_YORK_SPRING: DayNames = { Sat: '2026-03-07', Sun: '2026-03-08', Mon: '2026-03-09' };
const NEW_YORK_AUTUMN: DayNames = { Sat: '2026-10-31', Sun: '2026-11-01', Mon: '2026-11-02' };
const LORD_HOWE_AUTUMN: DayNames = { Sat: '2026-04-04', Sun: '2026-04-05', Mon: '2026-04-06' };
const LORD_HOWE_SPRING: DayNames = { Sat: '2026-10-03', Sun: '2026-10-04', Mon: '2026-10-05' };

function table(zone: string, names: DayNames, rows: Row[], turnsAt = 4): void {
  for (const reading of ['first-and-last', 'in-and-out'] as const) {
    it.each(rows)(`${reading}: %s`, (_, punches, days) => {
      expect(daysOf(punches, { reading, zone, names, turnsAt })).toBe(days);
    });
  }
}

describe('Europe/Berlin sets the clocks forward by an hour', () => {
  table('Europe/Berlin', BERLIN_SPRING, [
    ['a night is an hour shorter', 'Sat 22:00, Sun 06:00', 'Sat 7:00'],
    ['so is one at an in and an out door', 'Sat in 22:00, Sun out 06:00', 'Sat 7:00'],
    ['whoever leaves right after the skipped hour', 'Sat 18:00, Sun 03:00', 'Sat 8:00'],
    ['whoever comes right after the skipped hour', 'Sun 03:00, Sun 11:00', 'Sat 8:00'],
    [
      'the night after it has eight hours',
      'Sat 22:00, Sun 06:00, Sun 22:00, Mon 06:00',
      'Sat 7:00, Sun 8:00',
    ],
    ['ten hours by the clock on the wall are a night', 'Sat 20:30, Sun 06:45', 'Sat 9:15'],
    [
      'eleven hours by the clock on the wall are not a night',
      'Sat 20:00, Sun 07:00, Sun 16:00',
      'Sat 0:00?, Sun 9:00',
    ],
    [
      'an early shift at the turn of the day',
      'Sat 14:00, Sat 22:00, Sun 05:00, Sun 13:00',
      'Sat 8:00, Sun 8:00',
    ],
  ]);
});

describe('Europe/Berlin sets the clocks back by an hour', () => {
  table('Europe/Berlin', BERLIN_AUTUMN, [
    ['a night is an hour longer', 'Sat 22:00, Sun 06:00', 'Sat 9:00'],
    [
      'a night of ten hours lasts eleven',
      'Sat 20:00, Sun 06:00, Sun 20:00, Mon 06:00',
      'Sat 11:00, Sun 10:00',
    ],
    ['whoever leaves in the first pass of the doubled hour', 'Sat 18:00, Sun 02:30', 'Sat 8:30'],
    ['whoever leaves in its second pass', 'Sat 18:00, Sun 02:30*', 'Sat 9:30'],
    ['whoever comes in the first pass and leaves in the second', 'Sun 02:30, Sun 02:30*', 'Sat 1:00'],
    ['a day shift on the Sunday', 'Sun 08:00, Sun 17:00', 'Sun 9:00'],
    ['a missing departure of that night', 'Sat 22:00, Sun 22:00, Mon 06:00', 'Sat 0:00?, Sun 8:00'],
    [
      'the night before it has eight hours',
      'Fri 22:00, Sat 06:00, Sat 22:00, Sun 06:00',
      'Fri 8:00, Sat 9:00',
    ],
  ]);

  it('a break in the doubled hour is as long as it was', () => {
    const punches = 'Sat 22:00, Sun 02:15, Sun 02:15*, Sun 06:00';
    const names = BERLIN_AUTUMN;
    expect(daysOf(punches, { reading: 'in-and-out', names })).toBe('Sat 8:00');
  });

  it('a planned night follows the clock on the wall', () => {
    const plan = { Sat: '18:00-06:00' };
    expect(daysOf('Sat 17:55, Sun 06:05', { names: BERLIN_AUTUMN, plan })).toBe('Sat 13:10');
    expect(daysOf('Sat 17:55, Sun 06:05', { names: BERLIN_SPRING, plan })).toBe('Sat 11:10');
  });
});

describe('a day that turns within the hour of the switch', () => {
  describe('skipped', () => {
    table(
      'Europe/Berlin',
      BERLIN_SPRING,
      [
        ['a night goes over the turn', 'Sat 22:00, Sun 06:00', 'Sat 7:00'],
        ['whoever comes after the gap begins the Sunday', 'Sun 03:00, Sun 11:00', 'Sun 8:00'],
      ],
      2,
    );
  });
  describe('doubled', () => {
    table(
      'Europe/Berlin',
      BERLIN_AUTUMN,
      [
        ['a night of ten hours goes over the turn', 'Sat 20:00, Sun 06:00', 'Sat 11:00'],
        ['whoever comes in the second pass begins the Sunday', 'Sun 02:30*, Sun 10:30', 'Sun 8:00'],
        ['whoever comes before the first pass began on Saturday', 'Sun 01:30, Sun 09:00', 'Sat 8:30'],
      ],
      2,
    );
  });
});

describe('America/New_York sets the clocks forward by an hour', () => {
  table('America/New_York', NEW_YORK_SPRING, [
    ['a night is an hour shorter', 'Sat 23:00, Sun 07:00', 'Sat 7:00'],
    ['a night and the next', 'Sat 23:00, Sun 07:00, Sun 23:00, Mon 07:00', 'Sat 7:00, Sun 8:00'],
  ]);
});

describe('America/New_York sets the clocks back by an hour', () => {
  table('America/New_York', NEW_YORK_AUTUMN, [
    ['a night is an hour longer', 'Sat 23:00, Sun 07:00', 'Sat 9:00'],
    ['whoever leaves in the second pass of the doubled hour', 'Sat 17:00, Sun 01:45*', 'Sat 9:45'],
    ['a late day over the end of a month', 'Sat 15:00, Sun 00:30', 'Sat 9:30'],
  ]);
});

describe('Australia/Lord_Howe sets the clocks back by half an hour', () => {
  table('Australia/Lord_Howe', LORD_HOWE_AUTUMN, [
    ['a night is half an hour longer', 'Sat 22:00, Sun 06:00', 'Sat 8:30'],
    ['whoever leaves in the first pass of the doubled half hour', 'Sat 18:00, Sun 01:45', 'Sat 7:45'],
    ['whoever leaves in its second pass', 'Sat 18:00, Sun 01:45*', 'Sat 8:15'],
    ['ten hours and a quarter by the clock on the wall are a night', 'Sat 19:45, Sun 06:00', 'Sat 10:45'],
  ]);
});

describe('Australia/Lord_Howe sets the clocks forward by half an hour', () => {
  table('Australia/Lord_Howe', LORD_HOWE_SPRING, [
    ['a night is half an hour shorter', 'Sat 22:00, Sun 06:00', 'Sat 7:30'],
    ['whoever leaves right after the skipped half hour', 'Sat 18:00, Sun 02:30', 'Sat 8:00'],
    ['the night after it has eight hours', 'Sun 22:00, Mon 06:00', 'Sun 8:00'],
  ]);
});

describe('Asia/Kolkata never sets its clocks', () => {
  for (const names of [BERLIN_SPRING, BERLIN_AUTUMN]) {
    table('Asia/Kolkata', names, [
      [`a night from ${names['Sat']} has eight hours`, 'Sat 22:00, Sun 06:00', 'Sat 8:00'],
      [`a day on ${names['Sun']} has nine hours`, 'Sun 09:00, Sun 18:00', 'Sun 9:00'],
    ]);
  }
});
