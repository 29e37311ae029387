/**
 * Which cameras have ended analyzers. A camera whose pictures kill an analyzer must not take down all of them in turn, so one
 * that did it twice has to wait before it gets another one.
 */

/** An analyzer that dies this soon after it got a camera may have died of it, ms. */
const SOON = 30_000;
/** Two such deaths within this time are no coincidence, ms. */
const WINDOW = 10 * 60_000;
/** How long the camera waits then, ms: after the second death, the third, and every further one. */
const WAITS = [60_000, 5 * 60_000, 30 * 60_000] as const;

export class PoisonWatch {
  readonly #given = new Map<string, number>();
  readonly #deaths = new Map<string, number[]>();

  /** An analyzer gets the camera. `now`: monotonic ms. */
  given(cameraId: string, now: number): void {
    this.#given.set(cameraId, now);
  }

  /** The analyzer of this camera died. Returns how long the camera must wait for the next one, ms; usually 0. */
  died(cameraId: string, now: number): number {
    const given = this.#given.get(cameraId);
    if (given === undefined || now - given > SOON) return 0;
    // Each wait is longer than the one before, so what came before it still counts.
    const deaths = (this.#deaths.get(cameraId) ?? []).filter((at) => now - at < WINDOW + WAITS.at(-1)!);
    deaths.push(now);
    this.#deaths.set(cameraId, deaths);
    const [before] = deaths.slice(-2);
    if (deaths.length < 2 || before === undefined) return 0;
    if (deaths.length === 2 && now - before > WINDOW) return 0;
    return WAITS[Math.min(deaths.length - 2, WAITS.length - 1)]!;
  }

  forget(cameraId: string): void {
    this.#given.delete(cameraId);
  }
}
