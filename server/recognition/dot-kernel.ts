/**
 * Gallery chain, arithmetic: dot products of many rows with a few queries, in WebAssembly SIMD over shared memory.
 *
 * Why neither JavaScript nor the inference runtime: V8 does not vectorize a loop over Float32Array, and a MatMul copies
 * its matrix, so it could not see another thread's changes.
 */
import {
  BLOCK,
  BRANCH,
  BRANCH_IF,
  bytes,
  type Code,
  constant,
  END,
  F32_ADD,
  get,
  I32,
  I32_ADD,
  I32_EQZ,
  I32_LESS,
  I32_SUB,
  loadScratch,
  loadShared,
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

/** Rows are padded to a multiple of this many floats (one iteration of the inner loop, 64 bytes). */
export const ROW_ALIGNMENT = 16;
/** Number of queries that share one pass over the rows. */
export const QUERIES = 4;
/** Maximum number of rows per call: 4 × 1024 scores stay in the first-level cache. */
export const BLOCK_ROWS = 1024;

export interface DotKernel {
  /** [QUERIES, stride]: write the queries here, zero-padded. */
  readonly queries: Float32Array;
  /** [QUERIES, BLOCK_ROWS]: the scores of the last `score`. */
  readonly scores: Float32Array;
  /**
   * Scores the rows from `first` to first + count − 1 (count ≤ BLOCK_ROWS) with all four queries, or only with the
   * first one.
   */
  score(first: number, count: number, all: boolean): void;
}

/**
 * @param rows shared memory that holds rows of `stride` float32 from byte 0
 * @param stride floats per row
 * @throws RangeError if `stride` is not a multiple of ROW_ALIGNMENT
 */
export function dotKernel(rows: WebAssembly.Memory, stride: number): DotKernel {
  if (stride % ROW_ALIGNMENT !== 0)
    throw new RangeError(`stride ${stride} is not a multiple of ${ROW_ALIGNMENT}`);
  const bytesPerRow = stride * 4;
  const scoresAt = QUERIES * bytesPerRow;
  const bytes = scoresAt + QUERIES * BLOCK_ROWS * 4;
  const scratch = new WebAssembly.Memory({ initial: Math.ceil(bytes / 65_536) });
  compiled ??= moduleOf(4, { one: body(1), four: body(QUERIES) });
  const instance = new WebAssembly.Instance(compiled, { m: { rows, scratch } });
  const one = instance.exports['one'] as Kernel;
  const four = instance.exports['four'] as Kernel;
  return {
    queries: new Float32Array(scratch.buffer, 0, QUERIES * stride),
    scores: new Float32Array(scratch.buffer, scoresAt, QUERIES * BLOCK_ROWS),
    score(first, count, all) {
      (all ? four : one)(first * bytesPerRow, count, bytesPerRow, scoresAt);
    },
  };
}

type Kernel = (row: number, count: number, bytesPerRow: number, scores: number) => void;

let compiled: WebAssembly.Module | undefined;

/** Parameters and locals of both functions, by number. */
const ROW = 0;
const COUNT = 1;
const BYTES = 2;
const OUT = 3;
const AT = 4;
const PART = 5;
const SUMS = [6, 7, 8, 9] as const;

const MUL = simd(230);
const ADD = simd(228);
const ZERO = [...simd(12), ...Array.from({ length: 16 }, () => 0)];
/** Vector on the stack → sum of its four lanes. */
const LANES = bytes(set(PART), lane(0), lane(1), F32_ADD, lane(2), F32_ADD, lane(3), F32_ADD);

/**
 * One function: for every row, for every 64 bytes, for every query: sums[query] += row × query.
 * With one query each of the four 16-byte parts has its own sum, so that additions do not wait for each other.
 */
function body(queries: number): number[] {
  const inner: Code[] = [];
  for (let part = 0; part < 4; part++) {
    const offset = 16 * part;
    inner.push(get(ROW), loadShared(offset), set(PART));
    for (let query = 0; query < queries; query++) {
      const sum = SUMS[queries === 1 ? part : query]!;
      // Query q starts q rows into the scratch memory; AT runs through the first query.
      inner.push(get(sum), get(PART), get(AT), times(BYTES, query), loadScratch(offset), MUL, ADD, set(sum));
    }
  }
  const totals: Code[] = [];
  if (queries === 1) {
    const [a, b, c, d] = SUMS;
    totals.push(get(OUT), get(a), get(b), ADD, get(c), ADD, get(d), ADD, LANES, storeFloat(0));
  } else {
    for (const [query, sum] of SUMS.entries()) {
      totals.push(get(OUT), get(sum), LANES, storeFloat(query * BLOCK_ROWS * 4));
    }
  }
  return bytes(
    [2, 1, I32, 5, V128],
    [BLOCK, NOTHING, LOOP, NOTHING],
    bytes(get(COUNT), I32_EQZ, BRANCH_IF, 1),
    ...SUMS.map((sum) => bytes(ZERO, set(sum))),
    bytes(constant(0), set(AT)),
    [LOOP, NOTHING],
    ...inner,
    bytes(get(ROW), constant(64), I32_ADD, set(ROW)),
    bytes(get(AT), constant(64), I32_ADD, TEE, AT, get(BYTES), I32_LESS, BRANCH_IF, 0, END),
    ...totals,
    bytes(get(OUT), constant(4), I32_ADD, set(OUT)),
    bytes(get(COUNT), constant(1), I32_SUB, set(COUNT)),
    [BRANCH, 0, END, END, END],
  );
}

function lane(n: number): number[] {
  return bytes(get(PART), simd(31), n);
}
