/** Exact cosine search in a gallery that another thread may be writing to. */
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

/**
 * Sweeps over the rows that changed during a search; after so many the writer changes everything at once
 * (a reload), and what was found stands.
 */
const SWEEPS = 16;
const NO_SCORE = -2;

/** One per thread: it holds the thread's scratch memory. Not shared, not re-entrant (`search` is synchronous). */
export class GalleryReader {
  readonly #memory: GalleryMemory;
  readonly #kernel: DotKernel;
  /** Each row's version and person before it was read. */
  readonly #versions: Int32Array;
  readonly #slots: Int32Array;
  /** The state of the gallery that versions, slots and slotVersions are of; −1 where they are of none. */
  #noted = -1;
  /** [QUERIES, capacity]: best score of each person. */
  readonly #best: Float32Array[];
  /** The version of each slot that its best scores belong to, −1 where none was read: slots change hands. */
  readonly #slotVersions: Int32Array;

  constructor(share: GalleryShare) {
    this.#memory = attach(share);
    this.#kernel = dotKernel(share.rows, this.#memory.stride);
    this.#best = Array.from({ length: QUERIES }, () => new Float32Array(share.capacity));
    this.#versions = new Int32Array(share.capacity);
    this.#slots = new Int32Array(share.capacity);
    this.#slotVersions = new Int32Array(share.capacity);
  }

  /**
   * For each embedding the best similarity of each of the `limit` nearest people, most similar first.
   * @param embeddings L2-normalized, of the gallery's length; throws RangeError otherwise
   */
  search(embeddings: readonly Float32Array[], limit: number): Match[][] {
    const { length } = this.#memory.share;
    if (embeddings.some((embedding) => embedding.length !== length)) {
      throw new RangeError(`this gallery is searched with embeddings of length ${length}`);
    }
    const found: Match[][] = [];
    for (let from = 0; from < embeddings.length; from += QUERIES) {
      found.push(...this.#pass(embeddings.slice(from, from + QUERIES), limit));
    }
    return found;
  }

  #pass(embeddings: readonly Float32Array[], limit: number): Match[][] {
    const { queries } = this.#kernel;
    queries.fill(0);
    for (const [q, embedding] of embeddings.entries()) queries.set(embedding, q * this.#memory.stride);
    if (!this.#readQuiet(embeddings.length)) this.#readChanging(embeddings.length);
    return embeddings.map((_, q) => (limit > 0 ? this.#nearest(this.#best[q]!, limit) : []));
  }

  /** The common case: nothing was written since the last search, nor during this one. False where something was. */
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

  /** Row by row, each checked for itself. */
  #readChanging(queries: number): void {
    this.#forget(queries, this.#memory.share.capacity);
    this.#slotVersions.fill(-1);
    let seen = changes(this.#memory);
    let rows = usedRows(this.#memory);
    for (let first = 0; first < rows; first += BLOCK_ROWS) {
      this.#read(first, Math.min(BLOCK_ROWS, rows - first), queries);
    }
    // Somebody's templates may have moved from a row not read yet to one that was read before: the rows that
    // changed are read again, until nothing changed in the meantime.
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

  /** Nobody has written to the row since its version was noted. */
  #holds(row: number): boolean {
    const version = this.#versions[row]!;
    return !isBeingWritten(version) && rowVersion(this.#memory, row) === version;
  }

  /** Counts a row that was read whole, from the kernel's scores at `at`. */
  #take(row: number, at: number, queries: number): void {
    const slot = this.#slots[row]!;
    const version = slotVersion(this.#memory, slot);
    const fresh = version !== this.#slotVersions[slot];
    if (fresh) {
      // A slot changes hands only when its rows are free: while this row holds, so does the version.
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

  /** The `limit` highest of `best`, with names. */
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
        // Removed while the search ran, and the slot is somebody else's now.
        best[slot] = NO_SCORE;
        return this.#nearest(best, limit);
      }
    }
    return matches;
  }
}
