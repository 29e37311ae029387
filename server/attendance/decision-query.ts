/** Why: what the analyzers decided about faces, for those who may ask. Whoever looks at one decision is recorded. */
import { audit } from '../audit/audit.ts';
import type { Database, Em } from '../db/database.ts';
import { Decision } from '../db/entities/decision.ts';
import { Person } from '../db/entities/person.ts';
import { Punch } from '../db/entities/punch.ts';
import { RefusedPunch } from '../db/entities/refused-punch.ts';
import { displayName } from '../people/display-name.ts';
import type { DecisionRow, DecisionsQuery, DecisionsView, DecisionView } from '../protocol/decisions.ts';
import { MusterError } from '../protocol/error.ts';
import { isId } from '../protocol/fields.ts';
import { DAY } from '../time/durations.ts';
import { addDays, clockAt, dateAt } from '../time/zoned.ts';

export interface DecisionQueryOptions {
  database: Database;
  /** `config.keepDays.decisions` at the moment. */
  keepDays: () => number;
  /** Epoch ms; replaced in tests. */
  now?: (() => number) | undefined;
}

export class DecisionQuery {
  readonly #database: Database;
  readonly #keepDays: () => number;
  readonly #now: () => number;

  constructor({ database, keepDays, now = Date.now }: DecisionQueryOptions) {
    this.#database = database;
    this.#keepDays = keepDays;
    this.#now = now;
  }

  /** Newest first. */
  async list({ device, date, kind, limit, after }: DecisionsQuery): Promise<DecisionsView> {
    const em = this.#database.fork();
    const last = after === undefined ? null : await em.findOne(Decision, { id: cursor(after) });
    const rows = await em.find(
      Decision,
      {
        $and: [
          { at: { $gt: this.#oldest } },
          device === undefined ? {} : { deviceId: device },
          kind === undefined ? {} : { kind },
          date === undefined ? {} : { id: { $in: await idsOn(em, date) } },
          last ? { $or: [{ at: { $lt: last.at } }, { at: last.at, id: { $lt: last.id } }] } : {},
        ],
      },
      { orderBy: { at: 'desc', id: 'desc' }, limit: limit + 1 },
    );
    const page = rows.slice(0, limit);
    const people = await peopleOf(em, page);
    return {
      decisions: page.map((row) => rowOf(row, people)),
      next: rows.length > limit ? page.at(-1)!.id : null,
    };
  }

  /** Throws MusterError `not-found`. */
  get(id: string): Promise<DecisionView> {
    return this.#view(async (em) => em.findOne(Decision, { id, at: { $gt: this.#oldest } }));
  }

  /** Throws MusterError `not-found` where the punch was not made of a face, or the decision is kept no longer. */
  ofPunch(id: string): Promise<DecisionView> {
    return this.#view(async (em) => {
      const punch = await em.findOne(Punch, { id });
      return this.#withOrigin(em, punch?.sightingId);
    });
  }

  /** Throws MusterError `not-found`. */
  ofRefusedPunch(id: string): Promise<DecisionView> {
    return this.#view(async (em) => {
      const refused = await em.findOne(RefusedPunch, { id });
      return this.#withOrigin(em, refused?.origin);
    });
  }

  /** What is older is gone for the reader, also before the retention run of the day. */
  get #oldest(): Date {
    return new Date(this.#now() - this.#keepDays() * DAY);
  }

  #withOrigin(em: Em, origin: string | null | undefined): Promise<Decision | null> {
    if (!origin) return Promise.resolve(null);
    return em.findOne(Decision, { origin, at: { $gt: this.#oldest } });
  }

  async #view(find: (em: Em) => Promise<Decision | null>): Promise<DecisionView> {
    return this.#database.transaction(async (em) => {
      const decision = await find(em);
      if (!decision) throw new MusterError('not-found', 'This decision is not kept, or no longer.');
      const people = await peopleOf(em, [decision]);
      const { personId, deviceId, kind } = decision;
      await audit(em, {
        act: 'decision.viewed',
        object: personId ? { kind: 'person', id: personId } : { kind: 'device', id: deviceId },
        after: { kind, when: decision.at.toISOString() },
      });
      return { ...rowOf(decision, people), samples: decision.summary.samples };
    });
  }
}

/** Of one day at the site: with an index on the time, which the local date has not. */
async function idsOn(em: Em, date: string): Promise<string[]> {
  const rows = await em.execute<{ id: string }[]>(
    `select id from decision where at >= ?::date and at < ?::date
       and (at at time zone time_zone)::date = ?::date`,
    [addDays(date, -1), addDays(date, 2), date],
  );
  return rows.map(({ id }) => id);
}

function cursor(after: string): string {
  if (isId(after)) return after;
  const message = 'is no cursor of this list';
  throw new MusterError('validation-failed', `after ${message}.`, { faults: [{ path: 'after', message }] });
}

type People = ReadonlyMap<string, Person>;

async function peopleOf(em: Em, rows: readonly Decision[]): Promise<People> {
  const ids = rows.flatMap(({ personId, eitherId, orId }) =>
    [personId, eitherId, orId].flatMap((id) => id ?? []),
  );
  return new Map((await em.find(Person, { id: { $in: ids } })).map((one) => [one.id, one]));
}

function rowOf(row: Decision, people: People): DecisionRow {
  const { id, at, deviceId, deviceName, timeZone, kind, personId, eitherId, orId } = row;
  const { samples: _, ...summary } = row.summary;
  const view = (whose: string | null | undefined) => {
    const person = people.get(whose ?? '');
    return person ? [{ id: person.id, number: person.number ?? '', displayName: displayName(person) }] : [];
  };
  return {
    id,
    at: at.toISOString(),
    localTime: `${dateAt(at.getTime(), timeZone)} ${clockAt(at.getTime(), timeZone)}`,
    device: { id: deviceId, name: deviceName },
    kind,
    person: view(personId)[0] ?? null,
    oneOf: [eitherId, orId].flatMap(view),
    ...summary,
  };
}
