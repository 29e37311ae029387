import { describe, expect, it } from 'vitest';
import { becauseText } from './because-text.ts';

const MONDAY = '2026-11-23';
const TUESDAY = '2026-11-24';
const night = [{ localDate: MONDAY }, { localDate: TUESDAY }];

describe('why a work day has its date', () => {
  it('the date of a night without a plan is explained by the stay', () => {
    expect(becauseText({ because: 'stay', date: MONDAY, punches: night })).toBe(
      'Counted on Monday because the stay began on Monday',
    );
  });

  it('the date of a planned night is explained by the shift', () => {
    expect(becauseText({ because: 'shift', date: MONDAY, punches: night })).toBe(
      'Counted on Monday because the shift began on Monday',
    );
  });

  it('the date of a day that the turn of the day decided is not explained', () => {
    expect(becauseText({ because: 'turn', date: MONDAY, punches: night })).toBe('');
  });

  it('the date is not explained where all punches that count have it', () => {
    const punches = [{ localDate: MONDAY }, { localDate: TUESDAY, voided: {} }];
    expect(becauseText({ because: 'shift', date: MONDAY, punches })).toBe('');
  });
});
