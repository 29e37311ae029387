/**
 * Gallery chain, reader: cosine search in a gallery that another thread may be writing to. Every vision thread has one,
 * and so does each ContractGallery on the analyzer's main thread. It compares every template, unless there are very
 * many: see TwoStageSearch.
 */
import type { Match } from '../protocol/analyzer.ts';
import { BLOCK_ROWS, dotKernel, QUERIES, type DotKernel } from './dot-kernel.ts';
import {
  attach,
  changes,
  fence,
  isBeingWritten,
  readSlot,
  rowSlot,
  rowVersion,
  slotVersion,
  usedRows,
  usedSlots,
  type GalleryMemory,
  type GalleryShare,
} from './gallery-memory.ts';
import { MOST_MATCHES, TwoStageSearch } from './two-stage-search.ts';

/** Up to this many templates, every one is compared: it takes a millisecond or two. */
const EXACT_ROWS = 1 << 15;
/**
 * Maximum number of sweeps over rows that changed during a search. If rows still change after that, the writer is
 * replacing everything (a reload), and the result stands as it is.
 */
const SWEEPS = 16;
const NO_SCORE = -2;

/** Create one per thread: it holds the thread's scratch memory. Not re-entrant (`search` is synchronous). */
export class GalleryReader {
  readonly #memory: GalleryMemory;
  readonly #kernel: DotKernel;
  /** Version and person of each row, as noted before the row was read. */
  readonly #versions: Int32Array;
  readonly #slots: Int32Array;
  /** The change count of the gallery at which `#versions`, `#slots` and `#slotVersions` were noted; −1 if at none. */
  #noted = -1;
  /** [QUERIES, capacity]: best score of each person. */
  readonly #best: Float32Array[];
  /** The version of each slot that its best scores belong to, −1 if no row of it was read: a slot can be reassigned. */
  readonly #slotVersions: Int32Array;
  readonly #exactRows: number;
  readonly #twoStage: TwoStageSearch;

  /** @param exactRows up to this many templates, every one is compared. Infinity: always */
  constructor(share: GalleryShare, exactRows = EXACT_ROWS) {
    this.#exactRows = exactRows;
    this.#memory = attach(share);
    this.#kernel = dotKernel(share.rows, this.#memory.stride);
    this.#twoStage = new TwoStageSearch(this.#memory, this.#kernel);
    this.#best = Array.from({ length: QUERIES }, () => new Float32Array(share.capacity));
    this.#versions = new Int32Array(share.capacity);
    this.#slots = new Int32Array(share.capacity);
    this.#slotVersions = new Int32Array(share.capacity);
  }

  /**
   * For each embedding the `limit` nearest people with the best similarity of each, most similar first. Similarities
   * are exact.
   * @param embeddings L2-normalized
   * @throws RangeError if an embedding does not have the gallery's length
   */
  search(embeddings: readonly Float32Array[], limit: number): Match[][] {
    const { length } = this.#memory.share;
    if (embeddings.some((embedding) => embedding.length !== length)) {
      throw new RangeError(`this gallery is searched with embeddings of length ${length}`);
    }
    const found: Match[][] = [];
    for (let from = 0; from < embeddings.length; from += QUERIES) {
      const batch = embeddings.slice(from, from + QUERIES);
      found.push(
        ...((this.#isLarge(limit) && this.#twoStage.search(batch, limit)) || this.#pass(batch, limit)),
      );
    }
    return found;
  }

  #isLarge(limit: number): boolean {
    return usedRows(this.#memory) > this.#exactRows && limit <= MOST_MATCHES;
  }

  #pass(embeddings: readonly Float32Array[], limit: number): Match[][] {
    const { queries } = this.#kernel;
    queries.fill(0);
    for (const [q, embedding] of embeddings.entries()) queries.set(embedding, q * this.#memory.stride);
    if (!this.#readQuiet(embeddings.length)) this.#readChanging(embeddings.length);
    return embeddings.map((_, q) => (limit > 0 ? this.#nearest(this.#best[q]!, limit) : []));
  }

  /** The common case: nothing was written since the last search or during this one. Returns false if something was. */
  #readQuiet(queries: number): boolean {
    if (changes(this.#memory) !== this.#noted) return false;
    this.#forget(queries, usedSlots(this.#memory));
    const rows = usedRows(this.#memory);
    const { scores } = this.#kernel;
    for (let first = 0; first < rows; first += BLOCK_ROWS) {
      const count = Math.min(BLOCK_ROWS, rows - first);
      this.#kernel.score(first, count, queries > 1);
      for (let q = 0; q < queries; q++) {
        const best = this.#best[q]!;
        for (let i = 0; i < count; i++) {
          const slot = this.#slots[first + i]!;
          const score = scores[q * BLOCK_ROWS + i]!;
          if (slot >= 0 && score > best[slot]!) best[slot] = score;
        }
      }
    }
    fence(this.#memory);
    return changes(this.#memory) === this.#noted;
  }

  /** Reads block by block, checking each row on its own. */
  #readChanging(queries: number): void {
    this.#forget(queries, this.#memory.share.capacity);
    this.#slotVersions.fill(-1);
    let seen = changes(this.#memory);
    let rows = usedRows(this.#memory);
    for (let first = 0; first < rows; first += BLOCK_ROWS) {
      this.#read(first, Math.min(BLOCK_ROWS, rows - first), queries);
    }
    // A person's templates may have moved from a row not read yet to a row that was read already. Read the rows that
    // changed again until nothing changes meanwhile.
    for (let sweep = 0; sweep < SWEEPS && !this.#quietSince(seen); sweep++) {
      seen = changes(this.#memory);
      const before = rows;
      rows = usedRows(this.#memory);
      for (let row = 0; row < rows; row++) {
        if (row >= before || !this.#holds(row)) this.#read(row, 1, queries);
      }
    }
    this.#noted = this.#quietSince(seen) ? seen : -1;
  }

  #forget(queries: number, slots: number): void {
    for (let q = 0; q < queries; q++) this.#best[q]!.fill(NO_SCORE, 0, slots);
  }

  #quietSince(seen: number): boolean {
    return !isBeingWritten(seen) && changes(this.#memory) === seen;
  }

  #read(first: number, count: number, queries: number): void {
    for (let row = first; row < first + count; row++) {
      this.#versions[row] = rowVersion(this.#memory, row);
      this.#slots[row] = rowSlot(this.#memory, row);
    }
    this.#kernel.score(first, count, queries > 1);
    fence(this.#memory);
    for (let row = first; row < first + count; row++) {
      if (this.#slots[row]! >= 0 && this.#holds(row)) this.#take(row, row - first, queries);
    }
  }

  /** Whether the row has not been written to since its version was noted. */
  #holds(row: number): boolean {
    const version = this.#versions[row]!;
    return !isBeingWritten(version) && rowVersion(this.#memory, row) === version;
  }

  /** Counts a row that was read consistently, from the kernel's scores at `at`. */
  #take(row: number, at: number, queries: number): void {
    const slot = this.#slots[row]!;
    const version = slotVersion(this.#memory, slot);
    const fresh = version !== this.#slotVersions[slot];
    if (fresh) {
      // A slot is reassigned only when its rows are free: while this row holds, the version holds too.
      if (!this.#holds(row)) return;
      this.#slotVersions[slot] = version;
    }
    const { scores } = this.#kernel;
    for (let q = 0; q < queries; q++) {
      const score = scores[q * BLOCK_ROWS + at]!;
      const best = this.#best[q]!;
      if (fresh || score > best[slot]!) best[slot] = score;
    }
  }

  /** The `limit` highest scores of `best`, with the ids of the people. */
  #nearest(best: Float32Array, limit: number): Match[] {
    const slots: number[] = [];
    const used = usedSlots(this.#memory);
    for (let slot = 0; slot < used; slot++) {
      const score = best[slot]!;
      if (score === NO_SCORE || (slots.length >= limit && score <= best[slots.at(-1)!]!)) continue;
      if (slots.length >= limit) slots.pop();
      let at = slots.length;
      while (at > 0 && best[slots[at - 1]!]! < score) at--;
      slots.splice(at, 0, slot);
    }
    const matches: Match[] = [];
    for (const slot of slots) {
      const personId = readSlot(this.#memory, slot);
      fence(this.#memory);
      if (slotVersion(this.#memory, slot) === this.#slotVersions[slot]) {
        matches.push({ personId, similarity: best[slot]! });
      } else {
        // The person was removed during the search, and the slot belongs to another person now.
        best[slot] = NO_SCORE;
        return this.#nearest(best, limit);
      }
    }
    return matches;
  }
}
