/** The gallery inside an analyzer: follows the server's commands, and says what it takes to be somebody of it. */
import type { Logger } from 'pino';
import type { GalleryCommand, GalleryEntry, Match, ModelContract } from '../protocol/analyzer.ts';
import type { GalleryShare } from '../recognition/gallery.ts';
import { forGallery } from '../recognition/policy.ts';
import { similarityScale } from '../recognition/similarity-scale.ts';
import type { CameraTracks, EvidencePolicy } from '../recognition/types.ts';
import type { ModelPack } from '../vision/pack.ts';
import { ContractGallery } from './contract-gallery.ts';
import { forgetPerson, lookAgain } from './gallery-change.ts';

/** What must be known of a model pack whose templates are searched. */
export type SearchedPack = Pick<ModelPack, 'contract' | 'embeddingLength' | 'thresholds'>;

export interface AnalyzerGalleryOptions {
  /** In use. */
  pack: SearchedPack;
  /** Being left: people whose templates are of this one only are in a gallery of their own. */
  former: SearchedPack | null;
  /** For a gallery of a few people. */
  policy: EvidencePolicy;
  log: Logger;
}

/** Where the templates of each pack lie. */
export interface GalleryShares {
  current: GalleryShare;
  /** null where no pack is being left. */
  former: GalleryShare | null;
}

export class AnalyzerGallery {
  /** Called with the shares where one is new, after the first. */
  onShared: ((shares: GalleryShares) => void) | null = null;
  readonly #options: AnalyzerGalleryOptions;
  readonly #current: ContractGallery;
  readonly #former: ContractGallery | null;
  #policy: EvidencePolicy;

  constructor(options: AnalyzerGalleryOptions) {
    const { pack, former, policy } = options;
    this.#options = options;
    this.#policy = policy;
    const onShared = () => this.onShared?.(this.shares);
    this.#current = new ContractGallery({
      contract: pack.contract,
      length: pack.embeddingLength,
      scale: (similarity) => similarity,
      onShared,
    });
    this.#former =
      former &&
      new ContractGallery({
        contract: former.contract,
        length: former.embeddingLength,
        scale: similarityScale(former.thresholds, pack.thresholds),
        onShared,
      });
  }

  /** For as many people as there are now, by whichever pack they are known. */
  get policy(): EvidencePolicy {
    return this.#policy;
  }

  get size(): { people: number; templates: number } {
    const sum = (count: 'people' | 'templates') => this.#all.reduce((n, one) => n + one[count], 0);
    return { people: sum('people'), templates: sum('templates') };
  }

  /** Whether somebody is known by the former pack only: then each face is embedded by both. */
  get formerNeeded(): boolean {
    return this.#former !== null && this.#former.people > 0;
  }

  /** Known by whichever pack. */
  has(personId: string): boolean {
    return this.#all.some((one) => one.has(personId));
  }

  get shares(): GalleryShares {
    return { current: this.#current.share, former: this.#former?.share ?? null };
  }

  /** Returns what the change means for the faces in view; null where there is none, the command being refused. */
  follow(command: GalleryCommand): ((tracks: CameraTracks) => CameraTracks) | null {
    const needed = this.formerNeeded;
    const change = this.#apply(command);
    this.#policy = forGallery(this.#options.policy, this.size.people);
    if (needed && !this.formerNeeded && command.type !== 'gallery.clear') {
      this.#options.log.info('gallery | nobody needs the former pack any more: faces are embedded once');
    }
    return change;
  }

  /**
   * Best matches among the people known by this contract, one per person, most similar first, for the mean
   * direction of these embeddings; similarities are on the scale of the pack in use.
   */
  search(contract: ModelContract, embeddings: readonly Float32Array[], limit: number): Match[] {
    return this.#of(contract)?.search(embeddings, limit) ?? [];
  }

  get #all(): ContractGallery[] {
    return this.#former ? [this.#current, this.#former] : [this.#current];
  }

  #of(contract: ModelContract): ContractGallery | undefined {
    return this.#all.find((one) => one.contract === contract);
  }

  #apply(command: GalleryCommand): ((tracks: CameraTracks) => CameraTracks) | null {
    if (command.type === 'gallery.clear') {
      for (const one of this.#all) one.clear(command.templates[one.contract] ?? 0);
      // Whoever is in view is judged by what follows.
      return (tracks) => tracks;
    }
    if (command.type === 'gallery.remove') {
      for (const one of this.#all) one.remove(command.personId);
      return (tracks) => forgetPerson(tracks, command.personId);
    }
    const added = command.entries.filter((entry) => this.#upsert(entry));
    return added.length > 0 ? lookAgain : null;
  }

  /** False where the entry is refused. One faulty entry must not cost the others: everybody else stays recognizable. */
  #upsert(entry: GalleryEntry): boolean {
    const { personId, contract } = entry;
    const { log } = this.#options;
    const gallery = this.#of(contract);
    if (!gallery) {
      log.error({ person: personId, contract }, 'gallery | templates of another contract refused');
      return false;
    }
    try {
      gallery.upsert(entry);
    } catch (error) {
      log.error({ person: personId, err: error }, 'gallery | entry refused');
      return false;
    }
    // After they are in the one: at no time is the person in none.
    for (const other of this.#all) if (other !== gallery) other.remove(personId);
    return true;
  }
}
