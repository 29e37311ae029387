import { Router } from 'express';
import { currentConsent } from '../../people/consent-text.ts';

/** The text to show before an enrolment. */
export function consentRouter(): Router {
  const router = Router();
  router.get('/', (_req, res) => {
    res.json(currentConsent);
  });
  return router;
}
