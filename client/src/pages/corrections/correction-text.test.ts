import { describe, expect, it } from 'vitest';
import type { PunchView } from '#protocol/attendance.ts';
import { correctionText } from './correction-text.ts';

const punch = (localTime: string, more: Partial<PunchView> = {}): PunchView => ({
  id: localTime,
  person: 'p',
  says: null,
  at: `2026-11-23T${localTime}:00Z`,
  localDate: '2026-11-23',
  localTime,
  timeZone: 'UTC',
  source: 'sighting',
  device: 'Front door',
  similarity: 0.8,
  live: null,
  ...more,
});
const none = { says: null, localTime: null, site: null, punches: [], toPerson: null };

describe('a correction in one line', () => {
  it('a correction that adds a punch is described with its time and site', () => {
    const text = correctionText({
      ...none,
      kind: 'add',
      says: 'in',
      localTime: '2026-11-23 10:58',
      site: 'Kolkata',
    });
    expect(text).toMatch(/^Add a check-in: Monday, .*2026, 10:58.*, Kolkata$/);
  });

  it('a correction that removes a few punches is described with their times', () => {
    expect(correctionText({ ...none, kind: 'void', punches: [punch('05:00'), punch('05:01')] })).toMatch(
      /^Remove 2 punches \(Monday, .*5:00.* and .*5:01.*\)$/,
    );
  });

  it('a correction that removes a burst of punches is described with their number', () => {
    const punches = Array.from({ length: 12 }, (_, i) => punch(`05:${String(10 + i)}`));
    expect(correctionText({ ...none, kind: 'void', punches })).toBe('Remove 12 punches');
  });

  it('a correction that moves a punch is described with the receiver, and with the punch once', () => {
    const toPerson = { id: 'b', number: 'E-2', displayName: 'Ben Lee' };
    const voided = { name: 'Ada', at: '', reason: '', approvedBy: null };
    const punches = [punch('08:00', { voided }), punch('08:00', { source: 'correction' })];
    expect(correctionText({ ...none, kind: 'move', punches, toPerson })).toMatch(
      /^Move 1 punch \(.*\) to Ben Lee$/,
    );
  });
});
