/**
 * Follows changes of people that other servers on the same database, or commands, have made. It reads them from the audit
 * trail, which holds every such act. Events are committed in the order of their numbers, so none is missed.
 */
import type { Logger } from 'pino';
import { SerialQueue } from '../async/serial.ts';
import type { Database } from '../db/database.ts';

export interface PeopleFeedOptions {
  database: Database;
  log: Logger;
  /** Time between two looks, ms. */
  period?: number;
}

/** One look by the primary key takes a fraction of a millisecond. */
const PERIOD = 1_000;
const ACTS = ['person.changed', 'person.erased', 'consent.withdrawn', 'templates.replaced'];

export class PeopleFeed {
  readonly #options: PeopleFeedOptions;
  #onChanged: (personId: string) => Promise<void> = async () => {};
  #timer: NodeJS.Timeout | null = null;
  /** Number of the last event seen. */
  #seen: number;
  readonly #looks = new SerialQueue();
  #closed = false;
  #failing = false;

  private constructor(options: PeopleFeedOptions, seen: number) {
    this.#options = { ...options, log: options.log.child({ part: 'people-feed' }) };
    this.#seen = seen;
  }

  /** Reports changes from now on. Open it before the data that it keeps up to date is loaded. */
  static async open(options: PeopleFeedOptions): Promise<PeopleFeed> {
    const [{ seq }] = await options.database
      .fork()
      .execute<[{ seq: string }]>('select coalesce(max(seq), 0) seq from audit_event');
    return new PeopleFeed(options, Number(seq));
  }

  /**
   * Follows changes from now on, those since `open` first. `onChanged` is called for each person who was changed, and
   * called again for the same change when it failed.
   */
  start(onChanged: (personId: string) => Promise<void>): void {
    this.#onChanged = onChanged;
    this.#timer = setInterval(() => void this.look(), this.#options.period ?? PERIOD).unref();
  }

  /** Looks now, or after the look that is under way. Never rejects. */
  look(): Promise<void> {
    return this.#looks.run(async () => {
      if (this.#closed) return;
      try {
        await this.#follow();
        this.#failing = false;
      } catch (error) {
        // Logged once per outage of the database. The changes missed meanwhile are found when it is back.
        if (!this.#failing) {
          this.#options.log.warn(
            { event: 'people-feed.failed', err: error },
            'changes of people cannot be followed',
          );
        }
        this.#failing = true;
      }
    });
  }

  /** Idempotent. */
  async close(): Promise<void> {
    this.#closed = true;
    if (this.#timer) clearInterval(this.#timer);
    await this.#looks.idle();
  }

  async #follow(): Promise<void> {
    const events = await this.#options.database.fork().execute<{ seq: string; personId: string | null }[]>(
      `select seq, case when object_kind = 'person' and act = any(?::text[]) then object_id end "personId"
       from audit_event where seq > ? order by seq`,
      [`{${ACTS.join(',')}}`, this.#seen],
    );
    const people = new Set(events.flatMap(({ personId }) => personId ?? []));
    for (const personId of people) await this.#onChanged(personId);
    this.#seen = Math.max(this.#seen, ...events.map(({ seq }) => Number(seq)));
  }
}
