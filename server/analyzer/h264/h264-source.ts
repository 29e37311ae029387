/**
 * Receives a camera that sends H.264: over WebRTC, as RTP, with a decoder of its own. Each camera has a thread, or with a pack of
 * native decoders a process, so that pictures that crash or hang the decoder end this camera and nothing else.
 */
import type { types as ms } from 'mediasoup';
import type { ConsumerParameters, DecoderFault } from '../../protocol/analyzer.ts';
import { PICTURE_LIMIT } from '../../protocol/limits.ts';
import type { PictureSource, PictureSourceOptions } from '../picture-source.ts';
import { StallWatch } from '../stall-watch.ts';
import { DECODER_LIMITS, type DecoderHost, type FromDecoder } from './decoder-messages.ts';
import { ProcessHost } from './process-host.ts';
import { ThreadHost } from './thread-host.ts';

const FEEDBACK: ReadonlySet<string> = new Set(['nack', 'nack pli']);
const EXTENSIONS: ReadonlySet<string> = new Set(['urn:3gpp:video-orientation']);

export class H264Source implements PictureSource {
  readonly rtpCapabilities: ms.RtpCapabilities;
  readonly #options: PictureSourceOptions;
  readonly #host: DecoderHost;
  readonly #ready = Promise.withResolvers<void>();
  readonly #consuming = Promise.withResolvers<void>();
  readonly #start: NodeJS.Timeout;
  /** Counts what did not come, once it has started. */
  #beats: NodeJS.Timeout | undefined;
  #missed = 0;
  #watch: StallWatch | null = null;
  #closed = false;

  /** Throws if the router offers no H.264, or the decoder does not start. */
  static async open(options: PictureSourceOptions): Promise<H264Source> {
    const source = new H264Source(options);
    await source.#ready.promise;
    return source;
  }

  private constructor(options: PictureSourceOptions) {
    this.#options = options;
    this.rtpCapabilities = capabilitiesOf(options.routerRtpCapabilities);
    // Nobody may wait for these when the decoder ends.
    this.#ready.promise.catch(() => {});
    this.#consuming.promise.catch(() => {});
    const { transport, decoderPack = null, pictureLimit: limit = PICTURE_LIMIT } = options;
    const events = {
      onMessage: (message: FromDecoder) => this.#take(message),
      onEnd: (message: string) => this.#lost(message, 'crashed'),
    };
    this.#host = decoderPack === null ? new ThreadHost(events) : new ProcessHost(decoderPack, limit, events);
    this.#start = setTimeout(() => this.#lost('the decoder does not start'), DECODER_LIMITS.start);
    this.#host.post({ type: 'open', transport, limit });
  }

  async consume({ rtpParameters }: ConsumerParameters): Promise<void> {
    this.#host.post({ type: 'consume', rtpParameters });
    await this.#consuming.promise;
    if (this.#closed) return;
    const { stallLimit } = this.#options;
    this.#watch = new StallWatch({ stallLimit, onStall: (message) => this.#lost(message) });
  }

  close(): void {
    this.#end(new Error('the receiver was closed'));
  }

  #take(message: FromDecoder): void {
    if (this.#closed) return;
    switch (message.type) {
      case 'beat':
        this.#missed = 0;
        return;
      case 'ready':
        clearTimeout(this.#start);
        this.#beats = setInterval(() => this.#countBeat(), DECODER_LIMITS.beat);
        return this.#ready.resolve();
      case 'connect':
        return this.#options.onConnect(message.dtlsParameters);
      case 'consuming':
        return this.#consuming.resolve();
      case 'lost':
        return this.#lost(message.message);
      case 'picture':
        return this.#takePicture(message);
    }
  }

  #takePicture(message: Extract<FromDecoder, { type: 'picture' }>): void {
    const { place, width, height, rotation } = message;
    let data: Uint8Array;
    try {
      data = this.#host.pictureOf(message);
    } catch (error) {
      return this.#lost(error instanceof Error ? error.message : String(error), 'crashed');
    }
    this.#watch?.seen();
    this.#options.onPicture({ data, width, height }, rotation);
    this.#host.post({ type: 'taken', place });
  }

  #countBeat(): void {
    this.#missed += 1;
    const { beat, silence } = DECODER_LIMITS;
    if (this.#missed > silence / beat) this.#lost('the decoder does not answer', 'hung');
  }

  #end(error: Error): void {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#start);
    clearInterval(this.#beats);
    this.#watch?.stop();
    this.#ready.reject(error);
    this.#consuming.reject(error);
    this.#host.end();
  }

  #lost(message: string, fault?: DecoderFault): void {
    if (this.#closed) return;
    this.#end(new Error(message));
    this.#options.onLost(message, fault);
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
