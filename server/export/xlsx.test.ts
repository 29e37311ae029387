import { buffer } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import { readXlsx } from 'hucre/xlsx';
import { expect, it } from 'vitest';
import type { Column, TableCell } from './table.ts';
import { xlsxTable } from './xlsx.ts';

const COLUMNS: Column[] = [
  { header: 'Name & <more>', kind: 'text' },
  { header: 'Date', kind: 'date' },
  { header: 'In', kind: 'time' },
  { header: 'Planned', kind: 'duration' },
  { header: 'Balance', kind: 'hours' },
  { header: 'Times', kind: 'number' },
];
const HOUR = 3_600_000;

async function sheetsOf(rows: readonly (readonly TableCell[])[], mostRows?: number) {
  const table = { name: 'days', columns: COLUMNS, rows: Readable.from(rows) };
  const bytes = await buffer(Readable.from(xlsxTable(table, mostRows === undefined ? {} : { mostRows })));
  return (await readXlsx(bytes)).sheets;
}

it('dates are dates, hours are parts of a day or decimal, and text is text', async () => {
  const [sheet] = await sheetsOf([['0007', '2026-03-01', '08:15', 7.5 * HOUR, -1.25 * HOUR, 3]]);
  expect(sheet!.name).toBe('days');
  expect(sheet!.rows).toEqual([
    COLUMNS.map(({ header }) => header),
    ['0007', new Date('2026-03-01'), expect.any(Date), expect.any(Date), -1.25, 3],
  ]);
});

it.each(['=1+1', 'a & b < c > d "e"', '  spaces  ', 'two\nlines', 'Zoë 李 \u{1F600}', '00012'])(
  'text comes back as it was: %j',
  async (text) => {
    const [sheet] = await sheetsOf([[text, null, null, null, null, null]]);
    expect(sheet!.rows[1]![0]).toBe(text);
  },
);

it('a letter that XML cannot have does not break the file', async () => {
  const [sheet] = await sheetsOf([['a\u0001b\uFFFFc', null, null, null, null, 1]]);
  expect(sheet!.rows[1]!.at(-1)).toBe(1);
});

it('nothing and what is no number leave their cells empty', async () => {
  const [sheet] = await sheetsOf([['', null, '', null, Number.NaN, 0]]);
  expect(sheet!.rows[1]!.slice(0, 5).every((cell) => cell === null || cell === undefined)).toBe(true);
  expect(sheet!.rows[1]![5]).toBe(0);
});

it('what a sheet cannot hold is in further sheets under the same header', async () => {
  const rows = Array.from({ length: 5 }, (_, i) => [`row ${i}`, null, null, null, null, i]);
  const sheets = await sheetsOf(rows, 3);
  expect(sheets.map(({ name }) => name)).toEqual(['days', 'days_2', 'days_3']);
  expect(sheets.map((sheet) => sheet.rows.map(([text]) => text))).toEqual([
    ['Name & <more>', 'row 0', 'row 1'],
    ['Name & <more>', 'row 2', 'row 3'],
    ['Name & <more>', 'row 4'],
  ]);
});

it('a table without rows is a header', async () => {
  const sheets = await sheetsOf([]);
  expect(sheets.map((sheet) => sheet.rows.length)).toEqual([1]);
});

async function* brokenRows() {
  yield ['a', null, null, null, null, 1];
  throw new Error('the database is gone');
}

it('a fault of the rows is a fault of the file', async () => {
  const file = xlsxTable({ name: 'days', columns: COLUMNS, rows: brokenRows() });
  await expect(buffer(Readable.from(file))).rejects.toThrow('the database is gone');
});

it('rows end where the reader stops', async () => {
  let ended = false;
  async function* rows() {
    try {
      for (let i = 0; ; i += 1) yield [`row ${i}`, null, null, null, null, Math.random()];
    } finally {
      ended = true;
    }
  }
  for await (const piece of xlsxTable({ name: 'days', columns: COLUMNS, rows: rows() })) {
    if (piece.length > 1_000) break;
  }
  await expect.poll(() => ended).toBe(true);
});
