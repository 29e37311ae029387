/** The session behind a request of signed-in staff, and the cookies that a new one is put into. */
import type { Request, Response } from 'express';
import { MusterError } from '../protocol/error.ts';
import { addressOf } from '../perimeter/client-address.ts';
import type { Authenticator } from '../perimeter/authenticator.ts';
import { SESSION_COOKIE, cookieOf, cookieOptions } from '../perimeter/cookies.ts';
import { KNOWN_COOKIE, KNOWN_COOKIE_LIFE } from '../accounts/known-browser-store.ts';
import type { SignedIn, SignInFrom } from '../accounts/sign-in-service.ts';
import type { CurrentSession, NewSession } from '../accounts/session-store.ts';

/** Longest user agent that is kept. */
const USER_AGENT = 256;

export function signInFrom(req: Request): SignInFrom {
  return {
    address: addressOf(req) ?? null,
    userAgent: req.headers['user-agent']?.slice(0, USER_AGENT) ?? null,
    known: cookieOf(req, KNOWN_COOKIE),
  };
}

/** Throws MusterError `unauthenticated`. */
export async function sessionOf(req: Request, authenticator: Authenticator): Promise<CurrentSession> {
  const session = await authenticator.session(req, { touch: false });
  if (!session) throw new MusterError('unauthenticated', 'Sign in first.');
  return session;
}

/** Of a session that was opened, or goes on under a new token. */
export function setSessionCookies(req: Request, res: Response, session: NewSession | SignedIn): void {
  res.cookie(SESSION_COOKIE, session.token, cookieOptions(req, session.maxAge));
  if ('known' in session) res.cookie(KNOWN_COOKIE, session.known, cookieOptions(req, KNOWN_COOKIE_LIFE));
}
