import { Router } from 'express';
import { joinInput } from '../../security/account-input.ts';
import type { AccountDirectory } from '../../security/account-directory.ts';
import { addressKey, type RateLimit } from '../../security/rate-limit.ts';
import { validate } from '../validate.ts';

/** Whoever was invited chooses a password, and signs in with it. */
export function invitationRouter(directory: AccountDirectory, limit: RateLimit): Router {
  const router = Router();
  router.post('/', async (req, res) => {
    limit.take(addressKey(req.socket.remoteAddress));
    res.json(await directory.join(validate(joinInput, req.body)));
  });
  return router;
}
