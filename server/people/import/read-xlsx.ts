/** A sheet of an Excel workbook as texts. Formulas count by the value that Excel computed; nothing is computed here. */
import { unzipSync } from 'fflate';
import { type Cell, readXlsx } from 'hucre/xlsx';
import { IMPORT_LIMITS } from '../../protocol/people-files.ts';
import { MusterError } from '../../protocol/error.ts';

export interface XlsxSheet {
  /** Names of the sheets that are not hidden. */
  sheets: string[];
  sheet: string;
  rows: string[][];
}

/** Throws MusterError `validation-failed` for a file that is no workbook, `too-large` for one that unpacks to too much. */
export async function readSheet(bytes: Uint8Array, wanted?: string): Promise<XlsxSheet> {
  refuseBomb(bytes);
  const sheets: string[] = [];
  const workbook = await readXlsx(bytes, {
    readStyles: true,
    maxRows: IMPORT_LIMITS.rows + IMPORT_LIMITS.headerRows + 1,
    sheets: ({ name, hidden, veryHidden }) => {
      if (hidden || veryHidden) return false;
      sheets.push(name);
      return wanted === undefined || wanted === name;
    },
  }).catch((error: unknown) => {
    throw unreadable(error);
  });
  const shown = workbook.sheets;
  const chosen = shown.find(({ rows }) => rows.some((row) => row.some(isFilled))) ?? shown[0];
  if (!chosen) throw unreadable();
  const rows = chosen.rows.map((row, r) =>
    row.map((value, c) => textOf(value, chosen.cells?.get(`${r},${c}`))),
  );
  return { sheets, sheet: chosen.name, rows };
}

type Value = Cell['value'];

function isFilled(value: Value): boolean {
  return value !== null && value !== '';
}

function textOf(value: Value, cell: Cell | undefined): string {
  if (value === null) return '';
  if (value instanceof Date) return value.toISOString().slice(0, 10);
  if (typeof value === 'number') return numeral(value, cell?.style?.numFmt);
  return typeof value === 'string' ? value.trim() : String(value);
}

/** As the sheet shows it where its format keeps leading zeros (`00000`), and never as 1.2E+10. */
function numeral(value: number, format: string | undefined): string {
  if (!Number.isInteger(value)) return String(value);
  const digits = Math.abs(value).toLocaleString('en-US', { useGrouping: false });
  const padded = format !== undefined && /^0+$/.test(format) ? digits.padStart(format.length, '0') : digits;
  return value < 0 ? `-${padded}` : padded;
}

/** By what the archive says of itself: the reader stops at the declared size of each part, except where it is zero. */
function refuseBomb(bytes: Uint8Array): void {
  let unpacked = 0;
  try {
    unzipSync(bytes, {
      filter: ({ size, originalSize }) => {
        unpacked += originalSize === 0 && size > 2 ? Infinity : originalSize;
        return false;
      },
    });
  } catch (error) {
    throw unreadable(error);
  }
  if (unpacked > IMPORT_LIMITS.unpackedBytes) {
    throw new MusterError('too-large', 'The workbook unpacks to more than 200 MB.');
  }
}

function unreadable(cause?: unknown): MusterError {
  return new MusterError('validation-failed', 'The file is not a workbook that can be read.', {
    faults: [{ path: 'file', message: 'is not a workbook that can be read' }],
    cause,
  });
}
