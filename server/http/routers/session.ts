import { Router } from 'express';
import { proofInput, type SessionView, signInInput } from '../../protocol/session.ts';
import type { SignInService } from '../../accounts/sign-in-service.ts';
import type { Authenticator } from '../../perimeter/authenticator.ts';
import { DEVICE_COOKIE, SESSION_COOKIE, cookieOf, cookieOptions } from '../../perimeter/cookies.ts';
import { addressOf } from '../../perimeter/client-address.ts';
import { addressKey } from '../../perimeter/address-key.ts';
import type { RateLimit } from '../../perimeter/rate-limit.ts';
import { callerOf } from '../access.ts';
import { sessionOf, setSessionCookies, signInFrom } from '../session-of.ts';
import { DEVICE_COOKIE_LIFE } from './pairing.ts';
import { validate } from '../validate.ts';

export interface SessionRouterOptions {
  accounts: SignInService;
  authenticator: Authenticator;
  limit: RateLimit;
}

export function sessionRouter({ accounts, authenticator, limit }: SessionRouterOptions): Router {
  const router = Router();

  /** `?as=account` and `?as=device` choose where the browser is both. */
  router.get('/', async (req, res) => {
    const caller = callerOf(res);
    const actor = caller?.kind === 'token' ? null : caller;
    const credential = cookieOf(req, DEVICE_COOKIE);
    // A browser drops a cookie after 400 days: a station that is left on gets it anew each time it asks.
    if (actor?.kind === 'device' && credential !== undefined) {
      res.cookie(DEVICE_COOKIE, credential, cookieOptions(req, DEVICE_COOKIE_LIFE));
    }
    res.json({ setupNeeded: await accounts.setupNeeded(), actor } satisfies SessionView);
  });

  router.post('/', async (req, res) => {
    limit.take(addressKey(addressOf(req)));
    const session = await accounts.signIn(validate(signInInput, req.body), signInFrom(req));
    const old = cookieOf(req, SESSION_COOKIE);
    if (old !== undefined) await accounts.signOut(old);
    setSessionCookies(req, res, session);
    res.json({ setupNeeded: false, actor: session.actor } satisfies SessionView);
  });

  /** Proves it again before a sensitive act; the session goes on under a new token. */
  router.post('/proof', async (req, res) => {
    const session = await sessionOf(req, authenticator);
    const renewed = await accounts.prove(session, validate(proofInput, req.body));
    setSessionCookies(req, res, renewed);
    res.json({ setupNeeded: false, actor: renewed.actor } satisfies SessionView);
  });

  router.delete('/', async (req, res) => {
    const token = cookieOf(req, SESSION_COOKIE);
    if (token !== undefined) await accounts.signOut(token);
    res.clearCookie(SESSION_COOKIE, cookieOptions(req));
    res.status(204).end();
  });

  return router;
}
