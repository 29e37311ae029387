/** A table of typed cells, and how it is written for spreadsheets. Rows are pulled one by one: a table of any length fits. */
import { writeXlsxStream } from 'hucre/xlsx';
import { csvLine, type CsvStyle } from './csv.ts';

/**
 * `date`: YYYY-MM-DD. `time`: HH:MM. `duration`: ms, never negative. `hours`: ms that may be negative, written as decimal
 * hours, because spreadsheets cannot show a negative time. `number`: any.
 */
export type ColumnKind = 'text' | 'date' | 'time' | 'duration' | 'hours' | 'number';

export interface Column {
  header: string;
  kind: ColumnKind;
}

export type TableCell = string | number | null;

export interface Table {
  /** Of the sheet: 31 characters at most, without any of []:*?/\ */
  name: string;
  columns: readonly Column[];
  /** A cell for each column. */
  rows: AsyncIterable<readonly TableCell[]>;
}

const DAY = 86_400_000;
const HOUR = 3_600_000;
/** A minute is 0.0167 hours: with four digits, the hours of a year add up to the minute. */
const DIGITS = 4;

/** CSV (RFC 4180) with a byte order mark, which tells spreadsheets that the text is UTF-8. */
export async function* csvTable({ columns, rows }: Table, style: CsvStyle): AsyncGenerator<string> {
  yield `\uFEFF${csvLine(
    columns.map(({ header }) => header),
    style,
  )}`;
  for await (const row of rows) {
    yield csvLine(
      row.map((cell, i) => csvCell(cell, columns[i]!.kind)),
      style,
    );
  }
}

function csvCell(cell: TableCell, kind: ColumnKind): TableCell {
  if (typeof cell !== 'number' || kind === 'number') return cell;
  return Number((cell / HOUR).toFixed(DIGITS));
}

const FORMATS: Partial<Record<ColumnKind, string>> = {
  date: 'yyyy-mm-dd',
  time: 'hh:mm',
  duration: '[h]:mm',
  hours: '0.00',
};
const WIDTHS: Record<ColumnKind, number> = {
  text: 22,
  date: 12,
  time: 8,
  duration: 11,
  hours: 11,
  number: 10,
};

/** An Excel workbook with one sheet: dates are dates, durations add up, and text is never a number or a formula. */
export function xlsxTable({ name, columns, rows }: Table): AsyncIterable<Uint8Array> {
  return writeXlsxStream(cells({ columns, rows }), {
    name,
    columns: columns.map(({ header, kind }) => {
      const numFmt = FORMATS[kind];
      return { header, width: Math.max(WIDTHS[kind], header.length + 2), ...(numFmt && { numFmt }) };
    }),
    freezePane: { rows: 1 },
  });
}

async function* cells({ columns, rows }: Pick<Table, 'columns' | 'rows'>) {
  for await (const row of rows) yield row.map((cell, i) => xlsxCell(cell, columns[i]!.kind));
}

function xlsxCell(cell: TableCell, kind: ColumnKind): string | number | Date | null {
  if (cell === null) return null;
  if (typeof cell === 'string') {
    if (kind === 'date') return new Date(`${cell}T00:00:00Z`);
    if (kind === 'time') return (Number(cell.slice(0, 2)) * 60 + Number(cell.slice(3))) / (24 * 60);
    return cell;
  }
  if (kind === 'duration') return cell / DAY;
  return kind === 'hours' ? cell / HOUR : cell;
}
