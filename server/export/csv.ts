/** A table as CSV (RFC 4180), for people who open it in a spreadsheet. */

export type Cell = string | number | boolean | null | undefined | Safe;

/** Text that was made here, such as `-0:30`, and that is no formula whatever it begins with. */
interface Safe {
  safe: string;
}

/** The columns are the keys of the first row. Without rows the text is empty. */
export function toCsv(rows: readonly Readonly<Record<string, Cell>>[]): string {
  const [first] = rows;
  if (!first) return '';
  const columns = Object.keys(first);
  return [columns, ...rows.map((row) => columns.map((column) => row[column]))]
    .map((cells) => csvLine(cells))
    .join('');
}

export interface CsvStyle {
  delimiter: ',' | ';' | '\t';
  /** Of numbers. */
  decimal: '.' | ',';
}

/** By the names that the API gives them. */
export const DELIMITERS = { comma: ',', semicolon: ';', tab: '\t' } as const;
export const DECIMALS = { point: '.', comma: ',' } as const;
/** What a file is where nobody chooses: `config.exports`. */
export interface ExportDefaults {
  format: 'xlsx' | 'csv';
  /** `language`: a comma in English, a semicolon in other languages. */
  delimiter: keyof typeof DELIMITERS | 'language';
}

/** What separates the cells: as it was asked for, as the settings say, or as spreadsheets of this language expect it. */
export function delimiterOf(
  asked: keyof typeof DELIMITERS | undefined,
  { delimiter }: ExportDefaults,
  language: string,
): CsvStyle['delimiter'] {
  const usual = language === 'en' ? 'comma' : 'semicolon';
  return DELIMITERS[asked ?? (delimiter === 'language' ? usual : delimiter)];
}

const PLAIN: CsvStyle = { delimiter: ',', decimal: '.' };

/** One line, with its line break. */
export function csvLine(cells: readonly Cell[], style: CsvStyle = PLAIN): string {
  const written = cells.map((cell) =>
    typeof cell === 'number' ? numeral(cell, style) : quoted(textOf(cell)),
  );
  return `${written.join(style.delimiter)}\r\n`;
}

function numeral(value: number, { delimiter, decimal }: CsvStyle): string {
  const text = String(value).replace('.', decimal);
  return text.includes(delimiter) ? `"${text}"` : text;
}

function textOf(cell: Exclude<Cell, number>): string {
  if (cell === null || cell === undefined) return '';
  if (typeof cell === 'object') return cell.safe;
  // A spreadsheet runs text that begins like a formula, and the text may be a name that somebody chose for that purpose.
  // Apostrophes before it are kept apart from the one that is added, so that an import takes away that one alone.
  return typeof cell === 'string' && /^'*[=+\-@\t\r\n]/.test(cell) ? `'${cell}` : String(cell);
}

/** Every delimiter is quoted, whichever is in use: a spreadsheet may split lines at another one. */
function quoted(text: string): string {
  return /[",;\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
