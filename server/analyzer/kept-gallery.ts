/**
 * The gallery as it was last sent, for an analyzer that restarts while the database is away: without it nobody would be
 * recognized until the database is back. It lies in the memory of the server, sealed under a key that no other process and no
 * file has, so that a memory dump of a page or two holds no face. It follows every change, so a person who was removed is not
 * in it, and what it was made of is forgotten with the process.
 */
import { randomBytes } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { KEY_BYTES, open, seal } from '../crypto/envelope.ts';
import type { GalleryEntry, ModelContract } from '../protocol/analyzer.ts';

/** People sealed or opened at once: some ms. */
const BATCH = 200;

interface Kept {
  contract: ModelContract;
  sealed: Buffer;
  lookAlikes: readonly string[];
}

export class KeptGallery {
  readonly #key = randomBytes(KEY_BYTES);
  /** Null until a whole gallery was loaded once. */
  #people: Map<string, Kept> | null = null;
  /** Their ids in order; null until somebody asks, and after a change. */
  #sorted: string[] | null = null;
  /** Changes since the loading of a whole gallery began; null while none is being loaded. */
  #changes: Map<string, GalleryEntry | null> | null = null;

  /**
   * The gallery from `load`, which is kept; or, where `load` fails, as it was kept with all changes since. A load that began
   * later replaces an earlier one.
   *
   * @throws whatever `load` throws, where none was ever kept
   */
  async from(load: () => Promise<GalleryEntry[]>, onKept: (error: unknown) => void): Promise<GalleryEntry[]> {
    const changes = (this.#changes = new Map<string, GalleryEntry | null>());
    try {
      const entries = await load();
      await this.#keep(entries, changes);
      return entries;
    } catch (error) {
      if (!this.#people) throw error;
      onKept(error);
      return await this.#open();
    } finally {
      if (this.#changes === changes) this.#changes = null;
    }
  }

  /** Whether a whole gallery was loaded once. */
  get filled(): boolean {
    return this.#people !== null;
  }

  /** Whether the person was in it when it was last changed. */
  has(personId: string): boolean {
    return this.#changes?.get(personId) != null || this.#people?.has(personId) === true;
  }

  /**
   * People after the one with this id, in the order of their ids: as many as have `bytes` of templates, and at least one.
   * `next`: the last of them, where more follow.
   */
  after(personId: string | null, bytes: number): { entries: GalleryEntry[]; next: string | null } {
    const ids = (this.#sorted ??= [...(this.#people?.keys() ?? [])].toSorted());
    let at = personId === null ? 0 : firstAfter(ids, personId);
    const entries: GalleryEntry[] = [];
    for (let size = 0; at < ids.length; at += 1) {
      const [entry] = this.of([ids[at]!]);
      if (!entry) continue;
      size += entry.embeddings.reduce((sum, { byteLength }) => sum + byteLength, 200);
      if (entries.length > 0 && size > bytes) break;
      entries.push(entry);
    }
    return { entries, next: at < ids.length ? (entries.at(-1)?.personId ?? null) : null };
  }

  /** What it holds of these people; nothing for one who is not in it. */
  of(ids: readonly string[]): GalleryEntry[] {
    return ids.flatMap((id) => {
      const kept = this.#people?.get(id);
      return kept ? [this.#opened(id, kept)] : [];
    });
  }

  upsert(entry: GalleryEntry): void {
    if (!this.#people?.has(entry.personId)) this.#sorted = null;
    this.#changes?.set(entry.personId, entry);
    this.#people?.set(entry.personId, this.#sealed(entry));
  }

  remove(personId: string): void {
    this.#changes?.set(personId, null);
    if (this.#people?.delete(personId)) this.#sorted = null;
  }

  async #keep(
    entries: readonly GalleryEntry[],
    changes: ReadonlyMap<string, GalleryEntry | null>,
  ): Promise<void> {
    const people = new Map<string, Kept>();
    for (let from = 0; from < entries.length; from += BATCH) {
      for (const entry of entries.slice(from, from + BATCH)) people.set(entry.personId, this.#sealed(entry));
      await nextTurn();
    }
    for (const [personId, entry] of changes) {
      if (entry) people.set(personId, this.#sealed(entry));
      else people.delete(personId);
    }
    this.#people = people;
    this.#sorted = null;
  }

  async #open(): Promise<GalleryEntry[]> {
    const entries: GalleryEntry[] = [];
    for (const [personId, kept] of this.#people ?? []) {
      entries.push(this.#opened(personId, kept));
      if (entries.length % BATCH === 0) await nextTurn();
    }
    return entries;
  }

  #opened(personId: string, { contract, sealed, lookAlikes }: Kept): GalleryEntry {
    const bytes = open(this.#key, sealed, contextOf(personId, contract));
    return {
      personId,
      contract,
      embeddings: embeddingsIn(bytes),
      ...(lookAlikes.length > 0 && { lookAlikes }),
    };
  }

  #sealed({ personId, contract, embeddings, lookAlikes = [] }: GalleryEntry): Kept {
    const length = embeddings[0]?.length ?? 0;
    const plain = Buffer.alloc(4 + embeddings.length * length * Float32Array.BYTES_PER_ELEMENT);
    plain.writeUInt32LE(length);
    embeddings.forEach((embedding, i) => plain.set(bytesOf(embedding), 4 + i * embedding.byteLength));
    const sealed = seal(this.#key, plain, contextOf(personId, contract));
    plain.fill(0);
    return { contract, sealed, lookAlikes };
  }
}

function embeddingsIn(plain: Buffer): Float32Array[] {
  const length = plain.readUInt32LE();
  if (length === 0) return [];
  // A copy, because a typed array must begin at a multiple of four.
  const numbers = new Float32Array(new Uint8Array(plain.subarray(4)).buffer);
  plain.fill(0);
  return Array.from({ length: numbers.length / length }, (_, i) =>
    numbers.subarray(i * length, (i + 1) * length),
  );
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function contextOf(personId: string, contract: ModelContract): string[] {
  return ['muster/kept-gallery', personId, contract];
}

/** Index of the first id that comes after this one. */
function firstAfter(sorted: readonly string[], id: string): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! <= id) low = middle + 1;
    else high = middle;
  }
  return low;
}
