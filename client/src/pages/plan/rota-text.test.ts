import { describe, expect, it } from 'vitest';
import type { ShiftView } from '#protocol/schedules.ts';
import { dayGroups, weekText } from './rota-text.ts';

const shift = (id: string, name: string): ShiftView => ({
  id,
  version: '1',
  name,
  begin: '08:00',
  end: '16:00',
  flexible: null,
  breaks: null,
});
const SHIFTS = [shift('e', 'Early'), shift('l', 'Late')];

describe('a week of a rota in words', () => {
  it('days in a row with the same shifts are one group', () => {
    expect(dayGroups([['e'], ['e'], ['l'], ['e', 'l'], ['e', 'l'], [], []])).toEqual([
      { first: 1, last: 2, shiftIds: ['e'] },
      { first: 3, last: 3, shiftIds: ['l'] },
      { first: 4, last: 5, shiftIds: ['e', 'l'] },
      { first: 6, last: 7, shiftIds: [] },
    ]);
  });

  it('a week from Monday to Friday is said in one line', () => {
    expect(weekText([['e'], ['e'], ['e'], ['e'], ['e'], [], []], SHIFTS)).toBe(
      'Mon – Fri Early, Sat – Sun free',
    );
  });

  it('split shifts and a shift that is gone are said too', () => {
    expect(weekText([['e', 'l'], ['x'], [], [], [], [], []], SHIFTS)).toBe(
      'Mon Early and Late, Tue –, Wed – Sun free',
    );
  });
});
