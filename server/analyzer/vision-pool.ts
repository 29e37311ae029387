/** The vision threads of one analyzer: hands jobs to idle ones, and replaces those that die. */
import { Worker } from 'node:worker_threads';
import type { Logger } from 'pino';
import type { Execution, Provider } from '../protocol/execution.ts';
import type { GalleryShares } from './analyzer-gallery.ts';
import type { CheckInJob, CheckInResult, EnrollmentJob, EnrollmentResult } from './analyze-frame.ts';
import type { FrameLease, SlotBuffers } from './frame-slot.ts';
import type { FromVisionThread, ToVisionThread, VisionThreadData } from './vision-messages.ts';
import { backoff } from '../async/backoff.ts';

/** A picture takes tens of ms; a thread busy for this long hangs in native code that no one can stop, ms. */
const JOB_LIMIT = 15_000;
/** Wait before a dead thread is replaced, ms; doubles with each one in a row that dies before its first result. */
const REPLACE = { first: 100, cap: 5_000 };
/** After this many in a row the models or the memory are at fault, and the whole process should start anew. */
export const REPLACE_MOST = 5;
/** From `close` to the thread's end, ms; then it is terminated. */
const CLOSE_LIMIT = 2_000;

/**
 * onnxruntime has one WebGPU device for all sessions of a process and does not guard it: sessions in two threads
 * end in "Command encoding already finished" or a segmentation fault (1.30). More analyzers are more threads there.
 */
const SINGLE_THREADED: Provider = 'webgpu';

const VISION_THREAD = new URL('./vision-thread.ts', import.meta.url);

export interface VisionPoolOptions {
  threads: number;
  data: VisionThreadData;
  log: Logger;
  /** Program of the threads; for tests. */
  program?: URL;
  /** A thread became idle: there may be work for it. */
  onIdle(): void;
  /** The threads cannot be kept going. */
  onFatal(message: string): void;
}

interface Running {
  resolve(result: CheckInResult | EnrollmentResult): void;
  reject(error: Error): void;
  timer: NodeJS.Timeout;
}

interface Thread {
  worker: Worker;
  ready: boolean;
  running: Running | null;
  /** Generation of the buffers that it has, by camera. */
  buffers: Map<string, number>;
  ended: Promise<void>;
}

export class VisionPool {
  readonly #options: VisionPoolOptions;
  readonly #threads = new Set<Thread>();
  readonly #timers = new Set<NodeJS.Timeout>();
  #galleries: GalleryShares;
  #execution: Execution = { provider: 'cpu', onCpu: 1, refused: [] };
  /** What was said of the last one, as JSON. */
  #said = '';
  /** The one that the first thread found to work, of several that were asked for. */
  #provider: Provider | null = null;
  readonly #settling = new Map<number, () => void>();
  #requests = 0;
  #deaths = 0;
  #opened = false;
  #closing: Promise<void> | null = null;

  private constructor(options: VisionPoolOptions) {
    this.#options = options;
    this.#galleries = options.data.galleries;
  }

  /** Resolves when every thread has its models loaded; throws the first one's error where one has not. */
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

  /** Threads that run; fewer than were asked for on a provider that serves one thread of a process. */
  get threads(): number {
    return this.#threads.size;
  }

  get idle(): boolean {
    return this.#idle() !== undefined;
  }

  /**
   * Runs a job on an idle thread. Rejects where this picture could not be analyzed or the thread died; the pool goes
   * on either way. Throws where no thread is idle.
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
      thread.running = { resolve, reject, timer };
      const { index, width, height } = lease;
      post(thread, { type: 'analyze', job, lease: { index, width, height } });
    });
  }

  /** What the networks of the threads run on: of the thread that was started last. */
  get execution(): Execution {
    return this.#execution;
  }

  /** The camera is gone: lets go of its buffers. */
  forget(cameraId: string): void {
    for (const thread of this.#threads) {
      if (thread.buffers.delete(cameraId)) post(thread, { type: 'forget', cameraId });
    }
  }

  /** A gallery has moved to other memory. */
  share(shares: GalleryShares): void {
    this.#galleries = shares;
    for (const thread of this.#threads) post(thread, { type: 'galleries', shares });
  }

  /** Resolves when every thread has ended what it is doing now, or died; with how many threads that are. */
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

  /** Lets running jobs end within a budget. Idempotent. */
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

  /** The first thread finds out which provider works, and with it how many threads there may be. */
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

  /** Resolves when the thread is ready, rejects when it ends before. */
  #start(): Promise<void> {
    const providers = this.#provider === null ? this.#options.data.providers : [this.#provider];
    const worker = new Worker(this.#options.program ?? VISION_THREAD, {
      workerData: { ...this.#options.data, providers, galleries: this.#galleries } satisfies VisionThreadData,
      // The child's own arguments; a thread has its settings in workerData.
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
          this.#runsOn(message.execution);
          resolve();
          if (this.#opened) this.#options.onIdle();
        } else if (message.type === 'analyzed' || message.type === 'failed') {
          this.#deaths = 0;
          this.#done(thread, message.type === 'analyzed' ? message.result : new Error(message.message));
          this.#options.onIdle();
        } else if (message.type === 'settled') this.#settling.get(message.request)?.();
        // Anything else is not ours: under `node --watch` a thread tells over this channel which files it loads.
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

  /** All threads fare alike, so what they run on is worth one line, and another when it changes. */
  #runsOn(execution: Execution): void {
    // What the first thread tried in vain, the others are spared.
    if (execution.provider === this.#provider) return;
    this.#execution = execution;
    const said = JSON.stringify(execution);
    if (said === this.#said) return;
    this.#said = said;
    const { provider, onCpu, refused } = execution;
    if (refused.length > 0) {
      this.#options.log.warn(
        { provider, onCpu, refused },
        'vision | fell back to another execution provider',
      );
    } else {
      this.#options.log.info({ provider, onCpu }, 'vision | execution provider');
    }
  }

  #done(thread: Thread, outcome: CheckInResult | EnrollmentResult | Error): void {
    const { running } = thread;
    if (!running) return;
    thread.running = null;
    clearTimeout(running.timer);
    if (outcome instanceof Error) running.reject(outcome);
    else running.resolve(outcome);
  }

  async #startAgain(): Promise<void> {
    try {
      await this.#start();
    } catch {
      // Its end has been dealt with already: the next replacement is on its way.
    }
  }

  #replace(error: Error): void {
    this.#deaths += 1;
    if (this.#deaths > REPLACE_MOST) {
      this.#options.onFatal(`${this.#deaths} vision threads in a row died: ${error.message}`);
      return;
    }
    const delay = backoff(REPLACE, this.#deaths - 1);
    this.#options.log.error({ err: error, deaths: this.#deaths, delay }, 'vision thread | died, replacing');
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
