/** Token buckets: how often a stranger may try something. */
import { MusterError } from '../protocol/error.ts';

export interface RateLimitOptions {
  /** Tries at once. */
  burst: number;
  /** One more try comes back after this long, ms. */
  refill: number;
  /** Epoch ms; replaced in tests. */
  now?: () => number;
}

/**
 * What may be tried without being signed in, per address (IPv6: per /64), and by all addresses together
 * where a secret is short enough to be found by many.
 */
export const RATE_LIMITS = {
  /** 10 at once, then one every 6 s: 14,410 guesses a day against passwords of 12 characters and more. */
  signIn: { burst: 10, refill: 6_000 },
  /** Ways to a provider and back: two requests each. The provider counts the guesses. */
  oidc: { burst: 40, refill: 3_000 },
  /** The one-time token has 99 bits: this only keeps the noise down. */
  setup: { burst: 5, refill: 12_000 },
  pairing: { burst: 10, refill: 12_000 },
  /** 8.5 × 10¹¹ codes live ten minutes each: at 330 tries in that time, one in 2.5 × 10⁹ per open code. */
  pairingOverall: { burst: 30, refill: 2_000 },
  /** Anything under /api, per address: every request may cost a question to the database. 40 a second. */
  api: { burst: 200, refill: 25 },
  /** The same per account, device or token. 20 a second. */
  caller: { burst: 100, refill: 50 },
  /** Sockets opened, per address: 10 a second, and a whole office that comes back at once. */
  upgrade: { burst: 200, refill: 100 },
} as const satisfies Record<string, RateLimitOptions>;

/** Addresses remembered at once; beyond, the one longest untouched is forgotten. About 1 MB. */
const MAX_KEYS = 10_000;

interface Bucket {
  tokens: number;
  at: number;
}

export class RateLimit {
  readonly #options: RateLimitOptions;
  readonly #now: () => number;
  /** In the order last touched. */
  readonly #buckets = new Map<string, Bucket>();

  constructor(options: RateLimitOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
  }

  /** Takes one try from the key's bucket. Throws MusterError `rate-limited` with the seconds to wait. */
  take(key: string): void {
    const wait = this.#take(key);
    if (wait === 0) return;
    const seconds = Math.ceil(wait / 1000);
    throw new MusterError('rate-limited', `Too many tries: wait ${seconds} s and try again.`, {
      details: { retryAfter: seconds },
    });
  }

  /** The try that was taken last shall not count. */
  giveBack(key: string): void {
    const bucket = this.#buckets.get(key);
    if (bucket) bucket.tokens = Math.min(this.#options.burst, bucket.tokens + 1);
  }

  /** Takes one try, where there is one. */
  allows(key: string): boolean {
    return this.#take(key) === 0;
  }

  /** 0, or the ms until there is one. */
  #take(key: string): number {
    const { burst, refill } = this.#options;
    const now = this.#now();
    const last = this.#buckets.get(key) ?? { tokens: burst, at: now };
    const tokens = Math.min(burst, last.tokens + (now - last.at) / refill);
    this.#buckets.delete(key);
    this.#buckets.set(key, { tokens: tokens < 1 ? tokens : tokens - 1, at: now });
    if (this.#buckets.size > MAX_KEYS) this.#buckets.delete(this.#buckets.keys().next().value!);
    return tokens >= 1 ? 0 : (1 - tokens) * refill;
  }
}
