// cspell:ignore Müller Jörg Zoë Łukasz ller ukasz
import { strToU8, zipSync } from 'fflate';
import { writeXlsx } from 'hucre/xlsx';
import { describe, expect, it } from 'vitest';
import { MusterError } from '#protocol/error.ts';
import { FileReader } from './file-reader.ts';
import { pino } from 'pino';
import { readFile } from './read-file.ts';

const WINDOWS_1252 = Buffer.from('Nr;Name\r\n0007;M\xfcller, J\xf6rg \x80\r\n', 'latin1');
const bytes = (text: string, encoding: BufferEncoding = 'utf8') => Buffer.from(text, encoding);

const faultOf = async (content: Uint8Array) => {
  const error = await readFile(content, {}).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(MusterError);
  const { code, faults } = error as MusterError;
  return faults?.[0]?.message ?? code;
};

/** A workbook whose parts together say that they unpack to so many bytes. */
async function declaring(size: number): Promise<Buffer> {
  const content = Buffer.from(await writeXlsx({ sheets: [{ name: 'People', rows: [['Nr'], ['1']] }] }));
  const mark = Buffer.from([0x50, 0x4b, 0x01, 0x02]);
  const parts: number[] = [];
  for (let at = content.indexOf(mark); at !== -1; at = content.indexOf(mark, at + 4)) parts.push(at);
  const each = Math.floor(size / parts.length);
  for (const [i, at] of parts.entries()) {
    content.writeUInt32LE(i === 0 ? size - each * (parts.length - 1) : each, at + 24);
  }
  return content;
}

describe('CSV', () => {
  it.each([
    ['UTF-8', bytes('Nr;Name\n0007;Müller'), 'utf-8'],
    ['UTF-8 with a byte order mark', bytes('\uFEFFNr;Name\n0007;Müller'), 'utf-8'],
    ['UTF-16 with a byte order mark', bytes('\uFEFFNr;Name\n0007;Müller', 'utf16le'), 'utf-16le'],
    ['UTF-16 without one', bytes('Nr;Name\n0007;Müller', 'utf16le'), 'utf-16le'],
    ['big-endian UTF-16', bytes('\uFEFFNr;Name\n0007;Müller', 'utf16le').swap16(), 'utf-16be'],
  ])('%s is read, with numbers as they are written', async (_, content, encoding) => {
    expect(await readFile(content, {})).toMatchObject({
      kind: 'csv',
      encoding,
      rows: [
        ['Nr', 'Name'],
        ['0007', 'Müller'],
      ],
    });
  });

  it('Windows-1252 is read', async () => {
    const { rows, encoding } = await readFile(WINDOWS_1252, {});
    expect(encoding).toBe('windows-1252');
    expect(rows[1]).toEqual(['0007', 'Müller, Jörg €']);
  });

  it('another encoding can be chosen', async () => {
    const content = Buffer.from('Nr;Name\n1;\xa3ukasz\n', 'latin1');
    expect((await readFile(content, { encoding: 'windows-1250' })).rows[1]).toEqual(['1', 'Łukasz']);
  });

  it.each([
    ['semicolon', 'a;b;c\n"x;y";"say ""no""";"two\nlines"\n'],
    ['comma', 'a,b,c\n"x,y",2,3\n'],
    ['tab', 'a\tb\tc\n"x\ty"\t2\t3\n'],
    ['bar', 'a|b|c\n1|2|3\n'],
    ['semicolon', 'nr;name;mail\n1;"Miller, Ada";a@b.c\n2;"Berg, Bob";\n3;Ek, Cyd;\n'],
    ['semicolon', 'sep=;\r\na;b,c\r\n1;2,3\r\n'],
  ])('a file with the delimiter %s is cut at it', async (delimiter, content) => {
    const { rows, ...file } = await readFile(bytes(content), {});
    expect(file.delimiter).toBe(delimiter);
    expect(rows[1]).toHaveLength(rows[0]!.length);
    expect(rows[0]!.length).toBeGreaterThan(1);
  });

  it('what spreadsheets add so that a text stays one is taken away', async () => {
    const { rows } = await readFile(bytes(`="0007";'+49 30 1;'tis;''=x\n`), {});
    expect(rows).toEqual([['0007', '+49 30 1', "'tis", "'=x"]]);
  });

  it('rows keep their numbers: blank ones count, and those at the end are cut', async () => {
    const { rows } = await readFile(bytes('\nNr;Name\n\n7;Ada;x\n8\n\n\n'), {});
    expect(rows).toEqual([[''], ['Nr', 'Name'], [''], ['7', 'Ada', 'x'], ['8']]);
  });

  it('a quotation mark that is not closed is told, rather than taken for one long cell', async () => {
    expect(await faultOf(bytes('Nr;Name\n1;Ada\n2;"Bob\n3;Cyd\n'))).toBe(
      'has a quotation mark that is not closed',
    );
  });

  it('more than 20,000 rows are refused', async () => {
    expect(await faultOf(bytes('1;2\n'.repeat(20_021)))).toBe('too-large');
    expect((await readFile(bytes('1;2\n'.repeat(20_020)), {})).rows).toHaveLength(20_020);
  });
});

describe('workbooks', () => {
  it('cells are read as they are shown: dates, leading zeros, large numbers and results of formulas', async () => {
    const content = await writeXlsx({
      sheets: [
        {
          name: 'People',
          rows: [
            ['Nr', 'Long', 'Day', 'Sum', 'Yes'],
            [7, 12_345_678_901, new Date('2026-11-23T00:00:00Z'), null, true],
          ],
          columns: [{ numFmt: '00000' }, {}, { numFmt: 'dd.mm.yyyy' }],
          cells: new Map([['1,3', { value: null, type: 'formula', formula: '1+1', formulaResult: 2 }]]),
        },
      ],
    });
    const { kind, rows } = await readFile(content, {});
    expect(kind).toBe('xlsx');
    expect(rows[1]).toEqual(['00007', '12345678901', '2026-11-23', '2', 'true']);
  });

  it('the first sheet with content is read, or the one that is chosen; hidden ones are not offered', async () => {
    const content = await writeXlsx({
      sheets: [
        { name: 'Hidden', hidden: true, rows: [['h']] },
        { name: 'Blank', rows: [] },
        { name: 'One', rows: [['1']] },
        { name: 'Two', rows: [['2']] },
      ],
    });
    expect(await readFile(content, {})).toMatchObject({
      sheets: ['Blank', 'One', 'Two'],
      sheet: 'One',
      rows: [['1']],
    });
    expect(await readFile(content, { sheet: 'Two' })).toMatchObject({ sheet: 'Two', rows: [['2']] });
    expect(await readFile(content, { sheet: 'Hidden' }).catch(({ code }: MusterError) => code)).toBe(
      'validation-failed',
    );
  });

  it('an archive that unpacks to more than 200 MiB is refused before it is unpacked', async () => {
    const most = 200 * 1024 * 1024;
    expect(await faultOf(await declaring(most + 1))).toBe('too-large');
    expect((await readFile(await declaring(most), {})).rows).toEqual([['Nr'], ['1']]);
  });

  it.each([
    ['nothing', 0, 'too-large'],
    ['less than it does', 100, 'is not a workbook that can be read'],
  ])('an archive that claims to unpack to %s is refused', async (_, size, reason) => {
    expect(await faultOf(await declaring(size))).toBe(reason);
  });
});

it.each([
  [
    'is an old Excel file (.xls), or one with a password: save it as .xlsx without a password',
    Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1]),
  ],
  ['is not a workbook that can be read', Buffer.from(zipSync({ 'readme.txt': strToU8('no') }))],
  ['is not a workbook that can be read', Buffer.from('PK\x03\x04 cut short')],
  ['is neither CSV nor an Excel workbook', Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 0x10, 0x4a, 0x46])],
  ['is empty', bytes('\n\n')],
  ['is empty', Buffer.alloc(0)],
])('a file %s is refused with that reason', async (message, content) => {
  expect(await faultOf(content)).toBe(message);
});

it('a thread reads the file with the same result, and its refusals arrive as errors', async () => {
  const reader = new FileReader({ log: pino({ level: 'silent' }) });
  expect(await reader.read(WINDOWS_1252, {})).toEqual(await readFile(WINDOWS_1252, {}));
  const refused = await reader.read(Buffer.alloc(0), {}).catch((error: unknown) => error);
  expect(refused).toMatchObject({
    code: 'validation-failed',
    faults: [{ path: 'file', message: 'is empty' }],
  });
});
