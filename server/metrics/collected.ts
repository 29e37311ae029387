/** Metrics that have a `collect` of their own, which sets them at each scrape: only the registry keeps them. */
import { Counter, type CounterConfiguration, Gauge, type GaugeConfiguration } from 'prom-client';

type Collected<C extends { collect?: unknown; registers?: unknown }> = C &
  Required<Pick<C, 'collect' | 'registers'>>;

export function collectedGauge<T extends string>(gauge: Collected<GaugeConfiguration<T>>): Gauge<T> {
  return new Gauge(gauge);
}

export function collectedCounter<T extends string>(counter: Collected<CounterConfiguration<T>>): Counter<T> {
  return new Counter(counter);
}
