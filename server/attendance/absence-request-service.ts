/** Requests for absence: what may be asked for, who decides, and the absence that follows. */
import { LockMode } from '@mikro-orm/core';
import type { Logger } from 'pino';
import { audit } from '../audit/audit.ts';
import { lockByName } from '../db/advisory-lock.ts';
import type { Database, Em } from '../db/database.ts';
import { AbsenceRequest } from '../db/entities/absence-request.ts';
import { Account } from '../db/entities/account.ts';
import { Person } from '../db/entities/person.ts';
import { withPerson } from '../people/person-summary.ts';
import type {
  AbsenceDecision,
  AbsenceRequestsQuery,
  AbsenceRequestState,
  AbsenceRequestsView,
  AbsenceRequestView,
  NewAbsenceRequest,
} from '../protocol/absence-requests.ts';
import { MusterError } from '../protocol/error.ts';
import { may } from '../protocol/permissions.ts';
import type { AbsenceRecord } from '../protocol/schedules.ts';
import { conflict, fault } from '../records/record-set.ts';
import { overlap } from '../schedules/absence-overlap.ts';
import type { AbsenceService } from '../schedules/absence-service.ts';
import { DAY } from '../time/durations.ts';
import { daysFrom } from '../time/zoned.ts';
import { closedMonthsOf, MONTHS_LOCK } from './closed-months.ts';
import { type CorrectionActor, REQUESTS_A_DAY } from './correction-service.ts';
import { peopleInReach, reaches } from './reach.ts';

/** The longest absence that is asked for, days. HR enters a longer one, such as parental leave. */
const LONGEST = 366;

export interface AbsenceRequestServiceOptions {
  database: Database;
  absences: AbsenceService;
  log: Logger;
  /** Epoch ms; replaced in tests. */
  now?: (() => number) | undefined;
}

export class AbsenceRequestService {
  readonly #database: Database;
  readonly #absences: AbsenceService;
  readonly #log: Logger;
  readonly #now: () => number;

  constructor({ database, absences, log, now = Date.now }: AbsenceRequestServiceOptions) {
    this.#database = database;
    this.#absences = absences;
    this.#log = log.child({ part: 'absence-requests' });
    this.#now = now;
  }

  /**
   * Asks for an absence of the own person. It always waits until somebody else approves it.
   *
   * @throws MusterError `validation-failed`; `conflict` where it overlaps another absence or request, a month is closed, or too
   *   many were asked for
   */
  async create(
    input: NewAbsenceRequest,
    by: CorrectionActor & { personId: string },
  ): Promise<AbsenceRequestView> {
    const { personId, accountId } = by;
    const { from, to, ...rest } = input;
    const id = await this.#database.transaction(async (em) => {
      // Two requests of one person at once are looked at one after the other.
      await lockByName(em, `muster/person/${personId}`);
      await this.#requireRoom(em, accountId);
      await this.#check(em, { ...input, personId });
      await refuseSecondRequest(em, { ...input, personId });
      const request = em.create(AbsenceRequest, {
        ...rest,
        personId,
        fromDate: from,
        toDate: to,
        state: 'waiting',
        authorId: accountId,
        createdAt: new Date(this.#now()),
      });
      await em.flush();
      await note(em, 'requested', request);
      return request.id;
    });
    this.#log.info({ event: 'absence.requested', absenceRequestId: id, accountId }, 'absence requested');
    return (await this.get(id, by))!;
  }

  /**
   * Throws MusterError `not-found`, `conflict` where it waits no more or cannot become an absence, `forbidden` for the author's
   * own.
   */
  async decide(
    id: string,
    { decision, answer }: AbsenceDecision,
    by: CorrectionActor,
  ): Promise<AbsenceRequestView> {
    await this.#database.transaction(async (em) => {
      // No month is closed in between. Before the request itself, as whoever merges two people locks them.
      if (decision === 'approve') await lockByName(em, MONTHS_LOCK);
      const request = await this.#waiting(em, id, by);
      if (request.authorId === by.accountId) {
        throw new MusterError('forbidden', 'A second person must decide on your own request.');
      }
      request.answer = answer?.trim() || null;
      if (decision === 'approve') {
        await lockByName(em, `muster/person/${request.personId}`);
        const absence = absenceOf(request);
        await this.#check(em, absence);
        await this.#absences.absences.createIn(em, absence);
        await this.#end(em, request, 'approved', by.accountId);
      } else {
        await this.#end(em, request, 'refused', by.accountId);
      }
    });
    const { accountId } = by;
    this.#log.info(
      { event: 'absence-request.decided', absenceRequestId: id, decision, accountId },
      'absence request decided',
    );
    return (await this.get(id, by))!;
  }

  /** Throws MusterError `not-found`, `conflict` where it waits no more, `forbidden` for that of another. */
  async withdraw(id: string, by: CorrectionActor): Promise<void> {
    await this.#database.transaction(async (em) => {
      const request = await this.#waiting(em, id, by);
      if (request.authorId !== by.accountId) {
        throw new MusterError('forbidden', 'Only its author can withdraw a request: refuse it instead.');
      }
      await this.#end(em, request, 'withdrawn', null);
    });
  }

  /** Null where there is none, or it is about another department. */
  async get(id: string, by: CorrectionActor): Promise<AbsenceRequestView | null> {
    const em = this.#database.fork();
    const request = await em.findOne(AbsenceRequest, { id });
    if (!request || !(await isInReach(em, request, by))) return null;
    return (await views(em, [request], by))[0]!;
  }

  /** Newest first. */
  async list(
    { limit, after, state, person }: AbsenceRequestsQuery,
    by: CorrectionActor,
  ): Promise<AbsenceRequestsView> {
    const em = this.#database.fork();
    const last = after === undefined ? null : await em.findOne(AbsenceRequest, { id: after });
    const people = await peopleInReach(em, by);
    const older = last && {
      $or: [{ createdAt: { $lt: last.createdAt } }, { createdAt: last.createdAt, id: { $lt: last.id } }],
    };
    const rows = await em.find(
      AbsenceRequest,
      {
        $and: [
          state === undefined ? {} : { state },
          person === undefined ? {} : { personId: person },
          people ? { personId: { $in: people } } : {},
          older ?? {},
        ],
      },
      { orderBy: { createdAt: 'desc', id: 'desc' }, limit: limit + 1 },
    );
    const page = rows.slice(0, limit);
    return {
      requests: await views(em, page, by),
      next: rows.length > limit ? page.at(-1)!.id : null,
    };
  }

  /** @throws MusterError `conflict` */
  async #requireRoom(em: Em, accountId: string): Promise<void> {
    const since = new Date(this.#now() - DAY);
    const asked = await em.count(AbsenceRequest, { authorId: accountId, createdAt: { $gt: since } });
    if (asked < REQUESTS_A_DAY) return;
    throw new MusterError(
      'conflict',
      'You have asked for as many absences as anybody may within a day: please see HR.',
    );
  }

  /** Whether it can become an absence. Throws MusterError `validation-failed`, `conflict`. */
  async #check(em: Em, absence: AbsenceRecord): Promise<void> {
    const { personId, from, to } = absence;
    await this.#absences.absences.check(em, absence);
    if (daysFrom(from, to) >= LONGEST) throw fault('to', 'is longer than a year');
    const closed = (await closedMonthsOf(em, [personId])).get(personId)?.keys() ?? [];
    const [first, last] = [from.slice(0, 7), to.slice(0, 7)];
    if ([...closed].some((month) => first <= month && month <= last)) {
      throw conflict('from', 'is in a closed month');
    }
  }

  async #waiting(em: Em, id: string, by: CorrectionActor): Promise<AbsenceRequest> {
    const request = await em.findOne(AbsenceRequest, { id }, { lockMode: LockMode.PESSIMISTIC_WRITE });
    if (!request || !(await isInReach(em, request, by))) {
      throw new MusterError('not-found', 'There is no such request.');
    }
    if (request.state !== 'waiting') {
      throw new MusterError('conflict', 'Somebody has decided on this request already, or it was withdrawn.');
    }
    return request;
  }

  async #end(
    em: Em,
    request: AbsenceRequest,
    state: Exclude<AbsenceRequestState, 'waiting'>,
    deciderId: string | null,
  ): Promise<void> {
    request.state = state;
    request.deciderId = deciderId;
    request.decidedAt = new Date(this.#now());
    await em.flush();
    await note(em, state, request);
  }
}

/** Which kind it is says something about the health of the person: the audit trail does not have it. */
async function note(
  em: Em,
  what: 'requested' | Exclude<AbsenceRequestState, 'waiting'>,
  { personId, fromDate, toDate, beginsAtNoon, endsAtNoon }: AbsenceRequest,
): Promise<void> {
  await audit(em, {
    act: `absence-request.${what}`,
    object: { kind: 'person', id: personId },
    after: { from: fromDate, to: toDate, beginsAtNoon, endsAtNoon },
  });
}

function absenceOf(request: AbsenceRequest): AbsenceRecord {
  const { personId, kind, fromDate, toDate, beginsAtNoon, endsAtNoon, note: text } = request;
  return { personId, kind, from: fromDate, to: toDate, beginsAtNoon, endsAtNoon, note: text };
}

/** Throws MusterError `conflict` where another request for these days waits. */
async function refuseSecondRequest(em: Em, absence: AbsenceRecord): Promise<void> {
  const { personId, from, to } = absence;
  const others = await em.find(AbsenceRequest, { personId, state: 'waiting' });
  if (others.some((other) => overlap(other, { ...absence, fromDate: from, toDate: to }))) {
    throw conflict('from', 'is within another request');
  }
}

async function isInReach(em: Em, { personId }: AbsenceRequest, by: CorrectionActor): Promise<boolean> {
  const person = await em.findOne(Person, { id: personId });
  return person !== null && reaches(by, person);
}

async function views(
  em: Em,
  requests: readonly AbsenceRequest[],
  reader: CorrectionActor,
): Promise<AbsenceRequestView[]> {
  const personOf = await withPerson(em, requests);
  const ids = requests.flatMap(({ authorId, deciderId }) => [authorId, deciderId ?? []].flat());
  const accounts = await em.find(Account, { id: { $in: ids } }, { fields: ['id', 'name'] });
  const names = new Map(accounts.map(({ id, name }) => [id, name]));
  const decides = may({ kind: 'account', role: reader.role }, 'absences:decide');
  return requests.map((request) => {
    const { id, state, authorId, createdAt, deciderId, decidedAt, answer } = request;
    const { personId: _, ...absence } = absenceOf(request);
    const waits = state === 'waiting';
    return {
      id,
      ...absence,
      person: personOf(request).person!,
      state,
      author: { name: names.get(authorId) ?? '', at: createdAt.toISOString() },
      decision: decidedAt
        ? { name: names.get(deciderId ?? authorId) ?? '', at: decidedAt.toISOString() }
        : null,
      answer: answer ?? null,
      mayDecide: waits && decides && authorId !== reader.accountId,
      mayWithdraw: waits && authorId === reader.accountId,
    };
  });
}
