/** From which pages a browser may act on the server. SameSite=Strict keeps other sites out; this keeps other ports out too. */
import type { IncomingMessage } from 'node:http';
import { DEVICE_COOKIE, SESSION_COOKIE, bearerOf, cookieOf, isEncrypted } from './cookies.ts';

export type OriginCheck = (req: IncomingMessage) => boolean;

/**
 * For writes and for the socket. The origin must be that of the address the browser called (same scheme, same
 * Host), or one of `origins` (`config.origins`; behind a proxy that ends TLS, its public origin). A request
 * without an Origin comes from a program, which may go on unless it carries a cookie of ours: a browser that
 * sends one says where it comes from. A token is sent by nobody unwittingly: with one and without cookies, the
 * origin does not matter.
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

/** scheme://host:port, lower case, without a default port; null for anything that is no origin. */
function normalize(text: string): string | null {
  try {
    const { origin, protocol } = new URL(text);
    return protocol === 'http:' || protocol === 'https:' ? origin : null;
  } catch {
    return null;
  }
}
