/** One watched camera on the server's side: attached to an analyzer over a transport, and attached again when that fails. */
import type { Logger } from 'pino';
import type { AnalyzerToServer, DecoderFault, ServerToAnalyzer } from '../protocol/analyzer.ts';
import type { Place } from '../protocol/face.ts';
import type { CameraSource, SourceTransport } from '../media/camera-source.ts';
import { backoff } from '../async/backoff.ts';

export const ATTACH_LIMITS = {
  /** Time from `watch` to `consuming`, ms; after that the attempt has failed. */
  attachLimit: 10_000,
  /** Waits between attempts. The cap is short, so that a publisher that paused for long is soon seen again. */
  retry: { first: 500, cap: 5_000 },
  /** Between attempts of a camera whose pictures may be what ends its decoder, each of which costs a process. */
  retryDecoder: { first: 500, cap: 30_000 },
  /** A camera that has been live for this long starts over with the first wait, ms. */
  calm: 10_000,
} as const;

/** What the analyzer reports while a camera is being attached. */
export type AttachMessage = Extract<
  AnalyzerToServer,
  { type: 'watching' | 'connect' | 'consuming' | 'watch.failed' }
>;

/** `waiting`: for an analyzer, or for the next attempt. `live`: attached, and its consumer is resumed. */
type State = 'waiting' | 'attaching' | 'live' | 'closed';

export interface WatchedCameraOptions {
  source: CameraSource;
  /** Sends to the analyzer that the camera is assigned to. */
  send(message: ServerToAnalyzer): void;
  /** What hangs in front of the camera, as last reported. */
  things?: () => readonly Place[] | undefined;
  /** Its decoder has failed; it is being started again. */
  onDecoderFault?: (fault: DecoderFault) => void;
  log: Logger;
}

/**
 * Every attempt has a number that all its messages carry. Messages of an earlier attempt are ignored, so a camera may
 * be released, attached again or lose its analyzer at any moment.
 */
export class WatchedCamera {
  /** Rises across all cameras of this process, so that a camera that is watched again never repeats a number. */
  static #attempts = 0;

  readonly #options: WatchedCameraOptions;
  #state: State = 'waiting';
  #attempt = 0;
  #failures = 0;
  #liveAt = 0;
  #transport: SourceTransport | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor(options: WatchedCameraOptions) {
    this.#options = options;
  }

  get id(): string {
    return this.#options.source.options.cameraId;
  }

  /** Whether pictures may arrive. */
  get live(): boolean {
    return this.#state === 'live';
  }

  /** Number of the attempt that is under way or has succeeded; 0 while there is none. */
  get attempt(): number {
    return this.#attempt;
  }

  /**
   * Call when the analyzer is running: starts an attempt, replacing one that is under way.
   * @param insist the analyzer has to take the camera even when it is full
   */
  attach(insist = false): void {
    if (this.#state === 'closed') return;
    this.#reset('attaching');
    this.#attempt = WatchedCamera.#attempts += 1;
    const attempt = this.#attempt;
    this.#timer = setTimeout(
      () => this.#fail(attempt, `not attached within ${ATTACH_LIMITS.attachLimit} ms`),
      ATTACH_LIMITS.attachLimit,
    );
    this.#step(attempt, async () => {
      const transport = await this.#options.source.openTransport();
      if (attempt !== this.#attempt) {
        transport.close();
        return;
      }
      this.#transport = transport;
      transport.onClosed(() => this.#fail(attempt, 'the media transport was closed'));
      const { parameters, routerRtpCapabilities, mimeType } = transport;
      const { source, things } = this.#options;
      this.#options.send({
        type: 'watch',
        attempt,
        options: source.options,
        mimeType,
        things: things?.(),
        ...(insist && { insist }),
        transport: parameters,
        routerRtpCapabilities,
      });
    });
  }

  /** Call before the camera gets another analyzer: tells the one that has it, and closes the transport. */
  release(): void {
    if (this.#state === 'closed') return;
    this.#release();
    this.detach();
  }

  /** Call when the analyzer is gone, and its side of the transport with it. */
  detach(): void {
    if (this.#state === 'closed') return;
    this.#reset('waiting');
    this.#failures = 0;
  }

  /** Call with every message of the analyzer about attaching this camera. */
  receive(message: AttachMessage): void {
    const { attempt } = message;
    if (attempt !== this.#attempt || this.#state === 'closed') return;
    const transport = this.#transport;
    if (message.type === 'watch.failed') {
      if (message.again === 'at-once' && this.live) this.attach();
      else this.#fail(attempt, message.message, message.fault);
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
        this.#liveAt = performance.now();
      });
    }
  }

  /** Call while pictures arrive: after a while the next failure counts as the first. */
  flowing(): void {
    if (this.live && performance.now() - this.#liveAt >= ATTACH_LIMITS.calm) this.#failures = 0;
  }

  /** Call when the source's options have changed: tells the analyzer now, or with the next attempt. */
  changed(): void {
    if (!this.#transport) return;
    const { minFace, wish, mounting, zone, rate } = this.#options.source.options;
    const settings = {
      minFace,
      rate,
      ...(wish && { wish }),
      ...(mounting && { mounting }),
      ...(zone !== undefined && { zone }),
    };
    this.#options.send({ type: 'watch.settings', attempt: this.#attempt, cameraId: this.id, settings });
  }

  /** Tells the analyzer, and closes the transport. Idempotent. */
  close(): void {
    if (this.#state === 'closed') return;
    this.#release();
    this.#reset('closed');
  }

  /** Runs one step of an attempt. If the step fails, the attempt fails, unless it is over already. */
  #step(attempt: number, step: () => Promise<void>): void {
    step().catch((error: unknown) => {
      this.#fail(attempt, error instanceof Error ? error.message : String(error));
    });
  }

  #fail(attempt: number, message: string, fault?: DecoderFault): void {
    if (attempt !== this.#attempt || this.#state === 'closed') return;
    this.#release();
    this.#reset('waiting');
    const { retry, retryDecoder } = ATTACH_LIMITS;
    const delay = backoff(fault ? retryDecoder : retry, this.#failures);
    // One line, not thousands, for a camera that is switched off at night.
    const level = this.#failures === 0 ? 'warn' : 'debug';
    this.#failures += 1;
    this.#options.log[level](
      {
        event: 'camera.not-watched',
        cameraId: this.id,
        reason: message,
        fault,
        failures: this.#failures,
        delay,
      },
      'the camera is not being watched; will try again',
    );
    this.#timer = setTimeout(() => this.attach(), delay);
    if (fault) this.#options.onDecoderFault?.(fault);
  }

  #release(): void {
    if (this.#transport) this.#options.send({ type: 'unwatch', attempt: this.#attempt, cameraId: this.id });
  }

  /** Ends the current attempt at whatever point it is. */
  #reset(state: State): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    const transport = this.#transport;
    this.#transport = null;
    this.#attempt = 0;
    this.#state = state;
    transport?.close();
  }
}
