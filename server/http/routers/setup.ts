import { Router } from 'express';
import { type SessionView, setupInput } from '../../protocol/session.ts';
import type { SignInService } from '../../accounts/sign-in-service.ts';
import { addressOf } from '../../perimeter/client-address.ts';
import { addressKey } from '../../perimeter/address-key.ts';
import type { RateLimit } from '../../perimeter/rate-limit.ts';
import { setSessionCookies, signInFrom } from '../session-of.ts';
import { validate } from '../validate.ts';

export interface SetupRouterOptions {
  accounts: SignInService;
  limit: RateLimit;
}

/** The first account, by the token that the server printed; signs it in. */
export function setupRouter({ accounts, limit }: SetupRouterOptions): Router {
  const router = Router();
  router.post('/', async (req, res) => {
    limit.take(addressKey(addressOf(req)));
    const session = await accounts.setUp(validate(setupInput, req.body), signInFrom(req));
    setSessionCookies(req, res, session);
    res.status(201).json({ setupNeeded: false, actor: session.actor } satisfies SessionView);
  });
  return router;
}
