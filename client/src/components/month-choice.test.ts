import { expect, it } from 'vitest';
import { addMonths, monthSpan } from './month-choice.ts';

it.each([
  ['2026-12', 1, '2027-01'],
  ['2026-01', -1, '2025-12'],
  ['2024-02', 12, '2025-02'],
])('the month %s and %i months are %s', (month, months, later) => {
  expect(addMonths(month, months)).toBe(later);
});

it('a span ends with the last day of its month', () => {
  expect(monthSpan('2028-02')).toEqual({ from: '2028-02-01', to: '2028-02-29' });
  expect(monthSpan('2026-01', 3)).toEqual({ from: '2025-11-01', to: '2026-01-31' });
});
