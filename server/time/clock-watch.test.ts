import { afterEach, describe, expect, it } from 'vitest';
import type { ClockStep } from './clock-steps.ts';
import { type ClockReadings, ClockWatch } from './clock-watch.ts';
import { DAY, HOUR, MINUTE } from './durations.ts';

const BEGIN = Date.UTC(2026, 10, 23, 10);

let watch: ClockWatch;
afterEach(() => watch.close());

interface Change {
  /** Real time that passes while the machine is awake, ms. */
  awake: number;
  /** … and while it sleeps. */
  asleep?: number;
  /** By how much somebody sets the clock. */
  set?: number;
  /** The process is stopped in the middle of a reading. */
  torn?: true;
  /** The system has no clock that counts the sleep. */
  noBoot?: true;
}

/** What the watch reports when all this happens, one look after each. */
function reported(changes: readonly Change[]): (ClockStep | { slept: number })[] {
  const found: (ClockStep | { slept: number })[] = [];
  const clocks = { wall: BEGIN, monotonic: 5_000, boot: 9_000 };
  let reading: ClockReadings | null = { ...clocks };
  watch = new ClockWatch({
    read: () => reading,
    onStep: (step) => found.push(step),
    onSlept: (slept) => found.push({ slept }),
  });
  for (const { awake, asleep = 0, set = 0, torn, noBoot } of changes) {
    clocks.wall += awake + asleep + set;
    clocks.monotonic += awake;
    clocks.boot += awake + asleep;
    reading = torn ? null : { ...clocks, boot: noBoot ? null : Math.floor(clocks.boot / 10) * 10 };
    watch.look();
  }
  return found;
}

const second: Change = { awake: 1_000 };
const hundred = (change: Change) => Array.from({ length: 100 }, () => change);

describe('the watch over the clock', () => {
  it('a clock that runs is not reported, nor one that is corrected gradually', () => {
    expect(reported(hundred(second))).toEqual([]);
    expect(reported(hundred({ awake: 1_000, set: -83 }))).toEqual([]);
    expect(reported(hundred({ awake: 1_000, set: 0.5 }))).toEqual([]);
  });

  it('a clock that is set back or forward is reported once, with what it showed before and after', () => {
    expect(reported([second, { awake: 1_000, set: -HOUR }, second, second])).toEqual([
      { before: BEGIN + 1_000, at: BEGIN + 2_000 - HOUR, by: -HOUR },
    ]);
    watch.close();
    expect(reported([{ awake: 1_000, set: 1_500 }, second])).toEqual([
      { before: BEGIN, at: BEGIN + 2_500, by: 1_500 },
    ]);
  });

  it('a server that was busy for a minute has not had its clock set', () => {
    expect(reported([{ awake: MINUTE, set: 4_000 }, { awake: 10 * MINUTE }])).toEqual([]);
  });

  it('a machine that has slept has the right time, and only a clock that was set as well is reported', () => {
    expect(reported([{ awake: 400, asleep: 8 * HOUR }, second])).toEqual([{ slept: 8 * HOUR - 10 }]);
    watch.close();
    const [slept, step] = reported([{ awake: 400, asleep: HOUR, set: -2 * HOUR }]);
    expect(slept).toEqual({ slept: HOUR - 10 });
    expect(step).toMatchObject({ by: -2 * HOUR + 10 });
  });

  it('where nothing counts the sleep, a sleep is reported as a clock that was set forward', () => {
    const readings = reported([
      { ...second, noBoot: true },
      { awake: 400, asleep: DAY, noBoot: true },
    ]);
    expect(readings).toMatchObject([{ by: DAY }]);
  });

  it('a process that is stopped while it reads the clocks compares them at the next look', () => {
    expect(reported([{ awake: 3_000, torn: true }, second])).toEqual([]);
    watch.close();
    expect(reported([{ awake: 1_000, set: -HOUR, torn: true }, second])).toMatchObject([{ by: -HOUR }]);
  });

  it('the clocks of this machine agree with each other', () => {
    const found: unknown[] = [];
    watch = new ClockWatch({ onStep: (step) => found.push(step) });
    for (let i = 0; i < 50; i += 1) watch.look();
    expect(found).toEqual([]);
  });
});
