// cspell:ignore März Okt Montag Jänner
import { describe, expect, it } from 'vitest';
import { dateOrderOf, readDate } from './read-date.ts';

const today = Date.parse('2026-11-28T00:00:00Z');
const read = (text: string, order: 'day-first' | 'month-first' = 'day-first') =>
  readDate(text, { order, today });

describe('readDate', () => {
  it.each([
    ['2026-11-23', '2026-11-23'],
    ['2026-11-23T00:00:00.000Z', '2026-11-23'],
    ['2026/3/4', '2026-03-04'],
    ['20261123', '2026-11-23'],
    ['23.11.2026', '2026-11-23'],
    ['3. 4. 2026', '2026-04-03'],
    ['03.04.26', '2026-04-03'],
    ['23.11.2026 08:00', '2026-11-23'],
    ['23-11-2026', '2026-11-23'],
    ['23/11/2026', '2026-11-23'],
    ['23 Nov 2026', '2026-11-23'],
    ['Nov 23, 2026', '2026-11-23'],
    ['23. März 2026', '2026-03-23'],
    ['1. Jänner 2026', '2026-01-01'],
    ['Montag, 5. Okt. 2026', '2026-10-05'],
    ['Monday, October 5th, 2026', '2026-10-05'],
    ['46349', '2026-11-23'],
    ['46349.5', '2026-11-23'],
    ['61', '1900-03-01'],
  ])('%j is read as %j', (text, date) => {
    expect(read(text)).toBe(date);
  });

  it('slashes follow the order that was chosen, points never do', () => {
    expect(read('03/04/2026', 'month-first')).toBe('2026-03-04');
    expect(read('03.04.2026', 'month-first')).toBe('2026-04-03');
  });

  it('two digits are a year up to ten years ahead, or one that is past', () => {
    expect(read('01.02.36')).toBe('2036-02-01');
    expect(read('01.02.37')).toBe('1937-02-01');
    expect(read('01.02.99')).toBe('1999-02-01');
  });

  it.each(['31.02.2026', '2026-13-01', '23/11/2026x', 'soon', '', '7', '-1', '0', '13/13/2026'])(
    '%j is no date',
    (text) => {
      expect(read(text)).toBeNull();
    },
  );
});

describe('dateOrderOf', () => {
  it('a day above 12 decides for all dates of a column', () => {
    expect(dateOrderOf(['03/04/2026', '23/11/2026'], 'month-first')).toBe('day-first');
    expect(dateOrderOf(['03/04/2026', '11/23/2026'], 'day-first')).toBe('month-first');
  });

  it('where every date can be read in two ways, the usual way is taken, and said', () => {
    expect(dateOrderOf(['03/04/2026'], 'day-first')).toBe('day-first');
    expect(dateOrderOf(['03.04.2026', '2026-01-01'], 'day-first')).toBeNull();
  });
});
