/** CSV of any program: the delimiter is found, rows may have any number of cells, and every cell stays the text that it is. */
import { CsvError, parse } from 'csv-parse/sync';
import { CSV_DELIMITERS, type CsvDelimiter, IMPORT_LIMITS } from '../../protocol/people-files.ts';
import { MusterError } from '../../protocol/error.ts';

const CHARACTERS: Record<CsvDelimiter, string> = { semicolon: ';', comma: ',', tab: '\t', bar: '|' };

/** So much of a file decides which delimiter it has. */
const SAMPLE = { characters: 64 * 1024, rows: 50 };
/** This share of the rows must have the same number of cells. */
const REGULAR = 0.8;

/** Throws MusterError `validation-failed` for a quotation mark that is not closed, `too-large` for too many rows. */
export function readCsv(text: string, wanted?: CsvDelimiter): { delimiter: CsvDelimiter; rows: string[][] } {
  // The first line that Excel writes and reads to name the delimiter.
  const named = /^sep=(.)\r?\n/.exec(text);
  const body = named ? text.slice(named[0].length) : text;
  const delimiter = wanted ?? CSV_DELIMITERS.find((one) => CHARACTERS[one] === named?.[1]) ?? guess(body);
  const rows = records(body, delimiter, IMPORT_LIMITS.rows + IMPORT_LIMITS.headerRows + 1);
  return { delimiter, rows: rows.map((row) => row.map(plain)) };
}

function records(text: string, delimiter: CsvDelimiter, to: number): string[][] {
  try {
    return parse(text, {
      delimiter: CHARACTERS[delimiter],
      to,
      relax_column_count: true,
      relax_quotes: true,
      // A cell that is not closed would swallow the rest of the file.
      max_record_size: IMPORT_LIMITS.rowCharacters,
      trim: true,
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const message = 'has a quotation mark that is not closed';
    throw new MusterError('validation-failed', `The file ${message}.`, {
      faults: [{ path: 'file', message }],
      cause: error,
    });
  }
}

/** The delimiter that cuts most rows into the same number of cells, and of those the one that cuts them finest. */
function guess(text: string): CsvDelimiter {
  const end = text.length > SAMPLE.characters ? text.lastIndexOf('\n', SAMPLE.characters) : text.length;
  const sample = text.slice(0, end === -1 ? SAMPLE.characters : end);
  const scores = CSV_DELIMITERS.map((delimiter) => ({ delimiter, score: score(sample, delimiter) }));
  return scores.reduce((best, one) => (one.score > best.score ? one : best)).delimiter;
}

function score(sample: string, delimiter: CsvDelimiter): number {
  let rows: string[][];
  try {
    rows = records(sample, delimiter, SAMPLE.rows).filter((row) => row.some((cell) => cell !== ''));
  } catch {
    return 0;
  }
  const counts = new Map<number, number>();
  for (const { length } of rows) counts.set(length, (counts.get(length) ?? 0) + 1);
  const [usual, often] = [...counts].toSorted((a, b) => b[1] - a[1])[0] ?? [1, 1];
  if (usual === 1) return 0;
  const share = often / rows.length;
  return share >= REGULAR ? usual : share;
}

/** Without what spreadsheets add so that a text stays one: `="0007"`, and an apostrophe before what looks like a formula. */
function plain(cell: string): string {
  const kept = /^="(.*)"$/.exec(cell)?.[1] ?? cell;
  return /^'+[=+\-@]/.test(kept) ? kept.slice(1) : kept;
}
