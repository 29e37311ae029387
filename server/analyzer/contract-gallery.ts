/** The templates of one model contract inside an analyzer. */
import type { GalleryEntry, Match, ModelContract } from '../protocol/analyzer.ts';
import { GalleryReader, SharedGallery, type GalleryShare } from '../recognition/gallery.ts';

/** Templates there is room for at first; it grows. */
const FIRST_CAPACITY = 1_024;

export interface ContractGalleryOptions {
  contract: ModelContract;
  /** Floats per embedding. */
  length: number;
  /** A similarity of this contract, on the scale of the pack in use. */
  scale: (similarity: number) => number;
  /** Called with each new share after the first. */
  onShared(): void;
}

export class ContractGallery {
  readonly contract: ModelContract;
  readonly #options: ContractGalleryOptions;
  readonly #gallery: SharedGallery;
  #reader: GalleryReader;

  constructor(options: ContractGalleryOptions) {
    this.contract = options.contract;
    this.#options = options;
    this.#gallery = SharedGallery.create({ length: options.length, capacity: FIRST_CAPACITY });
    this.#reader = new GalleryReader(this.#gallery.share());
    this.#gallery.onShared = (share) => {
      this.#reader = new GalleryReader(share);
      options.onShared();
    };
  }

  get people(): number {
    return this.#gallery.people;
  }

  get templates(): number {
    return this.#gallery.templates;
  }

  get share(): GalleryShare {
    return this.#gallery.share();
  }

  clear(expected: number): void {
    this.#gallery.clear(expected);
  }

  /** Throws Error where an embedding is not of this contract's length, or not L2-normalized. */
  upsert(entry: GalleryEntry): void {
    this.#gallery.upsert(entry);
  }

  has(personId: string): boolean {
    return this.#gallery.has(personId);
  }

  remove(personId: string): void {
    this.#gallery.remove(personId);
  }

  /** Best matches, one per person, most similar first, for the mean direction of these embeddings. */
  search(embeddings: readonly Float32Array[], limit: number): Match[] {
    const { length, scale } = this.#options;
    const [matches = []] = this.#reader.search([meanDirection(embeddings, length)], limit);
    return matches.map(({ personId, similarity }) => ({ personId, similarity: scale(similarity) }));
  }
}

/** L2-normalized; `length` zeros for no embeddings. */
function meanDirection(embeddings: readonly Float32Array[], length: number): Float32Array {
  const mean = new Float32Array(length);
  for (const embedding of embeddings) {
    for (let i = 0; i < length; i += 1) mean[i]! += embedding[i] ?? 0;
  }
  const norm = Math.hypot(...mean) || 1;
  return mean.map((v) => v / norm);
}
