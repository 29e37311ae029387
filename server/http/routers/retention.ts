import { Router } from 'express';
import type { Retention } from '../../people/retention.ts';

/** What would go if the retention ran now, and what went. */
export function retentionRouter(retention: Retention): Router {
  const router = Router();
  router.get('/', async (_req, res) => {
    res.json(await retention.view());
  });
  return router;
}
