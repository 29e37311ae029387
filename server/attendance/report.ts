/** The attendance of several days as a file for a spreadsheet: one line for each person and work day. */
import { csvLine } from '../export/csv.ts';
import type { PunchView, WorkDayView } from '../protocol/attendance.ts';
import { MINUTE } from '../time/durations.ts';

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
];

/** CSV (RFC 4180) with a byte order mark, which tells spreadsheets that the text is UTF-8. */
export async function* attendanceReport(
  days: AsyncIterable<WorkDayView> | Iterable<WorkDayView>,
): AsyncGenerator<string> {
  yield `\uFEFF${csvLine(COLUMNS)}`;
  for await (const day of days) yield line(day);
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
