/** A table as CSV (RFC 4180), for people who open it in a spreadsheet. */

export type Cell = string | number | boolean | null | undefined;

/** The columns are those of the first row; no rows, no text. */
export function toCsv(rows: readonly Readonly<Record<string, Cell>>[]): string {
  const [first] = rows;
  if (!first) return '';
  const columns = Object.keys(first);
  const lines = [columns, ...rows.map((row) => columns.map((column) => row[column]))];
  return lines.map((cells) => `${cells.map(quoted).join(',')}\r\n`).join('');
}

function quoted(cell: Cell): string {
  if (cell === null || cell === undefined) return '';
  // A spreadsheet runs what begins like a formula, and this may be a name that somebody made up for that.
  const text = typeof cell === 'string' && /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : String(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
