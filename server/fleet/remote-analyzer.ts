/**
 * An analyzer on a host of its own: it says by its beats how it is, takes cameras from whichever server gives it some, pulls the
 * gallery, and forgets everybody when it hears no server for long enough.
 */
import { randomUUID } from 'node:crypto';
import os from 'node:os';
import { jetstream, type JetStreamClient } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type { Logger } from 'pino';
import { Analyzer } from '../analyzer/analyzer.ts';
import type { AnalyzerSettings } from '../analyzer/settings.ts';
import { RepeatedFaults } from '../async/repeated-faults.ts';
import { decode, encode } from '../broker/codec.ts';
import { serverToAnalyzer } from '../protocol/analyzer-messages.ts';
import type { AnalyzerToServer, Sighting } from '../protocol/analyzer.ts';
import {
  analyzerBeat,
  BEAT,
  type Command,
  command,
  galleryChanged,
  LEASE,
  type News,
  serverBeat,
  SILENT,
  subjects,
  WIRE,
} from '../protocol/fleet.ts';
import { steadyNow, wallTimeOf } from '../time/steady-clock.ts';
import { GalleryPuller } from './gallery-puller.ts';
import { FULL, LoadMeter } from './load-meter.ts';

export interface RemoteAnalyzerOptions {
  /** Unique among the analyzers of the broker; part of its subjects. */
  name: string;
  nats: NatsConnection;
  settings: AnalyzerSettings;
  /** MiB of memory that count as full. */
  memoryLimitMb: number;
  onFatal: (message: string) => void;
  log: Logger;
}

/** Cameras that have not gone elsewhere after this long are let go, ms. */
const DRAIN = 60_000;
/** A sighting that the broker has not acknowledged after this long is sent again, ms. */
const QUEUED = 5_000;
/** Beats whose time is remembered: a lease that comes later is worth nothing. */
const BEATS = 64;

interface KnownServer {
  heardAt: number;
  /** What to add to our steady clock to get its wall clock, ms. */
  clock: number | null;
}

export interface RemoteState {
  /** Whether it takes cameras. */
  ok: boolean;
  /** Servers that are heard. */
  servers: number;
  cameras: number;
  people: number;
  revision: number | null;
  load: number;
  /** Sightings that wait for the broker. */
  waiting: number;
}

export class RemoteAnalyzer {
  readonly #options: RemoteAnalyzerOptions;
  readonly #epoch = randomUUID();
  readonly #queue: JetStreamClient;
  readonly #meter: LoadMeter;
  readonly #faults = new RepeatedFaults();
  readonly #servers = new Map<string, KnownServer>();
  /** When the last beats were sent, ms of performance.now(). */
  readonly #sentAt = new Map<number, number>();
  #analyzer!: Analyzer;
  #gallery!: GalleryPuller;
  #timer: NodeJS.Timeout | null = null;
  #beat = 0;
  /** When the last beat that a server has answered was sent; nothing is held longer than `LEASE` after it. */
  #leasedAt = -Infinity;
  #draining = false;

  private constructor(options: RemoteAnalyzerOptions) {
    this.#options = options;
    this.#queue = jetstream(options.nats, { timeout: QUEUED });
    this.#meter = new LoadMeter(options.memoryLimitMb);
  }

  /** Loads the models, then takes cameras. Rejects with a sentence that says what is missing. */
  static async open(options: RemoteAnalyzerOptions): Promise<RemoteAnalyzer> {
    const remote = new RemoteAnalyzer(options);
    const { name, nats, settings, onFatal, log } = options;
    remote.#analyzer = await Analyzer.open({
      settings,
      send: (message, server) => remote.#send(message, server),
      timeAt: (server, steady) => steady + (remote.#servers.get(server)?.clock ?? wallTimeOf(0)),
      onFatal,
      full: () => remote.#full(),
      log,
    });
    remote.#gallery = new GalleryPuller({
      analyzer: name,
      contract: remote.#analyzer.pack.contract,
      nats,
      apply: (change) => void remote.#analyzer.changeGallery(change),
      log,
    });
    remote.#listen();
    return remote;
  }

  get state(): RemoteState {
    const { revision } = this.#gallery;
    const { cameras, waiting, gallery } = this.#analyzer;
    const servers = this.#servers.size;
    const { load } = this.#meter;
    const ok = servers > 0 && revision !== null && !this.#draining;
    return { ok, servers, cameras, people: gallery.size.people, revision, load, waiting };
  }

  /** Lets all cameras go elsewhere, waits for what has to be told, and forgets everybody. Call `exit` afterwards. */
  async drain(limit = DRAIN): Promise<void> {
    this.#draining = true;
    this.#tell();
    const deadline = performance.now() + limit;
    while (performance.now() < deadline && (this.#analyzer.cameras > 0 || this.#analyzer.waiting > 0)) {
      if (this.#servers.size === 0 && this.#analyzer.waiting === 0) break;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    if (this.#timer) clearInterval(this.#timer);
    this.#gallery.forget();
    await this.#analyzer.close();
    this.#tell(true);
    await this.#options.nats.flush().catch(() => {});
  }

  #listen(): void {
    const { name } = this.#options;
    this.#hear(subjects.command(name, '*'), (data, [, , , server]) => {
      const message = command.parse(data);
      if (message.server === server && message.epoch === this.#epoch) this.#obey(message);
    });
    this.#hear(subjects.serverBeat('*'), (data) => {
      const { contract, revision } = serverBeat.parse(data);
      // Without a lease nothing may be held.
      if (contract === this.#analyzer.pack.contract && this.#leased(SILENT)) this.#gallery.follow(revision);
    });
    this.#hear(subjects.galleryChanged, (data) => {
      const { personId, removed } = galleryChanged.parse(data);
      this.#gallery.changed(personId, removed);
    });
    this.#tell();
    this.#timer = setInterval(() => {
      this.#meter.measure(this.#analyzer.takeBusy(), this.#analyzer.threads);
      this.#expire();
      this.#tell();
    }, BEAT);
  }

  #obey({ server, body }: Command): void {
    const now = performance.now();
    if (body.type === 'message') {
      const message = serverToAnalyzer(body.message);
      if (message.type === 'gallery.remove') return this.#gallery.remove(message.personId);
      this.#analyzer.follow(message, server).catch((error: unknown) => this.#report(message.type, error));
      return;
    }
    const sentAt = this.#sentAt.get(body.beat);
    if (sentAt !== undefined) this.#leasedAt = Math.max(this.#leasedAt, sentAt);
    this.#servers.set(server, { heardAt: now, clock: body.clock });
    const steady = steadyNow();
    this.#news(server, { type: 'lease.heard', at: body.at, steady, wall: wallTimeOf(steady) });
  }

  #leased(within: number): boolean {
    return performance.now() - this.#leasedAt < within;
  }

  #expire(): void {
    const now = performance.now();
    for (const [server, { heardAt }] of this.#servers) {
      if (now - heardAt < SILENT) continue;
      this.#servers.delete(server);
      this.#analyzer.leave(server);
      this.#options.log.warn({ event: 'server.silent', server }, 'a server is not heard any more');
    }
    if (this.#gallery.revision === null || this.#leased(LEASE - BEAT)) return;
    this.#gallery.forget();
    this.#options.log.warn({ event: 'gallery.forgotten' }, 'no server is heard: everybody is forgotten');
  }

  #tell(leaving = false): void {
    const { name, nats } = this.#options;
    if (nats.isClosed()) return;
    this.#beat += 1;
    this.#sentAt.set(this.#beat, performance.now());
    this.#sentAt.delete(this.#beat - BEATS);
    const { pack, former, threads, execution, cameras, gallery } = this.#analyzer;
    const beat = analyzerBeat.parse({
      v: WIRE,
      epoch: this.#epoch,
      beat: this.#beat,
      host: os.hostname(),
      pid: process.pid,
      contract: pack.contract,
      former: former?.contract ?? null,
      threads,
      execution,
      cameras,
      load: this.#meter.load,
      revision: this.#gallery.revision,
      people: gallery.size.people,
      draining: this.#draining,
      leaving,
    });
    nats.publish(subjects.beat(name), encode(beat));
  }

  #full(): string | null {
    if (this.#draining) return 'this analyzer is about to end';
    return this.#meter.load >= FULL ? 'this analyzer is full' : null;
  }

  #send(message: AnalyzerToServer, server: string): void {
    if (message.type === 'sighting') this.#queueSighting(message.sighting, server);
    else this.#news(server, { type: 'message', message });
  }

  /** The picture goes beside the queue: nothing that shows a face is stored by the broker. */
  #queueSighting({ crop, ...sighting }: Sighting, server: string): void {
    const { name, log } = this.#options;
    if (crop) this.#news(server, { type: 'crop', id: sighting.id, crop });
    const data = encode({ v: WIRE, analyzer: name, sighting });
    this.#queue.publish(subjects.sighting(server, name), data, { msgID: sighting.id, timeout: QUEUED }).then(
      () => this.#analyzer.confirm([sighting.id]),
      (error: unknown) =>
        log.warn(
          { event: 'sighting.not-queued', sightingId: sighting.id, err: error },
          'the broker has not taken a sighting: it will be sent again',
        ),
    );
  }

  #news(server: string, body: News['body']): void {
    const { name, nats } = this.#options;
    if (nats.isClosed()) return;
    const message: News = { v: WIRE, epoch: this.#epoch, body };
    nats.publish(subjects.news(server, name), encode(message));
  }

  #hear(subject: string, take: (data: unknown, parts: string[]) => void): void {
    this.#options.nats.subscribe(subject, {
      callback: (_error, message) => {
        try {
          take(decode(message.data), message.subject.split('.'));
        } catch (error) {
          this.#report(message.subject, error);
        }
      },
    });
  }

  #report(what: string, error: unknown): void {
    if (!this.#faults.isNew(`${what} ${String(error)}`)) return;
    this.#options.log.error(
      { event: 'message.failed', what, err: error },
      'a message of a server could not be followed (logged once an hour)',
    );
  }
}
