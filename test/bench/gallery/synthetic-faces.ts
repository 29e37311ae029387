/**
 * Embeddings of people who do not exist, with the distributions that were measured on photographs of real ones.
 *
 * A person's direction is the mean of the measured people plus a sum of their deviations from it, with normal weights:
 * so directions have exactly the measured covariance between people, less what the few photographs of each add to it. A
 * picture of the person deviates by a sum of the measured deviations of photographs from their person, with normal
 * weights (the measured covariance within people), and by a measured length: some pictures are poorer than others.
 * Directions have fewer dimensions than real ones, as many as people were measured: they are more alike, which is the
 * harder case.
 */

/** Spread of the measured lengths, and a factor, with which the similarities of one person's pictures are as measured. */
const LENGTH_POWER = 2;
const LENGTH_FACTOR = 1.05;
/** Deviations made beforehand, and how many of them a picture mixes: so many that no two pictures have most in common. */
const POOL = 4_096;
const MIXED = 16;

export class SyntheticFaces {
  readonly length: number;
  readonly #random: () => number;
  readonly #mean: Float32Array;
  readonly #between: readonly Float32Array[];
  readonly #lengths: readonly number[];
  readonly #pool: readonly Float32Array[];

  /**
   * @param people the embeddings of several photographs of each person
   * @param seed makes the same faces again
   */
  constructor(people: readonly (readonly Float32Array[])[], seed: number) {
    this.length = people[0]![0]!.length;
    this.#random = randomNumbers(seed);
    const means = people.map(meanOf);
    this.#mean = meanOf(means);
    const within = people.flatMap((own, p) => own.map((one) => difference(one, means[p]!)));
    const freedom = within.length - people.length;
    const withinPerson = sumOfSquares(within) / freedom;
    const deviations = means.map((mean) => difference(mean, this.#mean));
    const scatter = sumOfSquares(deviations) / (people.length - 1);
    const photographs = within.length / people.length;
    const between = Math.sqrt((scatter - withinPerson / photographs) / scatter / (people.length - 1));
    this.#between = deviations.map((one) => one.map((v) => v * between));
    const relative = within.map(
      (one) => (Math.hypot(...one) ** 2 / (sumOfSquares(within) / within.length)) ** (LENGTH_POWER / 2),
    );
    const mean = Math.sqrt(relative.reduce((sum, v) => sum + v * v, 0) / relative.length);
    this.#lengths = relative.map((v) => (LENGTH_FACTOR * v) / mean);
    this.#pool = Array.from({ length: POOL }, () =>
      this.#sum(new Float32Array(this.length), within, 1 / Math.sqrt(freedom)),
    );
  }

  /** The direction of a new person; not of unit length. */
  person(): Float32Array {
    return this.#sum(this.#mean.slice(), this.#between, 1);
  }

  /** Writes a picture of the person, L2-normalized. */
  picture(person: Float32Array, into: Float32Array = new Float32Array(this.length)): Float32Array {
    into.set(person);
    const parts = Array.from({ length: MIXED }, () => this.#pick(this.#pool));
    this.#sum(into, parts, this.#pick(this.#lengths) / Math.sqrt(MIXED));
    let squares = 0;
    for (let i = 0; i < this.length; i++) squares += into[i]! * into[i]!;
    const gain = 1 / Math.sqrt(squares);
    for (let i = 0; i < this.length; i++) into[i]! *= gain;
    return into;
  }

  #pick<T>(from: readonly T[]): T {
    return from[Math.floor(this.#random() * from.length)]!;
  }

  #sum(into: Float32Array, parts: readonly Float32Array[], factor: number): Float32Array {
    for (const part of parts) {
      const weight = factor * this.#normal();
      for (let i = 0; i < into.length; i++) into[i]! += weight * part[i]!;
    }
    return into;
  }

  /** Box and Muller. */
  #normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.#random())) * Math.cos(2 * Math.PI * this.#random());
  }
}

function meanOf(vectors: readonly Float32Array[]): Float32Array {
  const mean = new Float32Array(vectors[0]!.length);
  for (const vector of vectors) for (let i = 0; i < mean.length; i++) mean[i]! += vector[i]! / vectors.length;
  return mean;
}

function difference(a: Float32Array, b: Float32Array): Float32Array {
  return a.map((v, i) => v - b[i]!);
}

function sumOfSquares(vectors: readonly Float32Array[]): number {
  return vectors.reduce((sum, vector) => sum + vector.reduce((squares, v) => squares + v * v, 0), 0);
}

const turn = (x: number, k: number) => (x << k) | (x >>> (32 - k));

/** Numbers from 0 to 1, below 1: xoshiro128** (Blackman and Vigna, 2018). */
function randomNumbers(seed: number): () => number {
  const s = new Uint32Array(4).map((_, i) => Math.imul(seed + i + 1, 0x9e3779b9));
  const next = () => {
    const result = Math.imul(turn(Math.imul(s[1]!, 5), 7), 9) >>> 0;
    const t = s[1]! << 9;
    s[2]! ^= s[0]!;
    s[3]! ^= s[1]!;
    s[1]! ^= s[2]!;
    s[0]! ^= s[3]!;
    s[2]! ^= t;
    s[3] = turn(s[3]!, 11);
    return result / 2 ** 32;
  };
  for (let i = 0; i < 20; i++) next();
  return next;
}
