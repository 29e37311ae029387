export interface TokenBucketOptions {
  /** Tokens at most, and at first. */
  burst: number;
  /** Time until one more token comes back, ms. */
  refill: number;
  /** ms; replaced in tests. The default never runs backwards: setting the system clock back must not lock anyone out. */
  now?: () => number;
}

/** Bounds how often something is done, and allows a burst. It holds only two numbers, however many requests come. */
export class TokenBucket {
  readonly #options: TokenBucketOptions;
  readonly #now: () => number;
  #tokens: number;
  #at: number;

  constructor(options: TokenBucketOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
    this.#tokens = options.burst;
    this.#at = this.#now();
  }

  /** Takes a token and returns 0; where there is none, takes nothing and returns the ms until the next one. */
  take(): number {
    const { burst, refill } = this.#options;
    const now = this.#now();
    this.#tokens = Math.min(burst, this.#tokens + Math.max(0, now - this.#at) / refill);
    this.#at = now;
    if (this.#tokens < 1) return (1 - this.#tokens) * refill;
    this.#tokens -= 1;
    return 0;
  }

  /** Gives the last token back. */
  giveBack(): void {
    this.#tokens = Math.min(this.#options.burst, this.#tokens + 1);
  }
}
