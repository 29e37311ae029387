/**
 * Gallery chain, large galleries: finds the people whose sketches are most similar, then compares their templates
 * exactly. What it returns is exact for the people that it compares; it may miss somebody whose templates as a whole
 * are unlike the face, though one of them is like it. docs/benchmarks.md says how often.
 */
import type { Match } from '../protocol/analyzer.ts';
import { BestCandidates } from './best-candidates.ts';
import type { DotKernel } from './dot-kernel.ts';
import {
  changes,
  fence,
  isBeingWritten,
  readRowsOf,
  readSlot,
  usedSlots,
  type GalleryMemory,
} from './gallery-memory.ts';
import { SKETCH_BLOCK, SKETCH_QUERIES, sketchKernel, type SketchKernel } from './sketch-kernel.ts';

/** People who are compared exactly in any case: those whose sketches are most similar. */
const CANDIDATES = 512;
/**
 * Most people who are compared exactly. A face that is clearly somebody's needs no more than the first 512; one that is
 * not (a poor picture, a stranger) may be most like a single template of somebody further down.
 */
const MOST_CANDIDATES = 2_048;
/** People further down are compared until none of them is likely to be this much more similar than their sketch. */
const STRAY = 0.35;
/** Most people that may be asked for: far fewer than are compared. */
export const MOST_MATCHES = 16;
/** Tries before the search gives up, because the gallery changes all the time (a reload). A try takes some ms. */
const TRIES = 3;

/** Create one per thread. Not re-entrant. */
export class TwoStageSearch {
  readonly #memory: GalleryMemory;
  readonly #exact: DotKernel;
  readonly #sketches: SketchKernel;
  readonly #candidates: BestCandidates[];
  /** What the sketch scores of each query are to be multiplied by. */
  readonly #factors = new Float64Array(SKETCH_QUERIES);

  /** @param exact the kernel of the gallery's rows; its queries are overwritten */
  constructor(memory: GalleryMemory, exact: DotKernel) {
    this.#memory = memory;
    this.#exact = exact;
    this.#sketches = sketchKernel(memory.share.sketches, memory.sketchStride, memory.scalesAt);
    this.#candidates = Array.from({ length: SKETCH_QUERIES }, () => new BestCandidates(MOST_CANDIDATES));
  }

  /**
   * @param embeddings at most four, L2-normalized
   * @param limit at most MOST_MATCHES
   * @returns null if the gallery changed during each try
   */
  search(embeddings: readonly Float32Array[], limit: number): Match[][] | null {
    for (let turn = 0; turn < TRIES; turn++) {
      const seen = changes(this.#memory);
      if (isBeingWritten(seen)) continue;
      this.#choose(embeddings);
      const found = embeddings.map((embedding, q) =>
        this.#compare(embedding, this.#candidates[q]!, this.#factors[q]!, limit),
      );
      fence(this.#memory);
      if (changes(this.#memory) === seen) return found;
    }
    return null;
  }

  /** First stage, one pass over all sketches. */
  #choose(embeddings: readonly Float32Array[]): void {
    const { scores } = this.#sketches;
    for (const [q, embedding] of embeddings.entries()) {
      this.#factors[q] = this.#sketches.ask(q, embedding);
      this.#candidates[q]!.clear();
    }
    const slots = usedSlots(this.#memory);
    for (let first = 0; first < slots; first += SKETCH_BLOCK) {
      const count = Math.min(SKETCH_BLOCK, slots - first);
      this.#sketches.score(first, count, embeddings.length > 1);
      for (let q = 0; q < embeddings.length; q++) {
        this.#candidates[q]!.offer(scores, q * SKETCH_BLOCK, first, count);
      }
    }
  }

  /** Second stage: the best template of each candidate. */
  #compare(
    embedding: Float32Array,
    { slots, scores: sketched }: BestCandidates,
    factor: number,
    limit: number,
  ): Match[] {
    const { queries, scores } = this.#exact;
    queries.fill(0, 0, this.#memory.stride);
    queries.set(embedding);
    const best: { slot: number; similarity: number }[] = [];
    const least = leastOf(sketched, CANDIDATES);
    const take = (from: number, above: number) => {
      for (const [i, slot] of slots.entries()) {
        const sketch = sketched[i]!;
        if (sketch < from || sketch >= above) continue;
        let similarity = Number.NEGATIVE_INFINITY;
        readRowsOf(this.#memory, slot, (first, count) => {
          this.#exact.score(first, count, false);
          for (let n = 0; n < count; n++) similarity = Math.max(similarity, scores[n]!);
        });
        if (similarity === Number.NEGATIVE_INFINITY) continue;
        if (best.length >= limit && !(similarity > best.at(-1)!.similarity)) continue;
        const at = best.findIndex((other) => other.similarity < similarity);
        best.splice(at === -1 ? best.length : at, 0, { slot, similarity });
        if (best.length > limit) best.pop();
      }
    };
    take(least, Number.POSITIVE_INFINITY);
    const doubtful = ((best[0]?.similarity ?? -1) - STRAY) / factor;
    if (doubtful < least) take(doubtful, least);
    return best.map(({ slot, similarity }) => ({ personId: readSlot(this.#memory, slot), similarity }));
  }
}

/** The `count`-th highest score; −∞ if there are no more. */
function leastOf(scores: Float32Array, count: number): number {
  return scores.length <= count ? Number.NEGATIVE_INFINITY : scores.toSorted()[scores.length - count]!;
}
