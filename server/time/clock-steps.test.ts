import { describe, expect, it } from 'vitest';
import { type ClockStep, doubtAt, doubtfulSpans } from './clock-steps.ts';
import { DAY, HOUR, MINUTE } from './durations.ts';

/** HH:MM, on one day or, as in `1d 09:00`, a day later. */
function at(text: string): number {
  const [, days = '0', hours, minutes] = /^(?:(-?\d+)d )?(\d\d):(\d\d)$/.exec(text)!;
  return Date.UTC(2026, 10, 23) + Number(days) * DAY + Number(hours) * HOUR + Number(minutes) * MINUTE;
}

/** At `before` by its own reading the clock is set by that much; the watch sees it a second later. */
function step(before: string, by: number): ClockStep {
  return { before: at(before), at: at(before) + 1_000 + by, by };
}

const back = step('10:31', -HOUR);
const forward = step('10:31', HOUR);

// prettier-ignore
const ROWS: [name: string, steps: ClockStep[], time: string, doubt: number | null][] = [
  ['long before', [back], '09:00', null],
  ['in the hour that is shown twice', [back], '09:31', 0],
  ['in the middle of it', [back], '10:00', 0],
  ['at its end', [back], '10:31', 0],
  ['after it', [back], '10:32', null],
  ['before the clock is set forward', [forward], '10:30', null],
  ['at the last reading before', [forward], '10:31', 0],
  ['in the skipped hour', [forward], '11:00', 0],
  ['after the skipped hour', [forward], '11:32', null],
  ['while a clock that was set forward by mistake is wrong', [forward, step('14:00', -HOUR)], '12:30', 0],
  ['after it was set right', [forward, step('14:00', -HOUR)], '14:10', null],
  ['the hour shown twice when it was set right', [forward, step('14:00', -HOUR)], '13:30', 0],
  ['between two steps that do not undo each other', [forward, step('14:00', -2 * HOUR)], '11:45', null],
  ['set right in two steps', [step('08:00', HOUR), step('12:00', -HOUR / 2), step('12:10', -HOUR / 2)], '11:00', 0],
  ['between small corrections of a program', [step('08:00', 2_000), step('12:00', -2_000)], '10:00', null],
  ['a year that was skipped, near its beginning', [step('08:00', 365 * DAY)], '0d 20:00', 0],
  ['a year that was skipped, in the middle', [step('08:00', 365 * DAY)], '100d 08:00', null],
  ['a year that was skipped, near its end', [step('08:00', 365 * DAY)], '365d 07:00', 0],
  ['without any step', [], '08:00', null],
];

describe('the times that a clock which was set puts in doubt', () => {
  it.each(ROWS)('%s', (_, steps, time, doubt) => {
    expect(doubtAt(at(time), doubtfulSpans(steps))).toBe(doubt === null ? null : steps[doubt]);
  });
});
