/**
 * The sightings that wait for the database, in the order in which they came. What is asked of all of them for each new one is
 * counted and indexed: 20,000 may wait, and a face in view is reported again and again.
 */
import type { Sighting } from '../protocol/analyzer.ts';
import type { SightingDevice } from './attendance-service.ts';

/** A sighting with the door at which it was made, as that door was then. */
export interface DoorSighting {
  /** Of the sighting. */
  id: string;
  /** Without the picture: that rests only under the key of its person. */
  sighting: Omit<Sighting, 'crop'>;
  door: SightingDevice;
  /** See `Arrival`. */
  clockStep?: string | undefined;
}

export interface WaitingSighting {
  readonly entry: DoorSighting;
  /** When it arrived, monotonic ms; null for one that an earlier run left. */
  readonly arrived: number | null;
  crop: Uint8Array | undefined;
  /** Changed by `saved`. */
  inJournal: boolean;
  /** Whether the station knows that it waits. Changed by `tell`. */
  told: 'no' | 'unsaved' | 'saved';
  /** The database has it, and the station was told what became of it. */
  booked: boolean;
  /** By the id of the sighting: its own, and those that only repeat it. */
  readonly onSafe: Map<string, () => void>;
}

export class WaitingSightings {
  readonly #byId = new Map<string, WaitingSighting>();
  /** Those of one person at one kind of door. */
  readonly #alike = new Map<string, Set<WaitingSighting>>();
  readonly #unsaved = new Set<WaitingSighting>();
  readonly #told = { no: 0, unsaved: 0, saved: 0 };

  get size(): number {
    return this.#byId.size;
  }

  /** Those that are not in the journal. */
  get unsaved(): ReadonlySet<WaitingSighting> {
    return this.#unsaved;
  }

  /** How many the stations know of in this way. */
  count(told: WaitingSighting['told']): number {
    return this.#told[told];
  }

  get(id: string): WaitingSighting | undefined {
    return this.#byId.get(id);
  }

  has(id: string): boolean {
    return this.#byId.has(id);
  }

  values(): IterableIterator<WaitingSighting> {
    return this.#byId.values();
  }

  add(waiting: WaitingSighting): void {
    this.#byId.set(waiting.entry.id, waiting);
    const key = keyOf(waiting.entry);
    const alike = this.#alike.get(key) ?? new Set();
    this.#alike.set(key, alike.add(waiting));
    if (!waiting.inJournal) this.#unsaved.add(waiting);
    this.#told[waiting.told] += 1;
  }

  delete(waiting: WaitingSighting): void {
    if (!this.#byId.delete(waiting.entry.id)) return;
    const key = keyOf(waiting.entry);
    const alike = this.#alike.get(key);
    alike?.delete(waiting);
    if (alike?.size === 0) this.#alike.delete(key);
    this.#unsaved.delete(waiting);
    this.#told[waiting.told] -= 1;
  }

  /** It is in the journal. It may have been booked and deleted meanwhile. */
  saved(waiting: WaitingSighting): void {
    waiting.inJournal = true;
    this.#unsaved.delete(waiting);
  }

  tell(waiting: WaitingSighting, told: WaitingSighting['told']): void {
    this.#told[waiting.told] -= 1;
    waiting.told = told;
    this.#told[told] += 1;
  }

  /** The earliest that waits, and of which this one is the repetition by the rules of the door. */
  repeatedBy(entry: DoorSighting): WaitingSighting | undefined {
    const { at } = entry.sighting;
    const { minGap } = entry.door.settings;
    // A door without a gap may have thousands of one person, and none of them repeats another.
    if (minGap <= 0) return undefined;
    for (const waiting of this.#alike.get(keyOf(entry)) ?? []) {
      const since = at - waiting.entry.sighting.at;
      if (waiting.told !== 'no' && since >= 0 && since < minGap) return waiting;
    }
    return undefined;
  }
}

/** Between two settings of the clock, times can be compared. */
function keyOf({ sighting, door, clockStep = '' }: DoorSighting): string {
  return `${sighting.personId}/${door.id}/${door.settings.mode}/${clockStep}`;
}
