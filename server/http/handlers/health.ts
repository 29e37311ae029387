import type { Handlers } from '../handler.ts';
import type { AppServices, CoreServices } from '../services.ts';

/** Anybody may ask, as often as they like, and counting 10,000 people takes 0.1 s: counted again after this long, ms. */
const COUNT_KEPT = 5_000;

export function healthHandlers({
  database,
  people,
  health,
}: Pick<CoreServices, 'database' | 'people'> & Pick<AppServices, 'health'>): Handlers<'health'> {
  let counted: { at: number; people: Promise<number> } | null = null;
  const reenroll = (): Promise<number> => {
    const now = performance.now();
    if (!counted || now - counted.at > COUNT_KEPT) {
      counted = { at: now, people: people.reenroll().catch(() => 0) };
    }
    return counted.people;
  };
  return {
    'health.get': async (_request, context) => {
      const [analyzers, mediaWorkers] = [health.analyzers(), health.mediaWorkers()];
      const reachable = await database.healthy();
      const ok = reachable && analyzers.up === analyzers.of && mediaWorkers.up === mediaWorkers.of;
      if (!ok) context.setStatus(503);
      return {
        status: ok ? 'ok' : 'degraded',
        database: reachable,
        analyzers,
        mediaWorkers,
        cameras: health.cameras(),
        reenroll: reachable ? await reenroll() : 0,
      };
    },
  };
}
