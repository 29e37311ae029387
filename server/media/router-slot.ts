import * as mediasoup from 'mediasoup';
import type { types as ms } from 'mediasoup';
import type { Logger } from 'pino';
import { MEDIA_CODECS, offeredCapabilities } from './codecs.ts';
import { ResultChannel } from './result-channel.ts';
import { OperatorError } from '../operator-error.ts';

export interface RouterSlotOptions {
  /** The worker's program; mediasoup's own search where undefined. */
  workerBin: string | undefined;
  listenInfos: ms.TransportListenInfo[];
  log: Logger;
}

/** One worker process with what stands on it: its one pair of ports, its one router, its result channel. */
export class RouterSlot {
  readonly router: ms.Router;
  readonly webRtcServer: ms.WebRtcServer;
  readonly results: ResultChannel;
  /** What peers are told that they may send and receive. */
  readonly rtpCapabilities: ms.RtpCapabilities;
  readonly log: Logger;
  readonly #worker: ms.Worker;
  #closing: Promise<void> | null = null;

  /** Throws where the program cannot be started or a port is taken. */
  static async create(options: RouterSlotOptions): Promise<RouterSlot> {
    const worker = await mediasoup.createWorker({
      logLevel: 'warn',
      logTags: ['dtls', 'ice', 'sctp'],
      ...(options.workerBin !== undefined && { workerBin: options.workerBin }),
    });
    try {
      const webRtcServer = await listen(worker, options.listenInfos);
      const router = await worker.createRouter({ mediaCodecs: MEDIA_CODECS });
      const results = await ResultChannel.create({ router, log: options.log });
      return new RouterSlot(worker, webRtcServer, router, results, options.log);
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
    log: Logger,
  ) {
    this.log = log;
    this.#worker = worker;
    this.webRtcServer = webRtcServer;
    this.router = router;
    this.results = results;
    this.rtpCapabilities = offeredCapabilities(router.rtpCapabilities);
  }

  get pid(): number {
    return this.#worker.pid;
  }

  get closed(): boolean {
    return this.#worker.closed;
  }

  /** Calls back once, when the process ends without having been asked to. */
  ondied(listener: (error: Error) => void): void {
    if (this.#worker.died) listener(new Error(`worker ${this.#worker.pid} died at its start`));
    else this.#worker.once('died', listener);
  }

  /** Resolves when the process is gone, so that its ports are free. */
  close(): Promise<void> {
    this.#closing ??= new Promise((resolve) => {
      if (this.#worker.subprocessClosed) return resolve();
      this.#worker.once('subprocessclose', resolve);
      this.#worker.close();
    });
    return this.#closing;
  }
}

async function listen(worker: ms.Worker, listenInfos: ms.TransportListenInfo[]): Promise<ms.WebRtcServer> {
  try {
    return await worker.createWebRtcServer({ listenInfos });
  } catch (error) {
    const at = listenInfos.map((info) => `${info.protocol} ${info.ip}:${info.port ?? 'any'}`).join(', ');
    const reason = error instanceof Error ? error.message : String(error);
    throw new OperatorError(
      `Media cannot listen on all of ${at} (${reason}). Choose others with MUSTER_MEDIA_PORT or MUSTER_MEDIA_LISTEN.`,
      { cause: error },
    );
  }
}
