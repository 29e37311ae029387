/** The attendance of several days as a file for a spreadsheet: one line for each person and work day, and for each adjustment. */
import { csvLine } from '../export/csv.ts';
import type { PunchView, WorkDayView } from '../protocol/attendance.ts';
import { MINUTE } from '../time/durations.ts';
import { monthOf } from '../worktime/closing.ts';
import type { AdjustmentEntry } from './closed-day-views.ts';

const COLUMNS = [
  'number',
  'name',
  'department',
  'date',
  'in',
  'out',
  'worked_minutes',
  'pause_minutes',
  'deducted_minutes',
  'state',
  'punches',
  'corrections',
  'counts_in',
];

type ReportEntry = WorkDayView | AdjustmentEntry;

/** CSV (RFC 4180) with a byte order mark, which tells spreadsheets that the text is UTF-8. */
export async function* attendanceReport(
  entries: AsyncIterable<ReportEntry> | Iterable<ReportEntry>,
): AsyncGenerator<string> {
  yield `\uFEFF${csvLine(COLUMNS)}`;
  for await (const entry of entries) yield 'difference' in entry ? adjustmentLine(entry) : line(entry);
}

function line(day: WorkDayView): string {
  const { person, date, checkIn, checkOut, presence, punches } = day;
  const counted = punches.filter(({ voided }) => !voided);
  return csvLine([
    person.number,
    person.displayName,
    person.department,
    date,
    checkIn?.localTime ?? '',
    checkOut?.localTime ?? '',
    minutes(day.worked),
    minutes(day.pauses),
    minutes(day.deducted),
    presence,
    counted.map(told).join(' '),
    punches.flatMap(correctionsOf).join('; '),
    monthOf(date),
  ]);
}

/** The date is the day that the adjustment corrects. It counts in a later month, because the month of that date is closed. */
function adjustmentLine({ person, date, month, difference, punches, added }: AdjustmentEntry): string {
  const reasons = punches.flatMap((punch) => {
    const corrections = correctionsOf(punch);
    return corrections.length === 0 && added.includes(punch.id) ? `${told(punch)} came later` : corrections;
  });
  return csvLine([
    person.number,
    person.displayName,
    person.department,
    date,
    '',
    '',
    minutes(difference.worked),
    minutes(difference.pauses),
    minutes(difference.deducted),
    'adjustment',
    '',
    reasons.join('; '),
    month,
  ]);
}

function minutes(duration: number): number {
  return Math.round(duration / MINUTE);
}

function told({ says, localTime }: PunchView): string {
  return says === null ? localTime : `${says} ${localTime}`;
}

/** Who changed what, and why: `out 17:00 added by Ada (The station was off)`. */
function correctionsOf(punch: PunchView): string[] {
  const lines: string[] = [];
  if (punch.correction) lines.push(`${told(punch)} added by ${written(punch.correction)}`);
  if (punch.voided) lines.push(`${told(punch)} voided by ${written(punch.voided)}`);
  return lines;
}

function written({ name, at, reason, approvedBy }: NonNullable<PunchView['correction']>): string {
  const approval = approvedBy === null ? '' : `, approved by ${approvedBy}`;
  return `${name} at ${at.slice(0, 16).replace('T', ' ')} UTC${approval} (${reason})`;
}
