/** Tables of what is planned, what is punched, and what is remarkable about it. */
import { describe, expect, it } from 'vitest';
import { punchesOf, WEEK } from '../../test/support/day-tables.ts';
import { HOUR, MINUTE } from '../time/durations.ts';
import { doubtfulSpans } from '../time/clock-steps.ts';
import { addDays, datesBetween, reachedAt } from '../time/zoned.ts';
import type { Absence } from './absences.ts';
import { GERMAN_BREAKS, NO_BREAKS } from './breaks.ts';
import { calendarOf } from './calendar.ts';
import { DEFAULT_FLAG_RULES, type Flag, flagsByDate } from './flags.ts';
import { type PersonSchedule, planOf } from './plans.ts';
import { DEFAULT_LONGEST_STAY, type DoorReading } from './policy.ts';
import type { Shift } from './shifts.ts';
import { workDays } from './work-days.ts';

const BERLIN = 'Europe/Berlin';

const SHIFTS: Shift[] = [
  { id: 'day', name: 'Day', begin: '08:00', end: '17:00', flexible: null, breaks: null },
  { id: 'night', name: 'Night', begin: '22:00', end: '06:00', flexible: null, breaks: null },
  { id: 'morning', name: 'Morning', begin: '08:00', end: '12:00', flexible: null, breaks: null },
  { id: 'evening', name: 'Evening', begin: '17:00', end: '21:00', flexible: null, breaks: null },
  {
    id: 'flexible',
    name: 'Flexible',
    begin: '06:00',
    end: '20:00',
    flexible: { planned: 8 * HOUR, core: { begin: '10:00', end: '15:00' } },
    breaks: null,
  },
];

const NO_PLAN: PersonSchedule & { timeZone: string } = {
  employed: { from: null, until: null },
  timeZone: BERLIN,
  breaks: NO_BREAKS,
  assignments: [],
  exceptions: [],
  absences: [],
  holidays: new Map(),
  rotas: new Map(),
  shifts: new Map(),
};

interface Case extends Partial<Pick<PersonSchedule, 'absences' | 'holidays' | 'employed' | 'breaks'>> {
  /** Ids of shifts by day, such as `{ Mon: 'day' }`. Days that are left out are free. */
  plan?: Record<string, string>;
  /** Null: no rota at all. */
  rota?: null;
  punches: string;
  reading?: DoorReading;
  /** By the clock in Berlin, such as `Mon 12:00`; by default long after. */
  now?: string;
}

function at(text: string): number {
  const [name = '', time = ''] = text.split(' ');
  return reachedAt(WEEK[name]!, time, BERLIN);
}

function nameOf(date: string): string {
  return Object.keys(WEEK).find((name) => WEEK[name] === date) ?? date;
}

function clock(instant: number | null): string {
  if (instant === null) return '?';
  return new Date(instant).toLocaleTimeString('en-GB', {
    timeZone: BERLIN,
    hour: '2-digit',
    minute: '2-digit',
  });
}

function hours(ms: number): string {
  return `${Math.floor(ms / HOUR)}:${String(Math.round((ms % HOUR) / MINUTE)).padStart(2, '0')}`;
}

function told(flag: Flag): string {
  switch (flag.kind) {
    case 'late':
      return `late ${clock(flag.arrival)} not ${clock(flag.planned)} by ${hours(flag.by)}`;
    case 'early':
      return `early ${clock(flag.departure)} not ${clock(flag.planned)} by ${hours(flag.by)}`;
    case 'missing-arrival':
      return `no arrival before ${clock(flag.departure)}: ${clock(flag.proposed)}`;
    case 'missing-departure':
      return `no departure after ${clock(flag.arrival)}: ${clock(flag.proposed)}`;
    case 'unplanned':
      return `unplanned ${clock(flag.from)}-${clock(flag.until)} (${flag.because})`;
    case 'break-missed':
      return `break ${hours(flag.taken)} of ${hours(flag.required)} in ${hours(flag.presence)}`;
    case 'short-rest':
      return `rest ${hours(flag.rest)} of ${hours(flag.required)}`;
    case 'clock-set':
      return `clock set by ${flag.moved / HOUR} h around ${clock(flag.punch)}`;
    default:
      return `absent ${clock(flag.begin)}-${clock(flag.end)}`;
  }
}

function flagsOf({ plan = {}, rota, punches, reading = 'first-and-last', now, ...more }: Case): string[] {
  const dates = datesBetween('2026-11-20', '2026-11-30');
  const shiftOf = new Map(Object.entries(plan).map(([name, ids]) => [WEEK[name]!, ids.split(' ')]));
  const weeks = [0, 7].map((days) =>
    datesBetween(addDays('2026-11-16', days), addDays('2026-11-22', days)).map(
      (date) => shiftOf.get(date) ?? [],
    ),
  );
  const plans = planOf(
    {
      employed: { from: null, until: null },
      timeZone: BERLIN,
      breaks: NO_BREAKS,
      assignments:
        rota === null ? [] : [{ id: 'a', scope: 'person', rotaId: 'r', from: '2026-11-01', until: null }],
      exceptions: [],
      absences: [],
      holidays: new Map(),
      rotas: new Map([['r', { id: 'r', weeks, anchor: '2026-11-16', worksOnHolidays: false }]]),
      shifts: new Map(SHIFTS.map((shift) => [shift.id, shift])),
      ...more,
    },
    dates,
  );
  const byDate = new Map(plans.map((one) => [one.date, one]));
  const calendar = calendarOf({
    from: dates[0]!,
    to: addDays(dates.at(-1)!, -1),
    timeZone: BERLIN,
    turnsAt: 4,
    shiftsOn: (date) => byDate.get(date)!.shifts,
    breaksOn: (date) => byDate.get(date)!.breaks,
  });
  const days = workDays(punches === '' ? [] : punchesOf(punches), calendar, {
    reading,
    longestStay: DEFAULT_LONGEST_STAY,
    breaks: NO_BREAKS,
  });
  const flags = flagsByDate({
    plans,
    days,
    reading,
    rules: DEFAULT_FLAG_RULES,
    now: now === undefined ? Date.parse('2026-12-24T00:00:00Z') : at(now),
  });
  return [...flags].flatMap(([date, of]) => of.map((flag) => `${nameOf(date)} ${told(flag)}`));
}

const away = (kind: Absence['kind'], more: Partial<Absence> = {}): Absence[] => [
  { id: 'x', kind, from: WEEK['Mon']!, to: WEEK['Mon']!, beginsAtNoon: false, endsAtNoon: false, ...more },
];
const day = { plan: { Mon: 'day' } };

const CASES: [name: string, of: Case, flags: string[]][] = [
  ['as planned', { ...day, punches: 'Mon 07:55, Mon 17:02' }, []],
  ['within the tolerance', { ...day, punches: 'Mon 08:05, Mon 16:55' }, []],
  ['late', { ...day, punches: 'Mon 08:06, Mon 17:00' }, ['Mon late 08:06 not 08:00 by 0:06']],
  [
    'late is known at once',
    { ...day, punches: 'Mon 08:10', now: 'Mon 08:11' },
    ['Mon late 08:10 not 08:00 by 0:10'],
  ],
  ['early', { ...day, punches: 'Mon 08:00, Mon 15:30' }, ['Mon early 15:30 not 17:00 by 1:30']],
  [
    'whoever is out before the end may come back',
    { ...day, punches: 'Mon 08:00, Mon out 12:00', now: 'Mon 12:30' },
    [],
  ],
  ['absent', { ...day, punches: '' }, ['Mon absent 08:00-17:00']],
  ['nobody is absent before the shift is over', { ...day, punches: '', now: 'Mon 12:00' }, []],
  ['a sick person is not absent without leave', { ...day, punches: '', absences: away('sick') }, []],
  [
    'nor is anybody on a holiday',
    { ...day, punches: '', holidays: new Map([[WEEK['Mon']!, { name: 'x', half: false }]]) },
    [],
  ],
  [
    'a night is late by its own beginning',
    { plan: { Mon: 'night' }, punches: 'Mon 22:20, Tue 06:00' },
    ['Mon late 22:20 not 22:00 by 0:20'],
  ],
  [
    'a night ended early',
    { plan: { Mon: 'night' }, punches: 'Mon 22:00, Tue 04:30' },
    ['Mon early 04:30 not 06:00 by 1:30'],
  ],
  [
    'half a day of leave moves the beginning',
    { ...day, punches: 'Mon 12:30, Mon 17:00', absences: away('vacation', { endsAtNoon: true }) },
    [],
  ],

  ['a missing departure', { ...day, punches: 'Mon 08:00' }, ['Mon no departure after 08:00: 17:00']],
  [
    'no departure is missing while the person may be there',
    { ...day, punches: 'Mon 08:00', now: 'Mon 20:00' },
    [],
  ],
  ['a missing arrival', { ...day, punches: 'Mon out 17:00' }, ['Mon no arrival before 17:00: 08:00']],
  [
    'a missing arrival of a night',
    { plan: { Mon: 'night' }, punches: 'Tue out 06:05' },
    ['Mon no arrival before 06:05: 22:00'],
  ],
  [
    'a missing departure of a night',
    { plan: { Mon: 'night', Tue: 'night' }, punches: 'Mon in 22:00, Tue in 21:55, Wed out 06:00' },
    ['Mon no departure after 22:00: 06:00'],
  ],
  [
    'nothing is proposed where another punch contradicts',
    { ...day, punches: 'Mon in 08:00, Mon in 13:00, Mon out 17:00', reading: 'in-and-out' },
    ['Mon no departure after 08:00: ?'],
  ],
  [
    'nothing is proposed without a plan',
    { rota: null, punches: 'Mon in 08:00' },
    ['Mon no departure after 08:00: ?'],
  ],

  [
    'work on a free day',
    { plan: { Tue: 'day' }, punches: 'Mon 09:00, Mon 12:00, Tue 08:00, Tue 17:00' },
    ['Mon unplanned 09:00-12:00 (free)'],
  ],
  [
    'work on a vacation',
    { ...day, punches: 'Mon 09:00, Mon 12:00', absences: away('vacation') },
    ['Mon unplanned 09:00-12:00 (vacation)'],
  ],
  [
    'work on a holiday',
    {
      ...day,
      punches: 'Mon 09:00, Mon 12:00',
      holidays: new Map([[WEEK['Mon']!, { name: 'x', half: false }]]),
    },
    ['Mon unplanned 09:00-12:00 (holiday)'],
  ],
  [
    'work before the first day',
    { ...day, punches: 'Mon 09:00, Mon 12:00', employed: { from: '2026-11-24', until: null } },
    ['Mon unplanned 09:00-12:00 (not-employed)'],
  ],
  [
    'work far from the shift',
    { plan: { Mon: 'morning' }, punches: 'Mon 17:00, Mon 20:00' },
    ['Mon absent 08:00-12:00', 'Mon unplanned 17:00-20:00 (other-time)'],
  ],
  ['without any rota nothing is unplanned', { rota: null, punches: 'Mon 09:00, Mon 12:00' }, []],

  [
    'a split shift as planned',
    { plan: { Mon: 'morning evening' }, punches: 'Mon in 08:00, Mon out 12:00, Mon in 17:00, Mon out 21:00' },
    [],
  ],
  [
    'late for the second part',
    { plan: { Mon: 'morning evening' }, punches: 'Mon in 08:00, Mon out 12:00, Mon in 17:30, Mon out 21:00' },
    ['Mon late 17:30 not 17:00 by 0:30'],
  ],
  [
    'absent from the second part',
    { plan: { Mon: 'morning evening' }, punches: 'Mon in 08:00, Mon out 12:00' },
    ['Mon absent 17:00-21:00'],
  ],
  [
    'whoever stays through both parts',
    { plan: { Mon: 'morning evening' }, punches: 'Mon 08:00, Mon 21:00' },
    [],
  ],

  ['flexible within the core', { plan: { Mon: 'flexible' }, punches: 'Mon 09:50, Mon 15:00' }, []],
  [
    'late for the core',
    { plan: { Mon: 'flexible' }, punches: 'Mon 10:30, Mon 19:00' },
    ['Mon late 10:30 not 10:00 by 0:30'],
  ],
  [
    'early by the core',
    { plan: { Mon: 'flexible' }, punches: 'Mon 06:00, Mon 14:00' },
    ['Mon early 14:00 not 15:00 by 1:00'],
  ],
  [
    'a flexible day proposes its planned time and the break',
    { plan: { Mon: 'flexible' }, breaks: GERMAN_BREAKS, punches: 'Mon in 09:00' },
    ['Mon no departure after 09:00: 17:30'],
  ],
  [
    'a flexible day proposes nothing beyond its frame',
    { plan: { Mon: 'flexible' }, punches: 'Mon out 13:00' },
    ['Mon early 13:00 not 15:00 by 2:00', 'Mon no arrival before 13:00: ?'],
  ],

  [
    'a break missed',
    {
      ...day,
      breaks: GERMAN_BREAKS,
      reading: 'in-and-out',
      punches: 'Mon 08:00, Mon 12:00, Mon 12:20, Mon 17:00',
    },
    ['Mon break 0:20 of 0:30 in 8:40'],
  ],
  [
    'a break taken',
    {
      ...day,
      breaks: GERMAN_BREAKS,
      reading: 'in-and-out',
      punches: 'Mon 08:00, Mon 12:00, Mon 12:30, Mon 17:00',
    },
    [],
  ],
  [
    'breaks that nobody punches cannot be missed',
    { ...day, breaks: GERMAN_BREAKS, punches: 'Mon 08:00, Mon 17:00' },
    [],
  ],
  [
    'doors that say what they are know of breaks',
    { ...day, breaks: GERMAN_BREAKS, punches: 'Mon in 08:00, Mon out 17:00' },
    ['Mon break 0:00 of 0:30 in 9:00'],
  ],

  [
    'a rest of eleven hours',
    { rota: null, punches: 'Mon in 12:00, Mon out 21:00, Tue in 08:00, Tue out 12:00' },
    [],
  ],
  [
    'a rest too short',
    { rota: null, punches: 'Mon in 12:00, Mon out 22:00, Tue in 06:00, Tue out 12:00' },
    ['Tue rest 8:00 of 11:00'],
  ],
  [
    'a rest that nobody knows',
    {
      rota: null,
      punches: 'Mon out 22:00, Mon in 22:30, Tue in 06:00, Tue out 12:00',
      reading: 'in-and-out',
    },
    ['Mon no arrival before 22:00: ?', 'Mon no departure after 22:30: ?'],
  ],
];

describe('flags of a work day', () => {
  it('a punch in the hour that the clock showed twice is flagged, and one after it or of a correction is not', () => {
    const [corrected, ...others] = punchesOf('Mon in 09:40, Mon in 09:50, Mon out 17:00');
    const punches = [{ ...corrected!, byHand: true }, ...others];
    const span = { from: '2026-11-21', to: '2026-11-24', timeZone: BERLIN, turnsAt: 4 };
    const policy = { reading: 'in-and-out', longestStay: DEFAULT_LONGEST_STAY, breaks: NO_BREAKS } as const;
    const [plan] = planOf(NO_PLAN, [WEEK['Mon']!]);
    const flags = flagsByDate({
      plans: [plan!],
      days: workDays(punches, calendarOf(span), policy),
      reading: 'in-and-out',
      rules: DEFAULT_FLAG_RULES,
      doubtful: doubtfulSpans([{ before: at('Mon 10:31'), at: at('Mon 09:31') + 1_000, by: -HOUR }]),
      now: at('Sun 12:00') + 30 * 24 * HOUR,
    });
    expect(flags.get(WEEK['Mon']!)?.map(told)).toEqual(['clock set by -1 h around 09:50']);
  });

  it.each(CASES)('%s', (_, of, flags) => {
    expect(flagsOf(of)).toEqual(flags);
  });

  it('the rest of the first date is known from the work day before', () => {
    const punches = punchesOf('Sun in 14:00, Sun out 23:00, Mon in 08:00, Mon out 17:00');
    const calendar = calendarOf({ from: '2026-11-21', to: '2026-11-24', timeZone: BERLIN, turnsAt: 4 });
    const policy = { reading: 'in-and-out', longestStay: DEFAULT_LONGEST_STAY, breaks: NO_BREAKS } as const;
    const [plan] = planOf(NO_PLAN, [WEEK['Mon']!]);
    const flags = flagsByDate({
      plans: [plan!],
      days: workDays(punches, calendar, policy),
      reading: 'in-and-out',
      rules: DEFAULT_FLAG_RULES,
      now: at('Sat 12:00'),
    });
    expect(flags.get(WEEK['Mon']!)?.map(told)).toEqual(['rest 9:00 of 11:00']);
  });
});
