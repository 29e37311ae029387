/** All active templates as one matrix in shared memory: one writer, any number of reading threads. */
import type { GalleryEntry } from '../protocol/analyzer.ts';
import {
  allocate,
  attach,
  grow,
  MAX_ID_BYTES,
  MAX_ROWS,
  roundCapacity,
  writeRow,
  writeSlot,
  type GalleryMemory,
  type GalleryShare,
} from './gallery-memory.ts';

export { GalleryReader } from './gallery-reader.ts';
export type { GalleryShare } from './gallery-memory.ts';

export interface SharedGalleryOptions {
  /** Floats per embedding. */
  length: number;
  /** Rows there is room for at first; it doubles when full, up to MAX_ROWS. */
  capacity: number;
}

/** A gallery holds templates of one contract: which one, its owner knows. */
type GalleryRows = Pick<GalleryEntry, 'personId' | 'embeddings'>;

interface Person {
  slot: number;
  rows: number[];
}

/**
 * Writes the gallery. A change is visible to every reader at once, row by row: a reader sees a row whole, in
 * its old or its new state, and a person whose templates are replaced is never without any.
 * Only when the matrix outgrows its memory is there a new share; the readers must be given that (`onShared`),
 * and until then they go on with what the old one held.
 */
export class SharedGallery {
  /** Called with each new share after the first. */
  onShared: ((share: GalleryShare) => void) | null = null;
  #memory: GalleryMemory;
  readonly #people = new Map<string, Person>();
  /** Free rows and slots below those ever used, as stacks. */
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

  /** Removes everybody, and makes room for so many rows: once, where doubling on the way would copy several times. */
  clear(expected = 0): void {
    for (const personId of this.#people.keys()) this.remove(personId);
    this.#reserve(Math.min(MAX_ROWS, expected));
  }

  /**
   * Puts these embeddings in the place of all the person had; none at all removes the person.
   * Throws Error when an embedding has another length or is not L2-normalized, and when MAX_ROWS is exceeded.
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
    // New rows first: at no time is the person without templates.
    const rows = embeddings.map((embedding) => {
      const row = this.#freeRows.pop() ?? this.#nextRow++;
      writeRow(this.#memory, row, slot, embedding);
      return row;
    });
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
    this.#release(person.rows);
    this.#freeSlots.push(person.slot);
  }

  #takeSlot(personId: string): number {
    const slot = this.#freeSlots.pop() ?? this.#nextSlot++;
    writeSlot(this.#memory, slot, Buffer.from(personId, 'utf8'));
    return slot;
  }

  /** Wipes the rows: an embedding is personal data, and gone means gone. */
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
      throw new Error(`the gallery is full: ${MAX_ROWS} templates are the most one analyzer holds`);
    }
    this.#memory = grow(this.#memory, roundCapacity(Math.min(MAX_ROWS, Math.max(needed, 2 * capacity))));
    this.onShared?.(this.#memory.share);
  }

  #check({ personId, embeddings }: GalleryRows): void {
    const { length } = this.#memory.share;
    if (personId === '' || Buffer.byteLength(personId) > MAX_ID_BYTES) {
      throw new Error(`a person id has 1 to ${MAX_ID_BYTES} bytes`);
    }
    for (const embedding of embeddings) {
      if (embedding.length !== length) {
        throw new Error(`an embedding has ${embedding.length} numbers; this gallery's have ${length}`);
      }
      let squares = 0;
      for (const v of embedding) squares += v * v;
      if (!(Math.abs(squares - 1) < 0.01)) throw new Error('an embedding is not L2-normalized');
    }
  }
}
