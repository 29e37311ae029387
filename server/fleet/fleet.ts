/** The analyzers on other hosts, as one server knows them: who is there, what they see, and what they have to know. */
import type { NatsConnection } from '@nats-io/transport-node';
import type { Logger } from 'pino';
import type { AnalyzerPool } from '../analyzer/analyzer-pool.ts';
import { RepeatedFaults } from '../async/repeated-faults.ts';
import { decode, encode } from '../broker/codec.ts';
import type { ModelContract, Sighting } from '../protocol/analyzer.ts';
import {
  type AnalyzerBeat,
  analyzerBeat,
  BEAT,
  DEAD,
  galleryChanged,
  LEASE,
  news,
  serverBeat,
  SILENT,
  subjects,
  token,
  WIRE,
} from '../protocol/fleet.ts';
import type { RemovalView } from '../protocol/people.ts';
import type { AnalyzerHost } from '../protocol/recognition.ts';
import { GalleryPages, type GalleryPagesOptions } from './gallery-pages.ts';
import { NatsChannel } from './nats-channel.ts';
import { SightingQueue } from './sighting-queue.ts';

export interface FleetOptions {
  nats: NatsConnection;
  /** Id of this run of the server. */
  server: string;
  pool: Pick<AnalyzerPool, 'add' | 'forget' | 'drain' | 'kept' | 'keep' | 'confirmRemoval'>;
  changes: GalleryPagesOptions['changes'];
  contract: ModelContract;
  /** Of the model pack that is being left. */
  former: ModelContract | null;
  /** Call `safe` when it is in the database or the journal. */
  onSighting: (sighting: Sighting, safe: () => void) => void;
  log: Logger;
}

/** Pictures of sightings that are kept until the sighting itself comes, 38 kB each. */
const CROPS = 200;
/** An analyzer that is silent for this long is not waited for any more, ms. */
const FORGOTTEN = 10 * 60_000;

export class Fleet {
  readonly #options: FleetOptions;
  readonly #channels = new Map<string, NatsChannel>();
  /** When each server was last heard, ms of performance.now(). */
  readonly #servers = new Map<string, number>();
  readonly #crops = new Map<string, Uint8Array>();
  readonly #faults = new RepeatedFaults();
  readonly #openedAt = performance.now();
  /** Since when the broker answers, ms of performance.now(); null while it is away. */
  #brokerSince: number | null = performance.now();
  #queue: SightingQueue | null = null;
  #timers: NodeJS.Timeout[] = [];

  private constructor(options: FleetOptions) {
    this.#options = options;
  }

  /** Analyzers may come from now on. `pool` has to be open. Closing it leaves the connection open. */
  static async open(options: FleetOptions): Promise<Fleet> {
    const fleet = new Fleet(options);
    const { nats, server, pool, contract, changes, log, onSighting } = options;
    await pool.keep();
    fleet.#queue = await SightingQueue.open({
      nats,
      server,
      log,
      isHeard: (other) => performance.now() - (fleet.#servers.get(other) ?? -Infinity) < DEAD,
      onSighting: (sighting, safe) => {
        const crop = fleet.#crops.get(sighting.id);
        onSighting({ ...sighting, ...(crop && { crop }) }, () => {
          fleet.#crops.delete(sighting.id);
          safe();
        });
      },
    });
    new GalleryPages({ nats, kept: pool.kept, changes, contract, log }).listen();
    fleet.#listen();
    return fleet;
  }

  /** The analyzers on other hosts. */
  get members(): AnalyzerHost[] {
    return [...this.#channels.values()].flatMap(({ name, state, skew, beat }) =>
      beat
        ? [
            {
              name,
              state,
              skew,
              host: beat.host,
              cameras: beat.cameras,
              people: beat.people,
              load: beat.load,
            },
          ]
        : [],
    );
  }

  /** The person has changed: whoever pulled the gallery asks for the person now. */
  changed(personId: string, removed: boolean): void {
    this.#publish(subjects.galleryChanged, galleryChanged.parse({ v: WIRE, personId, removed }));
  }

  /** As that of the pool. Waits also for analyzers that this server may not have heard of, because it has just started. */
  async confirmRemoval(personId: string): Promise<RemovalView> {
    const unknown = new Promise((resolve) => {
      setTimeout(resolve, Math.max(0, this.#openedAt + LEASE - performance.now())).unref();
    });
    const [view] = await Promise.all([this.#options.pool.confirmRemoval(personId), unknown]);
    return view;
  }

  /** Idempotent. */
  async close(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    await this.#queue?.close();
  }

  #listen(): void {
    const { nats, server, contract, changes } = this.#options;
    this.#hear(subjects.beat('*'), (data, [, , name]) => this.#beat(token.parse(name), data));
    this.#hear(subjects.news(server, '*'), (data, [, , , name]) => {
      this.#channels.get(name ?? '')?.receive(news.parse(data));
    });
    this.#hear(subjects.serverBeat('*'), (data, [, , of]) => {
      if (serverBeat.parse(data).server === of) this.#servers.set(of, performance.now());
    });
    void this.#watchBroker();
    const beat = () => {
      const message = { v: WIRE, server, revision: changes.revision, contract } as const;
      this.#publish(subjects.serverBeat(server), serverBeat.parse(message));
    };
    beat();
    this.#timers = [setInterval(beat, BEAT).unref(), setInterval(() => this.#look(), BEAT / 2).unref()];
    void nats.flush().catch(() => {});
  }

  async #watchBroker(): Promise<void> {
    for await (const { type } of this.#options.nats.status()) {
      if (type === 'disconnect') this.#brokerSince = null;
      if (type === 'reconnect') this.#brokerSince = performance.now();
    }
  }

  #beat(name: string, data: unknown): void {
    const beat = analyzerBeat.parse(data) as AnalyzerBeat;
    let channel = this.#channels.get(name);
    if (!channel) {
      if (beat.leaving) return;
      const { nats, server, log } = this.#options;
      channel = new NatsChannel({
        name,
        server,
        nats,
        log,
        unfit: (models) => this.#unfit(models),
        onCrop: (id, crop) => this.#keepCrop(id, crop),
      });
      this.#channels.set(name, channel);
      this.#options.pool.add(channel);
    }
    channel.hear(beat);
    if (beat.draining && !beat.leaving) this.#options.pool.drain(name);
    if (beat.leaving) this.#forget(name);
  }

  #unfit({ contract, former }: Pick<AnalyzerBeat, 'contract' | 'former'>): string | null {
    const own = this.#options;
    if (contract !== own.contract) return `it recognizes with ${contract}, this server with ${own.contract}`;
    if (own.former !== null && former !== own.former) {
      return `it lacks ${own.former}, by which some people are still known`;
    }
    return null;
  }

  #look(): void {
    const now = performance.now();
    for (const channel of this.#channels.values()) {
      const since = now - Math.max(channel.heardAt, this.#brokerSince ?? 0);
      if (since > (this.#brokerSince === null ? SILENT : DEAD)) channel.silent();
      if (now - channel.heardAt > FORGOTTEN) this.#forget(channel.name);
    }
    for (const [server, heard] of this.#servers) {
      if (now - heard > FORGOTTEN) this.#servers.delete(server);
    }
  }

  #forget(name: string): void {
    this.#channels.delete(name);
    void this.#options.pool.forget(name);
  }

  #keepCrop(id: string, crop: Uint8Array): void {
    this.#crops.set(id, crop);
    const [oldest] = this.#crops.keys();
    if (this.#crops.size > CROPS && oldest !== undefined) this.#crops.delete(oldest);
  }

  #publish(subject: string, message: object): void {
    const { nats } = this.#options;
    if (!nats.isClosed() && this.#brokerSince !== null) nats.publish(subject, encode(message));
  }

  #hear(subject: string, take: (data: unknown, parts: string[]) => void): void {
    const { nats, log } = this.#options;
    nats.subscribe(subject, {
      callback: (_error, message) => {
        try {
          take(decode(message.data), message.subject.split('.'));
        } catch (error) {
          if (!this.#faults.isNew(`${subject} ${String(error)}`)) return;
          log.error(
            { event: 'fleet.message-refused', subject: message.subject, err: error },
            'what came over the broker is no message of this version (logged once an hour)',
          );
        }
      },
    });
  }
}
