/**
 * Tells events to programs that hold a stream open, each from where it was. What a program has not read yet stays in the
 * database: a stream holds one page of events at most.
 */
import type { Outbox } from '../outbox/outbox.ts';
import { MusterError } from '../protocol/error.ts';
import type { StreamPart } from '../protocol/endpoint.ts';
import type { EventType, StreamedEvent } from '../protocol/events.ts';
import type { EventReader } from './event-reader.ts';

export const STREAM_LIMITS = {
  /** Streams of one server. Each looks for its caller every few seconds, and reads new events by itself. */
  streams: 50,
  /** Streams of one account or token. */
  perCaller: 5,
} as const;

export interface EventStreamsOptions {
  reader: Pick<EventReader, 'head' | 'tail' | 'after'>;
  outbox: Pick<Outbox, 'head' | 'on'>;
  /** Time without a sign of life, after which one is sent, ms: proxies close what is silent for a minute. */
  heartbeat?: number;
  /** Time between two looks whether the caller still may, ms. */
  look?: number;
}

export interface FollowOptions {
  /** Id of the account or token. */
  caller: string;
  /** The last event that the caller has; left out: only what happens from now on. */
  after?: number | undefined;
  /** Left out: all. */
  types?: readonly EventType[] | undefined;
  /** Whether the caller still is who they were, and still may. Asked before anything is told. */
  stillMay: () => Promise<boolean>;
}

export class EventStreams {
  readonly #reader: EventStreamsOptions['reader'];
  readonly #outbox: EventStreamsOptions['outbox'];
  readonly #heartbeat: number;
  readonly #look: number;
  readonly #callers = new Map<string, number>();
  /** Streams that have told everything. */
  readonly #waiting = new Set<() => void>();

  constructor({ reader, outbox, heartbeat = 15_000, look = 5_000 }: EventStreamsOptions) {
    this.#reader = reader;
    this.#outbox = outbox;
    this.#heartbeat = heartbeat;
    this.#look = look;
    outbox.on('events.sequenced', () => this.#wake());
  }

  /** Streams that are open. */
  get open(): number {
    return [...this.#callers.values()].reduce((sum, count) => sum + count, 0);
  }

  /**
   * Until the signal. It ends by itself when the caller may no longer follow.
   *
   * @throws MusterError `rate-limited` for more streams than there may be
   */
  follow(options: FollowOptions, signal: AbortSignal): AsyncIterable<StreamPart<StreamedEvent>> {
    const { caller } = options;
    const held = this.#callers.get(caller) ?? 0;
    if (held >= STREAM_LIMITS.perCaller || this.open >= STREAM_LIMITS.streams) {
      throw new MusterError(
        'rate-limited',
        'There are too many streams of events: close those that are not used.',
      );
    }
    this.#callers.set(caller, held + 1);
    signal.addEventListener(
      'abort',
      () => {
        this.#release(caller);
        this.#wake();
      },
      { once: true },
    );
    return this.#parts(options, signal);
  }

  #wake(): void {
    for (const wake of this.#waiting) wake();
  }

  #release(caller: string): void {
    const held = this.#callers.get(caller)! - 1;
    if (held === 0) this.#callers.delete(caller);
    else this.#callers.set(caller, held);
  }

  async *#parts(
    { after, types, stillMay }: FollowOptions,
    signal: AbortSignal,
  ): AsyncGenerator<StreamPart<StreamedEvent>, void, void> {
    const head = await this.#reader.head();
    let position = after ?? head;
    const tail = await this.#reader.tail();
    if (position < tail || position > head) {
      // Retention has deleted what comes next, or the database is an older one: what a backup did not have is not coming.
      const continues = position < tail ? tail : head;
      yield { id: continues, event: { type: 'stream.missed', after: position, continues } };
      position = continues;
    } else {
      yield { id: position };
    }
    for (let told = performance.now(); !signal.aborted;) {
      if (!(await stillMay())) return;
      // Everything up to here can be read: where nothing is, retention has deleted it.
      const known = this.#outbox.head;
      const page = await this.#reader.after(position, { types });
      for (const event of page.events) yield { id: event.sequence, event };
      position = page.more ? page.position : Math.max(page.position, known);
      if (page.events.length > 0 || performance.now() - told >= this.#heartbeat) {
        if (page.events.length === 0) yield { id: position };
        told = performance.now();
      }
      if (!page.more) await this.#pause(position, signal);
    }
  }

  /** Until there may be something to tell, or it is time to look for the caller. */
  async #pause(position: number, signal: AbortSignal): Promise<void> {
    if (this.#outbox.head > position || signal.aborted) return;
    const news = Promise.withResolvers<void>();
    const timer = setTimeout(news.resolve, this.#look);
    this.#waiting.add(news.resolve);
    await news.promise;
    this.#waiting.delete(news.resolve);
    clearTimeout(timer);
  }
}
