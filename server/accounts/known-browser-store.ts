/**
 * A browser that signed in before shows a cookie that says so, and is counted apart from strangers (the "device
 * cookie" of OWASP's authentication advice). It opens nothing: the password is asked for all the same.
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

  /** For the cookie: a number of its own, signed for this account. */
  introduce(accountId: string): string {
    const number = randomBytes(16).toString('base64url');
    const [signature] = this.#sign(number, accountId);
    return `${number}.${signature.toString('base64url')}`;
  }

  /** The number of a cookie that is of this account; null for any other. */
  recognize(cookie: string | undefined, accountId: string): string | null {
    if (cookie === undefined) return null;
    const [number = '', signature = ''] = cookie.split('.');
    const given = Buffer.from(signature, 'base64url');
    return this.#sign(number, accountId).some((ours) => sameHash(given, ours)) ? number : null;
  }

  /** By the key in use, and by the one before it. */
  #sign(number: string, accountId: string): [Buffer, ...Buffer[]] {
    const sign = (key: Buffer) => createHmac('sha256', key).update(`${number}.${accountId}`, 'utf8').digest();
    const [now, ...before] = this.#keys.derived('known-browser');
    return [sign(now), ...before.map(sign)];
  }
}
