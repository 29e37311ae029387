import { describe, expect, it } from 'vitest';
import { mondayOf, weekOf } from './rota-weeks.ts';

describe('the week of a rota', () => {
  it.each([
    ['2026-01-05', '2026-01-05', 0],
    ['2026-01-05', '2026-01-11', 0],
    ['2026-01-05', '2026-01-12', 1],
    ['2026-01-05', '2026-01-26', 0],
    // The anchor may be any date of its week.
    ['2026-01-09', '2026-01-12', 1],
    // Before the anchor it runs on backwards.
    ['2026-01-05', '2026-01-04', 2],
    ['2026-01-05', '2025-12-22', 1],
    // Over a change of the clocks.
    ['2026-03-23', '2026-03-30', 1],
    ['2025-12-29', '2026-12-28', 52 % 3],
  ])('of three weeks in turn from %s, %s is in week %i', (anchor, date, week) => {
    expect(weekOf({ weeks: [[], [], []], anchor }, date)).toBe(week);
  });

  it('a rota of one week has no other, whatever its anchor says', () => {
    expect(weekOf({ weeks: [[]], anchor: '2026-01-08' }, '2031-07-04')).toBe(0);
  });

  it.each([
    ['2026-11-30', '2026-11-30'],
    ['2026-11-29', '2026-11-23'],
    ['2027-01-01', '2026-12-28'],
  ])('the Monday of %s is %s', (date, monday) => {
    expect(mondayOf(date)).toBe(monday);
  });
});
