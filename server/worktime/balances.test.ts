import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AbsenceKind } from '../protocol/schedules.ts';
import { HOUR } from '../time/durations.ts';
import { addDays, datesBetween } from '../time/zoned.ts';
import {
  type BalanceEntry,
  balanceBy,
  dayBalance,
  type DayBalance,
  isoWeekOf,
  runningBalance,
  type RunningBalanceOptions,
} from './balances.ts';
import { NO_BREAKS } from './breaks.ts';
import type { Plan } from './plans.ts';
import { vacationLeft } from './vacation.ts';

function plan(date: string, planned: number, absent: [AbsenceKind, number, number?][] = []): Plan {
  return {
    date,
    why: { by: 'nothing' },
    shifts: [],
    breaks: NO_BREAKS,
    planned: planned * HOUR,
    toWork: 0,
    holiday: null,
    absences: absent.map(([kind, time, days = 1]) => ({
      id: kind,
      kind,
      halves: [],
      time: time * HOUR,
      counts: kind !== 'unpaid',
      days,
    })),
  };
}

const DATE = '2026-11-23';

describe('the balance of a date', () => {
  it.each([
    ['as planned', plan(DATE, 8), 8, [8, 0, 0]],
    ['overtime', plan(DATE, 8), 9.5, [9.5, 0, 1.5]],
    ['too few hours', plan(DATE, 8), 6, [6, 0, -2]],
    ['work on a free day', plan(DATE, 0), 3, [3, 0, 3]],
    ['a vacation', plan(DATE, 8, [['vacation', 8]]), 0, [0, 8, 0]],
    ['work on a vacation is overtime', plan(DATE, 8, [['vacation', 8]]), 2, [2, 8, 2]],
    ['half a vacation', plan(DATE, 8, [['vacation', 4, 0.5]]), 5, [5, 4, 1]],
    ['sick', plan(DATE, 8, [['sick', 8]]), 0, [0, 8, 0]],
    ['whoever is sent home sick has a whole day', plan(DATE, 8, [['sick', 8]]), 3, [3, 5, 0]],
    ['sick in the afternoon after a long morning', plan(DATE, 8, [['sick', 4, 0.5]]), 5, [5, 3, 0]],
    ['sick in the afternoon after a short morning', plan(DATE, 8, [['sick', 4, 0.5]]), 3, [3, 4, -1]],
    ['a trip after passing the door', plan(DATE, 8, [['trip', 8]]), 1, [1, 7, 0]],
    ['a trip never takes work away', plan(DATE, 8, [['trip', 8]]), 10, [10, 0, 2]],
    ['unpaid', plan(DATE, 0, [['unpaid', 8]]), 0, [0, 0, 0]],
    [
      'vacation and sickness on one day',
      plan(DATE, 8, [
        ['vacation', 4, 0.5],
        ['sick', 4, 0.5],
      ]),
      0,
      [0, 8, 0],
    ],
  ])('%s', (_, of, worked, [countsWorked, credited, overtime]) => {
    const balance = dayBalance(of, { worked: worked * HOUR, incomplete: false });
    expect([balance.worked, balance.credited, balance.overtime].map((ms) => ms / HOUR)).toEqual([
      countsWorked,
      credited,
      overtime,
    ]);
  });

  it('a day without punches is complete', () => {
    expect(dayBalance(plan(DATE, 8), null)).toMatchObject({
      worked: 0,
      overtime: -8 * HOUR,
      incomplete: false,
    });
  });
});

it.each([
  ['2026-01-01', '2026-W01'],
  ['2025-12-29', '2026-W01'],
  ['2027-01-01', '2026-W53'],
  ['2027-01-03', '2026-W53'],
  ['2027-01-04', '2027-W01'],
  ['2024-12-30', '2025-W01'],
  ['2028-02-29', '2028-W09'],
])('%s is in week %s', (date, week) => {
  expect(isoWeekOf(date)).toBe(week);
});

function day(date: string, overtime: number, incomplete = false): DayBalance {
  return {
    date,
    planned: 8 * HOUR,
    worked: (8 + overtime) * HOUR,
    credited: 0,
    overtime: overtime * HOUR,
    incomplete,
  };
}

it('weeks and months add up their days, and say where one is incomplete', () => {
  const days = datesBetween('2026-11-28', '2026-12-02').map((date) => day(date, 1, date === '2026-11-30'));
  expect(
    balanceBy('week', days).map(({ span, overtime, incomplete }) => [span, overtime / HOUR, incomplete]),
  ).toEqual([
    ['2026-W48', 2, false],
    ['2026-W49', 3, true],
  ]);
  expect(balanceBy('month', days).map(({ span, planned }) => [span, planned / HOUR])).toEqual([
    ['2026-11', 24],
    ['2026-12', 16],
  ]);
});

function entry(kind: BalanceEntry['kind'], date: string, hours: number): BalanceEntry {
  return { kind, date, amount: hours * HOUR };
}

function daily(from: string, to: string, overtime: number): DayBalance[] {
  return datesBetween(from, to).map((date) => day(date, overtime));
}

function asText(options: RunningBalanceOptions): string[] {
  return runningBalance(options).map((month) =>
    [month.span, month.carried, month.overtime, month.forfeited, month.balance]
      .map((value) => (typeof value === 'number' ? value / HOUR : value))
      .join(' '),
  );
}

const noCap = () => null;
const capOfTwenty = () => 20 * HOUR;

describe('the running balance', () => {
  it('each month carries what the one before left', () => {
    expect(asText({ days: daily('2026-10-01', '2026-11-30', 1), entries: [], capOf: noCap })).toEqual([
      '2026-10 0 31 0 31',
      '2026-11 31 30 0 61',
    ]);
  });

  it('a start is where it begins, and nothing before counts', () => {
    const entries = [entry('start', '2026-11-11', 100), entry('payout', '2026-11-10', 5)];
    expect(asText({ days: daily('2026-10-01', '2026-11-30', 1), entries, capOf: noCap })).toEqual([
      '2026-11 100 20 0 120',
    ]);
  });

  it('payouts take off, corrections add', () => {
    const entries = [entry('payout', '2026-10-31', 10), entry('correction', '2026-11-01', -2)];
    expect(asText({ days: daily('2026-10-01', '2026-11-30', 1), entries, capOf: noCap })).toEqual([
      '2026-10 0 31 0 21',
      '2026-11 21 30 0 49',
    ]);
  });

  it('what is above the cap is forfeited at the end of a month, and not before', () => {
    expect(asText({ days: daily('2026-10-01', '2026-11-29', 1), entries: [], capOf: capOfTwenty })).toEqual([
      '2026-10 0 31 11 20',
      '2026-11 20 29 0 49',
    ]);
  });

  it('a negative balance is carried whole', () => {
    expect(asText({ days: daily('2026-10-01', '2026-10-31', -1), entries: [], capOf: capOfTwenty })).toEqual([
      '2026-10 0 -31 0 -31',
    ]);
  });

  it('of several starts the last one counts', () => {
    const entries = [entry('start', '2026-11-01', 7), entry('start', '2026-10-01', 100)];
    expect(asText({ days: daily('2026-10-01', '2026-11-30', 0), entries, capOf: noCap })).toEqual([
      '2026-11 7 0 0 7',
    ]);
  });

  it('without days there is no month', () => {
    expect(runningBalance({ days: [], entries: [entry('start', '2026-11-01', 7)], capOf: noCap })).toEqual(
      [],
    );
  });

  it('whatever happens, nothing is lost or made', () => {
    const anyEntries = fc.array(
      fc.record({
        kind: fc.constantFrom<BalanceEntry['kind']>('payout', 'correction'),
        date: fc.integer({ min: -10, max: 130 }).map((days) => addDays('2026-09-01', days)),
        amount: fc.integer({ min: -100, max: 100 }),
      }),
    );
    const overtime = fc.array(fc.integer({ min: -8, max: 8 }), { minLength: 1, maxLength: 120 });
    fc.assert(
      fc.property(overtime, anyEntries, fc.option(fc.nat(40)), (amounts, entries, cap) => {
        const days = amounts.map((amount, index) => ({
          ...day(addDays('2026-09-01', index), 0),
          overtime: amount,
        }));
        const capOf = () => cap;
        const months = runningBalance({ days, entries, capOf });
        const last = days.at(-1)!.date;
        const entered = entries
          .filter(({ date }) => date >= '2026-09-01' && date <= last)
          .reduce((sum, { kind, amount }) => sum + (kind === 'payout' ? -amount : amount), 0);
        const forfeited = months.reduce((sum, month) => sum + month.forfeited, 0);
        const earned = amounts.reduce((sum, amount) => sum + amount, 0);
        expect(months.at(-1)!.balance).toBe(earned + entered - forfeited);
        expect(runningBalance({ days, entries: entries.toReversed(), capOf })).toEqual(months);
      }),
    );
  });
});

describe('what is left of the vacation', () => {
  const vacation = (date: string, days = 1) => plan(date, 8, [['vacation', 8, days]]);
  const plans = [
    vacation('2026-02-02'),
    vacation('2026-02-03', 0.5),
    plan('2026-02-04', 8, [['sick', 8]]),
    vacation('2026-08-03'),
    vacation('2026-12-28'),
  ];

  it('half days, what is taken and what is booked', () => {
    expect(vacationLeft({ days: 30, carried: 0, carriedUntil: null }, plans, '2026-09-01')).toEqual({
      allowance: 30,
      carried: 0,
      taken: 2.5,
      booked: 1,
      lapsed: 0,
      left: 26.5,
    });
  });

  it.each([
    ['before their date carried days are there', '2026-03-31', 0, 30 + 4 - 3.5],
    ['after it those not taken lapse', '2026-04-01', 2.5, 30 + 4 - 2.5 - 3.5],
  ])('%s', (_, on, lapsed, left) => {
    const allowance = { days: 30, carried: 4, carriedUntil: '2026-03-31' };
    expect(vacationLeft(allowance, plans, on)).toMatchObject({ lapsed, left });
  });

  it('carried days without a date never lapse', () => {
    const allowance = { days: 30, carried: 4, carriedUntil: null };
    expect(vacationLeft(allowance, plans, '2026-12-31')).toMatchObject({ lapsed: 0, left: 30.5 });
  });

  it('more than allowed is negative', () => {
    expect(vacationLeft({ days: 2, carried: 0, carriedUntil: null }, plans, '2026-12-31').left).toBe(-1.5);
  });
});
