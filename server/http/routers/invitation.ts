import { Router } from 'express';
import { joinInput } from '../../security/account-input.ts';
import type { AccountService } from '../../security/account-service.ts';
import { cookieOptions } from '../../security/cookies.ts';
import { KNOWN_COOKIE, KNOWN_COOKIE_LIFE } from '../../security/known-browser.ts';
import { addressOf } from '../../security/client-address.ts';
import { addressKey, type RateLimit } from '../../security/rate-limit.ts';
import { validate } from '../validate.ts';

/** Whoever was invited chooses a password, and signs in with it. */
export function invitationRouter(accounts: AccountService, limit: RateLimit): Router {
  const router = Router();
  router.post('/', async (req, res) => {
    limit.take(addressKey(addressOf(req)));
    const { username, known } = await accounts.join(validate(joinInput, req.body));
    res.cookie(KNOWN_COOKIE, known, cookieOptions(req, KNOWN_COOKIE_LIFE));
    res.json({ username });
  });
  return router;
}
