/** The layout of a shared gallery, and how one thread reads what another one writes. */
import { BLOCK_ROWS, ROW_ALIGNMENT } from './dot-kernel.ts';

/**
 * Most rows of a gallery: 1 GiB of templates of length 512, half a million. A gallery takes capacity ×
 * (length × 4 + 76) bytes, and half as much again while it grows; each reader takes capacity × 28 more.
 */
export const MAX_ROWS = 1 << 19;
/** Longest person id, bytes of UTF-8: a UUID has 36. */
export const MAX_ID_BYTES = 63;
const PERSON_BYTES = MAX_ID_BYTES + 1;

/** All that a reader needs; may be posted to any worker thread of this process. */
export interface GalleryShare {
  /** Floats per embedding. */
  length: number;
  /** Rows. */
  capacity: number;
  /** [capacity, stride] float32. */
  rows: WebAssembly.Memory;
  /** Int32: HEADER words, then per row its version and its person's slot, per slot its version. */
  words: SharedArrayBuffer;
  /** Per slot the length of the id and its UTF-8. */
  ids: SharedArrayBuffer;
}

/** Rows that were ever in use: all others may be left out. */
const USED_ROWS = 0;
const USED_SLOTS = 1;
/** Only there to be read and written: see `fence`. */
const FENCE = 2;
/** Counts up before and after each write of a row: odd while there is one. */
const CHANGES = 3;
const HEADER = 16;
const NOBODY = -1;

/** A row as a reader found it: a promise that it can check afterward. */
export interface GalleryMemory {
  readonly share: GalleryShare;
  readonly stride: number;
  readonly rows: Float32Array;
  readonly words: Int32Array;
  readonly ids: Uint8Array;
}

export function allocate(length: number, capacity: number): GalleryShare {
  const bytes = capacity * strideOf(length) * 4;
  const pages = Math.max(1, Math.ceil(bytes / 65_536));
  return {
    length,
    capacity,
    rows: new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true }),
    words: new SharedArrayBuffer((HEADER + 3 * capacity) * 4),
    ids: new SharedArrayBuffer(capacity * PERSON_BYTES),
  };
}

export function attach(share: GalleryShare): GalleryMemory {
  return {
    share,
    stride: strideOf(share.length),
    rows: new Float32Array(share.rows.buffer),
    words: new Int32Array(share.words),
    ids: new Uint8Array(share.ids),
  };
}

/** The same rows with more room. The old share stays valid, and still. */
export function grow(memory: GalleryMemory, capacity: number): GalleryMemory {
  const { share } = memory;
  const larger = attach(allocate(share.length, capacity));
  larger.rows.set(memory.rows.subarray(0, share.capacity * memory.stride));
  larger.ids.set(memory.ids);
  larger.words.set(memory.words.subarray(0, HEADER));
  for (let part = 0; part < 3; part++) {
    const from = HEADER + part * share.capacity;
    larger.words.set(memory.words.subarray(from, from + share.capacity), HEADER + part * capacity);
  }
  return larger;
}

// ── Versions ─────────────────────────────────────────────────────────────────────────────────────
// A seqlock over all, and one per row and per slot for when something changed (Boehm, "Can seqlocks get along with programming language memory
// models?", 2012): odd while it is written, and a reader that finds it odd, or changed after reading,
// throws away what it read. A writer never waits for a reader, and a reader only for the rows that
// change under it. Read-modify-write operations stand where plain loads and stores must not pass.

export function rowVersion(memory: GalleryMemory, row: number): number {
  return Atomics.load(memory.words, HEADER + row);
}

/** The slot of the row's person, or NOBODY's −1 where the row is free. */
export function rowSlot(memory: GalleryMemory, row: number): number {
  return Atomics.load(memory.words, HEADER + memory.share.capacity + row) - 1;
}

export function slotVersion(memory: GalleryMemory, slot: number): number {
  return Atomics.load(memory.words, HEADER + 2 * memory.share.capacity + slot);
}

export function isBeingWritten(version: number): boolean {
  return (version & 1) === 1;
}

/** No load before this moves behind it, none after it before. */
export function fence(memory: GalleryMemory): void {
  Atomics.add(memory.words, FENCE, 0);
}

/** The same even number before and after: no row was written in between. */
export function changes(memory: GalleryMemory): number {
  return Atomics.load(memory.words, CHANGES);
}

export function usedRows(memory: GalleryMemory): number {
  return Atomics.load(memory.words, USED_ROWS);
}

export function usedSlots(memory: GalleryMemory): number {
  return Atomics.load(memory.words, USED_SLOTS);
}

/** One writer only. The row belongs to `slot` (NOBODY frees it) and, where given, holds `embedding`. */
export function writeRow(
  memory: GalleryMemory,
  row: number,
  slot: number | null,
  embedding: Float32Array | null,
): void {
  const version = HEADER + row;
  Atomics.add(memory.words, CHANGES, 1);
  Atomics.add(memory.words, version, 1);
  if (embedding) memory.rows.set(embedding, row * memory.stride);
  Atomics.store(memory.words, HEADER + memory.share.capacity + row, (slot ?? NOBODY) + 1);
  Atomics.add(memory.words, version, 1);
  if (usedRows(memory) <= row) Atomics.store(memory.words, USED_ROWS, row + 1);
  Atomics.add(memory.words, CHANGES, 1);
}

/** One writer only. Before any row points to the slot. */
export function writeSlot(memory: GalleryMemory, slot: number, id: Uint8Array): void {
  const version = HEADER + 2 * memory.share.capacity + slot;
  Atomics.add(memory.words, version, 1);
  memory.ids[slot * PERSON_BYTES] = id.length;
  memory.ids.set(id, slot * PERSON_BYTES + 1);
  Atomics.add(memory.words, version, 1);
  if (usedSlots(memory) <= slot) Atomics.store(memory.words, USED_SLOTS, slot + 1);
}

export function readSlot(memory: GalleryMemory, slot: number): string {
  const at = slot * PERSON_BYTES;
  const length = memory.ids[at]!;
  // A copy: text decoders refuse shared memory.
  return Buffer.from(memory.ids.slice(at + 1, at + 1 + length)).toString('utf8');
}

function strideOf(length: number): number {
  return Math.ceil(length / ROW_ALIGNMENT) * ROW_ALIGNMENT;
}

/** Room for at least `rows`, in whole blocks of the kernel. */
export function roundCapacity(rows: number): number {
  return Math.max(1, Math.ceil(rows / BLOCK_ROWS)) * BLOCK_ROWS;
}
