/** The days of a person, or of many, added up. Pure. */
import type { AbsenceKind } from '../protocol/schedules.ts';
import type { ReportDay } from './report-day.ts';

/** Durations in ms. */
export interface PersonFigures {
  planned: number;
  worked: number;
  /** Absence that counts as worked. */
  credited: number;
  /** `worked` and `credited` less `planned`. */
  overtime: number;
  /** Work of earlier closed months that became known later, and counts here. */
  adjusted: number;
  /** Dates with work. */
  workedDays: number;
  /** Dates on which an arrival or a departure is missing. */
  incomplete: number;
  /** How often, and by how much in all. */
  late: { times: number; by: number };
  early: { times: number; by: number };
  /** Shifts to which nobody came, without leave. */
  absent: number;
  /** Days of leave, halves included. */
  leave: Record<AbsenceKind, number>;
}

export function noFigures(): PersonFigures {
  return {
    planned: 0,
    worked: 0,
    credited: 0,
    overtime: 0,
    adjusted: 0,
    workedDays: 0,
    incomplete: 0,
    late: { times: 0, by: 0 },
    early: { times: 0, by: 0 },
    absent: 0,
    leave: { vacation: 0, sick: 0, trip: 0, unpaid: 0 },
  };
}

/** @param adjusted see `PersonFigures.adjusted` */
export function figuresOf(days: readonly ReportDay[], adjusted: number): PersonFigures {
  const sum = { ...noFigures(), adjusted };
  for (const { planned, worked, credited, overtime, incomplete, plan, flags } of days) {
    sum.planned += planned;
    sum.worked += worked;
    sum.credited += credited;
    sum.overtime += overtime;
    if (worked > 0) sum.workedDays += 1;
    if (incomplete) sum.incomplete += 1;
    for (const { kind, days: taken } of plan.absences) sum.leave[kind] += taken;
    for (const flag of flags) {
      if (flag.kind === 'absent') sum.absent += 1;
      else if (flag.kind === 'late' || flag.kind === 'early') {
        sum[flag.kind].times += 1;
        sum[flag.kind].by += flag.by;
      }
    }
  }
  return sum;
}

/** Adds `more` to `sum`. */
export function addFigures(sum: PersonFigures, more: PersonFigures): void {
  for (const name of ADDED) sum[name] += more[name];
  for (const kind of ['late', 'early'] as const) {
    sum[kind].times += more[kind].times;
    sum[kind].by += more[kind].by;
  }
  for (const kind of ['vacation', 'sick', 'trip', 'unpaid'] as const) sum.leave[kind] += more.leave[kind];
}

const ADDED = [
  'planned',
  'worked',
  'credited',
  'overtime',
  'adjusted',
  'workedDays',
  'incomplete',
  'absent',
] as const;
