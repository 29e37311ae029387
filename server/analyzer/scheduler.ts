/** Chooses the camera that an idle vision thread serves next. Has no clock and no threads; times are passed in. */
import { arrived, began, createPace, type Pace } from './pace.ts';

interface Turn {
  pace: Pace;
  /** Since when a due picture has been waiting, monotonic ms; null if none is waiting. */
  waitingSince: number | null;
  inFlight: boolean;
}

/**
 * A camera enters the queue with its first due picture and keeps its place while newer pictures replace that one. The
 * camera that has waited longest is therefore served first, and a fast camera cannot crowd out a slow one. Only one
 * picture of a camera is in flight at a time, because the camera's tracks travel with it.
 */
export class Scheduler {
  readonly #turns = new Map<string, Turn>();

  /** `rate`: maximum number of analyses per second. */
  add(camera: string, rate: number): void {
    this.#turns.set(camera, { pace: createPace(rate), waitingSince: null, inFlight: false });
  }

  /** With the next picture, the camera has this rate. */
  change(camera: string, rate: number): void {
    const turn = this.#turns.get(camera);
    if (turn && turn.pace.interval !== createPace(rate).interval) turn.pace = createPace(rate);
  }

  remove(camera: string): void {
    this.#turns.delete(camera);
  }

  /** Call when a picture arrives. `now`: monotonic ms. Returns whether the camera is waiting to be analyzed. */
  arrived(camera: string, now: number): boolean {
    const turn = this.#turns.get(camera);
    if (!turn) return false;
    if (arrived(turn.pace, now)) turn.waitingSince ??= now;
    return turn.waitingSince !== null;
  }

  /** Takes the camera that has waited longest and counts it as in flight; null if none is waiting. */
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

  /** Call when the camera's picture is no longer in a thread, whatever the outcome. */
  finished(camera: string): void {
    const turn = this.#turns.get(camera);
    if (turn) turn.inFlight = false;
  }
}
