/**
 * Sightings on their way to the database. A sighting is safe as soon as it is booked or in the journal; nothing that is not
 * safe is shown as saved (docs/decisions/0009). Nothing is given up: what the database does not take now waits, and what it
 * refuses permanently goes to a list for people to decide.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { backoff } from '../async/backoff.ts';
import { RepeatedFaults } from '../async/repeated-faults.ts';
import { isFaultOfRow, troubleOf } from '../db/failure.ts';
import type { Journal } from '../journal/journal.ts';
import type { Sighting } from '../protocol/analyzer.ts';
import type { DatabaseTrouble, SightingsWaiting } from '../protocol/health.ts';
import type { SightingDevice } from './attendance-service.ts';
import { type DoorSighting, type WaitingSighting, WaitingSightings } from './waiting-sightings.ts';

export interface SightingInboxOptions {
  journal: Journal<DoorSighting>;
  /** Books it. Must be idempotent: it may be called more than once with the same sighting. */
  deliver: (entry: DoorSighting, crop: Uint8Array | undefined, onBooked: () => void) => Promise<void>;
  /** Puts a sighting on the list of those that the database refuses. Idempotent as well. */
  refuse: (entry: DoorSighting, error: unknown) => Promise<void>;
  /** The last change of the clock that this server has noticed (`ClockStepService.last`). */
  clockStep?: () => string | undefined;
  /** Whether the database takes changes. Must not reject. */
  writable: () => Promise<boolean>;
  /** A sighting has to wait. `safe`: it is in the journal; otherwise only the memory holds it, or not even that. */
  onWaits: (entry: DoorSighting, safe: boolean) => void;
  /** The database has it. `waited`: since it arrived, ms; null where that was at an earlier run of the server. */
  onDone?: (entry: DoorSighting, waited: number | null) => void;
  log: Logger;
  limits?: Partial<InboxLimits>;
}

export interface InboxLimits {
  /** A sighting that is not booked after this long goes to the journal, ms. A healthy database takes a few. */
  grace: number;
  retry: { first: number; cap: number };
  /** A booking that has not ended after this long has failed, ms: longer than a statement may take. */
  patience: number;
  /** The most that wait, 20 hours of a busy door and about 10 MB of journal. Further ones stay with the analyzer. */
  waiting: number;
  /** The most of them that only the memory holds, because the disk takes nothing either. */
  unsaved: number;
  /** Explanations that are kept with waiting sightings, about 1.5 kB each; later ones are booked without. */
  explanations: number;
  /** Pictures that are kept with waiting sightings, 38 kB each; later ones are booked without. */
  crops: number;
  /** The last attempt to book what waits may take this long when the server ends, ms. */
  close: number;
}

export const INBOX_LIMITS: Readonly<InboxLimits> = {
  grace: 250,
  retry: { first: 250, cap: 5_000 },
  patience: 40_000,
  waiting: 20_000,
  unsaved: 2_000,
  explanations: 2_000,
  crops: 200,
  close: 3_000,
};
/** Safe sightings that are remembered: as long as a face is in view, its sighting is asked for. */
const SAFE_REMEMBERED = 10_000;

type Pass = 'done' | 'again' | 'database';

export class SightingInbox {
  readonly #options: SightingInboxOptions;
  readonly #limits: InboxLimits;
  readonly #log: Logger;
  readonly #waiting = new WaitingSightings();
  readonly #safe = new Set<string>();
  readonly #faults = new RepeatedFaults();
  readonly #closing = new AbortController();
  #crops = 0;
  #explanations = 0;
  #trouble: DatabaseTrouble | null = null;
  /** The last pass found that the database takes nothing: what comes in goes to the journal at once. */
  #away = false;
  #work: Promise<void> | null = null;
  #saving: Promise<void> | null = null;
  #timer: NodeJS.Timeout | null = null;

  /** Begins with what the last run left in the journal. */
  constructor(options: SightingInboxOptions) {
    this.#options = options;
    this.#limits = { ...INBOX_LIMITS, ...options.limits };
    this.#log = options.log.child({ part: 'sightings' });
    for (const entry of options.journal.waiting) {
      this.#waiting.add({
        entry,
        arrived: null,
        crop: undefined,
        inJournal: true,
        told: 'saved',
        booked: false,
        onSafe: new Map(),
      });
      this.#remember(entry.id);
      if (entry.sighting.why) this.#explanations += 1;
    }
    if (this.#waiting.size > 0) {
      this.#log.info(
        { event: 'sightings.found', waiting: this.#waiting.size },
        'sightings of the last run will be booked',
      );
      this.#start();
    }
  }

  /** What has to wait longer than a healthy database takes. */
  get status(): SightingsWaiting & { trouble: DatabaseTrouble | null; damaged: boolean } {
    const unsaved = this.#waiting.count('unsaved');
    return {
      waiting: unsaved + this.#waiting.count('saved'),
      unsaved,
      trouble: this.#trouble,
      damaged: this.#options.journal.damaged,
    };
  }

  /** Whether the sighting would survive a crash of the server from now on. */
  isSafe(id: string): boolean {
    if (!this.#safe.has(id)) return false;
    this.#remember(id);
    return true;
  }

  /** A sighting of a camera that is not at a door: there is nothing to book, and nothing to hold back. */
  ignore({ id }: Pick<Sighting, 'id'>): void {
    this.#remember(id);
  }

  /** @param onSafe called once the sighting is safe; never, where it could not be taken, so that the sender keeps it */
  add(sighting: Sighting, door: SightingDevice, onSafe: () => void = () => {}): void {
    if (this.isSafe(sighting.id)) return onSafe();
    const known = this.#waiting.get(sighting.id);
    if (known) {
      known.onSafe.set(sighting.id, onSafe);
      return;
    }
    if (this.#closing.signal.aborted) return;
    const { crop, why, ...rest } = sighting;
    const clockStep = this.#options.clockStep?.();
    const explained = why && this.#explanations < this.#limits.explanations ? { ...rest, why } : rest;
    const entry: DoorSighting = {
      id: sighting.id,
      sighting: explained,
      door,
      ...(clockStep && { clockStep }),
    };
    const first = this.#waiting.repeatedBy(entry);
    if (first) return this.#follow(first, entry, onSafe);
    const { size, unsaved } = this.#waiting;
    if (size >= this.#limits.waiting || unsaved.size >= this.#limits.unsaved) {
      this.#report('sightings.too-many', new Error('the limit of waiting sightings is reached'));
      this.#options.onWaits(entry, false);
      return;
    }
    const kept = crop && this.#crops < this.#limits.crops ? crop : undefined;
    if (kept) this.#crops += 1;
    if (entry.sighting.why) this.#explanations += 1;
    this.#waiting.add({
      entry,
      arrived: performance.now(),
      crop: kept,
      inJournal: false,
      told: 'no',
      booked: false,
      onSafe: new Map([[entry.id, onSafe]]),
    });
    if (this.#away) this.#save();
    else this.#timer ??= setTimeout(() => this.#save(), this.#limits.grace);
    this.#start();
  }

  /** Puts what waits into the journal, and tries to book it once more for a moment. Idempotent. */
  async close(): Promise<void> {
    this.#closing.abort();
    if (this.#timer) clearTimeout(this.#timer);
    this.#save();
    await this.#saving;
    await Promise.race([this.#work, sleep(this.#limits.close, undefined, { ref: false })]);
    if (this.#waiting.size > 0) {
      const { waiting, unsaved } = this.status;
      this.#log.warn(
        { event: 'sightings.left', waiting, unsaved },
        'sightings wait in the journal for the next start',
      );
    }
    await this.#options.journal.close();
  }

  /** Once the first sighting is booked, this one means "already": it need not be kept. */
  #follow(first: WaitingSighting, repeated: DoorSighting, onSafe: () => void): void {
    const isNew = !first.onSafe.has(repeated.id);
    first.onSafe.set(repeated.id, () => {
      this.#remember(repeated.id);
      onSafe();
      // Booked meanwhile: then the station has shown what became of it.
      if (!first.booked && this.#waiting.has(first.entry.id)) this.#options.onWaits(repeated, true);
    });
    if (first.inJournal) this.#becomeSafe(first);
    else if (isNew && !first.booked) this.#options.onWaits(repeated, false);
  }

  #start(): void {
    this.#work ??= this.#deliverAll().finally(() => {
      this.#work = null;
      if (this.#waiting.size > 0 && !this.#closing.signal.aborted) this.#start();
    });
  }

  async #deliverAll(): Promise<void> {
    const { signal } = this.#closing;
    for (let failures = 0; this.#waiting.size > 0; failures += 1) {
      const pass = await this.#pass();
      if (pass === 'done') {
        failures = -1;
        continue;
      }
      this.#save();
      if (signal.aborted) return;
      await sleep(backoff(this.#limits.retry, failures), undefined, { signal }).catch(() => {});
      if (signal.aborted) return;
    }
  }

  /**
   * Tries everything once, in order. One that fails by itself holds back only the later ones of the same person, because
   * what a punch means depends on those before it.
   */
  async #pass(): Promise<Pass> {
    const held = new Set<string>();
    for (const waiting of this.#waiting.values()) {
      const { personId } = waiting.entry.sighting;
      if (held.has(personId)) continue;
      try {
        const onBooked = () => (waiting.booked = true);
        await this.#inTime(this.#options.deliver(waiting.entry, waiting.crop, onBooked));
        this.#finish(waiting);
      } catch (error) {
        if (await this.#isOfDatabase(error)) return 'database';
        if (isFaultOfRow(error) && (await this.#refused(waiting, error))) continue;
        held.add(personId);
        this.#report('sighting.not-recorded', error);
      }
      this.#away = false;
      this.#trouble = null;
    }
    return held.size > 0 ? 'again' : 'done';
  }

  /** Whether the database takes nothing at all: then nothing else is worth a try. */
  async #isOfDatabase(error: unknown): Promise<boolean> {
    const trouble = troubleOf(error);
    const writable = await this.#options.writable();
    if (trouble === null && writable) return false;
    this.#trouble = trouble ?? 'away';
    this.#away = true;
    this.#report('sightings.database', error);
    return true;
  }

  async #refused(waiting: WaitingSighting, error: unknown): Promise<boolean> {
    const { entry } = waiting;
    try {
      await this.#inTime(this.#options.refuse(entry, error));
    } catch (fault) {
      this.#report('sighting.not-listed', fault);
      return false;
    }
    this.#log.error(
      { event: 'sighting.refused', sightingId: entry.id, personId: entry.sighting.personId, err: error },
      'the database refuses a sighting: it is on the list under corrections',
    );
    this.#finish(waiting);
    return true;
  }

  #finish(waiting: WaitingSighting): void {
    const { id } = waiting.entry;
    const { arrived } = waiting;
    this.#options.onDone?.(waiting.entry, arrived === null ? null : performance.now() - arrived);
    this.#waiting.delete(waiting);
    if (waiting.crop) this.#crops -= 1;
    if (waiting.entry.sighting.why) this.#explanations -= 1;
    this.#becomeSafe(waiting);
    // Also where it is just being written: the journal does one after the other.
    if (waiting.inJournal || this.#saving) void this.#options.journal.done(id);
  }

  /** Puts everything that is not in the journal there. At most one at a time; what comes meanwhile follows. */
  #save(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    this.#saving ??= this.#saveAll().finally(() => {
      this.#saving = null;
    });
  }

  async #saveAll(): Promise<void> {
    const unsaved = () => [...this.#waiting.unsaved];
    for (let batch = unsaved(); batch.length > 0; batch = unsaved()) {
      try {
        await this.#options.journal.add(batch.map(({ entry }) => entry));
      } catch (error) {
        this.#report('sightings.journal', error);
        for (const waiting of batch) this.#tell(waiting, false);
        return;
      }
      for (const waiting of batch) {
        this.#waiting.saved(waiting);
        // Booked meanwhile: then the station has its result.
        if (!this.#waiting.has(waiting.entry.id)) continue;
        this.#becomeSafe(waiting);
        this.#tell(waiting, true);
      }
    }
  }

  #tell(waiting: WaitingSighting, safe: boolean): void {
    const told = safe ? 'saved' : 'unsaved';
    // What belongs to a booked sighting is stored last: the station has its result already.
    if (waiting.booked || waiting.told === told || !this.#waiting.has(waiting.entry.id)) return;
    this.#waiting.tell(waiting, told);
    this.#options.onWaits(waiting.entry, safe);
  }

  #becomeSafe(waiting: WaitingSighting): void {
    this.#remember(waiting.entry.id);
    const callbacks = [...waiting.onSafe.values()];
    waiting.onSafe.clear();
    for (const onSafe of callbacks) onSafe();
  }

  #remember(id: string): void {
    this.#safe.delete(id);
    this.#safe.add(id);
    if (this.#safe.size <= SAFE_REMEMBERED) return;
    const [oldest] = this.#safe;
    if (oldest !== undefined) this.#safe.delete(oldest);
  }

  /** A connection that a firewall has dropped silently would keep everything behind it waiting for hours. */
  async #inTime(work: Promise<void>): Promise<void> {
    const { patience } = this.#limits;
    const timer = new AbortController();
    const late = sleep(patience, undefined, { ref: false, signal: timer.signal }).then(
      () => {
        throw Object.assign(new Error(`no answer within ${patience} ms`), { code: 'ETIMEDOUT' });
      },
      () => {},
    );
    try {
      await Promise.race([work, late]);
    } finally {
      timer.abort();
      work.catch(() => {});
    }
  }

  /** The same fault once an hour: an outage of a day must not fill the log. */
  #report(event: string, error: unknown): void {
    const words = error instanceof Error ? error.message : String(error);
    if (!this.#faults.isNew(`${event}: ${words}`)) return;
    this.#log.error(
      { event, err: error, waiting: this.#waiting.size },
      'sightings wait (logged once an hour for each cause)',
    );
  }
}
