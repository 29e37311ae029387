/** Says in the log how far a large gallery is loaded, and beforehand how much memory it takes. */
import type { Logger } from 'pino';
import { galleryBytes } from '../recognition/gallery-memory.ts';

export interface GallerySize {
  people: number;
  templates: number;
  /** Floats of a template. */
  length: number;
}

/** Templates: fewer are there within a second. */
const LARGE = 20_000;
/** Time between two lines, ms. */
const EVERY = 5_000;
const MIB = 1_048_576;

export class GalleryProgress {
  readonly #size: GallerySize;
  readonly #log: Logger;
  #said: number;

  /** @param now ms of a clock that is never set */
  constructor(size: GallerySize, log: Logger, now: number) {
    this.#size = size;
    this.#log = log;
    this.#said = now;
    const { people, templates, length } = size;
    if (templates < LARGE) return;
    const perAnalyzer = galleryBytes(length, templates, people, 1);
    // The server keeps it sealed for analyzers that start later.
    const perServer = templates * length * Float32Array.BYTES_PER_ELEMENT;
    const [analyzer, server] = [perAnalyzer, perServer].map((bytes) => Math.ceil(bytes / MIB));
    log.info(
      { event: 'gallery.loading', people, templates, analyzerMiB: analyzer, serverMiB: server },
      'a large gallery is loaded: this is the memory that it takes in each analyzer and in the server',
    );
  }

  /** So many people are loaded. */
  loaded(people: number, now: number): void {
    if (this.#size.templates < LARGE || now - this.#said < EVERY) return;
    this.#said = now;
    this.#log.info({ event: 'gallery.progress', people, of: this.#size.people }, 'the gallery is loading');
  }
}
