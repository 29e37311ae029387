/**
 * Gives committed events their sequence numbers, and reports that there are new ones. A number is given in a transaction of its own
 * after the commit of the event. So whoever has read up to a number has missed none: an event that was written
 * earlier but committed later gets a later number. Any server of the database does it for all.
 */
import { EventType, type EventSubscriber, type TransactionEventArgs } from '@mikro-orm/core';
import type { Logger } from 'pino';
import { GuardedEmitter } from '../async/guarded-emitter.ts';
import { SerialQueue } from '../async/serial.ts';
import type { Database } from '../db/database.ts';
import { hasEvents } from './add-event.ts';

export interface OutboxOptions {
  database: Database;
  log: Logger;
  /** Time between two looks, ms. */
  period?: number;
}

interface OutboxEvents {
  /** The last number that was given, by this server or another one. Every event up to it can be read. */
  'events.sequenced': [sequence: number];
}

/** The truth: other servers write too. What this server writes is noticed at its commit. */
const PERIOD = 1_000;
/** Events that get their numbers in one transaction. */
const BATCH = 1_000;

export class Outbox extends GuardedEmitter<OutboxEvents> {
  readonly #database: Database;
  readonly #log: Logger;
  readonly #period: number;
  readonly #looks = new SerialQueue();
  readonly #subscriber: EventSubscriber;
  #timer: NodeJS.Timeout | null = null;
  /** A look that was asked for and has not begun. */
  #asked = false;
  #head = 0;
  #closed = false;
  #failing = false;

  constructor({ database, log, period = PERIOD }: OutboxOptions) {
    super(log.child({ part: 'outbox' }));
    this.#database = database;
    this.#log = log.child({ part: 'outbox' });
    this.#period = period;
    this.#subscriber = {
      [EventType.afterTransactionCommit]: ({ em }: TransactionEventArgs) => {
        if (hasEvents(em)) void this.look();
      },
    };
  }

  /** From now on events get their numbers. */
  start(): void {
    this.#database.orm.em.getEventManager().registerSubscriber(this.#subscriber);
    this.#timer = setInterval(() => void this.look(), this.#period).unref();
    void this.look();
  }

  /** The last number that this server knows of. */
  get head(): number {
    return this.#head;
  }

  /** Looks now, or after the look that is under way. Never rejects. */
  look(): Promise<void> {
    if (this.#asked) return this.#looks.idle();
    this.#asked = true;
    return this.#looks.run(async () => {
      this.#asked = false;
      if (this.#closed) return;
      try {
        const head = await this.#sequence();
        this.#failing = false;
        if (head === this.#head) return;
        this.#head = head;
        this.emitGuarded('events.sequenced', head);
      } catch (error) {
        // Logged once per outage of the database. The events are still there when it is back.
        if (!this.#failing)
          this.#log.warn({ event: 'outbox.failed', err: error }, 'events for other programs wait');
        this.#failing = true;
      }
    });
  }

  /** Idempotent. Resolves when no look is under way. */
  async close(): Promise<void> {
    this.#closed = true;
    if (this.#timer) clearInterval(this.#timer);
    this.#database.orm.em.getEventManager().getSubscribers().delete(this.#subscriber);
    await this.#looks.idle();
  }

  /** Numbers what is new, and returns the last number. */
  async #sequence(): Promise<number> {
    for (;;) {
      const [{ head, waits }] = await this.#database.fork().execute<[{ head: string; waits: boolean }]>(
        `select sequence head, exists (select from outbox_event where sequence is null) waits
         from outbox_head`,
      );
      if (!waits) return Number(head);
      await this.#database.transaction(async (em) => {
        // A statement of its own, so that the next one sees what the server before has numbered.
        await em.execute('select from outbox_head for update');
        const [{ count }] = await em.execute<[{ count: number }]>(
          `with new as (
             select e.id, h.sequence + row_number() over (order by e.id) sequence
             from outbox_event e cross join outbox_head h
             where e.sequence is null order by e.id limit ${BATCH}
           ), numbered as (
             update outbox_event e set sequence = new.sequence from new where new.id = e.id returning 1
           ) select count(*)::int count from numbered`,
        );
        await em.execute('update outbox_head set sequence = sequence + ?', [count]);
      });
    }
  }
}
