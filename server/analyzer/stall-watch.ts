/** Notices that a track delivers no pictures any more. */

/** ms: longer than a browser takes to reconnect, shorter than people wait at a door. */
const STALL_LIMIT = 15_000;

export interface StallWatchOptions {
  /** The longest time without a picture, ms. */
  stallLimit?: number | undefined;
  /** Called again and again until the watch is stopped. */
  onStall: (message: string) => void;
}

export class StallWatch {
  readonly #timer: NodeJS.Timeout;
  /** ms of performance.now(). */
  #lastPicture = performance.now();

  /** The first picture is awaited from now on. */
  constructor({ stallLimit = STALL_LIMIT, onStall }: StallWatchOptions) {
    this.#timer = setInterval(() => {
      const still = performance.now() - this.#lastPicture;
      if (still > stallLimit) onStall(`no picture for ${Math.round(still)} ms`);
    }, stallLimit / 5);
  }

  /** A picture has arrived. */
  seen(): void {
    this.#lastPicture = performance.now();
  }

  /** Idempotent. */
  stop(): void {
    clearInterval(this.#timer);
  }
}
