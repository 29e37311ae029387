import { Counter, Histogram, type Registry } from 'prom-client';

const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

export class HttpMetrics {
  readonly #requests: Counter<'endpoint' | 'code'>;
  readonly #took: Histogram;

  constructor(registry: Registry) {
    const registers = [registry];
    this.#requests = new Counter({
      name: 'muster_http_requests_total',
      help: 'Answered requests to the API, by endpoint and status.',
      labelNames: ['endpoint', 'code'],
      registers,
    });
    this.#took = new Histogram({
      name: 'muster_http_request_seconds',
      help: 'Time until a request to the API was answered.',
      buckets: BUCKETS,
      registers,
    });
  }

  /**
   * @param endpoint its id in the table of endpoints; `none` where no endpoint has this address
   * @param took ms
   */
  answered(endpoint: string, code: number, took: number): void {
    this.#requests.inc({ endpoint, code });
    this.#took.observe(took / 1000);
  }
}
