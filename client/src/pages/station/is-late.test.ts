import { expect, it } from 'vitest';
import type { AttendanceEvent } from '#protocol/results.ts';
import { isLate, LATE } from './is-late.ts';

const event: AttendanceEvent = {
  type: 'attendance',
  id: 's1',
  camera: 'door',
  track: 1,
  person: { id: 'p1', name: 'Grace Hopper' },
  result: 'already-in',
  seenAt: '2026-11-29T08:10:00Z',
  at: '2026-11-29T08:06:00Z',
  localTime: '09:06',
};

it('a result is late by when the person was seen, however long ago the punch is that it speaks of', () => {
  const seen = Date.parse(event.seenAt);
  expect(isLate(event, seen + LATE)).toBe(false);
  expect(isLate(event, seen + LATE + 1)).toBe(true);
});
