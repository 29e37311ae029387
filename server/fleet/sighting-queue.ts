/**
 * Sightings of analyzers on other hosts, in a work queue of the broker: one for each server, in order, each acknowledged when it
 * is in the database or the journal. A queue whose server is not heard any more is taken over by those that are. The database
 * takes every sighting once, however often it comes.
 */
import {
  AckPolicy,
  type ConsumerMessages,
  jetstream,
  type JetStreamClient,
  jetstreamManager,
  type JetStreamManager,
  type JsMsg,
  RetentionPolicy,
  StorageType,
} from '@nats-io/jetstream';
import { nanos, type NatsConnection } from '@nats-io/transport-node';
import type { Logger } from 'pino';
import { decode } from '../broker/codec.ts';
import { SIGHTINGS } from '../broker/permissions.ts';
import { sightingMessage } from '../protocol/analyzer-messages.ts';
import type { Sighting } from '../protocol/analyzer.ts';
import { queuedSighting, subjects } from '../protocol/fleet.ts';

export interface SightingQueueOptions {
  nats: NatsConnection;
  /** Id of this server. */
  server: string;
  /** Whether a server is heard. */
  isHeard: (server: string) => boolean;
  /** Call `safe` when it is in the database or the journal. Until then it comes again. */
  onSighting: (sighting: Sighting, safe: () => void) => void;
  log: Logger;
  limits?: Partial<QueueLimits>;
}

export interface QueueLimits {
  /** A sighting that is not acknowledged in this time comes again, ms. */
  ackWait: number;
  /** Time between two looks at whether another server's queue is left, ms. */
  look: number;
  /** A server that is not heard for this long has left its queue, ms. */
  left: number;
}

const LIMITS: Readonly<QueueLimits> = { ackWait: 10_000, look: 2_000, left: 6_000 };
/** Longer than anybody leaves the servers switched off, ms. */
const KEPT = 7 * 24 * 3_600_000;
/** A sighting that is sent again within this time is taken for the same one by the broker, ms. */
const SAME = 2 * 60_000;
/** The consumer of a server that is gone and left nothing is removed by the broker, ms. */
const UNUSED = 24 * 3_600_000;

export class SightingQueue {
  readonly #options: SightingQueueOptions;
  readonly #limits: QueueLimits;
  readonly #streams: JetStreamManager;
  readonly #client: JetStreamClient;
  readonly #open = new Map<string, ConsumerMessages>();
  /** Since when a queue has had no server, ms of performance.now(). */
  readonly #leftSince = new Map<string, number>();
  #timer: NodeJS.Timeout | null = null;
  #closed = false;

  private constructor(options: SightingQueueOptions, streams: JetStreamManager) {
    this.#options = options;
    this.#limits = { ...LIMITS, ...options.limits };
    this.#streams = streams;
    this.#client = jetstream(options.nats);
  }

  /** Throws where the broker has no JetStream. */
  static async open(options: SightingQueueOptions): Promise<SightingQueue> {
    const queue = new SightingQueue(options, await jetstreamManager(options.nats));
    await queue.#ensureStream();
    await queue.#take(options.server);
    queue.#timer = setInterval(() => void queue.look(), queue.#limits.look).unref();
    return queue;
  }

  /** Takes over what other servers have left, and lets go what they have not. Never rejects. */
  async look(): Promise<void> {
    const { server, isHeard, log } = this.#options;
    try {
      const { state } = await this.#streams.streams.info(SIGHTINGS, { subjects_filter: '>' });
      const waiting = new Set(
        Object.keys(state.subjects ?? {}).map((subject) => subject.split('.')[2] ?? ''),
      );
      const now = performance.now();
      for (const of of this.#open.keys()) {
        if (of !== server && (isHeard(of) || !waiting.has(of))) this.#release(of);
      }
      for (const of of this.#leftSince.keys()) {
        if (!waiting.has(of) || isHeard(of)) this.#leftSince.delete(of);
      }
      if (!this.#open.has(server)) await this.#take(server);
      for (const of of waiting) {
        if (of === '' || of === server || isHeard(of) || this.#open.has(of)) continue;
        const since = this.#leftSince.get(of) ?? now;
        this.#leftSince.set(of, since);
        if (now - since < this.#limits.left) continue;
        log.warn({ event: 'sightings.taken-over', of }, 'sightings of a server that is gone are booked here');
        await this.#take(of);
      }
    } catch (error) {
      // The broker is away; its status says so.
      log.debug({ event: 'sightings.not-looked', err: error }, 'the queue of the sightings cannot be asked');
    }
  }

  /** Idempotent. What is not acknowledged comes again, here or elsewhere. */
  async close(): Promise<void> {
    this.#closed = true;
    if (this.#timer) clearInterval(this.#timer);
    await Promise.all([...this.#open.values()].map((messages) => messages.close()));
    this.#open.clear();
  }

  async #ensureStream(): Promise<void> {
    try {
      await this.#streams.streams.info(SIGHTINGS);
    } catch {
      await this.#streams.streams.add({
        name: SIGHTINGS,
        subjects: [subjects.sighting('*', '*')],
        retention: RetentionPolicy.Workqueue,
        storage: StorageType.File,
        max_age: nanos(KEPT),
        duplicate_window: nanos(SAME),
      });
    }
  }

  async #take(of: string): Promise<void> {
    const name = `server-${of}`;
    await this.#streams.consumers.add(SIGHTINGS, {
      durable_name: name,
      filter_subject: subjects.sighting(of, '*'),
      ack_policy: AckPolicy.Explicit,
      ack_wait: nanos(this.#limits.ackWait),
      // One after the other: what a punch means depends on those before it.
      max_ack_pending: 1,
      inactive_threshold: nanos(UNUSED),
    });
    const consumer = await this.#client.consumers.get(SIGHTINGS, name);
    const messages = await consumer.consume({ max_messages: 1 });
    if (this.#closed) return void messages.close();
    this.#open.set(of, messages);
    void this.#read(of, messages);
  }

  async #read(of: string, messages: ConsumerMessages): Promise<void> {
    try {
      for await (const message of messages) this.#receive(message);
    } catch (error) {
      this.#options.log.debug(
        { event: 'sightings.reading-ended', err: error },
        'the queue will be read again',
      );
    }
    // Where the broker has lost it: the next look takes it again.
    if (this.#open.get(of) === messages) this.#open.delete(of);
  }

  #receive(message: JsMsg): void {
    const { onSighting, log } = this.#options;
    let sighting: Sighting;
    try {
      const queued = queuedSighting.parse(decode(message.data));
      if (queued.analyzer !== message.subject.split('.').at(-1))
        throw new Error('it is signed by another analyzer');
      sighting = sightingMessage.parse(queued.sighting);
    } catch (error) {
      log.error(
        { event: 'sighting.unreadable', subject: message.subject, seq: message.seq, err: error },
        'what lay in the queue is no sighting, and is dropped',
      );
      message.term();
      return;
    }
    onSighting(sighting, () => message.ack());
  }

  #release(of: string): void {
    const messages = this.#open.get(of);
    this.#open.delete(of);
    void messages?.close();
  }
}
