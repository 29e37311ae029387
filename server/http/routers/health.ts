import { Router } from 'express';
import type { HealthView } from '../../protocol/api.ts';
import type { AppServices } from '../services.ts';

/** 200 when all is well, 503 when something is down; the body says what. */
export function healthRouter({
  database,
  people,
  health,
}: Pick<AppServices, 'database' | 'people' | 'health'>): Router {
  const router = Router();
  router.get('/', async (_req, res) => {
    const [analyzers, mediaWorkers] = [health.analyzers(), health.mediaWorkers()];
    const reachable = await database.healthy();
    const ok = reachable && analyzers.up === analyzers.of && mediaWorkers.up === mediaWorkers.of;
    const view: HealthView = {
      status: ok ? 'ok' : 'degraded',
      database: reachable,
      analyzers,
      mediaWorkers,
      cameras: health.cameras(),
      reenrol: reachable ? await people.reenrol().catch(() => 0) : 0,
    };
    res.status(ok ? 200 : 503).json(view);
  });
  return router;
}
