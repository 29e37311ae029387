import { Router } from 'express';
import { accountChange, newAccount } from '../../protocol/accounts.ts';
import type { AccountService } from '../../accounts/account-service.ts';
import { accountOf } from '../access.ts';
import { validate } from '../validate.ts';

/** The owners' side of accounts. */
export function accountsRouter(directory: AccountService): Router {
  const router = Router();

  router.get('/', async (_req, res) => {
    res.json({ accounts: await directory.list() });
  });

  router.post('/', async (req, res) => {
    res.status(201).json(await directory.invite(validate(newAccount, req.body)));
  });

  router.patch('/:id', async (req, res) => {
    res.json(await directory.change(req.params.id, validate(accountChange, req.body), accountOf(res)));
  });

  /** A new invitation: the old password is void. */
  router.post('/:id/invitation', async (req, res) => {
    res.status(201).json(await directory.reset(req.params.id, accountOf(res)));
  });

  router.delete('/:id/second-factor', async (req, res) => {
    res.json(await directory.resetSecondFactor(req.params.id));
  });

  return router;
}
