/**
 * The board of today, kept in memory: a punch costs the derivation of one person, not of everybody.
 *
 * Triggers write into the table `hours_change` whose hours a commit may have changed, whichever server or command made it. Each
 * reading first applies the changes since the last one, so it is as fresh as a new derivation of everybody.
 */
import type { Database, Em } from '../db/database.ts';
import { Person } from '../db/entities/person.ts';
import type { WorkDayView } from '../protocol/attendance.ts';
import type { DoorReading } from '../protocol/sites.ts';
import { SerialQueue } from '../async/serial.ts';
import { allSites } from '../sites/site-service.ts';
import { MINUTE } from '../time/durations.ts';
import { addDays } from '../time/zoned.ts';
import { boardEntry } from '../worktime/board-entry.ts';
import { workDateAt } from '../worktime/calendar.ts';
import { byDateAndName, dayViews } from './day-view.ts';
import { LOOK_BACK_OF_BOARD, workRecords } from './work-record.ts';

export interface TodayBoardOptions {
  database: Database;
  /** Epoch ms; replaced in tests. */
  now?: (() => number) | undefined;
}

export interface TodayView {
  /** The current work date of the default site, YYYY-MM-DD. */
  today: string;
  timeZone: string;
  readings: readonly DoorReading[];
  /** In the order of names. */
  days: readonly WorkDayView[];
  /** The departments of the people who may come, by their ids. */
  active: ReadonlyMap<string, string>;
}

/** Changes are kept for an hour at least. If nobody has read for longer than this, ms, everybody is derived again. */
const STALE_AFTER = 30 * MINUTE;
/** If more people than this have changed, everybody is derived again. */
const MANY = 500;

interface Known {
  views: readonly WorkDayView[];
  /** The views are the same until this instant if nothing changes, epoch ms. */
  validUntil: number;
}

interface State {
  today: string;
  site: { timeZone: string; turnsAt: number };
  readings: readonly DoorReading[];
  known: Map<string, Known>;
  active: Map<string, string>;
  /** Null where they have to be put in order again. */
  days: readonly WorkDayView[] | null;
  /** Of the last reading, epoch ms. */
  readAt: number;
}

interface Changes {
  /** All transactions before this one had ended when the changes were read. */
  horizon: string;
  rows: readonly { seq: number; personId: string | null }[];
}

export class TodayBoard {
  readonly #database: Database;
  readonly #now: () => number;
  readonly #queue = new SerialQueue();
  #state: State | null = null;
  #horizon: string | null = null;
  /** Numbers of the changes since the horizon that are taken up. */
  #taken: ReadonlySet<number> = new Set();

  constructor({ database, now = Date.now }: TodayBoardOptions) {
    this.#database = database;
    this.#now = now;
  }

  /** Contains everything that was committed before the call. */
  read(): Promise<TodayView> {
    return this.#queue.run(() => this.#read());
  }

  async #read(): Promise<TodayView> {
    const em = this.#database.fork();
    const now = this.#now();
    const { horizon, rows } = await changesSince(em, this.#horizon);
    const fresh = rows.filter(({ seq }) => !this.#taken.has(seq));
    const changed = this.#state && toDerive(this.#state, fresh, now);
    // Loaded after the changes were read, people are at least as new as these. After a failure the changes are read again.
    if (this.#state && changed) await update(em, this.#state, changed, now);
    else this.#state = await everybody(em, now);
    this.#horizon = horizon;
    this.#taken = new Set(rows.map(({ seq }) => seq));
    return viewOf(this.#state);
  }
}

/** The people to derive again; null means everybody. */
function toDerive(state: State, fresh: Changes['rows'], now: number): Set<string> | null {
  const isOld = now < state.readAt || now - state.readAt > STALE_AFTER;
  if (isOld || workDateAt(now, state.site) !== state.today) return null;
  const changed = new Set<string>();
  for (const { personId } of fresh) {
    if (personId === null) return null;
    changed.add(personId);
  }
  for (const [id, { validUntil }] of state.known) if (validUntil <= now) changed.add(id);
  return changed.size > MANY ? null : changed;
}

async function everybody(em: Em, now: number): Promise<State> {
  const sites = await allSites(em);
  const { timeZone, turnsAt } = sites[0]!;
  const today = workDateAt(now, { timeZone, turnsAt });
  const known = await knownOf(em, { today, now });
  return {
    today,
    site: { timeZone, turnsAt },
    readings: [...new Set(sites.map(({ reading }) => reading))],
    known,
    active: await activePeople(em),
    days: null,
    readAt: now,
  };
}

async function update(em: Em, state: State, changed: ReadonlySet<string>, now: number): Promise<void> {
  if (changed.size > 0) {
    const ids = [...changed];
    const known = await knownOf(em, { today: state.today, now, personIds: ids });
    const active = await activePeople(em, ids);
    for (const id of ids) {
      put(state.known, id, known.get(id));
      put(state.active, id, active.get(id));
    }
    state.days = null;
  }
  state.readAt = now;
}

function put<T>(map: Map<string, T>, id: string, value: T | undefined): void {
  if (value === undefined) map.delete(id);
  else map.set(id, value);
}

/** People who are on the board, by their ids. */
async function knownOf(
  em: Em,
  { today, now, personIds }: { today: string; now: number; personIds?: readonly string[] },
): Promise<Map<string, Known>> {
  const records = await workRecords(em, {
    // A person who came the evening before may still be there, but not one who has punched on the next date.
    from: addDays(today, -1),
    to: addDays(today, 1),
    personIds,
    lookBack: LOOK_BACK_OF_BOARD,
  });
  const views = Map.groupBy(
    await dayViews(em, records, { date: today, today, now }),
    ({ person }) => person.id,
  );
  const known = new Map<string, Known>();
  for (const [id, { days, site }] of records) {
    const { validUntil } = boardEntry(days, site.reading, { date: today, today, now });
    known.set(id, { views: views.get(id) ?? [], validUntil });
  }
  return known;
}

async function activePeople(em: Em, ids?: readonly string[]): Promise<Map<string, string>> {
  const of = ids ? { id: { $in: ids } } : {};
  const people = await em.find(
    Person,
    { status: 'active', erasedAt: null, ...of },
    { fields: ['id', 'department'] },
  );
  return new Map(people.map(({ id, department }) => [id, department ?? '']));
}

function viewOf(state: State): TodayView {
  state.days ??= [...state.known.values()].flatMap(({ views }) => views).toSorted(byDateAndName);
  const { today, site, readings, days, active } = state;
  return { today, timeZone: site.timeZone, readings, days, active };
}

/**
 * A transaction that began before another may end after it, so the number of the last change does not say where to continue.
 * All changes of transactions that had not ended at the last reading are read again.
 */
async function changesSince(em: Em, horizon: string | null): Promise<Changes> {
  const [row] = await em.execute<[{ horizon: string; rows: Changes['rows'] | null }]>(
    `select pg_snapshot_xmin(pg_current_snapshot())::text as horizon,
      (select json_agg(json_build_object('seq', seq, 'personId', person_id))
        from hours_change where xid >= coalesce(?::xid8, pg_snapshot_xmin(pg_current_snapshot()))) as rows`,
    [horizon],
  );
  return { horizon: row.horizon, rows: row.rows ?? [] };
}
