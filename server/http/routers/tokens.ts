import { Router } from 'express';
import { newApiToken } from '../../protocol/tokens.ts';
import { type ApiTokenService } from '../../accounts/api-token-service.ts';
import { accountOf } from '../access.ts';
import { validate } from '../validate.ts';

/** Tokens of integrations, for owners. */
export function tokensRouter(tokens: ApiTokenService): Router {
  const router = Router();

  router.get('/', async (_req, res) => {
    res.json({ tokens: await tokens.list() });
  });

  router.post('/', async (req, res) => {
    res.status(201).json(await tokens.create(validate(newApiToken, req.body), accountOf(res)));
  });

  router.delete('/:id', async (req, res) => {
    await tokens.revoke(req.params.id);
    res.status(204).end();
  });

  return router;
}
