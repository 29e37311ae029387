/** How often pairing codes may be tried by all addresses together, so that many of them can neither guess one nor keep others out. */
import { BlockList, isIP } from 'node:net';
import { addressKey } from './address-key.ts';
import { type KeyLimit, RATE_LIMITS, RateLimit } from './rate-limit.ts';
import type { TokenBucketOptions } from './token-bucket.ts';

const PRIVATE = new BlockList();
for (const [network, bits, family] of [
  ['10.0.0.0', 8, 'ipv4'],
  ['172.16.0.0', 12, 'ipv4'],
  ['192.168.0.0', 16, 'ipv4'],
  ['127.0.0.0', 8, 'ipv4'],
  ['fc00::', 7, 'ipv6'],
  ['fe80::', 10, 'ipv6'],
  ['::1', 128, 'ipv6'],
] as const) {
  PRIVATE.addSubnet(network, bits, family);
}

/**
 * Three lanes, each with a limit of its own. A flood from the Internet never fills the lane of the private networks, where
 * stations are; and the addresses of a flood soon leave the lane of those that have hardly tried.
 */
export class PairingLimit {
  readonly #perAddress = new RateLimit(RATE_LIMITS.pairing);
  readonly #few = new RateLimit(RATE_LIMITS.pairingFew);
  readonly #first: KeyLimit;
  readonly #further: KeyLimit;

  /**
   * @param lane makes the limit of a lane. It should hold for all servers together: the lanes are what guards the codes, and
   *   the limits of each address only keep one of them from filling a lane.
   */
  constructor(lane: (name: string, options: Pick<TokenBucketOptions, 'burst' | 'refill'>) => KeyLimit) {
    this.#first = lane('pairing/first', RATE_LIMITS.pairingFirst);
    this.#further = lane('pairing/further', RATE_LIMITS.pairingOverall);
  }

  /** Takes one try of this address. Throws MusterError `rate-limited` with the seconds to wait. */
  async take(address: string | undefined): Promise<void> {
    const key = addressKey(address);
    this.#perAddress.take(key);
    if (isPrivate(address)) await this.#further.take('private');
    else if (this.#few.allows(key)) await this.#first.take('all');
    else await this.#further.take('all');
  }
}

function isPrivate(address: string | undefined): boolean {
  const plain = address?.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '') ?? '';
  const family = isIP(plain);
  return family !== 0 && PRIVATE.check(plain, family === 6 ? 'ipv6' : 'ipv4');
}
