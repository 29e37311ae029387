import { Router } from 'express';
import type { HealthView } from '../../protocol/health.ts';
import type { AppServices } from '../services.ts';

/** Anybody may ask, as often as they like, and counting 10,000 people takes 0.1 s: counted anew after this long, ms. */
const COUNT_KEPT = 5_000;

/** 200 when all is well, 503 when something is down; the body says what. */
export function healthRouter({
  database,
  people,
  health,
}: Pick<AppServices['core'], 'database' | 'people'> & Pick<AppServices, 'health'>): Router {
  const router = Router();
  let counted: { at: number; people: Promise<number> } | null = null;
  const reenroll = (): Promise<number> => {
    const now = performance.now();
    if (!counted || now - counted.at > COUNT_KEPT) {
      counted = { at: now, people: people.reenroll().catch(() => 0) };
    }
    return counted.people;
  };
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
      reenroll: reachable ? await reenroll() : 0,
    };
    res.status(ok ? 200 : 503).json(view);
  });
  return router;
}
