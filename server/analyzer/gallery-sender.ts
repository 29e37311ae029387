/**
 * Gallery chain, server side: keeps the gallery of one analyzer process equal to the database, by sending all of it
 * after each start and every change after that. AnalyzerGallery is the receiving end.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { GalleryCommand, GalleryEntry, ModelContract } from '../protocol/analyzer.ts';

/**
 * Bytes of templates per message: about 25 people with ten templates each, which block the event loop for a millisecond or two.
 * Of 4 MB it was 11 ms, of 100 MB 133 ms. A message broker takes a megabyte at most.
 */
const BATCH_BYTES = 512 * 1024;
/** People with few templates make long messages by their ids. */
const BATCH_PEOPLE = 200;

export interface GallerySenderOptions {
  /** Loads every person who can be recognized. */
  load: () => Promise<GalleryEntry[]>;
  /** Sends to the analyzer, in order. */
  send(command: GalleryCommand): void;
}

export class GallerySender {
  readonly #options: GallerySenderOptions;
  /** The last change of each person while the whole gallery is being loaded and sent; null at other times. */
  #changes: Map<string, GalleryCommand> | null = null;
  /** Work that waits until the whole gallery has been sent. */
  readonly #waiting: (() => void)[] = [];
  #run = 0;

  constructor(options: GallerySenderOptions) {
    this.#options = options;
  }

  /**
   * Sends the whole gallery, then the changes that were made meanwhile. Sending a change that was already loaded does
   * no harm. The event loop gets a turn between two messages.
   * @returns false if `stop` was called first
   * @throws whatever `load` throws
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
      for (const batch of batches(entries)) {
        this.#options.send({ type: 'gallery.add', entries: batch });
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

  /** Call when the analyzer is gone: sends no more of the gallery. */
  stop(): void {
    this.#run += 1;
    this.#changes = null;
    this.#waiting.length = 0;
  }

  /** Runs `work` once every change so far has been sent: now, or after the whole gallery. Never if `stop` comes first. */
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

/** Bytes of a person's templates. */
function bytesOf({ embeddings }: GalleryEntry): number {
  return embeddings.reduce((sum, { byteLength }) => sum + byteLength, 0);
}

/** In order; each of a bounded size, with at least one person. Lazy, so that the event loop gets its turns between two. */
export function* batches(entries: Iterable<GalleryEntry>): Generator<GalleryEntry[]> {
  let batch: GalleryEntry[] = [];
  let bytes = 0;
  for (const entry of entries) {
    const more = bytesOf(entry);
    if (batch.length > 0 && (bytes + more > BATCH_BYTES || batch.length >= BATCH_PEOPLE)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(entry);
    bytes += more;
  }
  if (batch.length > 0) yield batch;
}
