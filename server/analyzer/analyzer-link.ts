/** The server's end of one analyzer process: its supervision, its gallery, its requests. */
import { EventEmitter, once } from 'node:events';
import type { Logger } from 'pino';
import type {
  AnalyzerToServer,
  GalleryEntry,
  Match,
  ModelContract,
  RecognitionSettings,
  ServerToAnalyzer,
} from '../protocol/analyzer.ts';
import { MusterError } from '../protocol/error.ts';
import type { Execution } from '../protocol/execution.ts';
import { GallerySender } from './gallery-sender.ts';
import { SupervisedProcess, type SupervisedMessage, type SupervisionLimits } from './supervised-process.ts';
import type { AnalyzerSettings } from './settings.ts';
import { backoff } from '../async/backoff.ts';

/** Time limit for the answer to a search, ms. */
const SEARCH_LIMIT = 5_000;
/** Time limit for confirming a removal, ms: a picture takes tens of ms. After that it is reported as not confirmed. */
const CONFIRM_LIMIT = 5_000;
/** Wait before a gallery that could not be loaded is loaded again, ms; doubles up to the cap. */
const LOAD_RETRY = { first: 500, cap: 15_000 };

export interface AnalyzerLinkOptions {
  name: string;
  settings: AnalyzerSettings;
  limits: Partial<SupervisionLimits>;
  log: Logger;
  loadGallery: () => Promise<GalleryEntry[]>;
}

export type AnalyzerReport = Exclude<AnalyzerToServer, SupervisedMessage>;

export interface AnalyzerLinkEvents {
  /** Running, with the whole gallery on its way to it: cameras may be attached. */
  up: [];
  /** The process is gone, together with every camera attached to it. */
  down: [];
  message: [message: AnalyzerReport];
}

/** An analyzer's answer to a removal. */
export interface Removal {
  removed: boolean;
  /** Vision threads that have finished their job since; 0 if the process is gone, and its memory with it. */
  threads: number;
}

const GONE: Removal = { removed: true, threads: 0 };

interface PendingSearch {
  resolve(matches: Match[]): void;
  reject(error: Error): void;
  timer: NodeJS.Timeout;
}

export class AnalyzerLink extends EventEmitter<AnalyzerLinkEvents> {
  readonly name: string;
  readonly #options: AnalyzerLinkOptions;
  readonly #process: SupervisedProcess<ServerToAnalyzer, AnalyzerToServer>;
  readonly #searches = new Map<number, PendingSearch>();
  readonly #removals = new Map<number, (removal: Removal) => void>();
  readonly #gallery: GallerySender;
  #up = false;
  #execution: Execution | null = null;
  /** Changed since the first start; null if not. */
  #recognition: RecognitionSettings | null = null;
  #request = 0;
  #loadTimer: NodeJS.Timeout | null = null;

  constructor(options: AnalyzerLinkOptions) {
    super();
    this.name = options.name;
    this.#options = options;
    this.#process = new SupervisedProcess({
      program: new URL('./program.ts', import.meta.url),
      args: [JSON.stringify(options.settings)],
      name: options.name,
      log: options.log,
      limits: options.limits,
    });
    this.#gallery = new GallerySender({
      load: options.loadGallery,
      send: (command) => void this.#process.send(command),
    });
    this.#process.on('ready', ({ execution }) => {
      this.#execution = execution;
      // It was started with those of the first start. Before the gallery, and so before any camera.
      if (this.#recognition)
        this.#process.send({ type: 'recognition.settings', settings: this.#recognition });
    });
    this.#process.on('message', (message) => this.#receive(message));
    this.#process.on('down', () => this.#down());
  }

  get up(): boolean {
    return this.#up;
  }

  /** What the analyzer's networks run on; null while it is not running. */
  get execution(): Execution | null {
    return this.#process.up ? this.#execution : null;
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** Starts the process and sends it the gallery. Throws if either fails this first time. */
  async start(): Promise<void> {
    await this.#process.start();
    this.#process.on('ready', () => this.#reload(0));
    await this.#load();
    // The process died meanwhile and is being restarted.
    if (!this.#up) await once(this, 'up');
  }

  /** Drops the message if the process is not running: it gets everything again when it is back. */
  send(message: ServerToAnalyzer): void {
    this.#process.send(message);
  }

  /** Faces are judged by these settings from now on, also after a restart. */
  judgeBy(settings: RecognitionSettings): void {
    this.#recognition = settings;
    this.#process.send({ type: 'recognition.settings', settings });
  }

  upsert(entry: GalleryEntry): void {
    this.#gallery.upsert(entry);
  }

  remove(personId: string): void {
    this.#gallery.remove(personId);
  }

  /** Resolves when the analyzer has dropped the person and no picture that names the person is still being analyzed. */
  confirmRemoval(personId: string): Promise<Removal> {
    const request = (this.#request += 1);
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#confirmed(request, { removed: false, threads: 0 }), CONFIRM_LIMIT);
      this.#removals.set(request, (removal) => {
        clearTimeout(timer);
        resolve(removal);
      });
      if (this.#process.pid === undefined) this.#confirmed(request, GONE);
      else {
        this.#gallery.whenSent(() => {
          if (!this.#process.send({ type: 'gallery.confirm', request, personId })) {
            this.#confirmed(request, GONE);
          }
        });
      }
    });
  }

  /** Throws MusterError `analyzer-unavailable` if no answer comes. */
  searchMean(contract: ModelContract, embeddings: Float32Array[], limit: number): Promise<Match[]> {
    const request = (this.#request += 1);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#abandon(request, 'did not answer in time'), SEARCH_LIMIT);
      this.#searches.set(request, { resolve, reject, timer });
      if (!this.#process.send({ type: 'gallery.search', request, contract, embeddings, limit })) {
        this.#abandon(request, 'is being restarted');
      }
    });
  }

  async close(): Promise<void> {
    if (this.#loadTimer) clearTimeout(this.#loadTimer);
    this.#gallery.stop();
    this.#up = false;
    for (const request of this.#searches.keys()) this.#abandon(request, 'is being closed');
    await this.#process.close();
    for (const request of this.#removals.keys()) this.#confirmed(request, GONE);
    this.removeAllListeners();
  }

  /** Cameras wait until the whole gallery is sent: without it everybody would be reported as unknown. */
  async #load(): Promise<void> {
    if (!(await this.#gallery.sendAll())) return;
    this.#up = true;
    this.emit('up');
  }

  #reload(failures: number): void {
    this.#load().catch((error: unknown) => {
      const delay = backoff(LOAD_RETRY, failures);
      this.#options.log.error(
        { event: 'gallery.load-failed', analyzer: this.name, err: error, delay },
        'the gallery could not be loaded and will be loaded again',
      );
      this.#loadTimer = setTimeout(() => this.#reload(failures + 1), delay);
    });
  }

  #receive(message: AnalyzerReport): void {
    if (message.type === 'gallery.matches') {
      const pending = this.#searches.get(message.request);
      if (!pending) return;
      this.#searches.delete(message.request);
      clearTimeout(pending.timer);
      pending.resolve(message.matches);
    } else if (message.type === 'gallery.confirmed') {
      this.#confirmed(message.request, message);
    } else {
      this.emit('message', message);
    }
  }

  #down(): void {
    if (this.#loadTimer) clearTimeout(this.#loadTimer);
    this.#gallery.stop();
    for (const request of this.#searches.keys()) this.#abandon(request, 'is being restarted');
    for (const request of this.#removals.keys()) this.#confirmed(request, GONE);
    if (!this.#up) return;
    this.#up = false;
    this.emit('down');
  }

  #confirmed(request: number, { removed, threads }: Removal): void {
    this.#removals.get(request)?.({ removed, threads });
    this.#removals.delete(request);
  }

  #abandon(request: number, why: string): void {
    const pending = this.#searches.get(request);
    if (!pending) return;
    this.#searches.delete(request);
    clearTimeout(pending.timer);
    pending.reject(
      new MusterError('analyzer-unavailable', `The analyzer ${why}. Try again in a few seconds.`),
    );
  }
}
