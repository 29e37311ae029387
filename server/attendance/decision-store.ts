/**
 * Why: keeps what the analyzers decided about faces, with the numbers behind it, for days. It explains and is never needed:
 * whatever goes wrong here costs no punch.
 */
import type { Logger } from 'pino';
import { RepeatedFaults } from '../async/repeated-faults.ts';
import type { Database } from '../db/database.ts';
import type { FaceDecision, PairSighting, Sighting } from '../protocol/analyzer.ts';
import type { DecisionKind, DecisionSummary } from '../protocol/decisions.ts';
import { isId } from '../protocol/fields.ts';
import { RateLimit } from '../perimeter/rate-limit.ts';
import type { SightingDevice } from './attendance-service.ts';

export interface DecisionStoreOptions {
  database: Database;
  /** `config.keepDays.decisions` at the moment; 0 keeps none. */
  keepDays: () => number;
  log: Logger;
}

/** Decisions without a punch that are kept of one device: a stranger may stand in front of a camera all day. */
export const DECISIONS_PER_DEVICE = { burst: 60, refill: 10_000 };

interface NewDecision {
  origin: string;
  /** Epoch ms. */
  at: number;
  kind: DecisionKind;
  people: readonly string[];
  why: DecisionSummary;
}

export class DecisionStore {
  readonly #options: DecisionStoreOptions;
  readonly #log: Logger;
  readonly #limit = new RateLimit(DECISIONS_PER_DEVICE);
  readonly #faults = new RepeatedFaults();

  constructor(options: DecisionStoreOptions) {
    this.#options = options;
    this.#log = options.log.child({ part: 'decisions' });
  }

  /** Of a sighting that was booked, listed or ignored. Idempotent. Never rejects. */
  async keepOf(sighting: Omit<Sighting, 'crop'>, door: SightingDevice): Promise<void> {
    const { id: origin, at, personId, why } = sighting;
    if (!why) return;
    const kind = why.challenge ? 'challenge-passed' : 'recognized';
    await this.#keep({ origin, at, kind, people: [personId], why }, door);
  }

  /** Of one of two look-alikes. */
  async keepOfPair({ id: origin, at, people, why }: PairSighting, door: SightingDevice): Promise<void> {
    if (!why) return;
    const ids = people.map(({ personId }) => personId).toSorted();
    await this.#keep({ origin, at, kind: 'one-of-two', people: ids, why }, door);
  }

  /** Of a face that was not let in. */
  async keepOther({ id: origin, at, kind, people, why }: FaceDecision, door: SightingDevice): Promise<void> {
    if (!this.#limit.allows(door.id)) return;
    await this.#keep({ origin, at, kind, people, why }, door);
  }

  /** Not of people who are gone: what is kept of them was removed when they went. */
  async #keep({ origin, at, kind, people, why }: NewDecision, door: SightingDevice): Promise<void> {
    if (this.#options.keepDays() === 0 || !people.every(isId)) return;
    const [first = null, second = null] = people;
    const isPair = second !== null;
    const columns = [origin, door.id, door.name, door.site.timeZone, new Date(at), kind];
    const names = isPair ? [null, first, second] : [first, null, null];
    try {
      await this.#options.database.fork().execute(
        `insert into decision (id, origin, device_id, device_name, time_zone, at, kind, person_id, either_id, or_id, summary)
         select gen_random_uuid(), ?, ?, ?, ?, ?, ?, ?::uuid, ?::uuid, ?::uuid, ?::jsonb
         where (select count(*) from person where id = any(?::uuid[]) and erased_at is null) = ?
         on conflict do nothing`,
        [...columns, ...names, JSON.stringify(why), `{${people.join(',')}}`, people.length],
      );
    } catch (error) {
      const words = error instanceof Error ? error.message : String(error);
      if (!this.#faults.isNew(words)) return;
      this.#log.warn(
        { event: 'decision.lost', origin, err: error },
        'why a face was let in or not is not kept (logged once an hour)',
      );
    }
  }
}
