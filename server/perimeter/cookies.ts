/** The credentials of a request: the cookies that a browser may hold, or the token of an integration. */
import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';

export const SESSION_COOKIE = 'muster_session';
export const DEVICE_COOKIE = 'muster_device';
export const INVITATION_COOKIE = 'muster_invitation';

export interface CookieOptions {
  httpOnly: true;
  sameSite: 'strict';
  secure: boolean;
  path: '/';
  /** ms */
  maxAge?: number;
}

/** The value of a cookie; undefined where it is missing, given twice, or far too long for one of our cookies. */
export function cookieOf(req: IncomingMessage, name: string, longest = 256): string | undefined {
  const values = (req.headers.cookie ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1));
  const [value] = values;
  return values.length === 1 && value !== '' && value!.length <= longest ? value : undefined;
}

/** The token of `Authorization: Bearer …` (RFC 6750); undefined without such a header, empty where the header holds no token. */
export function bearerOf(req: IncomingMessage): string | undefined {
  const { authorization } = req.headers;
  if (authorization === undefined) return undefined;
  return /^Bearer ([\w.~+/=-]{1,256})$/i.exec(authorization)?.[1] ?? '';
}

export function cookieOptions(req: IncomingMessage, maxAge?: number): CookieOptions {
  return {
    httpOnly: true,
    sameSite: 'strict',
    secure: isEncrypted(req) || isEncryptedBefore(req),
    path: '/',
    ...(maxAge !== undefined && { maxAge }),
  };
}

/**
 * Whether the connection is encrypted between the browser and a proxy in front of this server. Trusts X-Forwarded-Proto
 * and Origin. This is safe because they can only add `Secure`: a caller who lies gets a cookie that the browser does not
 * send back.
 */
function isEncryptedBefore({ headers }: IncomingMessage): boolean {
  return headers['x-forwarded-proto'] === 'https' || headers.origin?.startsWith('https:') === true;
}

export function isEncrypted(req: IncomingMessage): boolean {
  return (req.socket as Partial<TLSSocket>).encrypted === true;
}
