/** Random numbers that a printed seed repeats. */
export class Draw {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** From 0 up to 1, without 1 (mulberry32). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  between(least: number, most: number): number {
    return least + this.next() * (most - least);
  }

  pick<T>(from: readonly T[]): T {
    return from[Math.floor(this.next() * from.length)]!;
  }

  shuffled<T>(from: readonly T[]): T[] {
    const left = [...from];
    return Array.from(
      { length: left.length },
      () => left.splice(Math.floor(this.next() * left.length), 1)[0]!,
    );
  }
}

/** So many of them; each once before any of them comes again. */
export function dealt<T>(from: readonly T[], count: number, draw: Draw): T[] {
  const all: T[] = [];
  while (all.length < count && from.length > 0) all.push(...draw.shuffled(from));
  return all.slice(0, count);
}
