/** The attendance of several days as a file for a spreadsheet: one line for each person and work day. */
import { csvLine } from '../export/csv.ts';
import type { AttendanceView, WorkDayView } from '../protocol/attendance.ts';
import { DAY, MINUTE } from '../time/durations.ts';

const COLUMNS = [
  'number',
  'name',
  'department',
  'date',
  'in',
  'out',
  'worked_minutes',
  'punches',
  'corrections',
];

/** CSV (RFC 4180) with a byte order mark, which tells spreadsheets that the text is UTF-8. */
export async function* attendanceReport(
  days: AsyncIterable<AttendanceView> | Iterable<AttendanceView>,
): AsyncGenerator<string> {
  yield `\uFEFF${csvLine(COLUMNS)}`;
  for await (const { days: people } of days) for (const day of people) yield line(day);
}

function line({ person, date, checkIn, checkOut, worked, punches }: WorkDayView): string {
  const corrections = punches.filter(({ source }) => source === 'correction').length;
  return csvLine([
    person.number,
    person.displayName,
    person.department,
    date,
    checkIn?.localTime ?? '',
    checkOut?.localTime ?? '',
    worked === null ? '' : Math.round(worked / MINUTE),
    punches.map(({ kind, localTime }) => `${kind} ${localTime}`).join(' '),
    corrections,
  ]);
}

/** Every date from `from` to `to`, both included, YYYY-MM-DD. */
export function datesBetween(from: string, to: string): string[] {
  const dates: string[] = [];
  for (let at = Date.parse(`${from}T00:00:00Z`); at <= Date.parse(`${to}T00:00:00Z`); at += DAY) {
    dates.push(new Date(at).toISOString().slice(0, 10));
  }
  return dates;
}
