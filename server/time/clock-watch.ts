/**
 * Notices that somebody has set the wall clock, by comparing it with the monotonic one.
 *
 * On Linux `performance.now()` is CLOCK_MONOTONIC: nobody can set it, and it stands still while the machine sleeps.
 * `Date.now()` is CLOCK_REALTIME: it can be set, and is read from the hardware after a sleep. So a sleep looks as if the
 * clock had been set forward. `os.uptime()` (CLOCK_BOOTTIME) counts the sleep and tells the two apart. A virtual machine
 * that its host has paused has slept by none of these clocks: when its time is set right, that is a step.
 */
import os from 'node:os';
import type { ClockStep } from './clock-steps.ts';

/** One reading of the clocks of this machine, ms. */
export interface ClockReadings {
  /** Epoch ms. */
  wall: number;
  monotonic: number;
  /** Counts the time in which the machine slept; null where the system has no such clock. */
  boot: number | null;
}

export interface ClockWatchOptions {
  onStep: (step: ClockStep) => void;
  /** The machine has slept for so long, ms. The clock is right. */
  onSlept?: (slept: number) => void;
  /** Null where the readings cannot be compared. Replaced in tests. */
  read?: () => ClockReadings | null;
}

/** The clocks are compared this often, ms. */
const EVERY = 1_000;
/** A smaller step is no step: no hours depend on a second. */
const LEAST = 1_000;
/** A clock that is corrected gradually gains or loses less than this: chrony allows 8.3 %, NTP 0.05 %. */
const SLEW = 0.1;
/** `os.uptime()` has two decimals. */
const UPTIME_STEP = 10;

export class ClockWatch {
  readonly #options: ClockWatchOptions;
  readonly #read: () => ClockReadings | null;
  readonly #timer: NodeJS.Timeout;
  #last: ClockReadings | null;

  constructor(options: ClockWatchOptions) {
    this.#options = options;
    this.#read = options.read ?? readClocks;
    this.#last = this.#read();
    this.#timer = setInterval(() => this.look(), EVERY).unref();
  }

  /** Compares the clocks now: for whoever is about to use the time. */
  look(): void {
    const last = this.#last;
    const now = this.#read();
    if (!now) return;
    this.#last = now;
    if (!last) return;
    const passed = now.monotonic - last.monotonic;
    const ahead = now.wall - last.wall - passed;
    const asleep =
      now.boot === null || last.boot === null ? 0 : Math.max(0, now.boot - last.boot - passed - UPTIME_STEP);
    const slept = asleep >= LEAST ? asleep : 0;
    if (slept > 0) this.#options.onSlept?.(Math.round(slept));
    const by = Math.round(ahead - slept);
    if (Math.abs(by) < LEAST + SLEW * (passed + slept)) return;
    this.#options.onStep({ before: last.wall, at: now.wall, by });
  }

  close(): void {
    clearInterval(this.#timer);
  }
}

/** Readings further apart than this, ms, belong to different moments: the process was stopped between them. */
const TOGETHER = 50;

function readClocks(): ClockReadings | null {
  const monotonic = performance.now();
  const wall = Date.now();
  // Elsewhere it is computed from the wall clock.
  const boot = process.platform === 'linux' ? os.uptime() * 1_000 : null;
  return performance.now() - monotonic > TOGETHER ? null : { wall, monotonic, boot };
}
