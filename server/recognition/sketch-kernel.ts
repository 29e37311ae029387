/**
 * Gallery chain, arithmetic: dot products of many sketches with a few queries, in 8-bit integers.
 *
 * A sketch has 7 bits a number, because one instruction then multiplies and adds sixteen of them (relaxed SIMD: what
 * it does with eight bits differs between processors, with seven it is exact). Rows are stored as 0..127 around 64;
 * each query brings a correction for that, which is what its sums start with.
 */
import {
  BLOCK,
  BRANCH,
  BRANCH_IF,
  bytes,
  type Code,
  constant,
  END,
  F32_FROM_I32,
  F32_MUL,
  get,
  I32,
  I32_ADD,
  I32_EQZ,
  I32_LESS,
  I32_SUB,
  loadScratch,
  loadShared,
  loadSharedFloat,
  LOOP,
  moduleOf,
  NOTHING,
  set,
  simd,
  storeFloat,
  TEE,
  times,
  V128,
} from './wasm-code.ts';

/** Sketches are padded to a multiple of this many bytes. */
export const SKETCH_ALIGNMENT = 64;
/** What a zero is stored as in a sketch. */
export const SKETCH_ZERO = 64;
/** Largest number of a sketch: codes are 64 − 63 to 64 + 63. */
export const SKETCH_MOST = 63;
/** Number of queries that share one pass over the sketches. */
export const SKETCH_QUERIES = 4;
/** Maximum number of sketches per call. */
export const SKETCH_BLOCK = 1024;

const QUERY_MOST = 127;
const CORRECTION_BYTES = 16;

export interface SketchKernel {
  /**
   * Sets query `query` (0 to SKETCH_QUERIES − 1).
   * @returns what its scores are to be multiplied by to be dot products
   */
  ask(query: number, embedding: Float32Array): number;
  /** [SKETCH_QUERIES, SKETCH_BLOCK]: the scores of the last `score`. */
  readonly scores: Float32Array;
  /**
   * Scores the sketches from `first` to first + count − 1 (count ≤ SKETCH_BLOCK) with all four queries, or only with
   * the first one. A sketch whose scale is not a number has no score: NaN.
   */
  score(first: number, count: number, all: boolean): void;
}

/**
 * @param sketches shared memory: sketches of `stride` bytes from byte 0, and a float32 a sketch, its scale, from `scalesAt`
 * @param stride bytes per sketch
 * @throws RangeError if `stride` is not a multiple of SKETCH_ALIGNMENT
 */
export function sketchKernel(sketches: WebAssembly.Memory, stride: number, scalesAt: number): SketchKernel {
  if (stride % SKETCH_ALIGNMENT !== 0) {
    throw new RangeError(`stride ${stride} is not a multiple of ${SKETCH_ALIGNMENT}`);
  }
  const correctionsAt = SKETCH_QUERIES * stride;
  const scoresAt = correctionsAt + SKETCH_QUERIES * CORRECTION_BYTES;
  const size = scoresAt + SKETCH_QUERIES * SKETCH_BLOCK * 4;
  const scratch = new WebAssembly.Memory({ initial: Math.ceil(size / 65_536) });
  compiled ??= moduleOf(6, { one: body(1), four: body(SKETCH_QUERIES) });
  const instance = new WebAssembly.Instance(compiled, { m: { rows: sketches, scratch } });
  const one = instance.exports['one'] as Kernel;
  const four = instance.exports['four'] as Kernel;
  const queries = new Int8Array(scratch.buffer, 0, SKETCH_QUERIES * stride);
  const corrections = new Int32Array(scratch.buffer, correctionsAt, SKETCH_QUERIES * (CORRECTION_BYTES / 4));
  return {
    scores: new Float32Array(scratch.buffer, scoresAt, SKETCH_QUERIES * SKETCH_BLOCK),
    ask(query, embedding) {
      let most = 0;
      for (const v of embedding) most = Math.max(most, Math.abs(v));
      const gain = most === 0 ? 0 : QUERY_MOST / most;
      let sum = 0;
      for (let i = 0; i < stride; i++) {
        const code = Math.round((embedding[i] ?? 0) * gain);
        queries[query * stride + i] = code;
        sum += code;
      }
      corrections[query * (CORRECTION_BYTES / 4)] = -SKETCH_ZERO * sum;
      return most / QUERY_MOST;
    },
    score(first, count, all) {
      (all ? four : one)(first * stride, scalesAt + first * 4, count, stride, correctionsAt, scoresAt);
    },
  };
}

type Kernel = (
  sketch: number,
  scale: number,
  count: number,
  stride: number,
  corrections: number,
  scores: number,
) => void;

let compiled: WebAssembly.Module | undefined;

/** Parameters and locals of both functions, by number. */
const SKETCH = 0;
const SCALE = 1;
const COUNT = 2;
const STRIDE = 3;
const CORRECTIONS = 4;
const OUT = 5;
const AT = 6;
const PART = 7;
const SUMS = [8, 9, 10, 11] as const;

const ZERO = [...simd(12), ...Array.from({ length: 16 }, () => 0)];
const ADD = simd(174);
/** Query, sketch and sum on the stack: sums of four products each, added to the sum. */
const DOT_ADD = simd(275);

/** One function: for every sketch, for every 64 bytes, for every query: sums[query] += query · sketch. */
function body(queries: number): number[] {
  const inner: Code[] = [];
  for (let part = 0; part < 4; part++) {
    const offset = 16 * part;
    inner.push(get(SKETCH), loadShared(offset), set(PART));
    for (let query = 0; query < queries; query++) {
      // With one query each part has a sum of its own, so that additions do not wait for each other.
      const sum = SUMS[queries === 1 ? part : query]!;
      inner.push(get(AT), times(STRIDE, query), loadScratch(offset), get(PART), get(sum), DOT_ADD, set(sum));
    }
  }
  const starts: Code[] = [];
  const totals: Code[] = [];
  if (queries === 1) {
    const [a, b, c, d] = SUMS;
    starts.push(get(CORRECTIONS), loadScratch(0), set(a), ...[b, c, d].map((sum) => bytes(ZERO, set(sum))));
    totals.push(get(a), get(b), ADD, get(c), ADD, get(d), ADD, set(a), score(a, 0));
  } else {
    for (const [query, sum] of SUMS.entries()) {
      starts.push(get(CORRECTIONS), loadScratch(query * CORRECTION_BYTES), set(sum));
      totals.push(score(sum, query * SKETCH_BLOCK * 4));
    }
  }
  return bytes(
    [2, 1, I32, 5, V128],
    [BLOCK, NOTHING, LOOP, NOTHING],
    bytes(get(COUNT), I32_EQZ, BRANCH_IF, 1),
    ...starts,
    bytes(constant(0), set(AT)),
    [LOOP, NOTHING],
    ...inner,
    bytes(get(SKETCH), constant(64), I32_ADD, set(SKETCH)),
    bytes(get(AT), constant(64), I32_ADD, TEE, AT, get(STRIDE), I32_LESS, BRANCH_IF, 0, END),
    ...totals,
    bytes(get(SCALE), constant(4), I32_ADD, set(SCALE)),
    bytes(get(OUT), constant(4), I32_ADD, set(OUT)),
    bytes(get(COUNT), constant(1), I32_SUB, set(COUNT)),
    [BRANCH, 0, END, END, END],
  );
}

/** Stores the sum of the four lanes of `sum`, times the scale. */
function score(sum: number, offset: number): number[] {
  const lanes = [0, 1, 2, 3].map((n) => bytes(get(sum), simd(27), n, n === 0 ? [] : I32_ADD));
  return bytes(get(OUT), ...lanes, F32_FROM_I32, get(SCALE), loadSharedFloat(), F32_MUL, storeFloat(offset));
}
