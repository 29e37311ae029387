/** Tells each event once in order, or again with the same id where it is not known whether the broker had it. */
import type { EventReader } from '../events/event-reader.ts';
import { asTold, type PeopleTold } from './messages.ts';
import type { MqttMessage } from './mqtt-connection.ts';
import type { PublisherLease } from './publisher-lease.ts';
import type { Topics } from './topics.ts';

export interface EventRelayOptions {
  reader: Pick<EventReader, 'head' | 'tail' | 'after'>;
  lease: Pick<PublisherLease, 'toldTo' | 'told' | 'keep'>;
  topics: Topics;
  told: PeopleTold;
}

export class EventRelay {
  readonly #options: EventRelayOptions;
  /** The last event that was told; null: to be read. */
  #position: number | null = null;

  constructor(options: EventRelayOptions) {
    this.#options = options;
  }

  /** Before the first telling on a connection: another server may have told some. */
  forget(): void {
    this.#position = null;
  }

  /**
   * Tells what has happened since the last time. Rejects where the broker or the database does not take it.
   *
   * @returns the number of events that were told; false where the lease has gone to another server meanwhile
   */
  async tell(publish: (messages: MqttMessage[]) => Promise<void>): Promise<number | false> {
    const { reader, lease, topics, told } = this.#options;
    let position = this.#position ?? (await this.#begin(publish));
    for (let count = 0; ;) {
      const page = await reader.after(position);
      await publish(
        page.events.map((event) => ({
          topic: topics.event(event.type),
          payload: JSON.stringify(asTold(event, told)),
          retain: false,
        })),
      );
      if (page.position > position) await lease.told(page.position);
      position = this.#position = page.position;
      count += page.events.length;
      if (!page.more) return count;
      if (!(await lease.keep())) return false;
    }
  }

  /** Where it stopped; at the end where it never told any. */
  async #begin(publish: (messages: MqttMessage[]) => Promise<void>): Promise<number> {
    const { reader, lease, topics } = this.#options;
    const [stopped, tail, head] = [await lease.toldTo(), await reader.tail(), await reader.head()];
    if (stopped === null) {
      await lease.told(head);
      return head;
    }
    if (stopped >= tail && stopped <= head) return stopped;
    // Retention has deleted what comes next, or the database is an older one: as the event stream says it.
    const continues = stopped < tail ? tail : head;
    const missed = { type: 'stream.missed', after: stopped, continues };
    await publish([{ topic: topics.event(missed.type), payload: JSON.stringify(missed), retain: false }]);
    await lease.told(continues);
    return continues;
  }
}
