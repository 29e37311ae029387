/**
 * A browser that signed in before has a cookie that proves it, and its failures are counted separately from those of strangers
 * (the "device cookie" of OWASP's authentication advice). The cookie opens nothing: the password is still needed.
 */
import { createHmac, randomBytes } from 'node:crypto';
import type { KeyRing } from '../keys/key-ring.ts';
import { sameHash } from '../crypto/token.ts';
import { DAY } from '../time/durations.ts';

export const KNOWN_COOKIE = 'muster_known';
/** ms */
export const KNOWN_COOKIE_LIFE = 180 * DAY;

export class KnownBrowserStore {
  readonly #keys: KeyRing;

  constructor(keys: KeyRing) {
    this.#keys = keys;
  }

  /** A new value for the cookie: a random number, signed for this account. */
  introduce(accountId: string): string {
    const number = randomBytes(16).toString('base64url');
    const [signature] = this.#sign(number, accountId);
    return `${number}.${signature.toString('base64url')}`;
  }

  /** The number in a cookie of this account; null for any other cookie. */
  recognize(cookie: string | undefined, accountId: string): string | null {
    if (cookie === undefined) return null;
    const [number = '', signature = ''] = cookie.split('.');
    const given = Buffer.from(signature, 'base64url');
    return this.#sign(number, accountId).some((ours) => sameHash(given, ours)) ? number : null;
  }

  /** Signatures with the key in use, and with the previous one. */
  #sign(number: string, accountId: string): [Buffer, ...Buffer[]] {
    const sign = (key: Buffer) => createHmac('sha256', key).update(`${number}.${accountId}`, 'utf8').digest();
    const [now, ...before] = this.#keys.derived('known-browser');
    return [sign(now), ...before.map(sign)];
  }
}
