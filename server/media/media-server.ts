import { EventEmitter, once } from 'node:events';
import os from 'node:os';
import * as mediasoup from 'mediasoup';
import type { Logger } from 'pino';
import type { Config } from '../../config/config.ts';
import type { EventMessage } from '../protocol/results.ts';
import type { AnalysisOptions } from './camera.ts';
import { Cameras } from './cameras.ts';
import { EventBacklog } from './event-backlog.ts';
import { MEDIA_LIMITS } from './limits.ts';
import { listenInfos } from './listen-addresses.ts';
import { mediaUnavailable } from './media-call.ts';
import { MediaPeer } from './media-peer.ts';
import { RouterSlot } from './router-slot.ts';
import { backoff } from '../async/backoff.ts';

/** A worker that lived at least this long died of something new, ms. */
const LONG_LIFE = 30_000;
/** Waits before further replacements of a worker whose predecessors died early. */
const RESTART = { first: 250, cap: 10_000 };

export interface MediaServerOptions {
  config: Config['media'];
  analysis: AnalysisOptions;
  log: Logger;
}

export interface MediaServerEvents {
  /** The worker under this peer died; everything the peer had there is gone. It may join again. */
  'peer.lost': [MediaPeer];
  /** A worker (the first one or a replacement) is up. */
  'worker.up': [{ index: number; pid: number }];
}

interface Slot {
  readonly index: number;
  place: RouterSlot | null;
  readonly peers: Set<MediaPeer>;
  startedAt: number;
  shortLives: number;
  timer: NodeJS.Timeout | undefined;
}

/** The media workers, replaced when they die, and the peers placed on them. */
export class MediaServer extends EventEmitter<MediaServerEvents> {
  readonly cameras: Cameras;
  readonly #options: MediaServerOptions;
  readonly #log: Logger;
  readonly #slots: Slot[];
  readonly #backlog = new EventBacklog();
  readonly #starting = new Set<Promise<void>>();
  readonly #closing = new AbortController();

  /** Throws when a worker cannot start: no program, or a port taken. */
  static async create(options: MediaServerOptions): Promise<MediaServer> {
    const server = new MediaServer(options);
    try {
      await Promise.all(server.#slots.map((slot) => server.#start(slot)));
    } catch (error) {
      await server.close();
      throw error;
    }
    return server;
  }

  private constructor(options: MediaServerOptions) {
    super();
    this.#options = options;
    this.#log = options.log.child({ part: 'media' });
    this.cameras = new Cameras({ log: this.#log });
    this.#slots = Array.from({ length: options.config.workers }, (_, index) => ({
      index,
      place: null,
      peers: new Set(),
      startedAt: 0,
      shortLives: 0,
      timer: undefined,
    }));
    mediasoup.setLogEventListeners({
      // Mostly peers that left: news for who looks for it.
      onwarn: (source, text) => this.#log.debug({ source }, text),
      onerror: (source, text, error) => this.#log.error({ source, err: error }, text),
    });
  }

  /** For the health view. */
  get workers(): { up: number; of: number; pids: number[] } {
    const places = this.#slots.flatMap((slot) => (slot.place && !slot.place.closed ? [slot.place] : []));
    return { up: places.length, of: this.#slots.length, pids: places.map((place) => place.pid) };
  }

  /** Peers that hold a place. */
  get peers(): number {
    return this.#slots.reduce((total, slot) => total + slot.peers.size, 0);
  }

  /**
   * A place on the worker with the fewest peers. Waits a little when all workers are being replaced; throws
   * MusterError `media-unavailable` when none came.
   */
  async join(ownerId: string): Promise<MediaPeer> {
    const { slot, place } = await this.#leastLoaded();
    const peer = new MediaPeer({
      ownerId,
      place,
      cameras: this.cameras,
      analysis: this.#options.analysis,
      sendEvent: (cameraId, message) => this.sendEvent(cameraId, message),
      recentEvents: (cameraId) => this.#backlog.recent(cameraId, performance.now()),
      onclose: (closed) => slot.peers.delete(closed),
      log: this.#log,
    });
    slot.peers.add(peer);
    return peer;
  }

  /**
   * Reliable, to whoever hears this camera: its station now, or when it is back within
   * `MEDIA_LIMITS.eventRetention`. Works for a camera that has just gone.
   */
  sendEvent(cameraId: string, message: EventMessage): void {
    this.#backlog.add(cameraId, message, performance.now());
    for (const { place } of this.#slots) place?.results.sendEvent(cameraId, message);
  }

  /** Idempotent. Peers, then workers; resolves when the processes are gone. */
  async close(): Promise<void> {
    this.#closing.abort();
    for (const slot of this.#slots) {
      clearTimeout(slot.timer);
      for (const peer of slot.peers) peer.close();
    }
    this.cameras.close();
    await Promise.allSettled(this.#starting);
    await Promise.all(this.#slots.flatMap((slot) => (slot.place ? [slot.place.close()] : [])));
  }

  async #leastLoaded(): Promise<{ slot: Slot; place: RouterSlot }> {
    const deadline = AbortSignal.any([this.#closing.signal, AbortSignal.timeout(MEDIA_LIMITS.placeTimeout)]);
    for (;;) {
      if (this.#closing.signal.aborted) throw mediaUnavailable();
      const live = this.#slots
        .flatMap((slot) => (slot.place && !slot.place.closed ? [{ slot, place: slot.place }] : []))
        .sort((a, b) => a.slot.peers.size - b.slot.peers.size);
      if (live[0]) return live[0];
      try {
        await once(this, 'worker.up', { signal: deadline });
      } catch (error) {
        throw mediaUnavailable(error);
      }
    }
  }

  #start(slot: Slot): Promise<void> {
    const starting = this.#open(slot).finally(() => this.#starting.delete(starting));
    this.#starting.add(starting);
    return starting;
  }

  async #open(slot: Slot): Promise<void> {
    const { listen, announce, port, workerBin } = this.#options.config;
    const place = await RouterSlot.create({
      workerBin,
      listenInfos: listenInfos(
        { listen, announce, port: port === 0 ? 0 : port + slot.index },
        os.networkInterfaces(),
      ),
      log: this.#log,
    });
    if (this.#closing.signal.aborted) return await place.close();
    slot.place = place;
    slot.startedAt = performance.now();
    place.ondied((error) => this.#replace(slot, place, error));
    if (place.closed) return;
    this.#log.info({ event: 'worker.up', worker: slot.index, pid: place.pid });
    this.emit('worker.up', { index: slot.index, pid: place.pid });
  }

  #replace(slot: Slot, place: RouterSlot, error: Error): void {
    this.#log.error({ event: 'worker.died', worker: slot.index, pid: place.pid, reason: error.message });
    slot.place = null;
    slot.shortLives = performance.now() - slot.startedAt < LONG_LIFE ? slot.shortLives + 1 : 1;
    const lost = [...slot.peers];
    for (const peer of lost) {
      peer.close();
      this.emit('peer.lost', peer);
    }
    this.#restart(slot);
  }

  #restart(slot: Slot): void {
    if (this.#closing.signal.aborted) return;
    // The first replacement comes at once: a station at a door should not wait because of a single crash.
    const delay = slot.shortLives <= 1 ? 0 : backoff(RESTART, slot.shortLives - 2);
    slot.timer = setTimeout(() => {
      this.#start(slot).catch((error: unknown) => {
        slot.shortLives += 1;
        this.#log.error({ err: error, event: 'worker.not-started', worker: slot.index });
        this.#restart(slot);
      });
    }, delay);
  }
}
