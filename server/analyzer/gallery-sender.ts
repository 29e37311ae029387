/** Keeps one analyzer's gallery as the database has it: the whole of it at each start, then every change. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { GalleryCommand, GalleryEntry, ModelContract } from '../protocol/analyzer.ts';

/** People in one message: at ten templates each 4 MB, and 11 ms of the event loop at most; 5,000 at once took 133 ms. */
const BATCH = 200;

export interface GallerySenderOptions {
  /** Every searchable person. */
  load: () => Promise<GalleryEntry[]>;
  /** To the analyzer, in order. */
  send(command: GalleryCommand): void;
}

export class GallerySender {
  readonly #options: GallerySenderOptions;
  /** Changes while the whole is being loaded and sent, the last one of each person; null at other times. */
  #changes: Map<string, GalleryCommand> | null = null;
  /** What waits for the whole to be sent. */
  readonly #waiting: (() => void)[] = [];
  #run = 0;

  constructor(options: GallerySenderOptions) {
    this.#options = options;
  }

  /**
   * Sends the whole gallery, then whatever changed meanwhile: a change that the load has already seen does no harm
   * twice. The event loop gets a turn between two messages. False where `stop` came first; throws what `load` throws.
   */
  async sendAll(): Promise<boolean> {
    this.stop();
    const run = this.#run;
    this.#changes = new Map();
    try {
      const entries = await this.#options.load();
      if (run !== this.#run) return false;
      const templates: Record<ModelContract, number> = {};
      for (const { contract, embeddings } of entries) {
        templates[contract] = (templates[contract] ?? 0) + embeddings.length;
      }
      this.#options.send({ type: 'gallery.clear', templates });
      for (let from = 0; from < entries.length; from += BATCH) {
        this.#options.send({ type: 'gallery.add', entries: entries.slice(from, from + BATCH) });
        await nextTurn();
        if (run !== this.#run) return false;
      }
      for (const change of this.#changes.values()) this.#options.send(change);
      return true;
    } catch (error) {
      if (run !== this.#run) return false;
      throw error;
    } finally {
      if (run === this.#run) {
        this.#changes = null;
        for (const work of this.#waiting.splice(0)) work();
      }
    }
  }

  /** The analyzer is gone: sends no more of the gallery. */
  stop(): void {
    this.#run += 1;
    this.#changes = null;
    this.#waiting.length = 0;
  }

  /** Runs `work` when every change so far has been sent: at once, or after the whole. Not where `stop` comes first. */
  whenSent(work: () => void): void {
    if (this.#changes) this.#waiting.push(work);
    else work();
  }

  upsert(entry: GalleryEntry): void {
    this.#change(entry.personId, { type: 'gallery.add', entries: [entry] });
  }

  remove(personId: string): void {
    this.#change(personId, { type: 'gallery.remove', personId });
  }

  #change(personId: string, command: GalleryCommand): void {
    if (this.#changes) this.#changes.set(personId, command);
    else this.#options.send(command);
  }
}
