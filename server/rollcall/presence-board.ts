/**
 * Who is in the building, kept in memory beside the board of today. Each change has a serial number, so that a page fetches
 * only what is new to it.
 */
import { randomUUID } from 'node:crypto';
import { SerialQueue } from '../async/serial.ts';
import type { AttendanceQuery } from '../attendance/attendance-query.ts';
import type { Database } from '../db/database.ts';
import type { WorkDayView } from '../protocol/attendance.ts';
import { allSites } from '../sites/site-service.ts';
import { type PresenceEntry, presenceEntry } from './presence-entry.ts';

export interface PresenceBoardOptions {
  database: Database;
  attendance: Pick<AttendanceQuery, 'board'>;
}

/** `state`: as in the work day; `siteId`: of the door of the last punch. */
export interface Presence extends Omit<PresenceEntry, 'last'> {
  siteId: string;
  seenAt: string;
  door: string | null;
}

interface Known {
  /** The same object for as long as nothing about the person has changed. */
  day: WorkDayView | null;
  /** Null for a person who is not on the board any more. */
  presence: Presence | null;
  /** Of the last change. */
  serial: number;
}

export interface PresenceState {
  /** Names this state. */
  serial: string;
  /** People of the board of today, by their ids; those who have left too. In the order of names. */
  people: ReadonlyMap<string, Presence>;
}

export class PresenceBoard {
  readonly #options: PresenceBoardOptions;
  readonly #queue = new SerialQueue();
  /** Of this object: another server, and this one after a restart, counts anew. */
  readonly #epoch = randomUUID();
  readonly #known = new Map<string, Known>();
  #serial = 0;
  #days: readonly WorkDayView[] | null = null;
  #people = new Map<string, Presence>();

  constructor(options: PresenceBoardOptions) {
    this.#options = options;
  }

  /** Contains everything that was committed before the call. */
  read(): Promise<PresenceState> {
    return this.#queue.run(async () => {
      await this.#update();
      return { serial: `${this.#epoch}.${this.#serial}`, people: this.#people };
    });
  }

  /** The people who have changed since that state, null for one who is gone. Undefined for a state that is not known here. */
  changesSince(serial: string): Map<string, Presence | null> | undefined {
    const [epoch, number] = serial.split('.');
    const since = Number(number);
    if (epoch !== this.#epoch || !(since <= this.#serial)) return undefined;
    const changed = [...this.#known].filter(([, known]) => known.serial > since);
    return new Map(changed.map(([id, { presence }]) => [id, presence]));
  }

  async #update(): Promise<void> {
    const { days } = await this.#options.attendance.board();
    if (days === this.#days) return;
    const changed = days.filter((day) => this.#known.get(day.person.id)?.day !== day);
    const sites = await this.#sitesOf(changed);
    const serial = this.#serial + 1;
    for (const day of changed) {
      const { id } = day.person;
      this.#known.set(id, { day, presence: presenceOf(day, sites), serial });
    }
    const there = new Set(days.map(({ person }) => person.id));
    for (const [id, { day }] of this.#known) {
      if (day && !there.has(id)) this.#known.set(id, { day: null, presence: null, serial });
    }
    this.#people = new Map(
      days.flatMap(({ person: { id } }) => {
        const { presence } = this.#known.get(id)!;
        return presence ? [[id, presence]] : [];
      }),
    );
    this.#days = days;
    if ([...this.#known.values()].some((known) => known.serial === serial)) this.#serial = serial;
  }

  /** Of the last punches of these days, by the ids of the punches. */
  async #sitesOf(days: readonly WorkDayView[]): Promise<ReadonlyMap<string, string>> {
    const ids = days.flatMap((day) => presenceEntry(day)?.last.id ?? []);
    if (ids.length === 0) return new Map();
    const em = this.#options.database.fork();
    const [first] = await allSites(em);
    const rows = await em.execute<{ id: string; site: string }[]>(
      `select punch.id, coalesce(punch.site_id, person.site_id, ?) site
        from punch join person on person.id = punch.person_id where punch.id = any(?::uuid[])`,
      [first!.id, `{${ids.join(',')}}`],
    );
    return new Map(rows.map(({ id, site }) => [id, site]));
  }
}

function presenceOf(day: WorkDayView, sites: ReadonlyMap<string, string>): Presence | null {
  const entry = presenceEntry(day);
  // A punch that retention has removed since the board was read.
  const siteId = entry && sites.get(entry.last.id);
  if (!siteId) return null;
  const { person, state, since, last } = entry;
  return { person, state, since, siteId, seenAt: last.at, door: last.device };
}
