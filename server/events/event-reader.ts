/** Reads events in order, for whoever tells them to other programs. */
import type { Database } from '../db/database.ts';
import type { EventType, MusterEvent } from '../protocol/events.ts';
import { renderEvents, type SequencedEvent } from './render-events.ts';

export interface EventPage {
  /** In order, each written now. */
  events: MusterEvent[];
  /** Where the next page begins: the number of the last event that was read, also where nothing can be told of it. */
  position: number;
  /** There are more. */
  more: boolean;
}

/** Events that are read at once. */
export const EVENT_PAGE = 100;

export class EventReader {
  readonly #database: Database;

  constructor({ database }: { database: Database }) {
    this.#database = database;
  }

  /** The number of the last event; 0 where there was none. */
  async head(): Promise<number> {
    const [{ head }] = await this.#database
      .fork()
      .execute<[{ head: string }]>('select sequence head from outbox_head');
    return Number(head);
  }

  /**
   * The number before the oldest event that is kept. Whoever continues from an earlier one has missed events that retention
   * has deleted.
   */
  async tail(): Promise<number> {
    const [{ tail }] = await this.#database
      .fork()
      .execute<[{ tail: string }]>(
        'select coalesce(min(e.sequence) - 1, h.sequence) tail from outbox_head h left join outbox_event e on true group by h.sequence',
      );
    return Number(tail);
  }

  /** Events with a number above `position`, the oldest first. @param options.types left out: of all types */
  async after(
    position: number,
    { limit = EVENT_PAGE, types }: { limit?: number; types?: readonly EventType[] | undefined } = {},
  ): Promise<EventPage> {
    const em = this.#database.fork();
    const wanted = types ? `{${types.join(',')}}` : null;
    const rows = await em.execute<
      (Omit<SequencedEvent, 'sequence' | 'at'> & { sequence: string; at: string })[]
    >(
      `select key, sequence, type, subject, at from outbox_event
       where sequence > ? and (?::text[] is null or type = any(?::text[])) order by sequence limit ?`,
      [position, wanted, wanted, limit + 1],
    );
    const page = rows.slice(0, limit).map(({ key, sequence, type, subject, at }) => ({
      key,
      sequence: Number(sequence),
      type,
      subject,
      at: new Date(at),
    }));
    const events = await renderEvents(em, page);
    return {
      events: events.filter((event) => event !== null),
      position: page.at(-1)?.sequence ?? position,
      more: rows.length > limit,
    };
  }
}
