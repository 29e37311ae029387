import { Histogram, type Registry } from 'prom-client';
import type { Observation } from '#protocol/results.ts';

const STAGES = ['detect', 'track', 'embed', 'search'] as const;

/** From a stage that has nothing to do to a picture that waits for seconds, s. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.25, 0.5, 1, 2.5];

/** Where the time of a picture goes. Check-in pictures only: an enrollment compares nobody. */
export class AnalysisMetrics {
  readonly #stages: Histogram<'stage'>;
  readonly #wait: Histogram;
  readonly #age: Histogram;

  constructor(registry: Registry) {
    const registers = [registry];
    this.#stages = new Histogram({
      name: 'muster_analysis_seconds',
      help: 'Time that one picture took in each stage of its analysis.',
      labelNames: ['stage'],
      buckets: BUCKETS,
      registers,
    });
    this.#wait = new Histogram({
      name: 'muster_picture_wait_seconds',
      help: 'Time that a picture waited for an idle vision thread.',
      buckets: BUCKETS,
      registers,
    });
    this.#age = new Histogram({
      name: 'muster_picture_age_seconds',
      help: 'Time from the arrival of a picture at its analyzer until the server has sent its result on.',
      buckets: BUCKETS,
      registers,
    });
    for (const stage of STAGES) this.#stages.zero({ stage });
  }

  /**
   * Counts one analyzed picture.
   *
   * @param timings ms
   * @param since how long the result has been under way since its analysis ended, ms
   */
  analyzed(timings: Observation['timings'], since: number): void {
    for (const stage of STAGES) this.#stages.observe({ stage }, timings[stage] / 1000);
    this.#wait.observe(timings.wait / 1000);
    this.#age.observe((timings.total + since) / 1000);
  }
}
