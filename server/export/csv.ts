/** A table as CSV (RFC 4180), for people who open it in a spreadsheet. */

export type Cell = string | number | boolean | null | undefined;

/** The columns are the keys of the first row. Without rows the text is empty. */
export function toCsv(rows: readonly Readonly<Record<string, Cell>>[]): string {
  const [first] = rows;
  if (!first) return '';
  const columns = Object.keys(first);
  return [columns, ...rows.map((row) => columns.map((column) => row[column]))].map(csvLine).join('');
}

/** One line, with its line break. */
export function csvLine(cells: readonly Cell[]): string {
  return `${cells.map(quoted).join(',')}\r\n`;
}

function quoted(cell: Cell): string {
  if (cell === null || cell === undefined) return '';
  // A spreadsheet runs text that begins like a formula, and the text may be a name that somebody chose for that purpose.
  const text = typeof cell === 'string' && /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : String(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
