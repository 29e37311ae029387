import { createHash } from 'node:crypto';

/** Numbers that look random and are always the same for the same words, so that every demonstration office is alike. */
export class Chance {
  readonly #words: string;

  constructor(...words: readonly (string | number)[]) {
    this.#words = words.join('/');
  }

  /** From 0 up to 1, without 1. */
  of(what: string): number {
    return createHash('sha256').update(`${this.#words}/${what}`).digest().readUInt32BE(0) / 2 ** 32;
  }

  /** Whether something of this probability (0..1) happens. */
  happens(what: string, probability: number): boolean {
    return this.of(what) < probability;
  }

  between(what: string, least: number, most: number): number {
    return least + this.of(what) * (most - least);
  }

  pick<T>(what: string, from: readonly [T, ...T[]]): T {
    return from[Math.floor(this.of(what) * from.length)]!;
  }
}
