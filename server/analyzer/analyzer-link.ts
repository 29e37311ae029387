/** The server's end of one analyzer: its gallery and its requests, over a channel. */
import { EventEmitter, once } from 'node:events';
import type { Logger } from 'pino';
import type {
  GalleryEntry,
  Match,
  ModelContract,
  RecognitionSettings,
  ServerToAnalyzer,
} from '../protocol/analyzer.ts';
import { MusterError } from '../protocol/error.ts';
import type { Execution } from '../protocol/execution.ts';
import { GallerySender } from './gallery-sender.ts';
import type { AnalyzerChannel, AnalyzerReady, AnalyzerReport, ProcessUsage } from './analyzer-channel.ts';
import { backoff } from '../async/backoff.ts';

/** Time limit for the answer to a search, ms. */
const SEARCH_LIMIT = 5_000;
/** Time limit for confirming a removal, ms: a picture takes tens of ms. After that it is reported as not confirmed. */
const CONFIRM_LIMIT = 5_000;
/** Wait before a gallery that could not be loaded is loaded again, ms; doubles up to the cap. */
const LOAD_RETRY = { first: 500, cap: 15_000 };

export interface AnalyzerLinkOptions {
  channel: AnalyzerChannel;
  log: Logger;
  loadGallery: () => Promise<GalleryEntry[]>;
}

export interface AnalyzerLinkEvents {
  /** The analyzer, which had been ready, is gone; why, in one word. */
  ended: [reason: string];
  /** Running, with the whole gallery on its way to it: cameras may be attached. */
  up: [];
  /** The analyzer is gone, together with every camera attached to it. */
  down: [];
  message: [message: AnalyzerReport];
}

/** An analyzer's answer to a removal. */
export interface Removal {
  removed: boolean;
  /** Vision threads that have finished their job since; 0 if the process is gone, and its memory with it. */
  threads: number;
  /** It did not answer, and has forgotten everybody by now because no server could be heard. */
  expired: boolean;
}

const LATE: Removal = { removed: false, threads: 0, expired: false };
const GONE: Removal = { removed: true, threads: 0, expired: false };

interface PendingSearch {
  resolve(matches: Match[]): void;
  reject(error: Error): void;
  timer: NodeJS.Timeout;
}

interface PendingRemoval {
  personId: string;
  timer: NodeJS.Timeout | undefined;
  resolve(removal: Removal): void;
}

export class AnalyzerLink extends EventEmitter<AnalyzerLinkEvents> {
  readonly name: string;
  readonly #options: AnalyzerLinkOptions;
  readonly #channel: AnalyzerChannel;
  readonly #searches = new Map<number, PendingSearch>();
  readonly #removals = new Map<number, PendingRemoval>();
  readonly #gallery: GallerySender;
  #up = false;
  /** Whether a further `ready` means that it was started again. */
  #started = false;
  #execution: Execution | null = null;
  /** Changed since the first start; null if not. */
  #recognition: RecognitionSettings | null = null;
  #request = 0;
  #loadTimer: NodeJS.Timeout | null = null;

  constructor(options: AnalyzerLinkOptions) {
    super();
    this.name = options.channel.name;
    this.#options = options;
    this.#channel = options.channel;
    this.#gallery = new GallerySender({
      load: options.loadGallery,
      send: (command) => void this.#channel.send(command),
    });
    this.#channel.on('ready', (ready) => this.#ready(ready));
    this.#channel.on('message', (message) => this.#receive(message));
    this.#channel.on('down', (reason) => {
      this.emit('ended', reason ?? 'lost');
      this.#down();
    });
  }

  get up(): boolean {
    return this.#up;
  }

  /** What the analyzer's networks run on; null while it is not running. */
  get execution(): Execution | null {
    return this.#channel.up ? this.#execution : null;
  }

  get pid(): number | undefined {
    return this.#channel.pid;
  }

  /** Whether the analyzer is on another host: what is in its way is not always the death of its process. */
  get remote(): boolean {
    return this.#channel.gallery === 'pulled';
  }

  /** How busy it says it is, 0..1; null where nobody measures it. */
  get load(): number | null {
    return this.#channel.load;
  }

  get draining(): boolean {
    return this.#channel.draining;
  }

  /** What the process needs, as of its last answer, about every two seconds; null before the first. */
  get usage(): ProcessUsage | null {
    return this.#channel.usage ?? null;
  }

  /** Starts the process and sends it the gallery. Throws if either fails this first time. */
  async start(): Promise<void> {
    await this.#channel.start();
    this.#started = true;
    await this.#load();
    // It died meanwhile and is being restarted.
    if (!this.#up) await once(this, 'up');
  }

  /** Drops the message if the process is not running: it gets everything again when it is back. */
  send(message: ServerToAnalyzer): void {
    this.#channel.send(message);
  }

  /** Faces are judged by these settings from now on, also after a restart. */
  judgeBy(settings: RecognitionSettings): void {
    this.#recognition = settings;
    this.#channel.send({ type: 'recognition.settings', settings });
  }

  /** An analyzer that pulls its gallery is told by the fleet which person it has to ask for. */
  upsert(entry: GalleryEntry): void {
    if (!this.remote) this.#gallery.upsert(entry);
  }

  remove(personId: string): void {
    this.#gallery.remove(personId);
  }

  /**
   * Resolves when the analyzer has dropped the person and no picture that names the person is still being analyzed; for one
   * that is out of reach, when it has forgotten everybody.
   */
  confirmRemoval(personId: string): Promise<Removal> {
    const request = (this.#request += 1);
    return new Promise((resolve) => {
      this.#removals.set(request, { personId, timer: undefined, resolve });
      this.#askRemoval(request, personId);
    });
  }

  #askRemoval(request: number, personId: string): void {
    const removal = this.#removals.get(request);
    if (!removal) return;
    removal.timer = setTimeout(() => this.#confirmed(request, LATE), CONFIRM_LIMIT);
    if (this.#channel.pid === undefined) this.#whenGone(request, personId);
    else {
      this.#gallery.whenSent(() => {
        if (!this.#channel.send({ type: 'gallery.confirm', request, personId })) {
          this.#whenGone(request, personId);
        }
      });
    }
  }

  /** Throws MusterError `analyzer-unavailable` if no answer comes. */
  searchMean(contract: ModelContract, embeddings: Float32Array[], limit: number): Promise<Match[]> {
    const request = (this.#request += 1);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#abandon(request, 'did not answer in time'), SEARCH_LIMIT);
      this.#searches.set(request, { resolve, reject, timer });
      if (!this.#channel.send({ type: 'gallery.search', request, contract, embeddings, limit })) {
        this.#abandon(request, 'is being restarted');
      }
    });
  }

  async close(): Promise<void> {
    if (this.#loadTimer) clearTimeout(this.#loadTimer);
    this.#gallery.stop();
    this.#up = false;
    for (const request of this.#searches.keys()) this.#abandon(request, 'is being closed');
    await this.#channel.close();
    for (const request of this.#removals.keys()) this.#confirmed(request, this.remote ? LATE : GONE);
    this.removeAllListeners();
  }

  #ready({ execution }: AnalyzerReady): void {
    this.#execution = execution;
    // It was started with those of the first start. Before the gallery, and so before any camera.
    if (this.#recognition) this.#channel.send({ type: 'recognition.settings', settings: this.#recognition });
    if (this.#started) this.#reload(0);
    else if (this.remote) this.#rise();
  }

  #rise(): void {
    this.#up = true;
    this.emit('up');
  }

  /** Cameras wait until the whole gallery is sent: without it everybody would be reported as unknown. */
  async #load(): Promise<void> {
    if (await this.#gallery.sendAll()) this.#rise();
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
      this.#confirmed(message.request, { ...message, expired: false });
    } else {
      this.emit('message', message);
    }
  }

  #down(): void {
    if (this.#loadTimer) clearTimeout(this.#loadTimer);
    this.#gallery.stop();
    for (const request of this.#searches.keys()) this.#abandon(request, 'is being restarted');
    for (const [request, { personId }] of this.#removals) this.#whenGone(request, personId);
    if (!this.#up) return;
    this.#up = false;
    this.emit('down');
  }

  #confirmed(request: number, { removed, threads, expired }: Removal): void {
    const removal = this.#removals.get(request);
    if (!removal) return;
    clearTimeout(removal.timer);
    this.#removals.delete(request);
    removal.resolve({ removed, threads, expired });
  }

  /** There is nobody to answer: the removal is complete once the analyzer can hold no face any more. */
  #whenGone(request: number, personId: string): void {
    const removal = this.#removals.get(request);
    if (!removal) return;
    if (!this.remote) return this.#confirmed(request, GONE);
    clearTimeout(removal.timer);
    void this.#channel.gone().then((how) => {
      if (how !== 'back') this.#confirmed(request, { ...GONE, expired: how === 'expired' });
      else {
        this.#channel.send({ type: 'gallery.remove', personId });
        this.#askRemoval(request, personId);
      }
    });
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
