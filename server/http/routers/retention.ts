import { Router } from 'express';
import type { RetentionService } from '../../rights/retention-service.ts';

/** What would go if the retention ran now, and what went. */
export function retentionRouter(retention: RetentionService): Router {
  const router = Router();
  router.get('/', async (_req, res) => {
    res.json(await retention.view());
  });
  return router;
}
