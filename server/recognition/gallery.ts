/**
 * Gallery chain, writer: all active templates of one model contract as one matrix in shared memory. One thread writes,
 * any number of threads read (GalleryReader).
 */
import type { GalleryEntry } from '../protocol/analyzer.ts';
import {
  allocate,
  attach,
  grow,
  MAX_ID_BYTES,
  MAX_ROWS,
  roundCapacity,
  writeRow,
  writeSketch,
  writeSlot,
  type GalleryMemory,
  type GalleryShare,
} from './gallery-memory.ts';
import { sketchOf } from './sketch.ts';

export { GalleryReader } from './gallery-reader.ts';
export type { GalleryShare } from './gallery-memory.ts';

export interface SharedGalleryOptions {
  /** Floats per embedding. */
  length: number;
  /** Initial number of rows; doubles when full, up to MAX_ROWS. */
  capacity: number;
}

/** A gallery holds templates of one contract; its owner knows which. */
type GalleryRows = Pick<GalleryEntry, 'personId' | 'embeddings'>;

interface Person {
  slot: number;
  rows: number[];
}

/**
 * Writes the gallery. Every reader sees a change at once, row by row: each row is seen either in its old or in its new
 * state, and a person whose templates are replaced always has some.
 * There is a new share only when the matrix outgrows its memory. Readers must be given it (`onShared`); until then they
 * keep reading the contents of the old one.
 */
export class SharedGallery {
  /** Called with each new share after the first. */
  onShared: ((share: GalleryShare) => void) | null = null;
  #memory: GalleryMemory;
  readonly #people = new Map<string, Person>();
  /** Free rows and slots among those ever used, as stacks. */
  readonly #freeRows: number[] = [];
  readonly #freeSlots: number[] = [];
  #nextRow = 0;
  #nextSlot = 0;

  private constructor(memory: GalleryMemory) {
    this.#memory = memory;
  }

  static create({ length, capacity }: SharedGalleryOptions): SharedGallery {
    return new SharedGallery(attach(allocate(length, roundCapacity(Math.min(capacity, MAX_ROWS)))));
  }

  get people(): number {
    return this.#people.size;
  }

  /** Rows in use. */
  get templates(): number {
    return this.#nextRow - this.#freeRows.length;
  }

  share(): GalleryShare {
    return this.#memory.share;
  }

  /** Removes everybody and makes room for `expected` rows at once, instead of copying several times by doubling. */
  clear(expected = 0): void {
    for (const personId of this.#people.keys()) this.remove(personId);
    this.#reserve(Math.min(MAX_ROWS, expected));
  }

  /**
   * Replaces all embeddings of the person. An empty list removes the person.
   * @throws Error if the id or the length of an embedding is wrong, an embedding is not L2-normalized, or MAX_ROWS would
   *   be exceeded
   */
  upsert(entry: GalleryRows): void {
    this.#check(entry);
    const { personId, embeddings } = entry;
    if (embeddings.length === 0) {
      this.remove(personId);
      return;
    }
    this.#reserve(embeddings.length);
    const known = this.#people.get(personId);
    const slot = known?.slot ?? this.#takeSlot(personId);
    // New rows first, so that the person is never without templates.
    const rows = embeddings.map((embedding) => {
      const row = this.#freeRows.pop() ?? this.#nextRow++;
      writeRow(this.#memory, row, slot, embedding);
      return row;
    });
    // In order, so that consecutive rows are read at once.
    rows.sort((a, b) => a - b);
    writeSketch(this.#memory, slot, { sketch: sketchOf(embeddings), rows });
    if (known) this.#release(known.rows);
    this.#people.set(personId, { slot, rows });
  }

  has(personId: string): boolean {
    return this.#people.has(personId);
  }

  remove(personId: string): void {
    const person = this.#people.get(personId);
    if (!person) return;
    this.#people.delete(personId);
    writeSketch(this.#memory, person.slot, null);
    this.#release(person.rows);
    this.#freeSlots.push(person.slot);
  }

  #takeSlot(personId: string): number {
    const slot = this.#freeSlots.pop() ?? this.#nextSlot++;
    writeSlot(this.#memory, slot, Buffer.from(personId, 'utf8'));
    return slot;
  }

  /** Frees the rows and wipes them: an embedding is personal data, and removed means removed. */
  #release(rows: readonly number[]): void {
    const nothing = new Float32Array(this.#memory.share.length);
    for (const row of rows) {
      writeRow(this.#memory, row, null, nothing);
      this.#freeRows.push(row);
    }
  }

  #reserve(rows: number): void {
    const { capacity } = this.#memory.share;
    const needed = this.#nextRow + Math.max(0, rows - this.#freeRows.length);
    if (needed <= capacity) return;
    if (needed > MAX_ROWS) {
      throw new Error(`the gallery is full: an analyzer holds at most ${MAX_ROWS} templates`);
    }
    this.#memory = grow(this.#memory, roundCapacity(Math.min(MAX_ROWS, Math.max(needed, 2 * capacity))));
    this.onShared?.(this.#memory.share);
  }

  #check({ personId, embeddings }: GalleryRows): void {
    const { length } = this.#memory.share;
    if (personId === '' || Buffer.byteLength(personId) > MAX_ID_BYTES) {
      throw new Error(`a person id must have 1 to ${MAX_ID_BYTES} bytes`);
    }
    for (const embedding of embeddings) {
      if (embedding.length !== length) {
        throw new Error(
          `an embedding has ${embedding.length} numbers, but this gallery holds ${length} per template`,
        );
      }
      let squares = 0;
      for (const v of embedding) squares += v * v;
      if (!(Math.abs(squares - 1) < 0.01)) throw new Error('an embedding is not L2-normalized');
    }
  }
}
