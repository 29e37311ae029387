import { Router } from 'express';
import type { SessionView } from '../../protocol/api.ts';
import { type AccountService, setupInput } from '../../security/account-service.ts';
import { SESSION_COOKIE, cookieOptions } from '../../security/cookies.ts';
import { addressKey, type RateLimit } from '../../security/rate-limit.ts';
import { validate } from '../validate.ts';

export interface SetupRouterOptions {
  accounts: AccountService;
  limit: RateLimit;
}

/** The first account, by the token that the server printed; signs it in. */
export function setupRouter({ accounts, limit }: SetupRouterOptions): Router {
  const router = Router();
  router.post('/', async (req, res) => {
    limit.take(addressKey(req.socket.remoteAddress));
    const { actor, token, maxAge } = await accounts.setUp(validate(setupInput, req.body));
    res.cookie(SESSION_COOKIE, token, cookieOptions(req, maxAge));
    res.status(201).json({ setupNeeded: false, actor } satisfies SessionView);
  });
  return router;
}
