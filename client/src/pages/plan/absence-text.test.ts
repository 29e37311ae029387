import { describe, expect, it } from 'vitest';
import { absenceText, halvesText } from './absence-text.ts';

const absence = (from: string, to: string, beginsAtNoon = false, endsAtNoon = false) => ({
  kind: 'vacation' as const,
  from,
  to,
  beginsAtNoon,
  endsAtNoon,
});

describe('an absence in words', () => {
  it('one whole day is one date', () => {
    expect(absenceText(absence('2026-11-30', '2026-11-30'))).toBe('Vacation, Nov 30, 2026');
  });

  it('several days name what their halves are', () => {
    expect(absenceText(absence('2026-11-30', '2026-12-04', true, true))).toMatch(
      /^Vacation, Nov 30.–.Dec 4, 2026, first day from noon, last day until noon$/,
    );
  });

  it.each([
    [true, false, ['from noon']],
    [false, true, ['until noon']],
    [false, false, []],
  ])('one day that begins at noon: %s, and ends at noon: %s', (begins, ends, text) => {
    expect(halvesText(absence('2026-11-30', '2026-11-30', begins, ends))).toEqual(text);
  });
});
