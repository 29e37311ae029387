/**
 * Gallery chain, memory layout: where a shared gallery keeps templates, and how one thread reads what another writes.
 * SharedGallery is the writer, GalleryReader the reader.
 */
import { BLOCK_ROWS, ROW_ALIGNMENT } from './dot-kernel.ts';
import type { Sketch } from './sketch.ts';
import { SKETCH_ALIGNMENT, SKETCH_ZERO } from './sketch-kernel.ts';

/** Most rows of a gallery: half a million, which is 1 GiB of templates of length 512. See `galleryBytes`. */
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
  /** [capacity, sketch stride] bytes, the sketch of each slot's person; then [capacity] float32, their scales. */
  sketches: WebAssembly.Memory;
  /**
   * Int32: HEADER words; then for each row its version, and the slot of its person; for each slot its version, and the
   * first row of its person; for each row the next row of the same person.
   */
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
/** Words after the header, in parts of `capacity`. */
const ROW_VERSION = 0;
const ROW_SLOT = 1;
const SLOT_VERSION = 2;
const FIRST_ROW = 3;
const NEXT_ROW = 4;
const PARTS = 5;
/** Bytes of a reader for each row of the capacity. */
const READER_BYTES = 28;

/** A share with views of its memory. */
export interface GalleryMemory {
  readonly share: GalleryShare;
  readonly stride: number;
  readonly rows: Float32Array;
  readonly sketchStride: number;
  /** Where the scales are in `share.sketches`, bytes. */
  readonly scalesAt: number;
  readonly sketches: Uint8Array;
  readonly scales: Float32Array;
  readonly words: Int32Array;
  readonly ids: Uint8Array;
}

/**
 * What a gallery of this many templates and people takes at most, bytes, with `readers` readers. Memory that is reserved
 * for more people than there are is never touched, and not counted.
 */
export function galleryBytes(length: number, templates: number, people: number, readers: number): number {
  const row = strideOf(length) * 4 + (PARTS - 2) * 4 + readers * READER_BYTES;
  const person = sketchStrideOf(length) + 4 + 2 * 4 + PERSON_BYTES;
  return templates * row + people * person;
}

export function allocate(length: number, capacity: number): GalleryShare {
  return {
    length,
    capacity,
    rows: sharedMemory(capacity * strideOf(length) * 4),
    sketches: sharedMemory(capacity * (sketchStrideOf(length) + 4)),
    words: new SharedArrayBuffer((HEADER + PARTS * capacity) * 4),
    ids: new SharedArrayBuffer(capacity * PERSON_BYTES),
  };
}

function sharedMemory(bytes: number): WebAssembly.Memory {
  const pages = Math.max(1, Math.ceil(bytes / 65_536));
  return new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
}

export function attach(share: GalleryShare): GalleryMemory {
  const sketchStride = sketchStrideOf(share.length);
  const scalesAt = share.capacity * sketchStride;
  return {
    share,
    stride: strideOf(share.length),
    rows: new Float32Array(share.rows.buffer),
    sketchStride,
    scalesAt,
    sketches: new Uint8Array(share.sketches.buffer, 0, scalesAt),
    scales: new Float32Array(share.sketches.buffer, scalesAt, share.capacity),
    words: new Int32Array(share.words),
    ids: new Uint8Array(share.ids),
  };
}

/** Copies everything in use to memory with more room. The old share stays readable and no longer changes. */
export function grow(memory: GalleryMemory, capacity: number): GalleryMemory {
  const { share } = memory;
  const larger = attach(allocate(share.length, capacity));
  const [rows, slots] = [usedRows(memory), usedSlots(memory)];
  larger.rows.set(memory.rows.subarray(0, rows * memory.stride));
  larger.sketches.set(memory.sketches.subarray(0, slots * memory.sketchStride));
  larger.scales.set(memory.scales.subarray(0, slots));
  larger.ids.set(memory.ids.subarray(0, slots * PERSON_BYTES));
  larger.words.set(memory.words.subarray(0, HEADER));
  for (let part = 0; part < PARTS; part++) {
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
  return Atomics.load(memory.words, at(memory, ROW_VERSION, row));
}

/** The slot of the row's person, or −1 (NOBODY) if the row is free. */
export function rowSlot(memory: GalleryMemory, row: number): number {
  return Atomics.load(memory.words, at(memory, ROW_SLOT, row)) - 1;
}

export function slotVersion(memory: GalleryMemory, slot: number): number {
  return Atomics.load(memory.words, at(memory, SLOT_VERSION, slot));
}

/**
 * Calls `run` for each run of consecutive rows of the slot's person, runs of at most BLOCK_ROWS rows. Valid only if the
 * gallery did not change meanwhile (`changes`); if it did, the rows may be anybody's, but this ends all the same.
 */
export function readRowsOf(
  memory: GalleryMemory,
  slot: number,
  run: (first: number, count: number) => void,
): void {
  const { words } = memory;
  let row = words[at(memory, FIRST_ROW, slot)]! - 1;
  // Bounded, because a list that is read while it is written may be a circle.
  for (let runs = 0; row >= 0 && runs < BLOCK_ROWS; runs++) {
    let count = 0;
    let next = row;
    do {
      count += 1;
      next = words[at(memory, NEXT_ROW, next)]! - 1;
    } while (next === row + count && count < BLOCK_ROWS);
    run(row, count);
    row = next;
  }
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
  const version = at(memory, ROW_VERSION, row);
  Atomics.add(memory.words, CHANGES, 1);
  Atomics.add(memory.words, version, 1);
  if (embedding) memory.rows.set(embedding, row * memory.stride);
  Atomics.store(memory.words, at(memory, ROW_SLOT, row), (slot ?? NOBODY) + 1);
  Atomics.add(memory.words, version, 1);
  if (usedRows(memory) <= row) Atomics.store(memory.words, USED_ROWS, row + 1);
  Atomics.add(memory.words, CHANGES, 1);
}

/**
 * For the single writer. From now on the slot's person is found in two stages by this sketch and these rows, which are
 * written already. Null: the person is gone, and their sketch is wiped.
 */
export function writeSketch(
  memory: GalleryMemory,
  slot: number,
  found: { sketch: Sketch; rows: readonly number[] } | null,
): void {
  const codes = memory.sketches.subarray(slot * memory.sketchStride, (slot + 1) * memory.sketchStride);
  Atomics.add(memory.words, CHANGES, 1);
  codes.fill(SKETCH_ZERO);
  if (found) codes.set(found.sketch.codes);
  memory.scales[slot] = found?.sketch.scale ?? Number.NaN;
  let next = NOBODY;
  for (const row of (found?.rows ?? []).toReversed()) {
    memory.words[at(memory, NEXT_ROW, row)] = next + 1;
    next = row;
  }
  memory.words[at(memory, FIRST_ROW, slot)] = next + 1;
  Atomics.add(memory.words, CHANGES, 1);
}

/** For the single writer. Must be called before a row points to the slot. */
export function writeSlot(memory: GalleryMemory, slot: number, id: Uint8Array): void {
  const version = at(memory, SLOT_VERSION, slot);
  Atomics.add(memory.words, version, 1);
  memory.ids[slot * PERSON_BYTES] = id.length;
  memory.ids.set(id, slot * PERSON_BYTES + 1);
  Atomics.add(memory.words, version, 1);
  if (usedSlots(memory) <= slot) Atomics.store(memory.words, USED_SLOTS, slot + 1);
}

export function readSlot(memory: GalleryMemory, slot: number): string {
  const start = slot * PERSON_BYTES;
  const length = memory.ids[start]!;
  // A copy, because text decoders refuse shared memory.
  return Buffer.from(memory.ids.slice(start + 1, start + 1 + length)).toString('utf8');
}

function at(memory: GalleryMemory, part: number, i: number): number {
  return HEADER + part * memory.share.capacity + i;
}

function strideOf(length: number): number {
  return Math.ceil(length / ROW_ALIGNMENT) * ROW_ALIGNMENT;
}

function sketchStrideOf(length: number): number {
  return Math.ceil(length / SKETCH_ALIGNMENT) * SKETCH_ALIGNMENT;
}

/** Capacity for at least `rows` rows, in whole blocks of the kernel. */
export function roundCapacity(rows: number): number {
  return Math.max(1, Math.ceil(rows / BLOCK_ROWS)) * BLOCK_ROWS;
}
