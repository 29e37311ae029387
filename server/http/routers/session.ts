import { Router } from 'express';
import type { SessionView } from '../../protocol/api.ts';
import { type AccountService, signInInput } from '../../security/account-service.ts';
import { DEVICE_COOKIE, SESSION_COOKIE, cookieOf, cookieOptions } from '../../security/cookies.ts';
import { addressKey, type RateLimit } from '../../security/rate-limit.ts';
import { callerOf } from '../access.ts';
import { DEVICE_COOKIE_LIFE } from './pairing.ts';
import { validate } from '../validate.ts';

export interface SessionRouterOptions {
  accounts: AccountService;
  limit: RateLimit;
}

export function sessionRouter({ accounts, limit }: SessionRouterOptions): Router {
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
    limit.take(addressKey(req.socket.remoteAddress));
    const { actor, token, maxAge } = await accounts.signIn(validate(signInInput, req.body));
    const old = cookieOf(req, SESSION_COOKIE);
    if (old !== undefined) await accounts.signOut(old);
    res.cookie(SESSION_COOKIE, token, cookieOptions(req, maxAge));
    res.json({ setupNeeded: false, actor } satisfies SessionView);
  });

  router.delete('/', async (req, res) => {
    const token = cookieOf(req, SESSION_COOKIE);
    if (token !== undefined) await accounts.signOut(token);
    res.clearCookie(SESSION_COOKIE, cookieOptions(req));
    res.status(204).end();
  });

  return router;
}
