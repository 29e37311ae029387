/** Which camera an idle vision thread serves next. No clock and no threads of its own: times are passed in. */
import { arrived, began, createPace, type Pace } from './pace.ts';

interface Turn {
  pace: Pace;
  /** Since when a due picture has been waiting; null while there is none. */
  waitingSince: number | null;
  inFlight: boolean;
}

/**
 * Cameras queue up with their first due picture and keep that place while newer pictures replace it, so the
 * longest-waiting one is served first and a fast camera cannot crowd out a slow one. One picture of a camera is in
 * flight at a time, because its tracks travel with it.
 */
export class Scheduler {
  readonly #turns = new Map<string, Turn>();

  /** `rate`: analyzes a second, at most. */
  add(camera: string, rate: number): void {
    this.#turns.set(camera, { pace: createPace(rate), waitingSince: null, inFlight: false });
  }

  remove(camera: string): void {
    this.#turns.delete(camera);
  }

  /** A picture of the camera came, ms on a monotonic clock. True where it is waiting to be analyzed. */
  arrived(camera: string, now: number): boolean {
    const turn = this.#turns.get(camera);
    if (!turn) return false;
    if (arrived(turn.pace, now)) turn.waitingSince ??= now;
    return turn.waitingSince !== null;
  }

  /** Takes the camera that waited longest, and counts it as in flight; null where none waits. */
  next(now: number): string | null {
    let best: string | null = null;
    let since = Infinity;
    for (const [camera, turn] of this.#turns) {
      if (!turn.inFlight && turn.waitingSince !== null && turn.waitingSince < since) {
        best = camera;
        since = turn.waitingSince;
      }
    }
    const turn = best === null ? undefined : this.#turns.get(best);
    if (turn) {
      turn.inFlight = true;
      turn.waitingSince = null;
      began(turn.pace, now);
    }
    return best;
  }

  /** The camera's picture is out of the thread, whatever came of it. */
  finished(camera: string): void {
    const turn = this.#turns.get(camera);
    if (turn) turn.inFlight = false;
  }
}
