import * as mediasoup from 'mediasoup';
import type { types as ms } from 'mediasoup';
import type { Logger } from 'pino';
import { type H264Decoding, mediaCodecs, offeredCapabilities } from './codecs.ts';
import { MEDIA_LIMITS, type MediaLimits } from './limits.ts';
import { OperatorError } from '../operator-error.ts';
import { ResultChannel } from './result-channel.ts';
import { type PulseLimits, WorkerPulse } from './worker-pulse.ts';

export interface RouterSlotOptions {
  /** Path of the worker program; if undefined, mediasoup searches for it. */
  workerBin: string | undefined;
  listenInfos: ms.TransportListenInfo[];
  /** What peers are told to connect to, from what the worker listens on. Default: the same. */
  offer?: (candidates: ms.IceCandidate[]) => ms.IceCandidate[];
  /** What the analyzers decode. Default: `baseline`. */
  h264?: H264Decoding | undefined;
  /** Shorter limits for tests. */
  pulse?: Partial<PulseLimits> | undefined;
  limits?: Partial<MediaLimits> | undefined;
  log: Logger;
}

/** After this long, a worker that was asked to end is killed, ms. */
const END_LIMIT = 2_000;

/** One worker process with its pair of ports, its router and its result channel. */
export class RouterSlot {
  readonly router: ms.Router;
  readonly webRtcServer: ms.WebRtcServer;
  readonly results: ResultChannel;
  /** The capabilities that are offered to browsers that publish. */
  readonly rtpCapabilities: ms.RtpCapabilities;
  /** The capabilities that are offered to whoever receives: all of the router's. */
  readonly receiverCapabilities: ms.RtpCapabilities;
  readonly h264: H264Decoding;
  readonly limits: MediaLimits;
  readonly log: Logger;
  readonly offer: (candidates: ms.IceCandidate[]) => ms.IceCandidate[];
  /** Open ones. */
  readonly transports = new Set<ms.WebRtcTransport>();
  readonly #worker: ms.Worker;
  readonly #pulse: WorkerPulse;
  #cpu: number | null = null;
  #closing: Promise<void> | null = null;

  /** @throws OperatorError if the program cannot be started or a port is in use */
  static async create(options: RouterSlotOptions): Promise<RouterSlot> {
    const worker = await mediasoup.createWorker({
      logLevel: 'warn',
      logTags: ['dtls', 'ice', 'sctp'],
      ...(options.workerBin !== undefined && { workerBin: options.workerBin }),
    });
    try {
      const webRtcServer = await listen(worker, options.listenInfos);
      const router = await worker.createRouter({ mediaCodecs: mediaCodecs(options.h264 ?? 'baseline') });
      const results = await ResultChannel.create({ router, log: options.log });
      return new RouterSlot(worker, webRtcServer, router, results, options);
    } catch (error) {
      worker.close();
      throw error;
    }
  }

  private constructor(
    worker: ms.Worker,
    webRtcServer: ms.WebRtcServer,
    router: ms.Router,
    results: ResultChannel,
    { log, pulse, limits, h264 = 'baseline', offer = (candidates) => candidates }: RouterSlotOptions,
  ) {
    this.limits = { ...MEDIA_LIMITS, ...limits };
    this.log = log;
    this.h264 = h264;
    this.offer = offer;
    this.#worker = worker;
    this.webRtcServer = webRtcServer;
    this.router = router;
    this.results = results;
    this.receiverCapabilities = router.rtpCapabilities;
    this.rtpCapabilities = offeredCapabilities(router.rtpCapabilities);
    this.#pulse = new WorkerPulse({
      ask: async () => {
        const { ru_utime: user, ru_stime: system } = await worker.getResourceUsage();
        this.#cpu = user + system;
      },
      onHung: (silence) => {
        log.error(
          { event: 'worker.hung', pid: worker.pid, silence: Math.round(silence) },
          'media worker does not answer, killing it',
        );
        this.#kill();
      },
      limits: pulse,
    });
    worker.observer.once('close', () => this.#pulse.close());
  }

  get pid(): number {
    return this.#worker.pid;
  }

  get closed(): boolean {
    return this.#worker.closed;
  }

  /** Processor time of the process since its start, ms, as of its last answer, every two seconds; null before the first. */
  get cpu(): number | null {
    return this.#cpu;
  }

  /** False while the process is late with an answer: it may be hung. */
  get answers(): boolean {
    return !this.closed && this.#pulse.answers;
  }

  /**
   * Closes the transports whose peer sent from one of these addresses of this machine, which are gone: an analyzer, or a
   * browser on this machine. All others find another way by themselves, or still work.
   */
  closeFrom(addresses: readonly string[]): void {
    for (const transport of this.transports) {
      if (addresses.includes(transport.iceSelectedTuple?.remoteIp ?? '')) transport.close();
    }
  }

  /** Calls the listener once, if the process ends unexpectedly. */
  onDied(listener: (error: Error) => void): void {
    if (this.#worker.died) listener(new Error(`worker ${this.#worker.pid} died while it started`));
    else this.#worker.once('died', listener);
  }

  /** Resolves when the process has ended, so that its ports are free. Idempotent. */
  close(): Promise<void> {
    this.#closing ??= new Promise((resolve) => {
      if (this.#worker.subprocessClosed) return resolve();
      // A process that hangs does not read that it should end.
      const late = setTimeout(() => this.#kill(), END_LIMIT);
      this.#worker.once('subprocessclose', () => {
        clearTimeout(late);
        resolve();
      });
      this.#worker.close();
    });
    return this.#closing;
  }

  /** SIGKILL ends a suspended process too. `onDied` reports the end, as any other. */
  #kill(): void {
    try {
      process.kill(this.#worker.pid, 'SIGKILL');
    } catch {
      // It has just ended by itself.
    }
  }
}

async function listen(worker: ms.Worker, listenInfos: ms.TransportListenInfo[]): Promise<ms.WebRtcServer> {
  try {
    return await worker.createWebRtcServer({ listenInfos });
  } catch (error) {
    const at = listenInfos.map((info) => `${info.protocol} ${info.ip}:${info.port ?? 'any'}`).join(', ');
    const reason = error instanceof Error ? error.message : String(error);
    throw new OperatorError(
      `Media cannot listen on ${at} (${reason}): set MUSTER_MEDIA_PORT or MUSTER_MEDIA_LISTEN to others.`,
      { cause: error },
    );
  }
}
