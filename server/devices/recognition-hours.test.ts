import { describe, expect, it } from 'vitest';
import type { WeekHours } from '../protocol/devices.ts';
import { recognizingAt } from './recognition-hours.ts';

const ZONE = 'Europe/Berlin';
const at = (iso: string) => Date.parse(iso);
const day = { from: '06:00', to: '20:00' };
const office: WeekHours = [day, day, day, day, day, null, null];
/** Every night, and none from Saturday to Sunday. */
const night = { from: '22:00', to: '06:00' };
const nights: WeekHours = [night, night, night, night, night, null, night];

function text(hours: WeekHours | null, iso: string): string {
  const { now, until } = recognizingAt(hours, ZONE, at(iso));
  return `${now ? 'on' : 'off'} until ${until === null ? 'ever' : new Date(until).toISOString().slice(0, 16)}`;
}

describe('the hours of recognition', () => {
  it.each([
    // 2026-06-01 is a Monday; Berlin is two hours ahead of UTC.
    ['on Monday morning', office, '2026-06-01T03:59:00Z', 'off until 2026-06-01T04:00'],
    ['as the hours begin', office, '2026-06-01T04:00:00Z', 'on until 2026-06-01T18:00'],
    ['as the hours end', office, '2026-06-01T18:00:00Z', 'off until 2026-06-02T04:00'],
    ['on Friday night', office, '2026-06-05T20:00:00Z', 'off until 2026-06-08T04:00'],
    ['past midnight', nights, '2026-06-02T02:00:00Z', 'on until 2026-06-02T04:00'],
    ['in the night without hours', nights, '2026-06-07T01:00:00Z', 'off until 2026-06-07T20:00'],
    ['at noon between nights', nights, '2026-06-02T10:00:00Z', 'off until 2026-06-02T20:00'],
    // On 2026-03-29 the clocks skip from 02:00 to 03:00, and 22:00 to 06:00 is seven hours long.
    [
      'in the night of the change to summer time',
      nights,
      '2026-03-30T03:59:00Z',
      'on until 2026-03-30T04:00',
    ],
  ] as const)('%s', (_name, hours, iso, expected) => {
    expect(text(hours, iso)).toBe(expected);
  });

  it('without hours a camera always recognizes, and with no day it never does', () => {
    expect(text(null, '2026-06-01T03:59:00Z')).toBe('on until ever');
    const none: WeekHours = [null, null, null, null, null, null, null];
    expect(text(none, '2026-06-01T03:59:00Z')).toBe('off until ever');
  });

  it('hours that touch are one span, and hours without a gap never end', () => {
    const whole = { from: '00:00', to: '00:00' };
    const always: WeekHours = [whole, whole, whole, whole, whole, whole, whole];
    expect(text(always, '2026-06-03T12:00:00Z')).toBe('on until ever');
    const weekdays: WeekHours = [whole, whole, whole, whole, whole, null, null];
    expect(text(weekdays, '2026-06-01T12:00:00Z')).toBe('on until 2026-06-05T22:00');
    expect(text(weekdays, '2026-06-06T12:00:00Z')).toBe('off until 2026-06-07T22:00');
  });
});
