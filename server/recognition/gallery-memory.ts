/**
 * Gallery chain, memory layout: where a shared gallery keeps templates, and how one thread reads what another writes.
 * SharedGallery is the writer, GalleryReader the reader.
 */
import { BLOCK_ROWS, ROW_ALIGNMENT } from './dot-kernel.ts';

/**
 * Most rows of a gallery: half a million, which is 1 GiB of templates of length 512. A gallery takes capacity ×
 * (length × 4 + 76) bytes, and half as much again while it grows; each reader takes another capacity × 28 bytes.
 */
export const MAX_ROWS = 1 << 19;
/** Longest person id, bytes of UTF-8. A UUID has 36. */
export const MAX_ID_BYTES = 63;
const PERSON_BYTES = MAX_ID_BYTES + 1;

/** Everything a reader needs. May be posted to any worker thread of this process. */
export interface GalleryShare {
  /** Floats per embedding. */
  length: number;
  /** Rows. */
  capacity: number;
  /** [capacity, stride] float32. */
  rows: WebAssembly.Memory;
  /** Int32: HEADER words; then the version of each row, the slot of each row's person, and the version of each slot. */
  words: SharedArrayBuffer;
  /** For each slot the length of the id and its UTF-8 bytes. */
  ids: SharedArrayBuffer;
}

/** Number of rows that were ever in use; readers skip the rest. */
const USED_ROWS = 0;
const USED_SLOTS = 1;
/** Exists only as the target of `fence`. */
const FENCE = 2;
/** Incremented before and after each write of a row: odd during a write. */
const CHANGES = 3;
const HEADER = 16;
const NOBODY = -1;

/** A share with views of its memory. */
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

/** Copies the rows to memory with more room. The old share stays readable and no longer changes. */
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
// A seqlock for the whole gallery, and one per row and per slot to find out what changed (Boehm, "Can seqlocks get
// along with programming language memory models?", 2012): the version is odd during a write, and a reader that finds
// it odd, or changed after reading, discards what it read. A writer never waits for a reader, and a reader waits only
// for rows that change while it reads them. Read-modify-write operations stand where plain loads and stores must not
// be reordered.

export function rowVersion(memory: GalleryMemory, row: number): number {
  return Atomics.load(memory.words, HEADER + row);
}

/** The slot of the row's person, or −1 (NOBODY) if the row is free. */
export function rowSlot(memory: GalleryMemory, row: number): number {
  return Atomics.load(memory.words, HEADER + memory.share.capacity + row) - 1;
}

export function slotVersion(memory: GalleryMemory, slot: number): number {
  return Atomics.load(memory.words, HEADER + 2 * memory.share.capacity + slot);
}

export function isBeingWritten(version: number): boolean {
  return (version & 1) === 1;
}

/** No load moves across this fence, in either direction. */
export function fence(memory: GalleryMemory): void {
  Atomics.add(memory.words, FENCE, 0);
}

/** If this is the same even number before and after, no row was written in between. */
export function changes(memory: GalleryMemory): number {
  return Atomics.load(memory.words, CHANGES);
}

export function usedRows(memory: GalleryMemory): number {
  return Atomics.load(memory.words, USED_ROWS);
}

export function usedSlots(memory: GalleryMemory): number {
  return Atomics.load(memory.words, USED_SLOTS);
}

/** For the single writer. Assigns the row to `slot` (null frees it) and, if given, stores `embedding`. */
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

/** For the single writer. Must be called before a row points to the slot. */
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
  // A copy, because text decoders refuse shared memory.
  return Buffer.from(memory.ids.slice(at + 1, at + 1 + length)).toString('utf8');
}

function strideOf(length: number): number {
  return Math.ceil(length / ROW_ALIGNMENT) * ROW_ALIGNMENT;
}

/** Capacity for at least `rows` rows, in whole blocks of the kernel. */
export function roundCapacity(rows: number): number {
  return Math.max(1, Math.ceil(rows / BLOCK_ROWS)) * BLOCK_ROWS;
}
