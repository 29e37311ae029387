/** A table of typed cells, and how it is written as text. Rows are pulled one by one: a table of any length fits. */
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
