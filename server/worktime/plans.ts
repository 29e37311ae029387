/** What a person is planned to work on each date, and why. */
import { weekOf } from '../protocol/rota-weeks.ts';
import type { AbsenceKind } from '../protocol/schedules.ts';
import { weekdayOf } from '../time/zoned.ts';
import { type Absence, absenceOn, countsAsWorked, type Half, HALVES, type Holiday } from './absences.ts';
import type { BreakRule } from './breaks.ts';
import { assignmentOn, type Assignment, type Rota, type Scope } from './rotas.ts';
import { type DayShift, halfOf, plannedIn, type Shift, shiftOn } from './shifts.ts';

/** All that decides what one person is planned to work. */
export interface PersonSchedule {
  /** First and last date of employment; null where there is none. Nothing is planned outside. */
  employed: { from: string | null; until: string | null };
  /** IANA zone of the person's site; by date for a person who works in several (`zoneByDate`). */
  timeZone: string | ((date: string) => string);
  /** Of the person's site. */
  breaks: BreakRule;
  /** The person's own, and those of the person's department. */
  assignments: readonly Assignment[];
  exceptions: readonly Exception[];
  absences: readonly Absence[];
  /** By date. */
  holidays: ReadonlyMap<string, Holiday>;
  /** By id. */
  rotas: ReadonlyMap<string, Rota>;
  shifts: ReadonlyMap<string, Shift>;
}

/** Other shifts than the rota's on one date, or none. It also holds on a holiday. */
export interface Exception {
  id: string;
  /** The person's own wins. */
  scope: Scope;
  date: string;
  shiftIds: readonly string[];
  reason: string;
}

export interface Plan {
  date: string;
  why: PlanReason;
  /** To be worked, in order: without what a holiday or an absence makes free. */
  shifts: readonly DayShift[];
  /** The break rule of these shifts. */
  breaks: BreakRule;
  /** Planned time, ms: what is to be worked, and what an absence counts in its place. */
  planned: number;
  /** Of it, what is to be worked, ms. */
  toWork: number;
  holiday: PlannedHoliday | null;
  absences: readonly PlannedAbsence[];
}

type PlanReason =
  | { by: 'exception'; exceptionId: string; scope: Scope; reason: string }
  | {
      by: 'rota';
      scope: Scope;
      assignmentId: string;
      rotaId: string;
      /** Counted from 1. */
      week: number;
    }
  /** No rota holds on the date. */
  | { by: 'nothing' }
  | { by: 'not-employed' };

interface PlannedHoliday extends Holiday {
  /** False where the shifts are worked all the same. */
  free: boolean;
}

interface PlannedAbsence {
  id: string;
  kind: AbsenceKind;
  halves: readonly Half[];
  /** Planned time that the absence takes the place of, ms. */
  time: number;
  /** Whether that time counts as worked. */
  counts: boolean;
  /** Days that it takes: 0.5 or 1, and 0 where there is nothing to be absent from. */
  days: number;
}

/** @param dates in order, YYYY-MM-DD */
export function planOf(schedule: PersonSchedule, dates: readonly string[]): Plan[] {
  return dates.map((date) => planOn(schedule, date));
}

function planOn(schedule: PersonSchedule, date: string): Plan {
  const { shiftIds, why, worksOnHolidays } = intended(schedule, date);
  const { shifts: whole, breaks, time } = wholeDay(schedule, shiftIds, date);
  const halfTime = time / 2;

  const found = schedule.holidays.get(date);
  const holiday = found ? { ...found, free: !worksOnHolidays } : null;
  if (!holiday && !schedule.absences.some((absence) => absence.from <= date && date <= absence.to)) {
    return { date, why, shifts: whole, breaks, planned: time, toWork: time, holiday, absences: [] };
  }
  const absences = new Map<string, PlannedAbsence>();
  const worked: Half[] = [];
  let planned = 0;
  // Where no rota says when the person works, vacation takes the days from Monday to Friday.
  const countsDay = halfTime > 0 || (why.by === 'nothing' && weekdayOf(date) <= 5);
  for (const half of HALVES) {
    if (holiday?.free && !(holiday.half && half === 'first')) continue;
    const absence = why.by === 'not-employed' ? null : absenceOn(schedule.absences, date, half);
    if (absence) {
      const before = absences.get(absence.id);
      const counts = countsAsWorked(absence.kind);
      absences.set(absence.id, {
        id: absence.id,
        kind: absence.kind,
        halves: [...(before?.halves ?? []), half],
        time: (before?.time ?? 0) + halfTime,
        counts,
        days: (before?.days ?? 0) + (countsDay ? 0.5 : 0),
      });
      if (counts) planned += halfTime;
    } else {
      worked.push(half);
      planned += halfTime;
    }
  }

  return {
    date,
    why,
    shifts: partOf(whole, worked, breaks),
    breaks,
    planned,
    toWork: halfTime * worked.length,
    holiday,
    absences: [...absences.values()],
  };
}

/** What the shifts of one date are, before a holiday or an absence takes something away. */
interface WholeDay {
  /** In order. */
  shifts: readonly DayShift[];
  breaks: BreakRule;
  /** Planned in them, ms. */
  time: number;
}

/** The days on which certain shifts are worked in a zone by a break rule. */
interface KnownDays extends Pick<PersonSchedule, 'shifts' | 'breaks'> {
  timeZone: string;
  /** By date. */
  days: Map<string, WholeDay>;
}

/** By the shifts of a day in a rota. Many people work them on the same date: a report of a year asks for each some hundred times. */
const known = new WeakMap<readonly string[], KnownDays[]>();

function wholeDay(schedule: PersonSchedule, shiftIds: readonly string[], date: string): WholeDay {
  const { shifts, breaks } = schedule;
  if (shiftIds.length === 0) return { shifts: [], breaks, time: 0 };
  const timeZone = typeof schedule.timeZone === 'string' ? schedule.timeZone : schedule.timeZone(date);
  let all = known.get(shiftIds);
  if (!all) known.set(shiftIds, (all = []));
  let own = all.find((one) => one.shifts === shifts && one.breaks === breaks && one.timeZone === timeZone);
  if (!own) all.push((own = { shifts, breaks, timeZone, days: new Map() }));
  let day = own.days.get(date);
  if (!day) own.days.set(date, (day = newDay(schedule, shiftIds, { date, timeZone })));
  return day;
}

function newDay(
  schedule: PersonSchedule,
  shiftIds: readonly string[],
  { date, timeZone }: { date: string; timeZone: string },
): WholeDay {
  const shifts = shiftIds.flatMap((id) => schedule.shifts.get(id) ?? []);
  const breaks = shifts.find((shift) => shift.breaks !== null)?.breaks ?? schedule.breaks;
  const whole = shifts.map((shift) => shiftOn(shift, date, timeZone)).toSorted((a, b) => a.begin - b.begin);
  return { shifts: whole, breaks, time: plannedIn(whole, breaks) };
}

interface Intended {
  shiftIds: readonly string[];
  why: PlanReason;
  worksOnHolidays: boolean;
}

/** What is planned without regard to holidays and absences. */
function intended(schedule: PersonSchedule, date: string): Intended {
  const { employed, assignments, exceptions, rotas } = schedule;
  if (
    (employed.from !== null && date < employed.from) ||
    (employed.until !== null && date > employed.until)
  ) {
    return { shiftIds: [], why: { by: 'not-employed' }, worksOnHolidays: false };
  }
  const exception = exceptionOn(exceptions, date);
  if (exception) {
    const { id, scope, reason, shiftIds } = exception;
    return {
      shiftIds,
      why: { by: 'exception', exceptionId: id, scope, reason },
      worksOnHolidays: shiftIds.length > 0,
    };
  }
  const assignment = assignmentOn(assignments, date);
  const rota = assignment && rotas.get(assignment.rotaId);
  if (!rota) return { shiftIds: [], why: { by: 'nothing' }, worksOnHolidays: false };
  const week = weekOf(rota, date);
  const { id, scope } = assignment;
  return {
    shiftIds: rota.weeks[week]?.[weekdayOf(date) - 1] ?? [],
    why: { by: 'rota', scope, assignmentId: id, rotaId: rota.id, week: week + 1 },
    worksOnHolidays: rota.worksOnHolidays,
  };
}

function exceptionOn(exceptions: readonly Exception[], date: string): Exception | null {
  const onDate = exceptions.filter((exception) => exception.date === date);
  return onDate.find(({ scope }) => scope === 'person') ?? onDate[0] ?? null;
}

function partOf(whole: readonly DayShift[], halves: readonly Half[], breaks: BreakRule): readonly DayShift[] {
  if (halves.length === 0) return [];
  return halves.length === HALVES.length ? whole : halfOf(whole, halves[0]!, breaks);
}
