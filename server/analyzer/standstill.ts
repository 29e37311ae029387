/** Notices that this process did not run for a while: somebody stopped it, or the machine had no time for it. */

/** Between two looks, ms. */
const INTERVAL = 200;

export interface StandstillOptions {
  /** Not having run for this long is a standstill, ms. */
  limit: number;
  /** Called once for each standstill, with its length in ms, before anything that waited is taken for new. */
  onStill(still: number): void;
}

export class Standstill {
  readonly #options: StandstillOptions;
  readonly #timer: NodeJS.Timeout;
  #ran = performance.now();

  constructor(options: StandstillOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.look(), INTERVAL).unref();
  }

  /** Call before taking in anything that may have waited: whether it has waited, because this process stood still until now. */
  look(): boolean {
    const now = performance.now();
    const still = now - this.#ran;
    this.#ran = now;
    if (still <= this.#options.limit) return false;
    this.#options.onStill(still);
    return true;
  }

  close(): void {
    clearInterval(this.#timer);
  }
}
