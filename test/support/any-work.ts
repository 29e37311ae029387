/** Arbitrary people at work, for properties: where they work, what is planned, and what they punch. */
import fc from 'fast-check';
import { HOUR, MINUTE } from '../../server/time/durations.ts';
import { addDays, datesBetween, startOfDay } from '../../server/time/zoned.ts';
import { GERMAN_BREAKS, NO_BREAKS } from '../../server/worktime/breaks.ts';
import { calendarOf, type PlannedShift, type WorkCalendar } from '../../server/worktime/calendar.ts';
import type { WorkPolicy } from '../../server/worktime/policy.ts';
import type { WorkPunch } from '../../server/worktime/punch.ts';

export interface Work {
  calendar: WorkCalendar;
  policy: WorkPolicy;
  /** All within the calendar, in any order. */
  punches: WorkPunch[];
}

export interface WorkOptions {
  /** How many dates; 9 by default. */
  days?: number;
  /** The probability of a date on which nothing is punched, in percent, even; 0 by default. */
  idle?: number;
}

const ZONES = ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kolkata'];
/** Weeks with a switch of the clocks in one of the zones, with the end of a year, and with 29 February. */
const FIRST_DATES = ['2026-10-21', '2026-03-25', '2026-10-29', '2026-04-01', '2026-12-27', '2028-02-25'];
/** Begin and end in hours after midnight. */
const SHIFTS = [
  [6, 14],
  [8, 17],
  [14, 22],
  [22, 30],
  [18, 30],
  [0, 8],
] as const;

export function anyWork({ days = 9, idle = 0 }: WorkOptions = {}): fc.Arbitrary<Work> {
  return fc
    .record({
      zone: fc.constantFrom(...ZONES),
      from: fc.constantFrom(...FIRST_DATES),
      turnsAt: fc.constantFrom(0, 2, 4, 12),
      reading: fc.constantFrom('first-and-last' as const, 'in-and-out' as const),
      longestStay: fc.constantFrom(8 * HOUR, 13 * HOUR, 16 * HOUR),
      breaks: fc.constantFrom(NO_BREAKS, GERMAN_BREAKS, { ...GERMAN_BREAKS, punchedCount: false }),
      /** By date: the index of a shift, or none. */
      plan: fc.array(fc.option(fc.nat(SHIFTS.length - 1)), { minLength: days, maxLength: days }),
      punched: fc.array(anyDate(idle), { minLength: days, maxLength: days }),
      /** Nobody punches on the full minute. */
      seconds: fc.array(fc.nat(59), { minLength: 17, maxLength: 17 }),
    })
    .map(({ zone, from, turnsAt, reading, longestStay, breaks, plan, punched, seconds }) => {
      const to = addDays(from, days - 1);
      const shifts = new Map(
        datesBetween(from, to).map((date, i) => [date, shiftsOn(startOfDay(date, 0, zone), plan[i] ?? null)]),
      );
      const calendar = calendarOf({
        // Shifts move the turns of the days by less than a day.
        from: addDays(from, -1),
        to: addDays(to, 2),
        timeZone: zone,
        turnsAt,
        shiftsOn: (date) => shifts.get(date) ?? [],
      });
      const punches = punched.flatMap((ofDate, i) => {
        const midnight = startOfDay(addDays(from, i), 0, zone);
        return ofDate.map(({ minutes, says }) => ({ at: midnight + minutes * MINUTE, says }));
      });
      return {
        calendar,
        policy: { reading, longestStay, breaks },
        punches: punches.map(({ at, says }, i) => ({
          at: at + seconds[i % seconds.length]! * 1_000,
          says,
          id: String(i).padStart(4, '0'),
        })),
      };
    });
}

type DateOfPunches = { minutes: number; says: WorkPunch['says'] }[];

/** A date of real shape, with a punch missing now and then, or one of no shape at all. */
function anyDate(idle: number): fc.Arbitrary<DateOfPunches> {
  const says = fc.constantFrom(null, null, 'in' as const, 'out' as const);
  const shapeless = fc.array(fc.record({ minutes: fc.nat(24 * 60 - 1), says }), { maxLength: 5 });
  const shaped = fc
    .record({
      shift: fc.constantFrom(...SHIFTS),
      early: fc.nat(25),
      late: fc.nat(50),
      lunch: fc.boolean(),
      said: fc.boolean(),
      missing: fc.option(fc.nat(3), { freq: 3 }),
    })
    .map(({ shift: [begin, end], early, late, lunch, said, missing }) => {
      const middle = ((begin + end) / 2) * 60;
      const minutes = [begin * 60 - early, ...(lunch ? [middle, middle + 10 + late] : []), end * 60 + late];
      return minutes
        .map((one, i) => ({
          minutes: one,
          says: said ? (i % 2 === 0 ? ('in' as const) : ('out' as const)) : null,
        }))
        .filter((_, i) => i !== missing);
    });
  return fc.oneof(
    { weight: idle, arbitrary: fc.constant<DateOfPunches>([]) },
    { weight: 50 - idle / 2, arbitrary: shaped },
    { weight: 50 - idle / 2, arbitrary: shapeless },
  );
}

function shiftsOn(midnight: number, index: number | null): PlannedShift[] {
  if (index === null) return [];
  const [begin, end] = SHIFTS[index]!;
  return [{ begin: midnight + begin * HOUR, end: midnight + end * HOUR }];
}
