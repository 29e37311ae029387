/** Writes the lines of a payroll profile as CSV or XLSX, with the formats that the profile names. Pure. */
import { type Cell, csvLine, DECIMALS, DELIMITERS } from '../export/csv.ts';
import type { ColumnKind, TableCell } from '../export/table.ts';
import { xlsxTable } from '../export/xlsx.ts';
import { windows1252 } from '../export/windows-1252.ts';
import type { PayrollProfileRecord } from '../protocol/payroll.ts';
import type { AnyAmount, PayrollLine, PayrollTableColumn, PayrollValue } from './payroll-table.ts';

const MINUTE = 60_000;
const HOUR = 3_600_000;

type Formats = Pick<PayrollProfileRecord, 'hours' | 'dates'>;

export function payrollCsv(
  columns: readonly PayrollTableColumn[],
  lines: AsyncIterable<PayrollLine>,
  profile: PayrollProfileRecord,
): AsyncIterable<string | Uint8Array> {
  const text = csvText(columns, lines, profile);
  return profile.encoding === 'windows-1252' ? encoded(text) : text;
}

async function* csvText(
  columns: readonly PayrollTableColumn[],
  lines: AsyncIterable<PayrollLine>,
  profile: PayrollProfileRecord,
): AsyncGenerator<string> {
  const style = { delimiter: DELIMITERS[profile.delimiter], decimal: DECIMALS[profile.decimal] };
  if (profile.encoding === 'utf-8') yield '\uFEFF';
  if (profile.headings) {
    yield csvLine(
      columns.map(({ header }) => header),
      style,
    );
  }
  for await (const line of lines) {
    yield csvLine(
      line.map((value, i) => csvCell(value, columns[i]!.kind, profile)),
      style,
    );
  }
}

async function* encoded(text: AsyncIterable<string>): AsyncGenerator<Uint8Array> {
  for await (const part of text) yield windows1252(part);
}

function csvCell(value: PayrollValue | AnyAmount, kind: PayrollTableColumn['kind'], formats: Formats): Cell {
  if (value === null) return null;
  if (typeof value === 'object') return csvCell(value.value, value.kind, formats);
  if (typeof value === 'string') return dated(value, kind, formats);
  if (kind !== 'duration') return value;
  if (formats.hours === 'minutes') return Math.round(value / MINUTE);
  return formats.hours === 'decimal' ? decimalHours(value) : { safe: clockText(value) };
}

/** Two digits: payroll programs read no more. */
function decimalHours(duration: number): number {
  return Number((duration / HOUR).toFixed(2));
}

/** 7:30, −0:30 with a hyphen. */
function clockText(duration: number): string {
  const minutes = Math.round(Math.abs(duration) / MINUTE);
  const text = `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}`;
  return duration < 0 && minutes > 0 ? `-${text}` : text;
}

/** A date, YYYY-MM-DD, or a month, YYYY-MM, as the profile writes it; other texts as they are. */
function dated(text: string, kind: PayrollTableColumn['kind'], { dates }: Formats): Cell {
  if (kind !== 'date' && kind !== 'month') return text;
  const [year, month, day] = text.split('-') as [string, string, string?];
  const parts = {
    iso: [text],
    german: [day, month, year].filter((part) => part !== undefined),
    american: [month, day, year].filter((part) => part !== undefined),
    compact: [text.replaceAll('-', '')],
  }[dates];
  return parts.join(dates === 'german' ? '.' : '/');
}

/** A workbook has a line of headings always: its columns have no other name. */
export function payrollXlsx(
  columns: readonly PayrollTableColumn[],
  lines: AsyncIterable<PayrollLine>,
  { hours, dates }: Formats,
): AsyncIterable<Uint8Array> {
  return xlsxTable({
    name: 'payroll',
    columns: columns.map(({ header, kind }) => ({ header, kind: xlsxKind(kind, hours) })),
    rows: xlsxRows(columns, lines, { hours, dates }),
  });
}

function xlsxKind(kind: PayrollTableColumn['kind'], hours: Formats['hours']): ColumnKind {
  if (kind === 'text' || kind === 'month') return 'text';
  if (kind === 'date') return 'date';
  return kind === 'duration' && hours !== 'minutes' ? 'hours' : 'number';
}

async function* xlsxRows(
  columns: readonly PayrollTableColumn[],
  lines: AsyncIterable<PayrollLine>,
  formats: Formats,
): AsyncGenerator<TableCell[]> {
  for await (const line of lines) yield line.map((value, i) => xlsxCell(value, columns[i]!.kind, formats));
}

function xlsxCell(
  value: PayrollValue | AnyAmount,
  kind: PayrollTableColumn['kind'],
  formats: Formats,
): TableCell {
  if (value === null) return null;
  if (typeof value === 'object') {
    if (value.kind === 'count') return value.value;
    return formats.hours === 'minutes' ? Math.round(value.value / MINUTE) : decimalHours(value.value);
  }
  if (typeof value === 'string') return kind === 'month' ? (dated(value, kind, formats) as string) : value;
  return kind === 'duration' && formats.hours === 'minutes' ? Math.round(value / MINUTE) : value;
}
