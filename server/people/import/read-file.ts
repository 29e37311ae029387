/** A file of people as a table of texts: an Excel workbook or CSV, told apart by what is in it and not by its name. */
import { IMPORT_LIMITS, type CsvDelimiter, type TextEncoding } from '../../protocol/people-files.ts';
import { MusterError } from '../../protocol/error.ts';
import { decodeText } from './decode-text.ts';
import { readCsv } from './read-csv.ts';
import { readSheet } from './read-xlsx.ts';

/** How to read a file; what is left out is found out. */
export interface ReadChoices {
  sheet?: string | undefined;
  encoding?: TextEncoding | undefined;
  delimiter?: CsvDelimiter | undefined;
}

export interface TableFile {
  kind: 'csv' | 'xlsx';
  /** Of a workbook; empty for CSV. */
  sheets: string[];
  sheet: string | null;
  encoding: TextEncoding | null;
  delimiter: CsvDelimiter | null;
  /** Row 1 of the file is `rows[0]`; blank rows are kept. */
  rows: string[][];
}

const ZIP = [0x50, 0x4b, 0x03, 0x04];
/** Of old Excel files, and of workbooks with a password. */
const OLE = [0xd0, 0xcf, 0x11, 0xe0];

/** Throws MusterError `validation-failed` and `too-large`. */
export async function readFile(bytes: Uint8Array, choices: ReadChoices): Promise<TableFile> {
  if (begins(bytes, OLE)) {
    throw fault('is an old Excel file (.xls), or one with a password: save it as .xlsx without a password');
  }
  const table = begins(bytes, ZIP) ? await workbook(bytes, choices) : text(bytes, choices);
  // Workbooks often have formatted rows without content at their end.
  const rows = table.rows.slice(0, 1 + table.rows.findLastIndex((row) => row.some((cell) => cell !== '')));
  if (rows.length === 0) throw fault('is empty');
  if (rows.length > IMPORT_LIMITS.rows + IMPORT_LIMITS.headerRows) {
    throw new MusterError('too-large', 'The file has more than 20,000 rows.');
  }
  return { ...table, rows };
}

async function workbook(bytes: Uint8Array, { sheet }: ReadChoices): Promise<TableFile> {
  return { kind: 'xlsx', ...(await readSheet(bytes, sheet)), encoding: null, delimiter: null };
}

function text(bytes: Uint8Array, choices: ReadChoices): TableFile {
  const decoded = decodeText(bytes, choices.encoding);
  if (decoded.text.includes('\0')) throw fault('is neither CSV nor an Excel workbook');
  const { delimiter, rows } = readCsv(decoded.text, choices.delimiter);
  return { kind: 'csv', sheets: [], sheet: null, encoding: decoded.encoding, delimiter, rows };
}

function begins(bytes: Uint8Array, mark: readonly number[]): boolean {
  return mark.every((byte, i) => bytes[i] === byte);
}

function fault(message: string): MusterError {
  return new MusterError('validation-failed', `The file ${message}.`, {
    faults: [{ path: 'file', message }],
  });
}
