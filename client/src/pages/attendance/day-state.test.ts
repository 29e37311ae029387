import { describe, expect, it } from 'vitest';
import type { PunchView, WorkDayView } from '#protocol/attendance.ts';
import { countDayStates, dayState } from './day-state.ts';

const TODAY = '2026-03-12';
const YESTERDAY = '2026-03-11';

function punch(kind: 'in' | 'out'): PunchView {
  return {
    id: kind,
    kind,
    at: `${TODAY}T08:00:00Z`,
    localTime: '09:00',
    source: 'sighting',
    device: 'Main entrance',
    similarity: 0.7,
    live: null,
  };
}

function day(date: string, checkIn: boolean, checkOut: boolean): WorkDayView {
  const punches = [...(checkIn ? [punch('in')] : []), ...(checkOut ? [punch('out')] : [])];
  return {
    person: { id: '1', number: '1', displayName: 'Ann Lee', department: '' },
    date,
    checkIn: checkIn ? punch('in') : null,
    checkOut: checkOut ? punch('out') : null,
    punches,
    worked: checkIn && checkOut ? 0 : null,
  };
}

describe('the state of a work day', () => {
  it.each([
    { date: TODAY, checkIn: true, checkOut: false, state: 'here' },
    { date: TODAY, checkIn: true, checkOut: true, state: 'complete' },
    { date: TODAY, checkIn: false, checkOut: true, state: 'missing-check-in' },
    { date: YESTERDAY, checkIn: true, checkOut: false, state: 'missing-check-out' },
    { date: YESTERDAY, checkIn: true, checkOut: true, state: 'complete' },
    { date: YESTERDAY, checkIn: false, checkOut: true, state: 'missing-check-in' },
    // A page that was opened just before the day turned.
    { date: '2026-03-13', checkIn: true, checkOut: false, state: 'here' },
  ])(
    'the state of a work day is $state on $date with a check-in: $checkIn, and a check-out: $checkOut',
    ({ date, checkIn, checkOut, state }) => {
      expect(dayState(day(date, checkIn, checkOut), TODAY)).toBe(state);
    },
  );

  it('the start page counts everybody exactly as the attendance page shows them', () => {
    const days = [
      day(TODAY, true, false),
      day(TODAY, true, false),
      day(TODAY, true, true),
      day(TODAY, false, true),
    ];
    expect(countDayStates(days, TODAY)).toEqual({ here: 2, left: 2 });
  });
});
