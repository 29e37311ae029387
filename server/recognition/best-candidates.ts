/** The `size` highest of a stream of scores, with the slot of each, in a heap whose first is the lowest. */
export class BestCandidates {
  readonly #scores: Float32Array;
  readonly #slots: Int32Array;
  #count = 0;

  constructor(size: number) {
    this.#scores = new Float32Array(size);
    this.#slots = new Int32Array(size);
  }

  clear(): void {
    this.#count = 0;
  }

  /** The slots and their scores, in no order. Valid until the next `clear` or `offer`. */
  get slots(): Int32Array {
    return this.#slots.subarray(0, this.#count);
  }

  get scores(): Float32Array {
    return this.#scores.subarray(0, this.#count);
  }

  /** Offers scores[from + i] of slot first + i, for i from 0 to count − 1. NaN is no score. */
  offer(scores: Float32Array, from: number, first: number, count: number): void {
    let i = 0;
    while (i < count && this.#count < this.#slots.length) {
      const score = scores[from + i]!;
      if (score === score) this.#add(score, first + i);
      i++;
    }
    let least = this.#scores[0]!;
    for (; i < count; i++) {
      const score = scores[from + i]!;
      if (score > least) {
        this.#sink(score, first + i);
        least = this.#scores[0]!;
      }
    }
  }

  #add(score: number, slot: number): void {
    let at = this.#count++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (this.#scores[parent]! <= score) break;
      this.#scores[at] = this.#scores[parent]!;
      this.#slots[at] = this.#slots[parent]!;
      at = parent;
    }
    this.#scores[at] = score;
    this.#slots[at] = slot;
  }

  /** Replaces the lowest. */
  #sink(score: number, slot: number): void {
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= this.#count) break;
      if (child + 1 < this.#count && this.#scores[child + 1]! < this.#scores[child]!) child += 1;
      if (this.#scores[child]! >= score) break;
      this.#scores[at] = this.#scores[child]!;
      this.#slots[at] = this.#slots[child]!;
      at = child;
    }
    this.#scores[at] = score;
    this.#slots[at] = slot;
  }
}
