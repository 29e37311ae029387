import { Router } from 'express';
import { codeInput, type RecoveryCodesView } from '../../protocol/accounts.ts';
import { passwordChange } from '../../protocol/session.ts';
import type { SignInService } from '../../accounts/sign-in-service.ts';
import type { Authenticator } from '../../perimeter/authenticator.ts';
import { accountOf } from '../access.ts';
import { sessionOf, setSessionCookies } from '../session-of.ts';
import { validate } from '../validate.ts';

export interface AccountRouterOptions {
  accounts: SignInService;
  authenticator: Authenticator;
}

/** What everybody does with their own account. */
export function accountRouter({ accounts, authenticator }: AccountRouterOptions): Router {
  const router = Router();
  const { secondFactors } = accounts;

  router.get('/', async (req, res) => {
    res.json(await accounts.own(await sessionOf(req, authenticator)));
  });

  router.put('/password', async (req, res) => {
    const session = await sessionOf(req, authenticator);
    const renewed = await accounts.changePassword(session, validate(passwordChange, req.body));
    setSessionCookies(req, res, renewed);
    res.status(204).end();
  });

  router.delete('/sessions', async (req, res) => {
    await accounts.endOtherSessions(await sessionOf(req, authenticator));
    res.status(204).end();
  });

  router.delete('/sessions/:id', async (req, res) => {
    await accounts.endSession(accountOf(res).accountId, req.params.id);
    res.status(204).end();
  });

  /** A secret to put into an app; nothing changes until its first code comes back. */
  router.post('/second-factor', async (_req, res) => {
    res.status(201).json(await secondFactors.offer(accountOf(res)));
  });

  router.put('/second-factor', async (req, res) => {
    const session = await sessionOf(req, authenticator);
    const { code } = validate(codeInput, req.body);
    const { renewed, recoveryCodes } = await accounts.confirmSecondFactor(session, code);
    setSessionCookies(req, res, renewed);
    res.json({ recoveryCodes } satisfies RecoveryCodesView);
  });

  router.delete('/second-factor', async (req, res) => {
    setSessionCookies(req, res, await accounts.removeSecondFactor(await sessionOf(req, authenticator)));
    res.status(204).end();
  });

  /** Ten new ones in place of the old. */
  router.post('/recovery-codes', async (_req, res) => {
    const { accountId } = accountOf(res);
    const recoveryCodes = await secondFactors.renewRecoveryCodes(accountId);
    res.status(201).json({ recoveryCodes } satisfies RecoveryCodesView);
  });

  return router;
}
