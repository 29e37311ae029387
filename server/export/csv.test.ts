import { describe, expect, it } from 'vitest';
import { csvLine, toCsv } from './csv.ts';

describe('toCsv', () => {
  it('toCsv writes the columns of the first row, and one line per row', () => {
    expect(
      toCsv([
        { a: 1, b: 'x' },
        { b: 'y', a: null },
      ]),
    ).toBe('a,b\r\n1,x\r\n,y\r\n');
    expect(toCsv([])).toBe('');
  });

  it('quotes cells that a comma, a quote or a line break would split', () => {
    expect(toCsv([{ a: 'x, y', b: 'say "no"', c: 'two\nlines' }])).toBe(
      'a,b,c\r\n"x, y","say ""no""","two\nlines"\r\n',
    );
  });

  it.each(['=1+1', '+1', '-1', '@sum', '\tx', "'=1"])(
    'toCsv keeps a spreadsheet from running %j as a formula',
    (name) => {
      expect(toCsv([{ name }]).split('\r\n')[1]!.replaceAll('"', '')).toBe(`'${name}`);
    },
  );

  it('a line is written with the delimiter and the decimal separator of a language', () => {
    const german = { delimiter: ';', decimal: ',' } as const;
    expect(csvLine(['0007', 'Miller; Jo', -1.25, null, '-1,25'], german)).toBe(
      '0007;"Miller; Jo";-1,25;;"\'-1,25"\r\n',
    );
    expect(csvLine(['a\tb', 1.5], { delimiter: '\t', decimal: '.' })).toBe('"a\tb"\t1.5\r\n');
  });

  it('toCsv leaves numbers alone', () => {
    expect(toCsv([{ n: -1.5 }])).toBe('n\r\n-1.5\r\n');
  });
});
