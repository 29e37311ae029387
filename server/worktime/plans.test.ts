/** Tables of shifts, rotas, holidays and absences: what is planned, and why. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dayAsText, punchesOf } from '../../test/support/day-tables.ts';
import type { AbsenceKind } from '../protocol/schedules.ts';
import { HOUR, MINUTE } from '../time/durations.ts';
import { addDays, datesBetween, reachedAt } from '../time/zoned.ts';
import type { Absence } from './absences.ts';
import { GERMAN_BREAKS, NO_BREAKS } from './breaks.ts';
import { calendarOf } from './calendar.ts';
import { DEFAULT_LONGEST_STAY } from './policy.ts';
import { type PersonSchedule, type Plan, planOf } from './plans.ts';
import type { Assignment, Rota } from './rotas.ts';
import { plannedIn, type Shift, shiftOn } from './shifts.ts';
import { workDays } from './work-days.ts';

const BERLIN = 'Europe/Berlin';
const MONDAY = '2026-11-23';

function shift(id: string, begin: string, end: string, more: Partial<Shift> = {}): Shift {
  return { id, name: id, begin, end, flexible: null, breaks: null, ...more };
}

const SHIFTS = [
  shift('day', '08:00', '17:00'),
  shift('early', '06:00', '14:00'),
  shift('late', '14:00', '22:00'),
  shift('night', '22:00', '06:00'),
  shift('morning', '08:00', '12:00'),
  shift('evening', '17:00', '21:00'),
  shift('long', '06:00', '18:00', { breaks: { steps: [{ after: 0, required: HOUR }], punchedCount: true } }),
  shift('flexible', '06:00', '20:00', {
    flexible: { planned: 8 * HOUR, core: { begin: '10:00', end: '15:00' } },
  }),
];

const FREE: string[] = [];
const OFFICE = [['day'], ['day'], ['day'], ['day'], ['day'], FREE, FREE];

function rota(id: string, weeks: string[][][], more: Partial<Rota> = {}): Rota {
  return { id, weeks, anchor: MONDAY, worksOnHolidays: false, ...more };
}

const ROTAS = [
  rota('office', [OFFICE]),
  rota('nights', [Array.from({ length: 7 }, () => ['night'])], { worksOnHolidays: true }),
  rota('split', [Array.from({ length: 7 }, () => ['evening', 'morning'])]),
  rota('flexible', [Array.from({ length: 7 }, () => ['flexible'])]),
  rota('long', [Array.from({ length: 7 }, () => ['long'])]),
  rota('three weeks', [
    Array.from({ length: 7 }, () => ['early']),
    Array.from({ length: 7 }, () => ['late']),
    Array.from({ length: 7 }, () => ['night']),
  ]),
];

function schedule(more: Partial<PersonSchedule> = {}): PersonSchedule {
  return {
    employed: { from: null, until: null },
    timeZone: BERLIN,
    breaks: NO_BREAKS,
    assignments: [],
    exceptions: [],
    absences: [],
    holidays: new Map(),
    rotas: new Map(ROTAS.map((one) => [one.id, one])),
    shifts: new Map(SHIFTS.map((one) => [one.id, one])),
    ...more,
  };
}

function assigned(rotaId: string, more: Partial<Assignment> = {}): Assignment {
  return { id: rotaId, scope: 'person', rotaId, from: '2020-01-01', until: null, ...more };
}

function absence(kind: AbsenceKind, from: string, to: string, more: Partial<Absence> = {}): Absence {
  return { id: kind, kind, from, to, beginsAtNoon: false, endsAtNoon: false, ...more };
}

function clock(at: number, timeZone: string): string {
  return new Date(at).toLocaleTimeString('en-GB', { timeZone, hour: '2-digit', minute: '2-digit' });
}

function hours(ms: number): string {
  const minutes = Math.round(ms / MINUTE);
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}`;
}

/** `08:00-17:00 = 8:30 of 8:30`: what is to be worked of what is planned. */
function told({ shifts, toWork, planned }: Plan, timeZone = BERLIN): string {
  const times = shifts.map(({ begin, end }) => `${clock(begin, timeZone)}-${clock(end, timeZone)}`);
  return `${times.join(' ') || 'free'} = ${hours(toWork)} of ${hours(planned)}`;
}

const one = (of: PersonSchedule, date: string) => planOf(of, [date])[0]!;

describe('shifts on the days on which the clocks change', () => {
  it.each([
    ['a usual night', BERLIN, '2026-11-23', 'night', '22:00-06:00', '8:00'],
    ['a night in which an hour is missing', BERLIN, '2026-03-28', 'night', '22:00-06:00', '7:00'],
    ['a night with an hour twice', BERLIN, '2026-10-24', 'night', '22:00-06:00', '9:00'],
    ['New York, forward', 'America/New_York', '2026-03-07', 'night', '22:00-06:00', '7:00'],
    ['New York, back', 'America/New_York', '2026-10-31', 'night', '22:00-06:00', '9:00'],
    [
      'Lord Howe, forward by half an hour',
      'Australia/Lord_Howe',
      '2026-10-03',
      'night',
      '22:00-06:00',
      '7:30',
    ],
    ['Lord Howe, back by half an hour', 'Australia/Lord_Howe', '2026-04-04', 'night', '22:00-06:00', '8:30'],
    ['Kolkata never changes', 'Asia/Kolkata', '2026-03-28', 'night', '22:00-06:00', '8:00'],
    ['the day after the change has its usual hours', BERLIN, '2026-03-29', 'day', '08:00-17:00', '9:00'],
    ['29 February', BERLIN, '2028-02-29', 'night', '22:00-06:00', '8:00'],
  ])('%s', (_, timeZone, date, id, times, length) => {
    const found = shiftOn(
      SHIFTS.find((one) => one.id === id)!,
      date,
      timeZone,
    );
    expect(`${clock(found.begin, timeZone)}-${clock(found.end, timeZone)}`).toBe(times);
    expect(hours(found.end - found.begin)).toBe(length);
  });

  it('a time that the clocks skip is later by what they skip', () => {
    const { begin, end } = shiftOn(shift('x', '02:30', '10:30'), '2026-03-29', BERLIN);
    expect([clock(begin, BERLIN), hours(end - begin)]).toEqual(['03:30', '7:00']);
  });

  it('of a time that the clocks show twice the first counts', () => {
    const { begin, end } = shiftOn(shift('x', '18:30', '02:30'), '2026-10-24', BERLIN);
    expect(hours(end - begin)).toBe('8:00');
  });

  it('a shift that ends at the time at which it begins lasts a day', () => {
    const { begin, end } = shiftOn(shift('x', '07:00', '07:00'), MONDAY, BERLIN);
    expect(end - begin).toBe(24 * HOUR);
  });

  it('the core of a flexible night is after midnight', () => {
    const night = shift('x', '20:00', '08:00', {
      flexible: { planned: 8 * HOUR, core: { begin: '23:00', end: '04:00' } },
    });
    const core = shiftOn(night, MONDAY, BERLIN).flexible!.core!;
    expect(core.begin).toBe(reachedAt(MONDAY, '23:00', BERLIN));
    expect(core.end).toBe(reachedAt('2026-11-24', '04:00', BERLIN));
  });
});

describe('rotas', () => {
  it.each([
    ['an office Monday', 'office', MONDAY, '08:00-17:00 = 8:30 of 8:30'],
    ['an office Saturday', 'office', '2026-11-28', 'free = 0:00 of 0:00'],
    ['a split shift, in the order of time', 'split', MONDAY, '08:00-12:00 17:00-21:00 = 8:00 of 8:00'],
    ['a flexible shift plans its own time', 'flexible', MONDAY, '06:00-20:00 = 8:00 of 8:00'],
    [
      'a break rule of the shift comes before that of the site',
      'long',
      MONDAY,
      '06:00-18:00 = 11:00 of 11:00',
    ],
    ['first of three weeks', 'three weeks', '2026-11-29', '06:00-14:00 = 7:30 of 7:30'],
    ['second of three weeks', 'three weeks', '2026-11-30', '14:00-22:00 = 7:30 of 7:30'],
    ['third of three weeks', 'three weeks', '2026-12-07', '22:00-06:00 = 7:30 of 7:30'],
    ['the first week again', 'three weeks', '2026-12-14', '06:00-14:00 = 7:30 of 7:30'],
    ['the week before the first is the last', 'three weeks', '2026-11-22', '22:00-06:00 = 7:30 of 7:30'],
    ['weeks go on over the new year', 'three weeks', '2027-01-04', '06:00-14:00 = 7:30 of 7:30'],
  ])('%s', (_, rotaId, date, expected) => {
    const plan = one(schedule({ assignments: [assigned(rotaId)], breaks: GERMAN_BREAKS }), date);
    expect(told(plan)).toBe(expected);
  });

  const nights = assigned('nights', { id: 'a', scope: 'department' });
  it.each([
    ['without a rota nothing is planned', [], 'nothing'],
    ['the rota of the department', [nights], 'nights'],
    ['the person comes before the department', [nights, assigned('office')], 'office'],
    ['the one that began last', [assigned('split'), assigned('office', { from: '2026-11-01' })], 'office'],
    ['one that has ended gives way', [nights, assigned('office', { until: '2026-11-22' })], 'nights'],
    ['one that has not begun', [nights, assigned('office', { from: '2026-11-24' })], 'nights'],
    [
      'of two from the same date it is always the same',
      [assigned('office', { id: '1' }), assigned('split', { id: '2' })],
      'split',
    ],
  ])('%s', (_, assignments, expected) => {
    for (const order of [assignments, assignments.toReversed()]) {
      const { why } = one(schedule({ assignments: order }), MONDAY);
      expect(why.by === 'rota' ? why.rotaId : why.by).toBe(expected);
    }
  });

  it('nothing is planned before the first and after the last date of employment', () => {
    const of = schedule({
      assignments: [assigned('office')],
      employed: { from: '2026-11-24', until: '2026-11-25' },
    });
    expect(planOf(of, datesBetween(MONDAY, '2026-11-26')).map(({ why }) => why.by)).toEqual([
      'not-employed',
      'rota',
      'rota',
      'not-employed',
    ]);
  });
});

describe('exceptions, holidays and absences', () => {
  const christmas = new Map([[MONDAY, { name: 'Christmas', half: false }]]);
  const eve = new Map([[MONDAY, { name: 'Christmas Eve', half: true }]]);
  const exception = (shiftIds: string[], scope: 'person' | 'department' = 'person') => ({
    id: 'x',
    scope,
    date: MONDAY,
    shiftIds,
    reason: 'stocktaking',
  });
  const office = { assignments: [assigned('office')], breaks: GERMAN_BREAKS };
  const sick = absence('sick', MONDAY, MONDAY);

  const CASES: [name: string, of: Partial<PersonSchedule>, expected: string][] = [
    ['another shift', { ...office, exceptions: [exception(['late'])] }, '14:00-22:00 = 7:30 of 7:30'],
    ['no shift', { ...office, exceptions: [exception([])] }, 'free = 0:00 of 0:00'],
    [
      "the person's exception wins over the department's",
      { ...office, exceptions: [exception([], 'department'), exception(['early'])] },
      '06:00-14:00 = 7:30 of 7:30',
    ],
    ['a holiday', { ...office, holidays: christmas }, 'free = 0:00 of 0:00'],
    ['half a holiday leaves the first half', { ...office, holidays: eve }, '08:00-12:15 = 4:15 of 4:15'],
    [
      'a rota that works on holidays',
      { assignments: [assigned('nights')], holidays: christmas },
      '22:00-06:00 = 8:00 of 8:00',
    ],
    [
      'an exception plans work on a holiday',
      { ...office, holidays: christmas, exceptions: [exception(['day'])] },
      '08:00-17:00 = 8:30 of 8:30',
    ],
    ['a sick day', { ...office, absences: [sick] }, 'free = 0:00 of 8:30'],
    ['an unpaid day', { ...office, absences: [absence('unpaid', MONDAY, MONDAY)] }, 'free = 0:00 of 0:00'],
    [
      'half a day of vacation in the morning',
      { ...office, absences: [absence('vacation', MONDAY, MONDAY, { endsAtNoon: true })] },
      '12:45-17:00 = 4:15 of 8:30',
    ],
    [
      'half a day of vacation in the afternoon',
      { ...office, absences: [absence('vacation', MONDAY, '2026-11-27', { beginsAtNoon: true })] },
      '08:00-12:15 = 4:15 of 8:30',
    ],
    [
      'half an unpaid day',
      { ...office, absences: [absence('unpaid', MONDAY, MONDAY, { endsAtNoon: true })] },
      '12:45-17:00 = 4:15 of 4:15',
    ],
    [
      'a vacation on a holiday takes nothing',
      { ...office, holidays: christmas, absences: [absence('vacation', MONDAY, MONDAY)] },
      'free = 0:00 of 0:00',
    ],
    [
      'a vacation on half a holiday takes the other half',
      { ...office, holidays: eve, absences: [absence('vacation', MONDAY, MONDAY)] },
      'free = 0:00 of 4:15',
    ],
    [
      'half a split shift is one of its parts',
      {
        assignments: [assigned('split')],
        absences: [absence('vacation', MONDAY, MONDAY, { beginsAtNoon: true })],
      },
      '08:00-12:00 = 4:00 of 8:00',
    ],
    [
      'who is absent in the first half of a night works the second',
      {
        assignments: [assigned('nights')],
        absences: [absence('sick', MONDAY, MONDAY, { endsAtNoon: true })],
      },
      '02:00-06:00 = 4:00 of 8:00',
    ],
    [
      'half a flexible day keeps its frame',
      { assignments: [assigned('flexible')], holidays: eve },
      '06:00-20:00 = 4:00 of 4:00',
    ],
  ];
  it.each(CASES)('%s', (_, of, expected) => {
    expect(told(one(schedule(of), MONDAY))).toBe(expected);
  });

  it('half a flexible day has no core', () => {
    const { shifts } = one(schedule({ assignments: [assigned('flexible')], holidays: eve }), MONDAY);
    expect(shifts[0]!.flexible).toEqual({ planned: 4 * HOUR, core: null });
  });

  it('whoever falls sick on a vacation keeps the days of it', () => {
    const absences = [absence('vacation', MONDAY, '2026-11-27'), absence('sick', '2026-11-25', '2026-11-26')];
    const plans = planOf(schedule({ ...office, absences }), datesBetween(MONDAY, '2026-11-29'));
    const days = (kind: AbsenceKind) =>
      plans.flatMap((plan) => plan.absences).filter((one) => one.kind === kind && one.days > 0).length;
    expect([days('vacation'), days('sick')]).toEqual([3, 2]);
  });

  it('a vacation takes days on which work is planned, without a rota those from Monday to Friday', () => {
    const twoWeeks = [absence('vacation', '2026-11-20', '2026-11-29', { beginsAtNoon: true })];
    const dates = datesBetween('2026-11-16', '2026-12-06');
    const days = (of: Partial<PersonSchedule>) =>
      planOf(schedule({ absences: twoWeeks, ...of }), dates)
        .flatMap((plan) => plan.absences)
        .reduce((sum, one) => sum + one.days, 0);
    expect(days(office)).toBe(5.5);
    expect(days({})).toBe(5.5);
    expect(days({ assignments: [assigned('nights')] })).toBe(9.5);
    expect(days({ ...office, holidays: christmas })).toBe(4.5);
  });

  it('a plan says why', () => {
    expect(one(schedule(office), '2026-11-30').why).toEqual({
      by: 'rota',
      scope: 'person',
      assignmentId: 'office',
      rotaId: 'office',
      week: 1,
    });
    expect(one(schedule({ ...office, exceptions: [exception([])] }), MONDAY).why).toEqual({
      by: 'exception',
      exceptionId: 'x',
      scope: 'person',
      reason: 'stocktaking',
    });
    expect(one(schedule({ ...office, holidays: christmas }), MONDAY).holiday).toEqual({
      name: 'Christmas',
      half: false,
      free: true,
    });
    expect(one(schedule({ ...office, absences: [sick] }), MONDAY).absences).toEqual([
      { id: 'sick', kind: 'sick', halves: ['first', 'second'], time: 8.5 * HOUR, counts: true, days: 1 },
    ]);
  });

  it('a plan makes the calendar of work days', () => {
    const plans = new Map(
      planOf(schedule({ assignments: [assigned('nights')] }), datesBetween(MONDAY, '2026-11-26')).map(
        (plan) => [plan.date, plan],
      ),
    );
    const calendar = calendarOf({
      from: MONDAY,
      to: '2026-11-25',
      timeZone: BERLIN,
      turnsAt: 4,
      shiftsOn: (date) => plans.get(date)!.shifts,
    });
    expect(calendar.map(({ begins, byShift }) => [clock(begins, BERLIN), byShift])).toEqual([
      ['04:00', false],
      ['10:00', true],
      ['10:00', true],
    ]);
  });
});

it('the break rule of a planned shift is deducted from the hours of that day', () => {
  const plans = new Map(
    planOf(
      schedule({ assignments: [assigned('long', { until: MONDAY })] }),
      datesBetween(MONDAY, '2026-11-25'),
    ).map((plan) => [plan.date, plan]),
  );
  const calendar = calendarOf({
    from: MONDAY,
    to: '2026-11-24',
    timeZone: BERLIN,
    turnsAt: 4,
    shiftsOn: (date) => plans.get(date)!.shifts,
    breaksOn: (date) => plans.get(date)!.breaks,
  });
  const policy = { reading: 'in-and-out', longestStay: DEFAULT_LONGEST_STAY, breaks: NO_BREAKS } as const;
  const days = workDays(punchesOf('Mon 06:00, Mon 18:00, Tue 06:00, Tue 18:00'), calendar, policy);
  expect(days.map((day) => dayAsText(day))).toEqual(['Mon 11:00', 'Tue 12:00']);
});

describe('of any plan', () => {
  const ZONES = [BERLIN, 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kolkata'];
  const kinds = fc.constantFrom<AbsenceKind>('vacation', 'sick', 'trip', 'unpaid');
  const anySchedule = fc.record({
    timeZone: fc.constantFrom(...ZONES),
    rotaId: fc.constantFrom(...ROTAS.map(({ id }) => id)),
    date: fc.integer({ min: 0, max: 800 }).map((days) => addDays('2026-01-01', days)),
    breaks: fc.constantFrom(NO_BREAKS, GERMAN_BREAKS),
    holiday: fc.option(fc.record({ name: fc.constant('holiday'), half: fc.boolean() })),
    absences: fc.array(fc.record({ kind: kinds, beginsAtNoon: fc.boolean(), endsAtNoon: fc.boolean() }), {
      maxLength: 3,
    }),
  });

  it('what is to be worked, what is free and what absences take make up the whole day', () => {
    fc.assert(
      fc.property(anySchedule, ({ timeZone, rotaId, date, breaks, holiday, absences }) => {
        const whole = { timeZone, breaks, assignments: [assigned(rotaId)] };
        const plan = one(
          schedule({
            ...whole,
            holidays: new Map(holiday ? [[date, holiday]] : []),
            absences: absences.map((more, index) =>
              absence(more.kind, date, date, { ...more, id: String(index) }),
            ),
          }),
          date,
        );
        const counted = plan.absences.filter(({ counts }) => counts);
        const sum = counted.reduce((time, one) => time + one.time, plan.toWork);
        expect(plan.planned).toBeCloseTo(sum, 6);
        expect(plan.planned).toBeLessThanOrEqual(one(schedule(whole), date).planned);
        expect(Math.abs(plannedIn(plan.shifts, plan.breaks) - plan.toWork)).toBeLessThanOrEqual(1);
      }),
    );
  });
});
