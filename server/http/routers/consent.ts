import { Router } from 'express';
import type { ConsentService } from '../../rights/consent-service.ts';

/** The text to show before an enrollment, in every language it is written in. */
export function consentRouter({ texts }: ConsentService): Router {
  const router = Router();
  router.get('/', (_req, res) => {
    res.json(texts.current);
  });
  return router;
}
