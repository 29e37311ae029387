import type { Metrics } from '../../metrics/metrics.ts';
import type { Handlers } from '../handler.ts';

export function metricsHandlers(metrics: Pick<Metrics, 'text'>): Handlers<'metrics'> {
  return {
    'metrics.get': async () => ({ content: await metrics.text() }),
  };
}
