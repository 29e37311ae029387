/** The gallery inside an analyzer: follows the server's commands, and says what it takes to be somebody of it. */
import type { Logger } from 'pino';
import type { GalleryCommand, GalleryEntry, Match, ModelContract } from '../protocol/analyzer.ts';
import { GalleryReader, SharedGallery, type GalleryShare } from '../recognition/gallery.ts';
import { forGallery } from '../recognition/policy.ts';
import type { CameraTracks, EvidencePolicy } from '../recognition/types.ts';
import { forgetPerson, lookAgain } from './gallery-change.ts';

/** Templates there is room for at first; it grows. */
const FIRST_CAPACITY = 1_024;

export interface AnalyzerGalleryOptions {
  /** Templates of another one are refused. */
  contract: ModelContract;
  /** Floats per embedding. */
  length: number;
  /** For a gallery of a few people. */
  policy: EvidencePolicy;
  log: Logger;
}

export class AnalyzerGallery {
  /** Called with each new share after the first. */
  onshare: ((share: GalleryShare) => void) | null = null;
  readonly #options: AnalyzerGalleryOptions;
  readonly #gallery: SharedGallery;
  #reader: GalleryReader;
  #policy: EvidencePolicy;

  constructor(options: AnalyzerGalleryOptions) {
    this.#options = options;
    this.#policy = options.policy;
    this.#gallery = SharedGallery.create({ length: options.length, capacity: FIRST_CAPACITY });
    this.#reader = new GalleryReader(this.#gallery.share());
    this.#gallery.onshare = (share) => {
      this.#reader = new GalleryReader(share);
      this.onshare?.(share);
    };
  }

  /** For as many people as there are now. */
  get policy(): EvidencePolicy {
    return this.#policy;
  }

  get size(): { people: number; templates: number } {
    return { people: this.#gallery.people, templates: this.#gallery.templates };
  }

  share(): GalleryShare {
    return this.#gallery.share();
  }

  /** Returns what the change means for the faces in view; null where there is none, the command being refused. */
  follow(command: GalleryCommand): ((tracks: CameraTracks) => CameraTracks) | null {
    const change = this.#apply(command);
    this.#policy = forGallery(this.#options.policy, this.#gallery.people);
    return change;
  }

  /** Best matches, one per person, most similar first, for the mean direction of these embeddings. */
  search(embeddings: readonly Float32Array[], limit: number): Match[] {
    return this.#reader.search([meanDirection(embeddings, this.#options.length)], limit)[0] ?? [];
  }

  #apply(command: GalleryCommand): ((tracks: CameraTracks) => CameraTracks) | null {
    if (command.type === 'gallery.clear') {
      this.#gallery.clear(command.templates);
      // Whoever is in view is judged by what follows.
      return (tracks) => tracks;
    }
    if (command.type === 'gallery.remove') {
      this.#gallery.remove(command.personId);
      return (tracks) => forgetPerson(tracks, command.personId);
    }
    const { contract, log } = this.#options;
    if (command.contract !== contract) {
      log.error(
        { contract: command.contract, own: contract },
        'gallery | templates of another contract refused',
      );
      return null;
    }
    for (const entry of command.entries) this.#upsert(entry);
    return lookAgain;
  }

  /** One faulty entry must not cost the others: everybody else stays recognisable. */
  #upsert(entry: GalleryEntry): void {
    try {
      this.#gallery.upsert(entry);
    } catch (error) {
      this.#options.log.error({ person: entry.personId, err: error }, 'gallery | entry refused');
    }
  }
}

/** L2-normalised; `length` zeros for no embeddings. */
function meanDirection(embeddings: readonly Float32Array[], length: number): Float32Array {
  const mean = new Float32Array(length);
  for (const embedding of embeddings) {
    for (let i = 0; i < length; i += 1) mean[i]! += embedding[i] ?? 0;
  }
  const norm = Math.hypot(...mean) || 1;
  return mean.map((v) => v / norm);
}
