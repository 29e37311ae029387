/** How often callers may try something. */
import { MusterError } from '../protocol/error.ts';
import { TokenBucket, type TokenBucketOptions } from './token-bucket.ts';

/**
 * Limits for callers who are not signed in, per address (IPv6: per /64), and for all addresses together where a
 * secret is so short that many callers together could guess it.
 */
export const RATE_LIMITS = {
  /** 10 at once, then one every 6 s: 14,410 guesses a day against passwords of 12 characters and more. */
  signIn: { burst: 10, refill: 6_000 },
  /** Sign-ins through an identity provider: two requests each. The provider counts the guesses. */
  oidc: { burst: 40, refill: 3_000 },
  /** The one-time token has 99 bits: this limit only keeps the load down. */
  setup: { burst: 5, refill: 12_000 },
  pairing: { burst: 10, refill: 12_000 },
  /**
   * The tries of an address that count as its first ones, and all first ones and all further ones together (those from
   * private networks apart). 8.5 × 10¹¹ codes live ten minutes each: at 4,700 tries in that time, one in 1.8 × 10⁸ per open
   * code. See `PairingLimit`.
   */
  pairingFew: { burst: 3, refill: 200_000 },
  pairingFirst: { burst: 1_000, refill: 200 },
  pairingOverall: { burst: 30, refill: 2_000 },
  /** Openings of a link to enroll one's own face. The token has 256 bits; a whole office may open theirs behind one address. */
  invitation: { burst: 30, refill: 6_000 },
  /** Deliveries of claims: checked by signature, which costs 0.1 ms each; a station sends 20 claims at once. */
  claims: { burst: 60, refill: 1_000 },
  /** Anything under /api, per address: every request may cost a database query. 40 a second. */
  api: { burst: 200, refill: 25 },
  /** The same per account, device or token. 20 a second. */
  caller: { burst: 100, refill: 50 },
  /** Sessions that an encoder begins or ends: 20 at once, then one every 2 s. */
  whip: { burst: 20, refill: 2_000 },
  /** Sockets opened, per address: 10 a second, and a whole office that reconnects at once. */
  upgrade: { burst: 200, refill: 100 },
} as const satisfies Record<string, TokenBucketOptions>;

/** Keys remembered at once. Beyond this, the key that was unused for the longest time is forgotten. About 1 MB. */
const MAX_KEYS = 10_000;

/** Tries of each key: an address, an account, a device. */
export interface KeyLimit {
  /** Takes one try of this key. Throws MusterError `rate-limited` with the seconds to wait. */
  take(key: string): void | Promise<void>;
  /** Takes one try of this key, and says whether there was one. */
  allows(key: string): boolean | Promise<boolean>;
}

/** One token bucket for each key, of this server alone. */
export class RateLimit implements KeyLimit {
  readonly #options: TokenBucketOptions;
  /** The key that was used last comes last. */
  readonly #buckets = new Map<string, TokenBucket>();

  constructor(options: TokenBucketOptions) {
    this.#options = options;
  }

  take(key: string): void {
    const wait = this.waitFor(key);
    if (wait > 0) throw tooManyTries(wait);
  }

  /** Gives the last try back, because it should not count. */
  giveBack(key: string): void {
    this.#buckets.get(key)?.giveBack();
  }

  allows(key: string): boolean {
    return this.waitFor(key) === 0;
  }

  /** Takes one try of this key and returns 0; where there is none, takes nothing and returns the ms until the next one. */
  waitFor(key: string): number {
    const bucket = this.#buckets.get(key) ?? new TokenBucket(this.#options);
    this.#buckets.delete(key);
    this.#buckets.set(key, bucket);
    if (this.#buckets.size > MAX_KEYS) this.#buckets.delete(this.#buckets.keys().next().value!);
    return bucket.take();
  }
}

/** @param wait until the next try, ms */
export function tooManyTries(wait: number): MusterError {
  const seconds = Math.ceil(wait / 1000);
  return new MusterError('rate-limited', `Too many tries: wait ${seconds} s and try again.`, {
    details: { retryAfter: seconds },
  });
}
