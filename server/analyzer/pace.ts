/** Decides when a camera's next picture is due, so that 30 or 15 pictures a second become a steady 10 or 5. */

/** The state of one camera's rhythm. Times are ms on a monotonic clock. */
export interface Pace {
  /** Intended time between two analyses. */
  readonly interval: number;
  /** When the next analysis is due; null before the first picture. */
  due: number | null;
  lastArrival: number | null;
  /** Smoothed time between two pictures; null until two pictures have arrived. */
  arrivalInterval: number | null;
}

/** Weight of the newest gap in the smoothed gap: a memory of about ten pictures. */
const SMOOTHING = 0.1;

/** `rate`: analyses per second, > 0. */
export function createPace(rate: number): Pace {
  return { interval: 1000 / rate, due: null, lastArrival: null, arrivalInterval: null };
}

/**
 * Records that a picture arrived, and returns whether this is the picture to analyze. Due times lie on a grid, and the
 * picture nearest to a due time is analyzed: a picture may come early by half the gap between two pictures. Jitter
 * therefore shifts single analyses a little but never the rate. The simple rule "at least one interval since the last
 * analysis" would lower the rate.
 */
export function arrived(pace: Pace, now: number): boolean {
  if (pace.lastArrival !== null) {
    // A pause says nothing about the rhythm, and a gap longer than the interval changes nothing below.
    const gap = Math.min(now - pace.lastArrival, pace.interval);
    pace.arrivalInterval =
      pace.arrivalInterval === null ? gap : pace.arrivalInterval + SMOOTHING * (gap - pace.arrivalInterval);
  }
  pace.lastArrival = now;
  pace.due ??= now;
  const early = (pace.arrivalInterval ?? 0) / 2;
  return now >= pace.due - early;
}

/**
 * Records that an analysis began. A late start keeps the grid. A start that is more than one interval late restarts
 * the grid, so that at most one missed analysis is made up for.
 */
export function began(pace: Pace, now: number): void {
  const next = (pace.due ?? now) + pace.interval;
  pace.due = next < now ? now : next;
}
