import { Router } from 'express';
import { joinInput } from '../../protocol/session.ts';
import type { SignInService } from '../../accounts/sign-in-service.ts';
import { cookieOptions } from '../../perimeter/cookies.ts';
import { KNOWN_COOKIE, KNOWN_COOKIE_LIFE } from '../../accounts/known-browser-store.ts';
import { addressOf } from '../../perimeter/client-address.ts';
import { addressKey } from '../../perimeter/address-key.ts';
import type { RateLimit } from '../../perimeter/rate-limit.ts';
import { validate } from '../validate.ts';

/** Whoever was invited chooses a password, and signs in with it. */
export function invitationRouter(accounts: SignInService, limit: RateLimit): Router {
  const router = Router();
  router.post('/', async (req, res) => {
    limit.take(addressKey(addressOf(req)));
    const { username, known } = await accounts.join(validate(joinInput, req.body));
    res.cookie(KNOWN_COOKIE, known, cookieOptions(req, KNOWN_COOKIE_LIFE));
    res.json({ username });
  });
  return router;
}
