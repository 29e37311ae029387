/**
 * Receives a camera that sends H.264: over WebRTC, as RTP, with a decoder of our own. Each camera has a thread, so that pictures
 * that crash or hang the decoder end this camera and nothing else.
 */
import { Worker } from 'node:worker_threads';
import type { types as ms } from 'mediasoup';
import type { ConsumerParameters } from '../../protocol/analyzer.ts';
import { PICTURE_LIMIT } from '../../protocol/limits.ts';
import type { PictureSource, PictureSourceOptions } from '../picture-source.ts';
import { StallWatch } from '../stall-watch.ts';
import type { FromH264Thread, H264ThreadData, ToH264Thread } from './h264-messages.ts';

const THREAD = new URL('h264-thread.ts', import.meta.url);
/** The heap of a thread, MiB; the pictures are not in it. */
const HEAP_MB = 96;
const FEEDBACK: ReadonlySet<string> = new Set(['nack', 'nack pli']);
const EXTENSIONS: ReadonlySet<string> = new Set(['urn:3gpp:video-orientation']);

export class H264Source implements PictureSource {
  readonly rtpCapabilities: ms.RtpCapabilities;
  readonly #options: PictureSourceOptions;
  readonly #worker: Worker;
  readonly #waiting: Int32Array;
  readonly #ready = Promise.withResolvers<void>();
  readonly #consuming = Promise.withResolvers<void>();
  #watch: StallWatch | null = null;
  #closed = false;

  /** Throws if the router offers no H.264. */
  static async open(options: PictureSourceOptions): Promise<H264Source> {
    const source = new H264Source(options);
    await source.#ready.promise;
    return source;
  }

  private constructor(options: PictureSourceOptions) {
    this.#options = options;
    this.rtpCapabilities = capabilitiesOf(options.routerRtpCapabilities);
    // Nobody may wait for these when the thread ends.
    this.#ready.promise.catch(() => {});
    this.#consuming.promise.catch(() => {});
    const waiting = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
    this.#waiting = new Int32Array(waiting);
    const workerData: H264ThreadData = { transport: options.transport, limit: PICTURE_LIMIT, waiting };
    this.#worker = new Worker(THREAD, {
      workerData,
      argv: [],
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
    });
    this.#worker.on('message', (message: FromH264Thread) => this.#take(message));
    this.#worker.on('error', (error) => this.#lost(`the decoder failed: ${error.message}`));
    this.#worker.on('exit', (code) => this.#lost(`the decoder ended (${code})`));
  }

  async consume({ rtpParameters }: ConsumerParameters): Promise<void> {
    this.#send({ type: 'consume', rtpParameters });
    await this.#consuming.promise;
    if (this.#closed) return;
    const { stallLimit } = this.#options;
    this.#watch = new StallWatch({ stallLimit, onStall: (message) => this.#lost(message) });
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#watch?.stop();
    const gone = new Error('the receiver was closed');
    this.#ready.reject(gone);
    this.#consuming.reject(gone);
    // Not asked to end: it may hang. Its sockets end with it.
    void this.#worker.terminate();
  }

  #send(message: ToH264Thread): void {
    if (!this.#closed) this.#worker.postMessage(message);
  }

  #take(message: FromH264Thread): void {
    if (this.#closed) return;
    switch (message.type) {
      case 'ready':
        return this.#ready.resolve();
      case 'connect':
        return this.#options.onConnect(message.dtlsParameters);
      case 'consuming':
        return this.#consuming.resolve();
      case 'lost':
        return this.#lost(message.message);
      case 'picture': {
        Atomics.sub(this.#waiting, 0, 1);
        this.#watch?.seen();
        const { data, width, height, rotation } = message;
        return this.#options.onPicture({ data, width, height }, rotation);
      }
    }
  }

  #lost(message: string): void {
    if (this.#closed) return;
    this.close();
    this.#options.onLost(message);
  }
}

/** What this receiver can take of what the router has. */
function capabilitiesOf({ codecs = [], headerExtensions = [] }: ms.RtpCapabilities): ms.RtpCapabilities {
  const h264 = codecs.filter(({ mimeType }) => mimeType.toLowerCase() === 'video/h264').map(withOurFeedback);
  if (h264.length === 0) throw new Error('the router offers no H.264');
  return { codecs: h264, headerExtensions: headerExtensions.filter(({ uri }) => EXTENSIONS.has(uri)) };
}

function withOurFeedback(codec: ms.RtpCodecCapability): ms.RtpCodecCapability {
  const rtcpFeedback = (codec.rtcpFeedback ?? []).filter(({ type, parameter }) =>
    FEEDBACK.has([type, parameter].filter(Boolean).join(' ')),
  );
  return { ...codec, rtcpFeedback };
}
