import { describe, expect, it } from 'vitest';
import { becauseText } from './because-text.ts';

const MONDAY = '2026-11-23';
const TUESDAY = '2026-11-24';
const night = [{ localDate: MONDAY }, { localDate: TUESDAY }];

describe('why a work day has its date', () => {
  it('is said of a night without a plan', () => {
    expect(becauseText({ because: 'stay', date: MONDAY, punches: night })).toBe(
      'Counted on Monday because the stay began on Monday',
    );
  });

  it('is said of a planned night', () => {
    expect(becauseText({ because: 'shift', date: MONDAY, punches: night })).toBe(
      'Counted on Monday because the shift began on Monday',
    );
  });

  it('is not said where the turn of the day decided', () => {
    expect(becauseText({ because: 'turn', date: MONDAY, punches: night })).toBe('');
  });

  it('is not said where all punches that count have that date', () => {
    const punches = [{ localDate: MONDAY }, { localDate: TUESDAY, voided: {} }];
    expect(becauseText({ because: 'shift', date: MONDAY, punches })).toBe('');
  });
});
