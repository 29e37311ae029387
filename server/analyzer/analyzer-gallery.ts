/**
 * Gallery chain, inside an analyzer: all templates, one ContractGallery per model pack that is in use. Follows the
 * commands of the server (sent by GallerySender) and derives the recognition policy from the number of people.
 */
import type { Logger } from 'pino';
import type { GalleryCommand, GalleryEntry, Match, ModelContract } from '../protocol/analyzer.ts';
import type { GalleryShare } from '../recognition/gallery.ts';
import { type LookAlikes, mutualLookAlikes } from '../recognition/look-alikes.ts';
import { forGallery } from '../recognition/policy.ts';
import { similarityScale } from '../recognition/similarity-scale.ts';
import type { CameraTracks, EvidencePolicy } from '../recognition/types.ts';
import type { ModelPack } from '../vision/pack.ts';
import { ContractGallery } from './contract-gallery.ts';
import { forgetPerson, lookAgain } from './gallery-change.ts';

/** What the gallery has to know about a model pack. */
type SearchedPack = Pick<ModelPack, 'contract' | 'embeddingLength' | 'thresholds'>;

export interface AnalyzerGalleryOptions {
  /** The pack in use. */
  pack: SearchedPack;
  /** The pack that is being replaced: people who have templates only of this pack are in a gallery of their own. */
  former: SearchedPack | null;
  /** The policy for a gallery of a few people. */
  policy: EvidencePolicy;
  log: Logger;
}

/** The shared memory of each pack's templates, and who looks like whom. */
export interface GalleryShares {
  current: GalleryShare;
  /** Null if no pack is being replaced. */
  former: GalleryShare | null;
  lookAlikes: LookAlikes;
}

export class AnalyzerGallery {
  /** Called when a gallery has moved to other memory, or other people look alike. */
  onShared: ((shares: GalleryShares) => void) | null = null;
  readonly #options: AnalyzerGalleryOptions;
  readonly #current: ContractGallery;
  readonly #former: ContractGallery | null;
  /** For a gallery of a few people. */
  #base: EvidencePolicy;
  #policy: EvidencePolicy;
  /** Who names whom; both must, see `mutualLookAlikes`. */
  readonly #named = new Map<string, readonly string[]>();
  #lookAlikes: LookAlikes = new Map();
  #renamed = false;

  constructor(options: AnalyzerGalleryOptions) {
    const { pack, former, policy } = options;
    this.#options = options;
    this.#base = policy;
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

  /** The policy for the current number of people, known by either pack. */
  get policy(): EvidencePolicy {
    return this.#policy;
  }

  /** From now on the rules are these. @param policy for a gallery of a few people */
  judgeBy(policy: EvidencePolicy): void {
    this.#base = policy;
    this.#policy = forGallery(policy, this.size.people);
  }

  get size(): { people: number; templates: number } {
    const sum = (count: 'people' | 'templates') => this.#all.reduce((n, one) => n + one[count], 0);
    return { people: sum('people'), templates: sum('templates') };
  }

  /** Whether some people are known only by the former pack: then each face is embedded by both packs. */
  get formerNeeded(): boolean {
    return this.#former !== null && this.#former.people > 0;
  }

  /** Whether the person is known, by either pack. */
  has(personId: string): boolean {
    return this.#all.some((one) => one.has(personId));
  }

  get shares(): GalleryShares {
    return {
      current: this.#current.share,
      former: this.#former?.share ?? null,
      lookAlikes: this.#lookAlikes,
    };
  }

  /**
   * Applies a command of the server.
   * @returns what the change means for the faces in view; null if the command was refused and changed nothing
   */
  follow(command: GalleryCommand): ((tracks: CameraTracks) => CameraTracks) | null {
    const needed = this.formerNeeded;
    const change = this.#apply(command);
    this.#policy = forGallery(this.#base, this.size.people);
    if (this.#renamed) {
      this.#renamed = false;
      this.#lookAlikes = mutualLookAlikes(this.#named);
      this.onShared?.(this.shares);
    }
    if (needed && !this.formerNeeded && command.type !== 'gallery.clear') {
      this.#options.log.info(
        { event: 'gallery.former-pack-unused' },
        'nobody needs the former pack any more: faces are embedded once from now on',
      );
    }
    return change;
  }

  /**
   * Best matches for the mean direction of the embeddings, one per person, most similar first. Searches the people known
   * by this contract; similarities are on the scale of the pack in use.
   */
  searchMean(contract: ModelContract, embeddings: readonly Float32Array[], limit: number): Match[] {
    return this.#of(contract)?.searchMean(embeddings, limit) ?? [];
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
      this.#renamed ||= this.#named.size > 0;
      this.#named.clear();
      // The entries that follow decide about the faces in view.
      return (tracks) => tracks;
    }
    if (command.type === 'gallery.remove') {
      for (const one of this.#all) one.remove(command.personId);
      this.#name(command.personId, []);
      return (tracks) => forgetPerson(tracks, command.personId);
    }
    const added = command.entries.filter((entry) => this.#upsert(entry));
    return added.length > 0 ? lookAgain : null;
  }

  /** Returns false if the entry is refused. One bad entry must not affect the others: those people stay recognizable. */
  #upsert(entry: GalleryEntry): boolean {
    const { personId, contract } = entry;
    const { log } = this.#options;
    const gallery = this.#of(contract);
    if (!gallery) {
      log.error(
        { event: 'gallery.entry-refused', personId, contract },
        'templates of another model contract were refused',
      );
      return false;
    }
    try {
      gallery.upsert(entry);
    } catch (error) {
      log.error({ event: 'gallery.entry-refused', personId, err: error }, 'a gallery entry was refused');
      return false;
    }
    // Only after the person is in this gallery, so that the person is always in one of them.
    for (const other of this.#all) if (other !== gallery) other.remove(personId);
    this.#name(personId, entry.lookAlikes ?? []);
    return true;
  }

  #name(personId: string, lookAlikes: readonly string[]): void {
    const removed = this.#named.delete(personId);
    if (lookAlikes.length > 0) this.#named.set(personId, lookAlikes);
    this.#renamed ||= removed || lookAlikes.length > 0;
  }
}
