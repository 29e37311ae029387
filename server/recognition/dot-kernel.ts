/**
 * Gallery chain, arithmetic: dot products of many rows with a few queries, in WebAssembly SIMD over shared memory.
 *
 * Why neither JavaScript nor the inference runtime: V8 does not vectorize a loop over Float32Array, and a MatMul copies
 * its matrix, so it could not see another thread's changes. With two memories readers never write to the shared one:
 * memory 0 (imported, shared) holds the rows, memory 1 (private) the queries and the scores.
 * Written after the WebAssembly core specification 3.0 (SIMD, multi-memory, threads), chapter 5, binary format.
 */

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
  compiled ??= new WebAssembly.Module(assemble());
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

// ── The assembler: as much of the binary format as the two functions need ────────────────────────

const I32 = 0x7f;
const V128 = 0x7b;
const BLOCK = 0x02;
const LOOP = 0x03;
const NOTHING = 0x40;
const END = 0x0b;
const BRANCH = 0x0c;
const BRANCH_IF = 0x0d;
const TEE = 0x22;
const I32_EQZ = 0x45;
const I32_LESS = 0x49;
const I32_ADD = 0x6a;
const I32_SUB = 0x6b;
const I32_MUL = 0x6c;
const F32_ADD = 0x92;

type Code = number | readonly number[];

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

function assemble(): Uint8Array<ArrayBuffer> {
  const signature = [0x60, 4, I32, I32, I32, I32, 0];
  const sharedMemory = bytes(text('m'), text('rows'), 2, 3, leb(0), leb(65_536));
  const scratchMemory = bytes(text('m'), text('scratch'), 2, 0, leb(0));
  const one = body(1);
  const four = body(QUERIES);
  return Uint8Array.from(
    bytes(
      [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
      section(1, [1, ...signature]),
      section(2, bytes(2, sharedMemory, scratchMemory)),
      section(3, [2, 0, 0]),
      section(7, bytes(2, text('one'), 0, 0, text('four'), 0, 1)),
      section(10, bytes(2, leb(one.length), one, leb(four.length), four)),
    ),
  );
}

/**
 * One function: for every row, for every 64 bytes, for every query: sums[query] += row × query.
 * With one query each of the four 16-byte parts has its own sum, so that additions do not wait for each other.
 */
function body(queries: number): number[] {
  const inner: Code[] = [];
  for (let part = 0; part < 4; part++) {
    const offset = 16 * part;
    inner.push(get(ROW), loadRow(offset), set(PART));
    for (let query = 0; query < queries; query++) {
      const sum = SUMS[queries === 1 ? part : query]!;
      // Query q starts q rows into the scratch memory; AT runs through the first query.
      inner.push(get(sum), get(PART), get(AT), times(BYTES, query), loadQuery(offset), MUL, ADD, set(sum));
    }
  }
  const totals: Code[] = [];
  if (queries === 1) {
    const [a, b, c, d] = SUMS;
    totals.push(get(OUT), get(a), get(b), ADD, get(c), ADD, get(d), ADD, LANES, store(0));
  } else {
    for (const [query, sum] of SUMS.entries()) {
      totals.push(get(OUT), get(sum), LANES, store(query * BLOCK_ROWS * 4));
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

function bytes(...parts: readonly Code[]): number[] {
  return parts.flat();
}
function get(local: number): number[] {
  return [0x20, local];
}
function set(local: number): number[] {
  return [0x21, local];
}
function constant(value: number): number[] {
  return bytes(0x41, signedLeb(value));
}
/** Adds n × local to the address on the stack. */
function times(local: number, n: number): number[] {
  return n === 0 ? [] : bytes(get(local), constant(n), I32_MUL, I32_ADD);
}
function simd(opcode: number): number[] {
  return bytes(0xfd, leb(opcode));
}
function loadRow(offset: number): number[] {
  return bytes(simd(0), 4, leb(offset));
}
/** Bit 6 of the alignment says that a memory index follows. */
function loadQuery(offset: number): number[] {
  return bytes(simd(0), 4 | 0x40, 1, leb(offset));
}
function store(offset: number): number[] {
  return bytes(0x38, 2 | 0x40, 1, leb(offset));
}
function lane(n: number): number[] {
  return bytes(get(PART), simd(31), n);
}
function section(id: number, content: readonly number[]): number[] {
  return bytes(id, leb(content.length), content);
}
function text(value: string): number[] {
  return [value.length, ...new TextEncoder().encode(value)];
}
/** Unsigned LEB128. */
function leb(value: number): number[] {
  const low = value & 0x7f;
  return value < 0x80 ? [low] : [low | 0x80, ...leb(value >>> 7)];
}
function signedLeb(value: number): number[] {
  const low = value & 0x7f;
  return value < 0x40 ? [low] : [low | 0x80, ...signedLeb(value >>> 7)];
}
