/** One camera as the server has it watched: attached to an analyzer over a transport, and attached again when that fails. */
import type { Logger } from 'pino';
import type { AnalyzerToServer, ServerToAnalyzer } from '../protocol/analyzer.ts';
import type { CameraFeed, FeedTransport } from '../media/feed.ts';
import { backoff } from '../async/backoff.ts';

const ATTACH_LIMITS = {
  /** From `watch` to `consuming`, ms; then the attempt has failed. */
  attachLimit: 10_000,
  /** Waits between attempts. The cap is short: a publisher that paused for long is seen again within it. */
  retry: { first: 500, cap: 5_000 },
} as const;

/** What the analyzer says about attaching a camera. */
export type AttachMessage = Extract<
  AnalyzerToServer,
  { type: 'watching' | 'connect' | 'consuming' | 'watch.failed' }
>;

/** `waiting`: for an analyzer, or for the next attempt. `live`: attached, its consumer resumed. */
type State = 'waiting' | 'attaching' | 'live' | 'closed';

export interface WatchedCameraOptions {
  feed: CameraFeed;
  /** To the analyzer it is assigned to. */
  send(message: ServerToAnalyzer): void;
  log: Logger;
}

/**
 * Every attempt has a number that all messages carry; whatever belongs to an earlier attempt is ignored, so that a
 * camera may be released, attached anew or lose its analyzer at any moment.
 */
export class WatchedCamera {
  /** Rises over all cameras of this process, so that one that is watched again never repeats a number. */
  static #attempts = 0;

  readonly #options: WatchedCameraOptions;
  #state: State = 'waiting';
  #attempt = 0;
  #failures = 0;
  #transport: FeedTransport | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor(options: WatchedCameraOptions) {
    this.#options = options;
  }

  get id(): string {
    return this.#options.feed.options.cameraId;
  }

  get live(): boolean {
    return this.#state === 'live';
  }

  /** The analyzer is there: begin, or begin anew. */
  attach(): void {
    if (this.#state === 'closed') return;
    this.#reset('attaching');
    this.#attempt = WatchedCamera.#attempts += 1;
    const attempt = this.#attempt;
    this.#timer = setTimeout(
      () => this.#fail(attempt, `not attached within ${ATTACH_LIMITS.attachLimit} ms`),
      ATTACH_LIMITS.attachLimit,
    );
    this.#step(attempt, async () => {
      const transport = await this.#options.feed.openTransport();
      if (attempt !== this.#attempt) {
        transport.close();
        return;
      }
      this.#transport = transport;
      const { parameters, routerRtpCapabilities } = transport;
      const { options } = this.#options.feed;
      this.#options.send({ type: 'watch', attempt, options, transport: parameters, routerRtpCapabilities });
    });
  }

  /** The analyzer is gone, and its side of the transport with it. */
  detach(): void {
    if (this.#state === 'closed') return;
    this.#reset('waiting');
    this.#failures = 0;
  }

  heard(message: AttachMessage): void {
    const { attempt } = message;
    if (attempt !== this.#attempt || this.#state === 'closed') return;
    const transport = this.#transport;
    if (message.type === 'watch.failed') {
      this.#fail(attempt, message.message);
    } else if (transport && message.type === 'watching') {
      this.#step(attempt, async () => {
        const consumer = await transport.consume(message.rtpCapabilities);
        if (attempt !== this.#attempt) return;
        this.#options.send({ type: 'consume', attempt, cameraId: this.id, consumer });
      });
    } else if (transport && message.type === 'connect') {
      this.#step(attempt, () => transport.connect(message.dtlsParameters));
    } else if (transport && message.type === 'consuming') {
      this.#step(attempt, async () => {
        await transport.resume();
        if (attempt !== this.#attempt) return;
        if (this.#timer) clearTimeout(this.#timer);
        this.#state = 'live';
      });
    }
  }

  /** Pictures arrive: the next failure is a new one. */
  flowing(): void {
    this.#failures = 0;
  }

  /** The feed has other options: the analyzer is told, or will be when it is next asked to watch. */
  changed(): void {
    if (!this.#transport) return;
    const { minFace } = this.#options.feed.options;
    this.#options.send({ type: 'watch.min-face', attempt: this.#attempt, cameraId: this.id, minFace });
  }

  /** Tells the analyzer and lets go of the transport. Idempotent. */
  close(): void {
    if (this.#state === 'closed') return;
    this.#release();
    this.#reset('closed');
  }

  /** Runs one step of an attempt; its failure is the attempt's, unless that is over. */
  #step(attempt: number, step: () => Promise<void>): void {
    step().catch((error: unknown) => {
      this.#fail(attempt, error instanceof Error ? error.message : String(error));
    });
  }

  #fail(attempt: number, message: string): void {
    if (attempt !== this.#attempt || this.#state === 'closed') return;
    this.#release();
    this.#reset('waiting');
    const delay = backoff(ATTACH_LIMITS.retry, this.#failures);
    // A camera that is switched off for the night is worth one line, not thousands.
    const level = this.#failures === 0 ? 'warn' : 'debug';
    this.#failures += 1;
    this.#options.log[level](
      { camera: this.id, reason: message, failures: this.#failures, delay },
      'camera | not watched, will try again',
    );
    this.#timer = setTimeout(() => this.attach(), delay);
  }

  #release(): void {
    if (this.#transport) this.#options.send({ type: 'unwatch', attempt: this.#attempt, cameraId: this.id });
  }

  /** Ends the current attempt, whatever it was waiting for. */
  #reset(state: State): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    this.#transport?.close();
    this.#transport = null;
    this.#attempt = 0;
    this.#state = state;
  }
}
