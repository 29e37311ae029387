/** Corrections: what may be asked for, who must approve it, and how it is applied. Punches themselves never change. */
import { LockMode } from '@mikro-orm/core';
import type { Logger } from 'pino';
import { audit } from '../audit/audit.ts';
import { lockByName } from '../db/advisory-lock.ts';
import type { Database, Em } from '../db/database.ts';
import { Correction, PunchVoid } from '../db/entities/correction.ts';
import { Person } from '../db/entities/person.ts';
import { Punch } from '../db/entities/punch.ts';
import { Site } from '../db/entities/site.ts';
import { escapeLike } from '../db/like.ts';
import { addEvents } from '../outbox/add-event.ts';
import {
  type CorrectionDecision,
  type CorrectionInput,
  type CorrectionsQuery,
  type CorrectionsView,
  type CorrectionView,
  NUMBER_OF_NOBODY,
} from '../protocol/corrections.ts';
import { MusterError } from '../protocol/error.ts';
import type { Role } from '../protocol/permissions.ts';
import type { ApprovalRule } from '../protocol/sites.ts';
import { siteOf } from '../sites/site-service.ts';
import { DAY } from '../time/durations.ts';
import { addDays, instantAt } from '../time/zoned.ts';
import { correctionViews } from './correction-view.ts';
import { peopleInReach, type Reach, reaches } from './reach.ts';

export interface CorrectionServiceOptions {
  database: Database;
  log: Logger;
  /** Epoch ms; replaced in tests. */
  now?: (() => number) | undefined;
}

/** Who asks or decides. */
export interface CorrectionActor extends Reach {
  accountId: string;
  role: Role;
}

/** What one employee may ask for within 24 hours, corrections or absences: far more than anybody forgets, and few enough to be read. */
export const REQUESTS_A_DAY = 50;

export class CorrectionService {
  readonly #database: Database;
  readonly #log: Logger;
  readonly #now: () => number;

  constructor({ database, log, now = Date.now }: CorrectionServiceOptions) {
    this.#database = database;
    this.#log = log.child({ part: 'corrections' });
    this.#now = now;
  }

  /**
   * Asks for a correction, and applies it at once where nobody has to approve it.
   *
   * @throws MusterError `validation-failed` where a number, a punch or a time cannot be; `conflict` where the punch exists
   *   already or is voided already; `forbidden` for a person of another department
   */
  async create(input: CorrectionInput, by: CorrectionActor): Promise<CorrectionView> {
    const id = await this.#database.transaction(async (em) => {
      await this.#requireRoom(em, by);
      return this.#request(em, input, await this.#draft(em, input, by), by);
    });
    this.#log.info(
      { event: 'correction.requested', correctionId: id, accountId: by.accountId },
      'correction requested',
    );
    return (await this.get(id, by))!;
  }

  /**
   * As `create`, for a passing whose instant is known, inside the transaction of the caller. Returns the id of the correction.
   *
   * @throws MusterError `conflict` where the person has this punch already
   */
  async addPassing(em: Em, { reason, ...passing }: Passing, by: CorrectionActor): Promise<string> {
    await refuseSame(em, passing);
    // A site that is gone may be why the sighting was refused: then the default one.
    const site = (await em.findOne(Site, { id: passing.siteId })) ?? (await siteOf(em, null));
    const fields = { ...passing, siteId: site.id };
    return this.#request(em, { kind: 'add', reason }, { approval: site.approval, fields }, by);
  }

  /** Throws MusterError `not-found`, `conflict` where it waits no more, `forbidden` for the author's own. */
  async decide(
    id: string,
    { decision, note }: CorrectionDecision,
    by: CorrectionActor,
  ): Promise<CorrectionView> {
    await this.#database.transaction(async (em) => {
      const correction = await this.#waiting(em, id, by);
      if (correction.authorId === by.accountId) {
        throw new MusterError('forbidden', 'A second person must decide on your own correction.');
      }
      correction.note = note?.trim() || null;
      if (decision === 'approve') await this.#apply(em, correction, by.accountId);
      else await this.#end(em, correction, 'refused', by.accountId);
    });
    this.#log.info(
      { event: 'correction.decided', correctionId: id, decision, accountId: by.accountId },
      'correction decided',
    );
    return (await this.get(id, by))!;
  }

  /** Throws MusterError `not-found`, `conflict` where it waits no more, `forbidden` for that of another. */
  async withdraw(id: string, by: CorrectionActor): Promise<void> {
    await this.#database.transaction(async (em) => {
      const correction = await this.#waiting(em, id, by);
      if (correction.authorId !== by.accountId) {
        throw new MusterError('forbidden', 'Only its author can withdraw a correction: refuse it instead.');
      }
      await this.#end(em, correction, 'withdrawn', null);
    });
  }

  /** Null where there is none, or it is about another department. */
  async get(id: string, by: CorrectionActor): Promise<CorrectionView | null> {
    const em = this.#database.fork();
    const correction = await em.findOne(Correction, { id });
    if (!correction || !(await isInReach(em, correction, by))) return null;
    return (await correctionViews(em, [correction], by))[0]!;
  }

  /** Newest first. */
  async list(
    { limit, after, state, person }: CorrectionsQuery,
    by: CorrectionActor,
  ): Promise<CorrectionsView> {
    const em = this.#database.fork();
    const last = after === undefined ? null : await em.findOne(Correction, { id: after });
    const people = await peopleInReach(em, by);
    const rows = await em.find(
      Correction,
      {
        $and: [
          state === undefined ? {} : { state },
          person === undefined ? {} : { $or: [{ personId: person }, { toPersonId: person }] },
          people ? { personId: { $in: people } } : {},
          last
            ? {
                $or: [
                  { createdAt: { $lt: last.createdAt } },
                  { createdAt: last.createdAt, id: { $lt: last.id } },
                ],
              }
            : {},
        ],
      },
      { orderBy: { createdAt: 'desc', id: 'desc' }, limit: limit + 1 },
    );
    const page = rows.slice(0, limit);
    return {
      corrections: await correctionViews(em, page, by),
      next: rows.length > limit ? page.at(-1)!.id : null,
    };
  }

  /** @throws MusterError `conflict` */
  async #requireRoom(em: Em, { accountId, role }: CorrectionActor): Promise<void> {
    if (role !== 'employee') return;
    const since = new Date(this.#now() - DAY);
    if ((await em.count(Correction, { authorId: accountId, createdAt: { $gt: since } })) < REQUESTS_A_DAY)
      return;
    throw new MusterError(
      'conflict',
      'You have asked for as many corrections as anybody may within a day: please see HR.',
    );
  }

  async #request(
    em: Em,
    { kind, reason }: Pick<CorrectionInput, 'kind' | 'reason'>,
    { approval, fields, changed }: Draft,
    by: CorrectionActor,
  ): Promise<string> {
    const correction = em.create(Correction, {
      kind,
      state: 'waiting',
      reason,
      authorId: by.accountId,
      createdAt: new Date(this.#now()),
      punchIds: [],
      ...fields,
    });
    await em.flush();
    await audit(em, {
      act: 'correction.requested',
      object: { kind: 'correction', id: correction.id },
      ...(changed && { before: changed }),
      after: {
        kind,
        person: correction.personId,
        punches: correction.punchIds.length,
        ...(changed && { at: correction.at?.toISOString(), says: correction.says }),
      },
    });
    if (!needsApproval(approval, by.role)) await this.#apply(em, correction, null);
    return correction.id;
  }

  async #draft(em: Em, input: CorrectionInput, by: CorrectionActor): Promise<Draft> {
    if (input.kind === 'add') return this.#addition(em, input, by);
    const ids = input.kind === 'void' ? input.punchIds : [input.punchId];
    const path = input.kind === 'void' ? 'punchIds' : 'punchId';
    // To an employee the punches of others do not exist.
    const own = by.personId === undefined ? {} : { personId: by.personId };
    const punches = await em.find(Punch, { id: { $in: ids }, ...own });
    if (punches.length < ids.length) throw invalidField(path, 'is not the id of any punch');
    await refuseVoided(em, punches);
    const personIds = [...new Set(punches.map(({ personId }) => personId))];
    for (const person of await em.find(Person, { id: { $in: personIds } })) requireReach(person, by);
    const sites = await Promise.all(
      [...new Set(punches.map(({ siteId }) => siteId))].map((id) => siteOf(em, id)),
    );
    const approval = strictest(sites.map((site) => site.approval));
    const fields: Draft['fields'] = {
      punchIds: ids,
      personId: personIds.length === 1 ? personIds[0]! : null,
    };
    if (input.kind === 'void') return { approval, fields };
    if (input.kind === 'change') {
      const { at, says } = punches[0]!;
      return {
        approval,
        fields: { ...fields, ...(await this.#changed(em, punches[0]!, input)) },
        changed: { at: at.toISOString(), says },
      };
    }
    const receiver = await personByNumber(em, input.number);
    if (receiver.id === personIds[0])
      throw invalidField('number', 'is the person who has this punch already');
    // A manager may hand a punch of their department to somebody of another one, but only as a request.
    return { approval, fields: { ...fields, toPersonId: receiver.id } };
  }

  async #addition(em: Em, input: CorrectionInput & { kind: 'add' }, by: CorrectionActor): Promise<Draft> {
    const person = await personByNumber(em, input.number, by);
    const site = await em.findOne(Site, { id: input.siteId });
    if (!site) throw invalidField('siteId', 'is not the id of any site');
    const early = Number(input.time.slice(0, 2)) < site.turnsAt;
    const date = early ? addDays(input.date, 1) : input.date;
    const at = this.#instantOf({ ...input, date }, site.timeZone);
    await refuseSame(em, { personId: person.id, at, says: input.says });
    return {
      approval: site.approval,
      fields: { personId: person.id, siteId: site.id, at, says: input.says },
    };
  }

  /** What the punch becomes. */
  async #changed(em: Em, punch: Punch, input: CorrectionInput & { kind: 'change' }) {
    const { personId, siteId } = punch;
    const site = await siteOf(em, siteId);
    const at = this.#instantOf(input, punch.timeZone);
    const { says } = input;
    if (at.getTime() === punch.at.getTime() && says === punch.says) {
      throw invalidField('time', 'is the one that the punch has already');
    }
    await refuseSame(em, { personId, at, says });
    return { siteId: site.id, at, says };
  }

  /** Of a wall-clock time. Throws MusterError `validation-failed` where there is none, or it is still to come. */
  #instantOf(
    { date, time, pass }: Pick<CorrectionInput & { kind: 'add' }, 'date' | 'time' | 'pass'>,
    timeZone: string,
  ): Date {
    const at = instantAt(date, time, timeZone, pass);
    if (at === null) {
      throw invalidField(
        'time',
        pass === 'first'
          ? 'does not exist on that day, because the clocks were changed'
          : 'came only once on that day',
      );
    }
    if (at > this.#now()) throw invalidField('time', 'is in the future');
    return new Date(at);
  }

  async #waiting(em: Em, id: string, by: CorrectionActor): Promise<Correction> {
    const correction = await em.findOne(Correction, { id }, { lockMode: LockMode.PESSIMISTIC_WRITE });
    if (!correction || !(await isInReach(em, correction, by))) {
      throw new MusterError('not-found', 'There is no such correction.');
    }
    if (correction.state !== 'waiting') {
      throw new MusterError('conflict', `This correction was ${correction.state} already.`);
    }
    return correction;
  }

  async #apply(em: Em, correction: Correction, deciderId: string | null): Promise<void> {
    const { id, kind, personId, toPersonId } = correction;
    const punches = await em.find(Punch, { id: { $in: correction.punchIds } });
    // In one order, so that two corrections of the same people do not wait for each other.
    const people = new Set([personId, toPersonId, ...punches.map((punch) => punch.personId)]);
    for (const one of [...people].filter((person) => person !== null && person !== undefined).toSorted()) {
      await lockByName(em, `muster/person/${one}`);
    }
    await refuseVoided(em, punches);
    const common = {
      source: 'correction' as const,
      sightingId: null,
      similarity: null,
      margin: null,
      frames: null,
      live: null,
      authorId: correction.authorId,
      reason: correction.reason,
      correctionId: id,
      createdAt: new Date(this.#now()),
    };
    if (kind === 'add' || kind === 'change') {
      const site = await siteOf(em, correction.siteId);
      const added = { personId: personId!, at: correction.at!, says: correction.says! };
      await refuseSame(em, added);
      // The clock that a changed punch is read by stays the one that it was made by.
      const timeZone = punches[0]?.timeZone ?? site.timeZone;
      em.create(Punch, { ...added, ...common, siteId: site.id, timeZone, deviceId: null });
    }
    for (const punch of punches) {
      em.create(PunchVoid, {
        punchId: punch.id,
        personId: punch.personId,
        correctionId: id,
        at: new Date(this.#now()),
      });
      if (kind === 'move') {
        const { at, says, siteId, timeZone, deviceId } = punch;
        em.create(Punch, { personId: toPersonId!, at, says, siteId, timeZone, deviceId, ...common });
      }
    }
    await addEvents(em, [{ type: 'punch.corrected', subject: { correction: id } }]);
    await this.#end(em, correction, 'applied', deciderId);
  }

  async #end(
    em: Em,
    correction: Correction,
    state: 'applied' | 'refused' | 'withdrawn',
    deciderId: string | null,
  ): Promise<void> {
    correction.state = state;
    correction.deciderId = deciderId;
    correction.decidedAt = new Date(this.#now());
    await em.flush();
    await audit(em, {
      act: `correction.${state}`,
      object: { kind: 'correction', id: correction.id },
      after: { kind: correction.kind, person: correction.personId },
    });
  }
}

/** Somebody passed a door. */
export interface Passing {
  personId: string;
  siteId: string;
  at: Date;
  says: 'in' | 'out';
  reason: string;
}

interface Draft {
  approval: ApprovalRule;
  fields: Partial<Pick<Correction, 'personId' | 'toPersonId' | 'punchIds' | 'siteId' | 'at' | 'says'>>;
  /** What a punch that is changed said before, for the audit trail. */
  changed?: { at: string; says: Punch['says'] };
}

function needsApproval(rule: ApprovalRule, role: Role): boolean {
  // Nobody decides about their own, whatever the site says.
  if (role === 'employee') return true;
  return rule === 'all' || (rule === 'others' && role !== 'owner' && role !== 'hr');
}

function strictest(rules: readonly ApprovalRule[]): ApprovalRule {
  return (['all', 'others'] as const).find((rule) => rules.includes(rule)) ?? 'off';
}

/** @param by who asks for it, where they must be in charge of this person */
export async function personByNumber(em: Em, number: string, by?: CorrectionActor): Promise<Person> {
  const person = await em.findOne(Person, { number: { $ilike: escapeLike(number) }, erasedAt: null });
  if (!person) throw invalidField('number', NUMBER_OF_NOBODY);
  if (by) requireReach(person, by);
  return person;
}

function requireReach(person: Person, by: CorrectionActor): void {
  if (!reaches(by, person)) {
    throw new MusterError('forbidden', 'This person is in another department.');
  }
}

async function isInReach(em: Em, { personId }: Correction, by: CorrectionActor): Promise<boolean> {
  if (by.departments === undefined) return true;
  const person = personId ? await em.findOne(Person, { id: personId }) : null;
  return person !== null && reaches(by, person);
}

async function refuseVoided(em: Em, punches: readonly Punch[]): Promise<void> {
  if ((await em.count(PunchVoid, { punchId: { $in: punches.map(({ id }) => id) } })) > 0) {
    throw new MusterError('conflict', 'One of these punches counts no more: it was voided already.');
  }
}

/** A punch that says the same at the same instant, unless it is voided. */
async function refuseSame(
  em: Em,
  same: Pick<Punch, 'personId' | 'at'> & { says: 'in' | 'out' },
): Promise<void> {
  const punches = await em.find(Punch, same);
  const voids = await em.count(PunchVoid, { punchId: { $in: punches.map(({ id }) => id) } });
  if (punches.length > voids) throw new MusterError('conflict', 'This person has this punch already.');
}

export function invalidField(path: string, message: string): MusterError {
  return new MusterError('validation-failed', `${path} ${message}.`, { faults: [{ path, message }] });
}
