/** Asks a media worker again and again whether it still answers, because a process that hangs does not end by itself. */

export interface PulseLimits {
  /** Time between two questions, ms. Default 2,000. */
  interval: number;
  /** Without an answer for this long, new peers go to other workers and the server is degraded, ms. Default 3,000. */
  late: number;
  /** Without an answer for this long, the worker hangs, ms. Default 6,000: it answers within 50 even at full load. */
  hung: number;
}

const LIMITS: PulseLimits = { interval: 2_000, late: 3_000, hung: 6_000 };

export interface WorkerPulseOptions {
  /** Resolves with the worker's answer. */
  ask: () => Promise<unknown>;
  /** Called once. */
  onHung: (silence: number) => void;
  limits?: Partial<PulseLimits> | undefined;
}

export class WorkerPulse {
  readonly #options: WorkerPulseOptions;
  readonly #limits: PulseLimits;
  readonly #timer: NodeJS.Timeout;
  /** When the question was asked that has no answer yet; monotonic ms. */
  #asked: number | null = null;
  #beat = performance.now();

  constructor(options: WorkerPulseOptions) {
    this.#options = options;
    this.#limits = { ...LIMITS, ...options.limits };
    this.#timer = setInterval(() => this.#look(), this.#limits.interval).unref();
  }

  /** Whether the last question was answered, or may still be. */
  get answers(): boolean {
    return this.#asked === null || performance.now() - this.#asked <= this.#limits.late;
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const now = performance.now();
    // This process itself stood still, so the answer may be waiting to be read.
    const stalled = now - this.#beat - this.#limits.interval;
    this.#beat = now;
    if (this.#asked === null) this.#ask(now);
    else if (stalled > this.#limits.interval) this.#asked = now;
    else if (now - this.#asked > this.#limits.hung) {
      this.close();
      this.#options.onHung(now - this.#asked);
    }
  }

  #ask(now: number): void {
    this.#asked = now;
    const answered = () => {
      if (this.#asked !== null) this.#asked = null;
    };
    // An error is an answer too: of a worker that is closing. One that timed out inside mediasoup comes later than `hung`.
    this.#options.ask().then(answered, answered);
  }
}
