/**
 * Refused punches: sightings that the database, healthy and writable, refused, and claims that are not valid. A list for
 * people to decide: each is booked as a correction, or dismissed with a reason.
 */
import { LockMode } from '@mikro-orm/core';
import type { Logger } from 'pino';
import { audit } from '../audit/audit.ts';
import { lockByName } from '../db/advisory-lock.ts';
import type { Database, Em } from '../db/database.ts';
import { Person } from '../db/entities/person.ts';
import { RefusedPunch } from '../db/entities/refused-punch.ts';
import { sqlStateOf } from '../db/failure.ts';
import { isWithin } from '../people/departments.ts';
import { displayName } from '../people/display-name.ts';
import type { PairSighting } from '../protocol/analyzer.ts';
import { CLAIM_LIMITS } from '../protocol/claims.ts';
import { MusterError } from '../protocol/error.ts';
import type { PageQuery } from '../protocol/fields.ts';
import type {
  RefusedPunchDecision,
  RefusedPunchesView,
  RefusedPunchView,
} from '../protocol/refused-punches.ts';
import { clockAt, dateAt, instantAt } from '../time/zoned.ts';
import type { SightingDevice } from './attendance-service.ts';
import {
  type CorrectionActor,
  type CorrectionService,
  invalidField,
  personByNumber,
} from './correction-service.ts';
import type { DoorSighting } from './waiting-sightings.ts';

export interface RefusedPunchServiceOptions {
  database: Database;
  corrections: Pick<CorrectionService, 'addPassing'>;
  log: Logger;
  /** Epoch ms; replaced in tests. */
  now?: (() => number) | undefined;
}

export class RefusedPunchService {
  readonly #database: Database;
  readonly #corrections: Pick<CorrectionService, 'addPassing'>;
  readonly #log: Logger;
  readonly #now: () => number;

  constructor({ database, corrections, log, now = Date.now }: RefusedPunchServiceOptions) {
    this.#database = database;
    this.#corrections = corrections;
    this.#log = log.child({ part: 'refused-punches' });
    this.#now = now;
  }

  /** A sighting that the database refuses. Idempotent; rejects where the database does not take this row either. */
  async addSighting({ sighting, door }: DoorSighting, error: unknown): Promise<void> {
    const { id: origin, personId, at } = sighting;
    const code = sqlStateOf(error);
    const refused = { origin, personId, door, at, source: 'sighting', why: 'database', code } as const;
    await this.#database.transaction((em) => this.add(em, refused));
  }

  /**
   * One of two look-alikes at a camera, which has no screen to ask which. Within the minimum gap of the door it is one passing,
   * as it would be one punch.
   */
  async addPair({ id: origin, people, at }: PairSighting, door: SightingDevice): Promise<void> {
    const [eitherId, orId] = people.map(({ personId }) => personId).toSorted() as [string, string];
    await this.#database.transaction(async (em) => {
      await lockByName(em, `muster/look-alikes/${door.id}`);
      const { minGap } = door.settings;
      const near = { $gt: new Date(at - minGap), $lt: new Date(at + minGap) };
      if ((await em.count(RefusedPunch, { deviceId: door.id, eitherId, orId, at: near })) > 0) return;
      if ((await em.count(RefusedPunch, { deviceId: door.id, decision: null })) >= CLAIM_LIMITS.refused)
        return;
      const refused = { origin, personId: null, door, at, source: 'sighting', why: 'look-alikes' } as const;
      await this.add(em, { ...refused, eitherId, orId });
    });
  }

  /** Inside the transaction of the caller. Idempotent by its origin. */
  async add(
    em: Em,
    { origin, personId, door, at, source, why, code = null, eitherId = null, orId = null }: NewRefusedPunch,
  ): Promise<void> {
    if ((await em.count(RefusedPunch, { origin })) > 0) return;
    em.create(RefusedPunch, {
      origin,
      personId,
      eitherId,
      orId,
      deviceId: door.id,
      deviceName: door.name,
      siteId: door.site.id,
      timeZone: door.site.timeZone,
      at: new Date(at),
      source,
      why,
      code,
      createdAt: new Date(this.#now()),
      decision: null,
    });
    await em.flush();
    await audit(em, {
      act: 'punch.refused',
      object: objectOf({ personId, deviceId: door.id }),
      after: { why, code, source, when: new Date(at).toISOString(), device: door.id },
    });
  }

  /** How many punches of this door wait for a decision. */
  waitingOf(deviceId: string): Promise<number> {
    return this.#database.fork().count(RefusedPunch, { deviceId, decision: null });
  }

  /** Those that nobody has decided on, oldest first. */
  async list({ limit, after }: PageQuery, by: CorrectionActor): Promise<RefusedPunchesView> {
    const em = this.#database.fork();
    const last = after === undefined ? null : await em.findOne(RefusedPunch, { id: after });
    const beyond = last && {
      $or: [{ at: { $gt: last.at } }, { at: last.at, id: { $gt: last.id } }],
    };
    const people = by.departments && (await peopleWithin(em, by.departments));
    const rows = await em.find(
      RefusedPunch,
      { $and: [{ decision: null }, people ? { personId: { $in: people } } : {}, beyond ?? {}] },
      { orderBy: { at: 'asc', id: 'asc' }, limit: limit + 1 },
    );
    const page = rows.slice(0, limit);
    const ids = page.flatMap((row) => [row.personId, row.eitherId, row.orId].flatMap((id) => id ?? []));
    const persons = new Map((await em.find(Person, { id: { $in: ids } })).map((one) => [one.id, one]));
    return {
      refused: page.map((row) => viewOf(row, persons)),
      next: rows.length > limit ? page.at(-1)!.id : null,
    };
  }

  /**
   * @throws MusterError `not-found`; `conflict` where it is decided, or the person has this punch already; `validation-failed`
   *   where person or time are missing or cannot be; `forbidden` for a person of another department
   */
  async decide(id: string, input: RefusedPunchDecision, by: CorrectionActor): Promise<void> {
    await this.#database.transaction(async (em) => {
      const row = await em.findOne(RefusedPunch, { id }, { lockMode: LockMode.PESSIMISTIC_WRITE });
      if (!row || !(await isInReach(em, row, by))) {
        throw new MusterError('not-found', 'There is no such punch.');
      }
      if (row.decision) throw new MusterError('conflict', `This punch was ${row.decision} already.`);
      if (input.decision === 'book') row.correctionId = await this.#book(em, row, input, by);
      const decision = input.decision === 'book' ? 'booked' : 'dismissed';
      const decided = { reason: input.reason, decidedBy: by.accountId, decidedAt: new Date(this.#now()) };
      Object.assign(row, { decision, ...decided });
      await em.flush();
      await audit(em, {
        act: `refused-punch.${decision}`,
        object: objectOf(row),
        after: { why: row.why, correction: row.correctionId ?? null },
      });
    });
    this.#log.info(
      { event: 'refused-punch.decided', refusedPunchId: id, decision: input.decision },
      'a refused punch was decided on',
    );
  }

  /** Returns the id of the correction. */
  async #book(
    em: Em,
    { personId, siteId, at, timeZone }: RefusedPunch,
    { number, localTime, says, reason }: RefusedPunchDecision & { decision: 'book' },
    by: CorrectionActor,
  ): Promise<string> {
    const whose = number === undefined ? personId : (await personByNumber(em, number, by)).id;
    if (!whose) throw invalidField('number', 'is missing');
    const booked =
      localTime === undefined || localTime === localTimeOf(at.getTime(), timeZone)
        ? at
        : new Date(this.#instantOf(localTime, timeZone));
    const passing = { personId: whose, siteId, at: booked, says, reason };
    return this.#corrections.addPassing(em, passing, by);
  }

  #instantOf(localTime: string, timeZone: string): number {
    const [date = '', time = ''] = localTime.split(' ');
    const at = instantAt(date, time, timeZone);
    if (at === null)
      throw invalidField('localTime', 'does not exist on that day, because the clocks were changed');
    if (at > this.#now()) throw invalidField('localTime', 'is in the future');
    return at;
  }
}

/** A sighting or a claim that was not booked. */
export interface NewRefusedPunch extends Pick<RefusedPunch, 'source' | 'why'> {
  origin: string;
  personId: string | null;
  door: Pick<SightingDevice, 'id' | 'name' | 'site'>;
  /** Epoch ms. */
  at: number;
  code?: string | null;
  /** One of two look-alikes, in the order of their ids. */
  eitherId?: string | null;
  orId?: string | null;
}

function objectOf({ personId, deviceId }: { personId?: string | null | undefined; deviceId: string }) {
  return personId ? { kind: 'person' as const, id: personId } : { kind: 'device' as const, id: deviceId };
}

/** A punch of nobody is in no department: only those who see all departments decide on it. */
async function isInReach(em: Em, { personId }: RefusedPunch, { departments }: CorrectionActor) {
  if (departments === undefined) return true;
  const person = personId ? await em.findOne(Person, { id: personId }) : null;
  return person !== null && isWithin(person, departments);
}

async function peopleWithin(em: Em, departments: readonly string[]): Promise<string[]> {
  const people = await em.find(Person, {}, { fields: ['id', 'department'] });
  return people.filter((person) => isWithin(person, departments)).map(({ id }) => id);
}

function viewOf(row: RefusedPunch, people: ReadonlyMap<string, Person>): RefusedPunchView {
  const { id, personId, eitherId, orId, deviceName, at, timeZone, source, why, code } = row;
  const view = (whose: string | null | undefined) => {
    const person = people.get(whose ?? '');
    return person ? [{ id: person.id, number: person.number ?? '', displayName: displayName(person) }] : [];
  };
  return {
    id,
    person: view(personId)[0] ?? null,
    oneOf: [eitherId, orId].flatMap(view),
    source: source ?? null,
    device: deviceName,
    at: at.toISOString(),
    localTime: localTimeOf(at.getTime(), timeZone),
    why,
    code: code ?? null,
  };
}

function localTimeOf(at: number, timeZone: string): string {
  return `${dateAt(at, timeZone)} ${clockAt(at, timeZone)}`;
}
