import { expect, it } from 'vitest';
import { addMonths } from './closing-text.ts';

it.each([
  ['2026-12', 1, '2027-01'],
  ['2026-01', -1, '2025-12'],
  ['2024-02', 12, '2025-02'],
])('the month %s and %i months are %s', (month, months, later) => {
  expect(addMonths(month, months)).toBe(later);
});
