/**
 * The figures to operate by, as Prometheus reads them. Each metric is defined once, in the file of its subject, with what
 * it means and in which unit. Labels name devices, analyzers and workers; never a person.
 */
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { AnalysisMetrics } from './analysis-metrics.ts';
import { AnalyzerMetrics } from './analyzer-metrics.ts';
import { CameraMetrics } from './camera-metrics.ts';
import { HttpMetrics } from './http-metrics.ts';
import { MediaMetrics } from './media-metrics.ts';
import { MqttMetrics } from './mqtt-metrics.ts';
import { SightingMetrics } from './sighting-metrics.ts';
import { StoreMetrics } from './store-metrics.ts';

export class Metrics {
  readonly #registry = new Registry();
  readonly cameras = new CameraMetrics(this.#registry);
  readonly analysis = new AnalysisMetrics(this.#registry);
  readonly analyzers = new AnalyzerMetrics(this.#registry);
  readonly sightings = new SightingMetrics(this.#registry);
  readonly media = new MediaMetrics(this.#registry);
  readonly store = new StoreMetrics(this.#registry);
  readonly http = new HttpMetrics(this.#registry);
  readonly mqtt = new MqttMetrics(this.#registry);

  constructor({ version }: { version: string }) {
    new Gauge({
      name: 'muster_build_info',
      help: 'Always 1; the labels say which version runs on which Node.',
      labelNames: ['version', 'node'],
      registers: [this.#registry],
    }).set({ version, node: process.versions.node }, 1);
    // The program itself: processor time, memory, event loop, garbage collection, open files.
    collectDefaultMetrics({ register: this.#registry });
  }

  /** Prometheus' text format, version 0.0.4. */
  text(): Promise<string> {
    return this.#registry.metrics();
  }
}
