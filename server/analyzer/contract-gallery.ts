/**
 * Gallery chain, inside an analyzer: the templates of one model contract. Joins the writer (SharedGallery) with a reader
 * for the main thread, and converts similarities to the scale of the pack in use.
 */
import type { GalleryEntry, Match, ModelContract } from '../protocol/analyzer.ts';
import { GalleryReader, SharedGallery, type GalleryShare } from '../recognition/gallery.ts';

/** Number of templates there is room for at first; it grows. */
const FIRST_CAPACITY = 1_024;

export interface ContractGalleryOptions {
  contract: ModelContract;
  /** Floats per embedding. */
  length: number;
  /** Converts a similarity of this contract to the scale of the pack in use. */
  scale: (similarity: number) => number;
  /** Called when the gallery has moved to other memory; the new share is in `share`. */
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

  /** Throws Error if an embedding does not have this contract's length or is not L2-normalized. */
  upsert(entry: GalleryEntry): void {
    this.#gallery.upsert(entry);
  }

  has(personId: string): boolean {
    return this.#gallery.has(personId);
  }

  remove(personId: string): void {
    this.#gallery.remove(personId);
  }

  /** Best matches for the mean direction of the embeddings, one per person, most similar first. */
  searchMean(embeddings: readonly Float32Array[], limit: number): Match[] {
    const { length, scale } = this.#options;
    const [matches = []] = this.#reader.search([meanDirection(embeddings, length)], limit);
    return matches.map(({ personId, similarity }) => ({ personId, similarity: scale(similarity) }));
  }
}

/** L2-normalized; all zeros if there are no embeddings. */
function meanDirection(embeddings: readonly Float32Array[], length: number): Float32Array {
  const mean = new Float32Array(length);
  for (const embedding of embeddings) {
    for (let i = 0; i < length; i += 1) mean[i]! += embedding[i] ?? 0;
  }
  const norm = Math.hypot(...mean) || 1;
  return mean.map((v) => v / norm);
}
