/**
 * Dot products of many rows with a few queries, in WebAssembly SIMD over shared memory.
 *
 * Why not JavaScript or the inference runtime: V8 does not vectorise a loop over Float32Array, and a MatMul
 * takes its matrix by copy, so it could not see another thread's changes. Two memories keep readers out of the
 * shared one: memory 0 (imported, shared) holds the rows, memory 1 (private) the queries and the scores.
 * Written with the WebAssembly core specification 3.0 (SIMD, multi-memory, threads): chapter 5, binary format.
 */

/** Rows are padded to a multiple of this many floats (one turn of the inner loop, 64 bytes). */
export const ROW_ALIGNMENT = 16;
/** Queries that share one pass over the rows. */
export const QUERIES = 4;
/** Rows a call may score: 4 × 1024 scores stay in the first-level cache. */
export const BLOCK_ROWS = 1024;

export interface DotKernel {
  /** [QUERIES, stride]: write the queries here, zero-padded. */
  readonly queries: Float32Array;
  /** [QUERIES, BLOCK_ROWS]: the scores of the last `score`. */
  readonly scores: Float32Array;
  /**
   * Scores rows first … first + count − 1 (count ≤ BLOCK_ROWS) with the first query, or with all four.
   */
  score(first: number, count: number, all: boolean): void;
}

/**
 * @param rows shared memory that holds rows of `stride` float32 from byte 0
 * @param stride floats per row, a multiple of ROW_ALIGNMENT
 */
export function dotKernel(rows: WebAssembly.Memory, stride: number): DotKernel {
  if (stride % ROW_ALIGNMENT !== 0)
    throw new RangeError(`stride ${stride} is no multiple of ${ROW_ALIGNMENT}`);
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

function assemble(): Uint8Array<ArrayBuffer> {
  const type = [1, 0x60, 4, I32, I32, I32, I32, 0];
  const imports = [
    2,
    ...[...text('m'), ...text('rows'), 2, 3, ...leb(0), ...leb(65_536)],
    ...[...text('m'), ...text('scratch'), 2, 0, ...leb(0)],
  ];
  const exports = [2, ...text('one'), 0, 0, ...text('four'), 0, 1];
  const bodies = [body(1), body(QUERIES)];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, type),
    ...section(2, imports),
    ...section(3, [2, 0, 0]),
    ...section(7, exports),
    ...section(10, [2, ...bodies.flatMap((code) => [...leb(code.length), ...code])]),
  ]);
}

/**
 * One function: for every row, for every 64 bytes, for every query: sums[query] += row × query.
 * With one query the four 16-byte parts have a sum each, so that additions need not wait for one another.
 */
function body(queries: number): number[] {
  const [row, count, bytes, out, at, end] = [0, 1, 2, 3, 4, 5];
  const part = 6;
  const sum = (n: number) => 7 + n;
  const sums = [0, 1, 2, 3];
  const inner = sums.flatMap((p) => {
    const offset = 16 * p;
    const load = [...get(row), ...loadRow(offset), ...set(part)];
    return [
      ...load,
      ...Array.from({ length: queries }, (_, q) => {
        const target = sum(queries === 1 ? p : q);
        // Query q stands q rows into the scratch memory; `at` runs through the first.
        const address = [...get(at), ...times(bytes, q), ...loadQuery(offset)];
        return [...get(target), ...get(part), ...address, ...MUL, ...ADD, ...set(target)];
      }).flat(),
    ];
  });
  const total =
    queries === 1
      ? [
          ...get(out),
          ...lanes(
            [...get(sum(0)), ...get(sum(1)), ...ADD, ...get(sum(2)), ...ADD, ...get(sum(3)), ...ADD],
            part,
          ),
          ...store(0),
        ]
      : sums.flatMap((q) => [...get(out), ...lanes(get(sum(q)), part), ...store(q * BLOCK_ROWS * 4)]);
  const code = [
    ...[0x02, 0x40, 0x03, 0x40], // block, loop: rows
    ...[...get(count), 0x45, 0x0d, 1], // leave when no row is left
    ...sums.flatMap((q) => [...ZERO, ...set(sum(q))]),
    ...[...constant(0), ...set(at), ...get(bytes), ...set(end)],
    ...[0x03, 0x40], // loop: 64 bytes of the row
    ...inner,
    ...[...get(row), ...constant(64), 0x6a, ...set(row)],
    ...[...get(at), ...constant(64), 0x6a, 0x22, at!, ...get(end), 0x49, 0x0d, 0, 0x0b],
    ...total,
    ...[...get(out), ...constant(4), 0x6a, ...set(out)],
    ...[...get(count), ...constant(1), 0x6b, ...set(count)],
    ...[0x0c, 0, 0x0b, 0x0b, 0x0b],
  ];
  return [2, 2, I32, 5, V128, ...code];
}

const MUL = simd(230);
const ADD = simd(228);
const ZERO = [...simd(12), ...Array.from({ length: 16 }, () => 0)];

function get(local: number | undefined): number[] {
  return [0x20, local!];
}
function set(local: number | undefined): number[] {
  return [0x21, local!];
}
function constant(value: number): number[] {
  return [0x41, ...signedLeb(value)];
}
/** Adds n × local to the address on the stack. */
function times(local: number | undefined, n: number): number[] {
  return n === 0 ? [] : [...get(local), ...constant(n), 0x6c, 0x6a];
}
function simd(opcode: number): number[] {
  return [0xfd, ...leb(opcode)];
}
function loadRow(offset: number): number[] {
  return [...simd(0), 4, ...leb(offset)];
}
/** Bit 6 of the alignment says that a memory index follows. */
function loadQuery(offset: number): number[] {
  return [...simd(0), 4 | 0x40, 1, ...leb(offset)];
}
function store(offset: number): number[] {
  return [0x38, 2 | 0x40, 1, ...leb(offset)];
}
/** Sum of the four lanes of the vector that `code` leaves on the stack. */
function lanes(code: number[], local: number): number[] {
  const lane = (n: number) => [...get(local), ...simd(31), n];
  return [...code, ...set(local), ...lane(0), ...lane(1), 0x92, ...lane(2), 0x92, ...lane(3), 0x92];
}
function section(id: number, content: number[]): number[] {
  return [id, ...leb(content.length), ...content];
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
