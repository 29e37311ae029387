/** Absences and holidays by half days: the first and the second half of what is planned on a date. */
import type { AbsenceKind } from '../protocol/schedules.ts';

/** By planned time: the morning and the afternoon of a day shift, but of a night what comes first and what comes next. */
export const HALVES = ['first', 'second'] as const;
export type Half = (typeof HALVES)[number];

export interface Absence {
  id: string;
  kind: AbsenceKind;
  /** First and last date, YYYY-MM-DD. */
  from: string;
  to: string;
  /** The first half of the first date is worked. */
  beginsAtNoon: boolean;
  /** The second half of the last date is worked. */
  endsAtNoon: boolean;
}

export interface Holiday {
  name: string;
  /** Only the second half of the day is free. */
  half: boolean;
}

/** What counts where absences overlap: whoever falls sick on a vacation keeps the days. */
const FIRST_COUNTS = ['sick', 'trip', 'vacation', 'unpaid'] as const satisfies readonly AbsenceKind[];

/** The absence that counts for half a day; null where the person is not absent. */
export function absenceOn(absences: readonly Absence[], date: string, half: Half): Absence | null {
  let best: Absence | null = null;
  for (const absence of absences) {
    if (!covers(absence, date, half)) continue;
    if (best === null || comesBefore(absence, best)) best = absence;
  }
  return best;
}

function covers({ from, to, beginsAtNoon, endsAtNoon }: Absence, date: string, half: Half): boolean {
  if (date < from || date > to) return false;
  if (half === 'first') return !(date === from && beginsAtNoon);
  return !(date === to && endsAtNoon);
}

function comesBefore(a: Absence, b: Absence): boolean {
  const order = FIRST_COUNTS.indexOf(a.kind) - FIRST_COUNTS.indexOf(b.kind);
  return order === 0 ? a.id < b.id : order < 0;
}

/** Whether the time that was planned counts as worked. Unpaid absence counts nothing, and nothing is planned in it. */
export function countsAsWorked(kind: AbsenceKind): boolean {
  return kind !== 'unpaid';
}
