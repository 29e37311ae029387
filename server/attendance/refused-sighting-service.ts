/**
 * Sightings that the database, healthy and writable, refused as punches: a list for people to decide. Each is booked as a
 * correction, or dismissed with a reason.
 */
import { LockMode } from '@mikro-orm/core';
import type { Logger } from 'pino';
import { audit } from '../audit/audit.ts';
import type { Database, Em } from '../db/database.ts';
import { Person } from '../db/entities/person.ts';
import { RefusedSighting } from '../db/entities/refused-sighting.ts';
import { sqlStateOf } from '../db/failure.ts';
import { isWithin } from '../people/departments.ts';
import { displayName } from '../people/display-name.ts';
import { MusterError } from '../protocol/error.ts';
import type { PageQuery } from '../protocol/fields.ts';
import type {
  RefusedSightingDecision,
  RefusedSightingsView,
  RefusedSightingView,
} from '../protocol/refused-sightings.ts';
import { clockAt, dateAt } from '../time/zoned.ts';
import type { CorrectionActor, CorrectionService } from './correction-service.ts';
import type { DoorSighting } from './waiting-sightings.ts';

export interface RefusedSightingServiceOptions {
  database: Database;
  corrections: Pick<CorrectionService, 'addPassing'>;
  log: Logger;
  /** Epoch ms; replaced in tests. */
  now?: (() => number) | undefined;
}

export class RefusedSightingService {
  readonly #database: Database;
  readonly #corrections: Pick<CorrectionService, 'addPassing'>;
  readonly #log: Logger;
  readonly #now: () => number;

  constructor({ database, corrections, log, now = Date.now }: RefusedSightingServiceOptions) {
    this.#database = database;
    this.#corrections = corrections;
    this.#log = log.child({ part: 'refused-sightings' });
    this.#now = now;
  }

  /** Idempotent by the id of the sighting. Rejects where the database does not take this row either. */
  async add({ sighting, door }: DoorSighting, error: unknown): Promise<void> {
    await this.#database.transaction(async (em) => {
      if ((await em.count(RefusedSighting, { sightingId: sighting.id })) > 0) return;
      const code = sqlStateOf(error);
      em.create(RefusedSighting, {
        sightingId: sighting.id,
        personId: sighting.personId,
        deviceId: door.id,
        deviceName: door.name,
        siteId: door.site.id,
        timeZone: door.site.timeZone,
        at: new Date(sighting.at),
        source: 'sighting',
        code,
        createdAt: new Date(this.#now()),
        decision: null,
      });
      await em.flush();
      await audit(em, {
        act: 'sighting.refused',
        object: { kind: 'person', id: sighting.personId },
        after: { sighting: sighting.id, code },
      });
    });
  }

  /** Those that nobody has decided on, oldest first. */
  async list({ limit, after }: PageQuery, by: CorrectionActor): Promise<RefusedSightingsView> {
    const em = this.#database.fork();
    const last = after === undefined ? null : await em.findOne(RefusedSighting, { id: after });
    const beyond = last && {
      $or: [{ at: { $gt: last.at } }, { at: last.at, id: { $gt: last.id } }],
    };
    const people = by.departments && (await peopleWithin(em, by.departments));
    const rows = await em.find(
      RefusedSighting,
      { $and: [{ decision: null }, people ? { personId: { $in: people } } : {}, beyond ?? {}] },
      { orderBy: { at: 'asc', id: 'asc' }, limit: limit + 1 },
    );
    const page = rows.slice(0, limit);
    const persons = await em.find(Person, { id: { $in: page.map(({ personId }) => personId) } });
    return {
      refused: page.map((row) =>
        viewOf(
          row,
          persons.find(({ id }) => id === row.personId)!,
        ),
      ),
      next: rows.length > limit ? page.at(-1)!.id : null,
    };
  }

  /** Throws MusterError `not-found`, `conflict` where it is decided or the person has this punch already, `forbidden`. */
  async decide(id: string, input: RefusedSightingDecision, by: CorrectionActor): Promise<void> {
    await this.#database.transaction(async (em) => {
      const row = await em.findOne(RefusedSighting, { id }, { lockMode: LockMode.PESSIMISTIC_WRITE });
      const person = row && (await em.findOne(Person, { id: row.personId }));
      if (!row || !person || !isWithin(person, by.departments)) {
        throw new MusterError('not-found', 'There is no such sighting.');
      }
      if (row.decision) throw new MusterError('conflict', `This sighting was ${row.decision} already.`);
      const { reason } = input;
      if (input.decision === 'book') {
        const { personId, siteId, at } = row;
        const passing = { personId, siteId, at, says: input.says, reason };
        row.correctionId = await this.#corrections.addPassing(em, passing, by);
      }
      const decision = input.decision === 'book' ? 'booked' : 'dismissed';
      Object.assign(row, { decision, reason, decidedBy: by.accountId, decidedAt: new Date(this.#now()) });
      await em.flush();
      await audit(em, {
        act: `sighting.${decision}`,
        object: { kind: 'person', id: row.personId },
        after: { sighting: row.sightingId, correction: row.correctionId ?? null },
      });
    });
    this.#log.info(
      { event: 'refused-sighting.decided', refusedSightingId: id, decision: input.decision },
      'a refused sighting was decided on',
    );
  }
}

async function peopleWithin(em: Em, departments: readonly string[]): Promise<string[]> {
  const people = await em.find(Person, {}, { fields: ['id', 'department'] });
  return people.filter((person) => isWithin(person, departments)).map(({ id }) => id);
}

function viewOf(row: RefusedSighting, person: Person): RefusedSightingView {
  const at = row.at.getTime();
  return {
    id: row.id,
    person: { id: person.id, number: person.number ?? '', displayName: displayName(person) },
    device: row.deviceName,
    at: row.at.toISOString(),
    localTime: `${dateAt(at, row.timeZone)} ${clockAt(at, row.timeZone)}`,
    code: row.code,
  };
}
