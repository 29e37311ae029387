/** The vision threads of one analyzer: gives jobs to idle threads and replaces threads that die. */
import { Worker } from 'node:worker_threads';
import type { Logger } from 'pino';
import type { Execution, Provider } from '../protocol/execution.ts';
import type { GalleryShares } from './analyzer-gallery.ts';
import type { CheckInJob, CheckInResult, EnrollmentJob, EnrollmentResult } from './analyze-frame.ts';
import type { FrameLease, SlotBuffers } from './frame-slot.ts';
import type { FaceChecks, FromVisionThread, ToVisionThread, VisionThreadData } from './vision-messages.ts';
import { backoff } from '../async/backoff.ts';

/** Time limit for one picture, ms. A picture takes tens of ms; a thread this late hangs in native code, which cannot be stopped. */
const JOB_LIMIT = 15_000;
/** Wait before a dead thread is replaced, ms; doubles with each thread in a row that dies before its first result. */
const REPLACE = { first: 100, cap: 5_000 };
/** After this many deaths in a row the models or the memory are at fault, and the whole process should restart. */
export const REPLACE_MOST = 5;
/** Time from `close` to the end of a thread, ms; then the thread is terminated. */
const CLOSE_LIMIT = 2_000;

/**
 * onnxruntime has one WebGPU device for all sessions of a process and does not guard it: sessions in two threads
 * end in "Command encoding already finished" or a segmentation fault (1.30). Run more analyzers to use more threads.
 */
const SINGLE_THREADED: Provider = 'webgpu';

const VISION_THREAD = new URL('./vision-thread.ts', import.meta.url);

export interface VisionPoolOptions {
  threads: number;
  data: VisionThreadData;
  log: Logger;
  /** Program of the threads; replaced in tests. */
  program?: URL;
  /** A thread became idle, so there is room for a job. */
  onIdle(): void;
  /** The threads cannot be kept running; the process should restart. */
  onFatal(message: string): void;
}

interface Running {
  /** Monotonic ms. */
  since: number;
  resolve(result: CheckInResult | EnrollmentResult): void;
  reject(error: Error): void;
  timer: NodeJS.Timeout;
}

interface Thread {
  worker: Worker;
  ready: boolean;
  running: Running | null;
  /** Generation of the buffers the thread has, by camera. */
  buffers: Map<string, number>;
  ended: Promise<void>;
}

export class VisionPool {
  readonly #options: VisionPoolOptions;
  readonly #threads = new Set<Thread>();
  readonly #timers = new Set<NodeJS.Timeout>();
  #galleries: GalleryShares;
  #execution: Execution = { provider: 'cpu', onCpu: 1, refused: [] };
  /** The execution that was logged last, as JSON. */
  #logged = '';
  /** The provider that worked for the first thread, when several were configured. */
  #provider: Provider | null = null;
  #checks: FaceChecks;
  readonly #checking = new Map<number, (fault: string | null) => void>();
  readonly #settling = new Map<number, () => void>();
  #requests = 0;
  /** What all threads together have worked since `#loadTaken`, ms, without the pictures that they are working on. */
  #worked = 0;
  /** Monotonic ms. */
  #loadTaken = performance.now();
  #deaths = 0;
  #opened = false;
  #closing: Promise<void> | null = null;

  private constructor(options: VisionPoolOptions) {
    this.#options = options;
    this.#galleries = options.data.galleries;
    this.#checks = options.data.checks;
  }

  /** Resolves when every thread has loaded its models. Throws the first thread's error if one cannot. */
  static async open(options: VisionPoolOptions): Promise<VisionPool> {
    const pool = new VisionPool(options);
    try {
      await pool.#startAll();
    } catch (error) {
      await pool.close();
      throw error;
    }
    pool.#opened = true;
    return pool;
  }

  /** Number of running threads: fewer than configured on a provider that allows only one thread per process. */
  get threads(): number {
    return this.#threads.size;
  }

  get idle(): boolean {
    return this.#idle() !== undefined;
  }

  /** Part of their time that the threads have worked since the last call, 0..1. */
  takeLoad(): number {
    const now = performance.now();
    const [from, threads] = [this.#loadTaken, this.#threads.size];
    let worked = this.#worked;
    for (const { running } of this.#threads) if (running) worked += now - Math.max(running.since, from);
    this.#worked = 0;
    this.#loadTaken = now;
    return threads === 0 || now <= from ? 0 : Math.min(1, worked / (threads * (now - from)));
  }

  /**
   * Runs a job on an idle thread. Rejects if this picture could not be analyzed or the thread died; the pool keeps
   * working either way. Throws if no thread is idle.
   */
  analyze(
    job: CheckInJob | EnrollmentJob,
    lease: FrameLease,
    buffers: SlotBuffers,
  ): Promise<CheckInResult | EnrollmentResult> {
    const thread = this.#idle();
    if (!thread) throw new Error('no vision thread is idle');
    if (thread.buffers.get(job.cameraId) !== buffers.generation) {
      thread.buffers.set(job.cameraId, buffers.generation);
      post(thread, { type: 'buffers', cameraId: job.cameraId, buffers });
    }
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => this.#options.onFatal(`a vision thread has been busy with one picture for ${JOB_LIMIT} ms`),
        JOB_LIMIT,
      );
      thread.running = { since: performance.now(), resolve, reject, timer };
      const { index, width, height } = lease;
      post(thread, { type: 'analyze', job, lease: { index, width, height } });
    });
  }

  /** What the networks run on, as reported by the thread that started last. */
  get execution(): Execution {
    return this.#execution;
  }

  /** Call when the camera is gone: drops its buffers. */
  forget(cameraId: string): void {
    for (const thread of this.#threads) {
      if (thread.buffers.delete(cameraId)) post(thread, { type: 'forget', cameraId });
    }
  }

  /** Call when a gallery has moved to other memory. */
  share(shares: GalleryShares): void {
    this.#galleries = shares;
    for (const thread of this.#threads) post(thread, { type: 'galleries', shares });
  }

  /**
   * What every thread does with faces from now on, threads that are started later included. Resolves when it is in force
   * everywhere. Rejects, and leaves it as it was, if a thread cannot load the networks.
   */
  async check(checks: FaceChecks): Promise<void> {
    const before = this.#checks;
    this.#checks = checks;
    const faults = await Promise.all(
      [...this.#threads].filter(({ ready }) => ready).map((thread) => this.#checkIn(thread, checks)),
    );
    const fault = faults.find((one) => one !== null);
    if (fault === undefined) return;
    this.#checks = before;
    throw new Error(fault);
  }

  /** The fault, or null; a thread that dies is replaced by one that has the checks. */
  async #checkIn(thread: Thread, checks: FaceChecks): Promise<string | null> {
    const request = (this.#requests += 1);
    const { promise: answered, resolve } = Promise.withResolvers<string | null>();
    this.#checking.set(request, resolve);
    post(thread, { type: 'checks', request, checks });
    const fault = await Promise.race([answered, thread.ended.then(() => null)]);
    this.#checking.delete(request);
    return fault;
  }

  /** Resolves, with the number of threads, when every thread has finished its current job or died. */
  async settled(): Promise<number> {
    const threads = [...this.#threads].filter(({ ready }) => ready);
    await Promise.all(
      threads.map(async (thread) => {
        const request = (this.#requests += 1);
        const settled = new Promise<void>((resolve) => {
          this.#settling.set(request, resolve);
        });
        post(thread, { type: 'settle', request });
        await Promise.race([settled, thread.ended]);
        this.#settling.delete(request);
      }),
    );
    return threads.length;
  }

  /** Lets running jobs finish within a time limit. Idempotent. */
  close(): Promise<void> {
    this.#closing ??= this.#end();
    return this.#closing;
  }

  async #end(): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer);
    await Promise.all(
      [...this.#threads].map(async (thread) => {
        post(thread, { type: 'close' });
        const timer = setTimeout(() => void thread.worker.terminate(), CLOSE_LIMIT);
        await thread.ended;
        clearTimeout(timer);
      }),
    );
  }

  #idle(): Thread | undefined {
    for (const thread of this.#threads) if (thread.ready && !thread.running) return thread;
    return undefined;
  }

  /** The first thread finds out which provider works, and therefore how many threads are possible. */
  async #startAll(): Promise<void> {
    const { threads, data } = this.#options;
    const [first = 'cpu'] = data.providers;
    if (first === 'cpu')
      return void (await Promise.all(Array.from({ length: threads }, () => this.#start())));
    await this.#start();
    this.#provider = this.#execution.provider;
    const more = this.#provider === SINGLE_THREADED ? 0 : threads - 1;
    await Promise.all(Array.from({ length: more }, () => this.#start()));
  }

  /** Resolves when the thread is ready; rejects if it ends before that. */
  #start(): Promise<void> {
    const providers = this.#provider === null ? this.#options.data.providers : [this.#provider];
    const worker = new Worker(this.#options.program ?? VISION_THREAD, {
      workerData: {
        ...this.#options.data,
        providers,
        checks: this.#checks,
        galleries: this.#galleries,
      } satisfies VisionThreadData,
      // Without this a thread inherits the process arguments; it gets its settings from workerData.
      argv: [],
    });
    return new Promise((resolve, reject) => {
      let failure: Error | null = null;
      const thread: Thread = {
        worker,
        ready: false,
        running: null,
        buffers: new Map(),
        ended: new Promise((done) => {
          worker.once('exit', () => done());
        }),
      };
      this.#threads.add(thread);
      worker.on('error', (error) => {
        failure = error instanceof Error ? error : new Error(String(error));
      });
      worker.on('message', (message: FromVisionThread) => {
        if (message.type === 'ready') {
          thread.ready = true;
          this.#noteExecution(message.execution);
          resolve();
          if (this.#opened) this.#options.onIdle();
        } else if (message.type === 'analyzed' || message.type === 'failed') {
          this.#deaths = 0;
          this.#done(thread, message.type === 'analyzed' ? message.result : new Error(message.message));
          this.#options.onIdle();
        } else if (message.type === 'settled') this.#settling.get(message.request)?.();
        else if (message.type === 'checked') this.#checking.get(message.request)?.(message.fault);
        // Ignore anything else: under `node --watch` a thread also reports on this channel which files it loads.
      });
      void thread.ended.then(() => {
        this.#threads.delete(thread);
        const error = failure ?? new Error('the vision thread ended');
        this.#done(thread, error);
        reject(error);
        if (this.#opened && !this.#closing) this.#replace(error);
      });
    });
  }

  /** All threads run on the same provider, so it is logged once, and again when it changes. */
  #noteExecution(execution: Execution): void {
    // The other threads skip the providers that the first thread tried in vain.
    if (execution.provider === this.#provider) return;
    this.#execution = execution;
    const logged = JSON.stringify(execution);
    if (logged === this.#logged) return;
    this.#logged = logged;
    const { provider, onCpu, refused } = execution;
    if (refused.length > 0) {
      this.#options.log.warn(
        { event: 'vision.provider-fallback', provider, onCpu, refused },
        'the networks fell back to another execution provider',
      );
    } else {
      this.#options.log.info(
        { event: 'vision.provider-chosen', provider, onCpu },
        'the networks run on this execution provider',
      );
    }
  }

  #done(thread: Thread, outcome: CheckInResult | EnrollmentResult | Error): void {
    const { running } = thread;
    if (!running) return;
    thread.running = null;
    this.#worked += performance.now() - Math.max(running.since, this.#loadTaken);
    clearTimeout(running.timer);
    if (outcome instanceof Error) running.reject(outcome);
    else running.resolve(outcome);
  }

  async #startAgain(): Promise<void> {
    try {
      await this.#start();
    } catch {
      // The thread's end has been handled already: the next replacement is scheduled.
    }
  }

  #replace(error: Error): void {
    this.#deaths += 1;
    if (this.#deaths > REPLACE_MOST) {
      this.#options.onFatal(`${this.#deaths} vision threads in a row died: ${error.message}`);
      return;
    }
    const delay = backoff(REPLACE, this.#deaths - 1);
    this.#options.log.error(
      { event: 'vision-thread.died', err: error, deaths: this.#deaths, delay },
      'a vision thread died and will be replaced',
    );
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      void this.#startAgain();
    }, delay);
    this.#timers.add(timer);
  }
}

function post(thread: Thread, message: ToVisionThread): void {
  thread.worker.postMessage(message);
}
