import { describe, expect, it } from 'vitest';
import { addDays, ago, countdown, span } from './format.ts';

describe('how amounts are written in English', () => {
  it.each([
    [0, '0 min'],
    [59 * 60_000, '59 min'],
    [3_600_000, '1 h 00 min'],
    [8 * 3_600_000 + 5 * 60_000, '8 h 05 min'],
    [-5, '0 min'],
  ])('a span of %i ms is written as %s', (milliseconds, text) => {
    expect(span(milliseconds)).toBe(text);
  });

  it.each([
    [90_000, '1:30'],
    [59_001, '1:00'],
    [0, '0:00'],
    [-1, '0:00'],
  ])('a countdown with %i ms left shows %s', (milliseconds, text) => {
    expect(countdown(milliseconds)).toBe(text);
  });

  it.each([
    ['2026-02-28', 1, '2026-03-01'],
    ['2026-01-01', -1, '2025-12-31'],
    ['2026-03-29', 1, '2026-03-30'],
  ])('%s plus %i days is %s', (date, days, result) => {
    expect(addDays(date, days)).toBe(result);
  });

  it.each([
    [30, 'just now'],
    [120, '2 minutes ago'],
    [7200, '2 hours ago'],
  ])('an instant %i seconds in the past is written as %s', (seconds, text) => {
    const now = Date.parse('2026-11-22T12:00:00Z');
    expect(ago(new Date(now - seconds * 1000).toISOString(), now)).toBe(text);
  });
});
