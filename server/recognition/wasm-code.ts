/**
 * As much of the WebAssembly binary format as our kernels need, as functions that return bytes.
 * Written after the WebAssembly core specification 3.0 (SIMD, relaxed SIMD, multi-memory, threads), chapter 5.
 *
 * Every kernel has two memories: memory 0 (imported, shared) holds what many threads read, memory 1 (private) the
 * queries and the scores, so that readers never write to the shared one.
 */

export const I32 = 0x7f;
export const V128 = 0x7b;
export const BLOCK = 0x02;
export const LOOP = 0x03;
export const NOTHING = 0x40;
export const END = 0x0b;
export const BRANCH = 0x0c;
export const BRANCH_IF = 0x0d;
export const TEE = 0x22;
export const I32_EQZ = 0x45;
export const I32_LESS = 0x49;
export const I32_ADD = 0x6a;
export const I32_SUB = 0x6b;
export const F32_ADD = 0x92;
export const F32_MUL = 0x94;
export const F32_FROM_I32 = 0xb2;
const I32_MUL = 0x6c;

export type Code = number | readonly number[];

/**
 * A module whose functions all take `parameters` numbers and return nothing. It imports `m.rows` (shared) and
 * `m.scratch`, and exports each body under its name.
 */
export function moduleOf(
  parameters: number,
  bodies: Readonly<Record<string, readonly number[]>>,
): WebAssembly.Module {
  const names = Object.keys(bodies);
  const signature = [0x60, parameters, ...Array.from({ length: parameters }, () => I32), 0];
  const sharedMemory = bytes(text('m'), text('rows'), 2, 3, leb(0), leb(65_536));
  const scratchMemory = bytes(text('m'), text('scratch'), 2, 0, leb(0));
  return new WebAssembly.Module(
    Uint8Array.from(
      bytes(
        [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
        section(1, [1, ...signature]),
        section(2, bytes(2, sharedMemory, scratchMemory)),
        section(3, [names.length, ...names.map(() => 0)]),
        section(7, bytes(names.length, ...names.map((name, i) => bytes(text(name), 0, i)))),
        section(
          10,
          bytes(names.length, ...Object.values(bodies).map((body) => bytes(leb(body.length), body))),
        ),
      ),
    ),
  );
}

export function bytes(...parts: readonly Code[]): number[] {
  return parts.flat();
}

export function get(local: number): number[] {
  return [0x20, local];
}

export function set(local: number): number[] {
  return [0x21, local];
}

export function constant(value: number): number[] {
  return bytes(0x41, signedLeb(value));
}

/** Adds n × local to the address on the stack. */
export function times(local: number, n: number): number[] {
  return n === 0 ? [] : bytes(get(local), constant(n), I32_MUL, I32_ADD);
}

export function simd(opcode: number): number[] {
  return bytes(0xfd, leb(opcode));
}

/** Address on the stack → 16 bytes of the shared memory. */
export function loadShared(offset: number): number[] {
  return bytes(simd(0), 4, leb(offset));
}

/** Address on the stack → a float of the shared memory. */
export function loadSharedFloat(): number[] {
  return [0x2a, 2, 0];
}

/** Address on the stack → 16 bytes of the private memory. Bit 6 of the alignment says that a memory index follows. */
export function loadScratch(offset: number): number[] {
  return bytes(simd(0), 4 | 0x40, 1, leb(offset));
}

/** Address and float on the stack → the private memory. */
export function storeFloat(offset: number): number[] {
  return bytes(0x38, 2 | 0x40, 1, leb(offset));
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
