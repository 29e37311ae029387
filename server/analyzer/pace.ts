/** When a camera's next picture is due, so that 30 or 15 pictures a second become a steady 10 or 5. */

/** What one camera's rhythm remembers. Times: ms on a monotonic clock. */
export interface Pace {
  /** Wanted time between two analyzes. */
  readonly interval: number;
  /** The next analysis is due then; null before the first picture. */
  due: number | null;
  lastArrival: number | null;
  /** Smoothed time between two pictures; null until two have come. */
  arrivalInterval: number | null;
}

/** Weight of the newest gap in the smoothed one: about ten pictures of memory. */
const SMOOTHING = 0.1;

/** `rate`: analyzes a second, > 0. */
export function createPace(rate: number): Pace {
  return { interval: 1000 / rate, due: null, lastArrival: null, arrivalInterval: null };
}

/**
 * Notes that a picture came, and says whether it is the one to analyze. The due times lie on a grid, and the picture
 * nearest to a due time is the one: early ones count from half a picture's gap before. So jitter moves single
 * analyzes a little but never the rate, which a plain "at least an interval since the last" would lower.
 */
export function arrived(pace: Pace, now: number): boolean {
  if (pace.lastArrival !== null) {
    // A pause is no rhythm, and a gap beyond the interval changes nothing below.
    const gap = Math.min(now - pace.lastArrival, pace.interval);
    pace.arrivalInterval =
      pace.arrivalInterval === null ? gap : pace.arrivalInterval + SMOOTHING * (gap - pace.arrivalInterval);
  }
  pace.lastArrival = now;
  pace.due ??= now;
  const early = (pace.arrivalInterval ?? 0) / 2;
  return now >= pace.due - early;
}

/** Notes that an analysis began. One that began late keeps the grid; more than an interval late, the grid starts anew, so one is made up for at most. */
export function began(pace: Pace, now: number): void {
  const next = (pace.due ?? now) + pace.interval;
  pace.due = next < now ? now : next;
}
