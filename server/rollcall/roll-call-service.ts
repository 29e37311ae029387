/**
 * Roll calls. A list begins with everybody who may be in the building; who comes later is added, and nobody leaves it,
 * because whoever is missing must not vanish from it. Wardens tick at once and without the server, so ticks are only ever
 * added, and which of them counts is derived (`server/protocol/roll-call-ticks.ts`).
 */
import { EventEmitter } from 'node:events';
import { LockMode } from '@mikro-orm/core';
import type { Logger } from 'pino';
import { audit } from '../audit/audit.ts';
import { lockByName } from '../db/advisory-lock.ts';
import type { Database, Em } from '../db/database.ts';
import { Account } from '../db/entities/account.ts';
import { RollCall } from '../db/entities/roll-call.ts';
import { isWithin } from '../people/departments.ts';
import { MusterError } from '../protocol/error.ts';
import type { PageQuery } from '../protocol/fields.ts';
import type {
  RollCallsView,
  RollCallTicksView,
  RollCallView,
  TickAnswer,
  TickDelivery,
} from '../protocol/roll-calls.ts';
import type { RollCallChange } from '../protocol/signaling.ts';
import { allSites, requireSite } from '../sites/site-service.ts';
import { DAY } from '../time/durations.ts';
import { isCurrent } from './current.ts';
import type { PresenceBoard } from './presence-board.ts';
import { siteOfPresence } from './presence-query.ts';
import { addTicks, listedPeople, livingRecords, mergeEntries, takeOver } from './roll-call-list.ts';
import { rollCallPage, tickPage } from './roll-call-pages.ts';

export interface RollCallServiceOptions {
  database: Database;
  board: PresenceBoard;
  log: Logger;
  /** Epoch ms; replaced in tests. */
  now?: (() => number) | undefined;
}

interface RollCallEvents {
  /** After the commit. */
  'roll-call.changed': [change: RollCallChange];
}

interface By {
  accountId: string;
}

/** A browser that was away at the end delivers its ticks when it is back. After this, ms, they are history. */
const TICKS_AFTER_END = DAY;

export class RollCallService extends EventEmitter<RollCallEvents> {
  readonly #database: Database;
  readonly #board: PresenceBoard;
  readonly #log: Logger;
  readonly #now: () => number;
  /** With which state of the board each open roll call was compared last, by its id. */
  readonly #compared = new Map<string, string>();

  constructor({ database, board, log, now = Date.now }: RollCallServiceOptions) {
    super();
    this.#database = database;
    this.#board = board;
    this.#log = log.child({ part: 'roll-call' });
    this.#now = now;
  }

  /** Joins the one that is open for the same site. Throws MusterError `validation-failed` for the id of no site. */
  async start(siteId: string | null, by: By): Promise<RollCallView> {
    const { people } = await this.#board.read();
    const started = await this.#database.transaction(async (em) => {
      await requireSite(em, siteId);
      await lockByName(em, 'muster/roll-call');
      const open = await em.findOne(RollCall, { siteId, endedAt: null });
      const startedAt = new Date(this.#now());
      if (open && isCurrent(open, startedAt)) return { id: open.id, isNew: false, expected: 0 };
      if (open) await close(em, open, { at: startedAt, by });
      const rollCall = em.create(RollCall, {
        siteId,
        version: 1,
        wholeFrom: 0,
        startedAt,
        startedBy: by.accountId,
        endedAt: null,
        endedBy: null,
      });
      await em.flush();
      const expected = await takeOver(em, { id: rollCall.id, siteId, version: 1 }, people);
      await audit(em, {
        act: 'roll-call.started',
        object: { kind: 'roll-call', id: rollCall.id },
        after: { siteId, people: expected },
      });
      return { id: rollCall.id, isNew: true, expected };
    });
    const { id, isNew, expected } = started;
    if (isNew) {
      this.#log.info({ event: 'roll-call.started', rollCallId: id, expected }, 'roll call started');
      this.emit('roll-call.changed', { rollCallId: id, version: 1 });
    }
    return this.get(id);
  }

  /** Newest first. */
  list(page: PageQuery): Promise<RollCallsView> {
    return rollCallPage(this.#database.fork(), page);
  }

  /**
   * The whole list, or what has changed after a version. Throws MusterError `not-found`.
   *
   * @param departments once it has ended, only people of these; everybody where undefined
   */
  async get(id: string, since = 0, departments?: readonly string[]): Promise<RollCallView> {
    await this.compare(id);
    const em = this.#database.fork();
    const at = new Date(this.#now()).toISOString();
    // The version is read first: what changes between the two is then fetched once more, and nothing is missed.
    const rollCall = await found(em, id);
    const isWhole = since === 0 || since > rollCall.version || since < rollCall.wholeFrom;
    const people = await listedPeople(em, id, isWhole ? 0 : since);
    const sites = await allSites(em);
    const { siteId = null, version } = rollCall;
    return {
      id,
      siteId,
      site: sites.find((site) => site.id === siteId)?.name ?? null,
      ...(await startAndEnd(em, rollCall)),
      at,
      version,
      whole: isWhole,
      people: rollCall.endedAt ? people.filter(({ person }) => isWithin(person, departments)) : people,
      sites: sites.map(siteOfPresence),
    };
  }

  /** Every tick in the order of its time. Throws MusterError `not-found`. */
  async ticks(id: string, page: PageQuery, departments?: readonly string[]): Promise<RollCallTicksView> {
    const em = this.#database.fork();
    const { endedAt } = await found(em, id);
    return tickPage(em, { rollCallId: id, ...page, departments: endedAt ? departments : undefined });
  }

  /** Throws MusterError `not-found`, or `wrong-state` long after the end. */
  async tick(id: string, { client, ticks }: TickDelivery, { accountId }: By): Promise<TickAnswer[]> {
    const { answers, version } = await this.#database.transaction(async (em) => {
      const rollCall = await locked(em, id);
      const now = this.#now();
      if (rollCall.endedAt && now - rollCall.endedAt.getTime() > TICKS_AFTER_END) {
        throw new MusterError('wrong-state', 'This roll call ended more than a day ago.');
      }
      const records = await livingRecords(
        em,
        ticks.map(({ person }) => person),
      );
      // A browser that was away may still tick a record that was merged. A list that has ended keeps whom it listed.
      const recordOf = (person: string) => {
        const record = records.get(person);
        return rollCall.endedAt && record !== person ? undefined : record;
      };
      const next = rollCall.version + 1;
      const taken = await addTicks(em, {
        rollCallId: id,
        version: next,
        accountId,
        client,
        ticks: ticks.flatMap((one) => {
          const person = recordOf(one.person);
          return person === undefined ? [] : [{ ...one, person }];
        }),
        now,
      });
      if (taken.size > 0) rollCall.version = next;
      await em.flush();
      const said = ticks.map(({ sequence, person }): TickAnswer => {
        if (recordOf(person) === undefined) return 'refused';
        return taken.has(sequence) ? 'taken' : 'already';
      });
      return { answers: said, version: taken.size > 0 ? next : null };
    });
    if (version !== null) this.emit('roll-call.changed', { rollCallId: id, version });
    return answers;
  }

  /** Throws MusterError `not-found`. */
  async end(id: string, by: By, departments?: readonly string[]): Promise<RollCallView> {
    await this.compare(id);
    const version = await this.#database.transaction(async (em) => {
      const rollCall = await locked(em, id);
      if (rollCall.endedAt) return null;
      await close(em, rollCall, { at: new Date(this.#now()), by });
      return rollCall.version;
    });
    if (version !== null) {
      this.#log.info({ event: 'roll-call.ended', rollCallId: id }, 'roll call ended');
      this.emit('roll-call.changed', { rollCallId: id, version });
    }
    return this.get(id, 0, departments);
  }

  /**
   * Two records of one person become one entry of each open roll call. Call it in the transaction of the merge with these roll
   * calls locked, and `announce` what it returns after the commit.
   */
  async merge(em: Em, ids: { stays: string; goes: string }): Promise<RollCallChange[]> {
    const changes: RollCallChange[] = [];
    for (const rollCall of await em.find(RollCall, { endedAt: null })) {
      const version = rollCall.version + 1;
      if (!(await mergeEntries(em, { rollCallId: rollCall.id, version, ...ids }))) continue;
      // Whoever knows an earlier list has an entry in it that is gone.
      Object.assign(rollCall, { version, wholeFrom: version });
      changes.push({ rollCallId: rollCall.id, version });
    }
    await em.flush();
    return changes;
  }

  announce(changes: readonly RollCallChange[]): void {
    for (const change of changes) this.emit('roll-call.changed', change);
  }

  /** Takes over who has come or left since, if the roll call is open. */
  async compare(id: string): Promise<void> {
    const { serial, people } = await this.#board.read();
    if (this.#compared.get(id) === serial) return;
    const version = await this.#database.transaction(async (em) => {
      const rollCall = await em.findOne(RollCall, { id }, { lockMode: LockMode.PESSIMISTIC_WRITE });
      if (!rollCall || rollCall.endedAt) return undefined;
      const next = rollCall.version + 1;
      const changed = await takeOver(em, { id, siteId: rollCall.siteId ?? null, version: next }, people);
      if (changed === 0) return null;
      rollCall.version = next;
      return next;
    });
    if (version === undefined) this.#compared.delete(id);
    else this.#compared.set(id, serial);
    if (typeof version === 'number') this.emit('roll-call.changed', { rollCallId: id, version });
  }
}

/** Call it last in the transaction, with the roll call locked. */
async function close(em: Em, rollCall: RollCall, { at, by }: { at: Date; by: By }): Promise<void> {
  rollCall.endedAt = at;
  rollCall.endedBy = by.accountId;
  rollCall.version += 1;
  await audit(em, { act: 'roll-call.ended', object: { kind: 'roll-call', id: rollCall.id } });
}

async function found(em: Em, id: string): Promise<RollCall> {
  const rollCall = await em.findOne(RollCall, { id });
  if (!rollCall) throw new MusterError('not-found', 'There is no such roll call.');
  return rollCall;
}

async function locked(em: Em, id: string): Promise<RollCall> {
  const rollCall = await em.findOne(RollCall, { id }, { lockMode: LockMode.PESSIMISTIC_WRITE });
  if (!rollCall) throw new MusterError('not-found', 'There is no such roll call.');
  return rollCall;
}

async function startAndEnd(em: Em, { startedAt, startedBy, endedAt, endedBy }: RollCall) {
  const ids = [startedBy, ...(endedBy ? [endedBy] : [])];
  const accounts = await em.find(Account, { id: { $in: ids } }, { fields: ['id', 'name'] });
  const nameOf = (id: string | null | undefined) => accounts.find((account) => account.id === id)?.name ?? '';
  return {
    started: { name: nameOf(startedBy), at: startedAt.toISOString() },
    ended: endedAt ? { name: nameOf(endedBy), at: endedAt.toISOString() } : null,
  };
}
