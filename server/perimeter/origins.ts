/** Which pages may act on the server through a browser. SameSite=Strict keeps other sites out; this check keeps other ports out too. */
import type { IncomingMessage } from 'node:http';
import { DEVICE_COOKIE, SESSION_COOKIE, bearerOf, cookieOf, isEncrypted } from './cookies.ts';

export type OriginCheck = (req: IncomingMessage) => boolean;

/**
 * For writes and for the socket. The origin must be that of the address that the browser called (same scheme, same
 * Host), or one of `origins` (`config.origins`; behind a proxy that ends TLS, the public origin of the proxy). A request
 * without an Origin header comes from a program. It is allowed unless it carries one of our cookies, because a browser
 * that sends a cookie also sends the origin. Nobody sends a token without knowing it, so for a request with a token and
 * without cookies the origin does not matter.
 */
export function originCheck(origins: readonly string[]): OriginCheck {
  const known = new Set(origins.map(normalize).filter((origin) => origin !== null));
  return (req) => {
    const { origin, host } = req.headers;
    const cookies = cookieOf(req, SESSION_COOKIE) !== undefined || cookieOf(req, DEVICE_COOKIE) !== undefined;
    if (bearerOf(req) !== undefined && !cookies) return true;
    if (origin !== undefined) {
      const from = normalize(origin);
      if (from === null) return false;
      return known.has(from) || from === normalize(`${isEncrypted(req) ? 'https' : 'http'}://${host ?? ''}`);
    }
    if (req.headers['sec-fetch-site'] === 'same-origin') return true;
    return !cookies;
  };
}

/** scheme://host:port, lower case, without a default port; null for anything that is not an origin. */
function normalize(text: string): string | null {
  try {
    const { origin, protocol } = new URL(text);
    return protocol === 'http:' || protocol === 'https:' ? origin : null;
  } catch {
    return null;
  }
}
