import { EventEmitter, once } from 'node:events';
import * as mediasoup from 'mediasoup';
import type { types as ms } from 'mediasoup';
import type { Logger } from 'pino';
import type { Config } from '../../config/config.ts';
import type { EventMessage } from '../protocol/results.ts';
import type { AnalysisOptions } from './camera.ts';
import { Cameras } from './cameras.ts';
import { EventBacklog } from './event-backlog.ts';
import { MEDIA_LIMITS, type MediaLimits } from './limits.ts';
import type { WorkerFigures } from '../metrics/media-metrics.ts';
import type { Network } from '../network/network.ts';
import { listenInfos, offeredCandidates } from './listen-addresses.ts';
import { mediaUnavailable } from './media-call.ts';
import { MediaPeer } from './media-peer.ts';
import { RouterSlot } from './router-slot.ts';
import { Viewers } from './viewers.ts';
import type { PulseLimits } from './worker-pulse.ts';
import { backoff } from '../async/backoff.ts';

/** If a worker ran at least this long, its death is not counted together with earlier ones, ms. */
const LONG_LIFE = 30_000;
/** The delay before the second and later replacements of a worker whose predecessors died early, ms. */
const RESTART = { first: 250, cap: 10_000 };

export interface MediaServerOptions {
  config: Config['media'];
  analysis: AnalysisOptions;
  network: Network;
  /** Shorter limits for tests. */
  pulse?: Partial<PulseLimits> | undefined;
  limits?: Partial<MediaLimits> | undefined;
  /**
   * What happened at this camera within `MEDIA_LIMITS.eventRetention`, as far as it is recorded anywhere, oldest first: also at
   * a server to which its station was connected before.
   */
  recorded?: ((cameraId: string) => Promise<EventMessage[]>) | undefined;
  /** Fewer views at once, for tests. */
  mostViews?: number | undefined;
  log: Logger;
}

export interface MediaServerEvents {
  /** The worker of this peer died, and everything the peer had there is gone. The peer may join again. */
  'peer.lost': [MediaPeer];
  /** A worker (the first one or a replacement) is up. */
  'worker.up': [{ index: number; pid: number }];
}

interface Worker {
  readonly index: number;
  /** Null while the worker process is being replaced. */
  slot: RouterSlot | null;
  readonly peers: Set<MediaPeer>;
  /** When the process started, ms of performance.now(). */
  startedAt: number;
  /** How many processes in a row died early. */
  shortLives: number;
  timer: NodeJS.Timeout | undefined;
}

/** The media workers, each replaced when it dies, and the peers on them. */
export class MediaServer extends EventEmitter<MediaServerEvents> {
  readonly cameras: Cameras;
  /** Those who watch cameras. */
  readonly viewers: Viewers;
  readonly #options: MediaServerOptions;
  readonly #log: Logger;
  readonly #workers: Worker[];
  readonly #backlog = new EventBacklog();
  readonly #starting = new Set<Promise<void>>();
  readonly #closing = new AbortController();

  /** @throws OperatorError if a worker cannot start: its program is missing, or a port is in use */
  static async create(options: MediaServerOptions): Promise<MediaServer> {
    const server = new MediaServer(options);
    try {
      await Promise.all(server.#workers.map((worker) => server.#start(worker)));
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
    this.viewers = new Viewers(options.mostViews);
    this.#workers = Array.from({ length: options.config.workers }, (_, index) => ({
      index,
      slot: null,
      peers: new Set(),
      startedAt: 0,
      shortLives: 0,
      timer: undefined,
    }));
    options.network.on('addresses.changed', this.#onAddresses);
    mediasoup.setLogEventListeners({
      // Mostly about peers that left, so only of interest when debugging.
      onwarn: (source, text) => this.#log.debug({ event: 'mediasoup.warning', source }, text),
      onerror: (source, text, error) =>
        this.#log.error({ event: 'mediasoup.failed', source, err: error }, text),
    });
  }

  /** Number of workers that run and answer, and of configured ones, for the health report. */
  get workers(): { up: number; of: number } {
    const up = this.#workers.filter(({ slot }) => slot?.answers).length;
    return { up, of: this.#workers.length };
  }

  /** Every worker, whether it runs or not, in figures. */
  figures(): WorkerFigures[] {
    return this.#workers.map(({ index, slot, peers }) => ({
      index,
      up: slot?.answers === true,
      cpu: slot?.cpu ?? null,
      peers: peers.size,
    }));
  }

  /** Number of peers that have joined. */
  get peers(): number {
    return this.#workers.reduce((total, worker) => total + worker.peers.size, 0);
  }

  /**
   * Joins a peer to the worker with the fewest peers. Waits up to `MEDIA_LIMITS.joinTimeout` if all workers are being
   * replaced.
   *
   * @throws MusterError `media-unavailable` if no worker becomes available in that time
   */
  async join(ownerId: string): Promise<MediaPeer> {
    const { worker, slot } = await this.#leastLoaded();
    const peer = new MediaPeer({
      ownerId,
      slot,
      cameras: this.cameras,
      analysis: this.#options.analysis,
      sendEvent: (cameraId, message) => this.sendEvent(cameraId, message),
      recentEvents: (cameraId) => this.#backlog.recent(cameraId, performance.now()),
      recordedEvents: (cameraId) => this.#recorded(cameraId),
      onClosed: (closed) => worker.peers.delete(closed),
      log: this.#log,
    });
    worker.peers.add(peer);
    return peer;
  }

  /**
   * What every media worker can send to viewers: they are all the same.
   *
   * @throws MusterError `media-unavailable` if none runs
   */
  async offered(): Promise<ms.RtpCapabilities> {
    return (await this.#leastLoaded()).slot.receiverCapabilities;
  }

  /**
   * Sends an event reliably to the station of this camera: now, or when the station reconnects within
   * `MEDIA_LIMITS.eventRetention`. Also works for a camera that has just stopped publishing.
   */
  sendEvent(cameraId: string, message: EventMessage): void {
    this.#backlog.add(cameraId, message, performance.now());
    for (const { slot } of this.#workers) slot?.results.sendEvent(cameraId, message);
  }

  /** Sends what is recorded of this camera anywhere, and was not sent here. Never rejects. */
  async tellMissing(cameraId: string): Promise<void> {
    const events = await this.#recorded(cameraId);
    const sent = new Set(this.#backlog.recent(cameraId, performance.now()).map(({ id }) => id));
    for (const event of events) if (!sent.has(event.id)) this.sendEvent(cameraId, event);
  }

  async #recorded(cameraId: string): Promise<EventMessage[]> {
    try {
      return (await this.#options.recorded?.(cameraId)) ?? [];
    } catch (error) {
      this.#log.warn(
        { event: 'events.not-read', cameraId, err: error },
        'what another server told this station is not told again',
      );
      return [];
    }
  }

  /** What was sent is not sent again, when what the station may show has changed. */
  forgetEvents(cameraId: string): void {
    this.#backlog.forget(cameraId);
  }

  /** Closes the peers, then the workers, and resolves when their processes have ended. Idempotent. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#options.network.off('addresses.changed', this.#onAddresses);
    for (const worker of this.#workers) {
      clearTimeout(worker.timer);
      for (const peer of worker.peers) peer.close();
    }
    this.cameras.close();
    await Promise.allSettled(this.#starting);
    await Promise.all(this.#workers.flatMap((worker) => (worker.slot ? [worker.slot.close()] : [])));
  }

  readonly #onAddresses = ({ removed }: { removed: string[] }) => {
    for (const { slot } of this.#workers) slot?.closeFrom(removed);
  };

  async #leastLoaded(): Promise<{ worker: Worker; slot: RouterSlot }> {
    const deadline = AbortSignal.any([this.#closing.signal, AbortSignal.timeout(MEDIA_LIMITS.joinTimeout)]);
    for (;;) {
      if (this.#closing.signal.aborted) throw mediaUnavailable();
      const live = this.#workers
        .flatMap((worker) => (worker.slot?.answers ? [{ worker, slot: worker.slot }] : []))
        .sort((a, b) => a.worker.peers.size - b.worker.peers.size);
      if (live[0]) return live[0];
      try {
        await once(this, 'worker.up', { signal: deadline });
      } catch (error) {
        throw mediaUnavailable(error);
      }
    }
  }

  #start(worker: Worker): Promise<void> {
    const starting = this.#open(worker).finally(() => this.#starting.delete(starting));
    this.#starting.add(starting);
    return starting;
  }

  async #open(worker: Worker): Promise<void> {
    const { config, network } = this.#options;
    const { port, workerBin } = config;
    const slot = await RouterSlot.create({
      workerBin,
      listenInfos: listenInfos(config, port === 0 ? 0 : port + worker.index),
      offer: (candidates) => offeredCandidates(candidates, config, network.interfaces),
      h264: this.#options.analysis.h264,
      pulse: this.#options.pulse,
      limits: this.#options.limits,
      log: this.#log,
    });
    if (this.#closing.signal.aborted) return await slot.close();
    worker.slot = slot;
    worker.startedAt = performance.now();
    slot.onDied((error) => this.#replace(worker, slot, error));
    if (slot.closed) return;
    this.#log.info({ event: 'worker.up', worker: worker.index, pid: slot.pid }, 'media worker started');
    this.emit('worker.up', { index: worker.index, pid: slot.pid });
  }

  #replace(worker: Worker, slot: RouterSlot, error: Error): void {
    this.#log.error(
      { event: 'worker.died', worker: worker.index, pid: slot.pid, err: error },
      'media worker died, replacing it',
    );
    worker.slot = null;
    worker.shortLives = performance.now() - worker.startedAt < LONG_LIFE ? worker.shortLives + 1 : 1;
    const lost = [...worker.peers];
    for (const peer of lost) {
      peer.close();
      this.emit('peer.lost', peer);
    }
    this.#restart(worker);
  }

  #restart(worker: Worker): void {
    if (this.#closing.signal.aborted) return;
    // The first replacement starts at once: a station at a door should not have to wait because of a single crash.
    const delay = worker.shortLives <= 1 ? 0 : backoff(RESTART, worker.shortLives - 2);
    worker.timer = setTimeout(() => {
      this.#start(worker).catch((error: unknown) => {
        worker.shortLives += 1;
        this.#log.error(
          { event: 'worker.not-started', worker: worker.index, err: error },
          'media worker could not be started, trying again',
        );
        this.#restart(worker);
      });
    }, delay);
  }
}
