export interface TokenBucketOptions {
  /** Tokens that come back in a second. */
  perSecond: number;
  /** Tokens at most, and at first. */
  burst: number;
}

/** Bounds how often something is done, with a burst allowed. Holds two numbers whatever the load. */
export class TokenBucket {
  readonly #options: TokenBucketOptions;
  #tokens: number;
  #at: number | null = null;

  constructor(options: TokenBucketOptions) {
    this.#options = options;
    this.#tokens = options.burst;
  }

  /** False when none is left. `now`: ms of any clock; one that runs backwards brings no tokens. */
  take(now: number): boolean {
    const elapsed = this.#at === null ? 0 : Math.max(0, now - this.#at);
    this.#at = now;
    this.#tokens = Math.min(this.#options.burst, this.#tokens + (elapsed / 1000) * this.#options.perSecond);
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
