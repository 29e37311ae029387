import type { types as ms } from 'mediasoup';
import type { Logger } from 'pino';
import { PICTURE_LIMIT } from '../protocol/limits.ts';
import { asksForKeyframe } from './keyframe-request.ts';
import { type H264Decoding, ORIENTATION } from './codecs.ts';
import { pictureSizeReader } from './keyframe-size.ts';
import { fits, type Measured, type PictureLimit, type PictureSize } from './picture-size.ts';
import { PLAYOUT_DELAY, withoutPlayoutDelay } from './playout-delay.ts';
import { keepPreferredLayer } from './preferred-layer.ts';
import { TransitClock } from './transit-clock.ts';
import { Vp9Seal } from './vp9-seal.ts';

/**
 * A packet that comes later than the others by more than this is not passed on, ms: nobody would know when its picture was
 * taken, and whoever is in it may be gone. Wi-Fi that stops for a moment costs less; a process that was stopped costs more.
 */
const LATE = 1_000;
/** Between two requests for the keyframe after packets that were late, ms: the first may be lost. */
const ASK_AGAIN = 500;

/** Why pictures are not passed on. */
export type RefusedSize = PictureSize | 'unreadable' | 'undecodable';

export interface LowDelayTapOptions {
  router: ms.Router;
  /** The producer of the camera. */
  source: ms.Producer;
  /** The layers to use, if the source has several. */
  layers?: ms.ConsumerLayers | undefined;
  /** Whether packets are marked "do not delay". Default true. */
  lowDelay?: boolean | undefined;
  /** Default: Full HD. */
  limit?: PictureLimit | undefined;
  /** What is decoded of H.264. Default: `baseline`. */
  h264?: H264Decoding | undefined;
  /**
   * Called once if the camera sends a larger picture, one that hides its size, or one that cannot be decoded. No packet passes from then on: a decoder
   * makes room for what a picture announces, 0.4 GiB for the largest of VP8.
   */
  onRefused?: ((size: RefusedSize) => void) | undefined;
  log: Logger;
}

/**
 * Publishes a camera a second time on its router, with every packet marked "do not delay". An analyzer needs each frame as
 * soon as it is complete, but libwebrtc would hold it back in its jitter buffer for smooth motion, which only viewers need.
 * The packets pass through this process, which is also where the size of each picture is read before a decoder sees it, and
 * where packets are left out that waited somewhere on their way: a receiver dates a picture by when it decodes it.
 * On both sides of the tap, the worker handles retransmissions. A keyframe request to the tap is forwarded to the camera.
 * The tap ends with its source.
 */
export class LowDelayTap {
  /** Consume this producer instead of the source. It has a single stream even if the source has several. */
  readonly producer: ms.Producer;
  readonly #transport: ms.DirectTransport;
  readonly #consumer: ms.Consumer;

  /**
   * Opens a tap; no packet passes before `resume`.
   *
   * @throws Error if the router or the source does not support it
   */
  static async create(options: LowDelayTapOptions): Promise<LowDelayTap> {
    const { router, source, layers } = options;
    const { codecs, headerExtensions } = router.rtpCapabilities;
    const extensionOf = (name: string) =>
      headerExtensions?.find(({ kind, uri }) => kind === 'video' && uri === name);
    const extension = extensionOf(PLAYOUT_DELAY);
    const orientation = extensionOf(ORIENTATION);
    if (!extension) throw new Error('this router does not support the playout delay');
    const transport = await router.createDirectTransport();
    try {
      const consumer = await transport.consume({
        producerId: source.id,
        // No other header extensions and no RTX: between the worker and this process, no bandwidth needs to be estimated and
        // no packet gets lost.
        rtpCapabilities: { ...(codecs && { codecs }), headerExtensions: orientation ? [orientation] : [] },
        enableRtx: false,
        paused: true,
        ...(layers && { preferredLayers: layers }),
      });
      const producer = await transport.produce({
        kind: 'video',
        rtpParameters: {
          codecs: consumer.rtpParameters.codecs,
          headerExtensions: [extension, ...(orientation ? [orientation] : [])].map(
            ({ uri, preferredId }) => ({
              uri,
              id: preferredId,
            }),
          ),
          encodings: consumer.rtpParameters.encodings!.map(({ ssrc }) => ({ ssrc: ssrc! })),
        },
      });
      return new LowDelayTap(transport, consumer, producer, extension.preferredId, options);
    } catch (error) {
      transport.close();
      throw error;
    }
  }

  private constructor(
    transport: ms.DirectTransport,
    consumer: ms.Consumer,
    producer: ms.Producer,
    extensionId: number,
    { limit = PICTURE_LIMIT, h264, lowDelay = true, onRefused, log }: LowDelayTapOptions,
  ) {
    this.#transport = transport;
    this.#consumer = consumer;
    this.producer = producer;
    const requestKeyframe = () =>
      consumer.requestKeyFrame().catch((error: unknown) => {
        log.debug({ event: 'keyframe-request.failed', err: error }, 'no keyframe requested');
      });
    const { mimeType, clockRate } = consumer.rtpParameters.codecs[0]!;
    const clock = new TransitClock({ clockRate, limit: LATE });
    const measure = pictureSizeReader(mimeType, h264);
    const seal = mimeType.toLowerCase() === 'video/vp9' ? new Vp9Seal() : null;
    let refused = false;
    /** What came since packets were left out cannot be decoded before a keyframe: when one was asked for, monotonic ms. */
    let askedAt: number | null = null;
    consumer.on('rtp', (packet) => {
      if (producer.closed || refused) return;
      const start = measure(packet);
      const why = refusal(start, limit);
      if (why !== null) {
        refused = true;
        onRefused?.(why);
        return;
      }
      const now = performance.now();
      const late = clock.isLate(packet.readUInt32BE(4), now) || start === 'late';
      const key = typeof start === 'object' && start?.key === true;
      if (late || (askedAt !== null && !key)) {
        if (askedAt !== null && now - askedAt < ASK_AGAIN) return;
        askedAt = now;
        void requestKeyframe();
        return;
      }
      askedAt = null;
      for (const passed of seal?.pass(packet) ?? [packet]) {
        producer.send(lowDelay ? withoutPlayoutDelay(passed, extensionId) : passed);
      }
    });
    const { preferredLayers } = consumer;
    if (preferredLayers) keepPreferredLayer(consumer, () => consumer.setPreferredLayers(preferredLayers));
    consumer.observer.once('close', () => this.close());
    transport.on('rtcp', (packet) => {
      if (!consumer.closed && asksForKeyframe(packet)) void requestKeyframe();
    });
  }

  get closed(): boolean {
    return this.#transport.closed;
  }

  /** Lets packets pass, beginning with a keyframe. */
  async resume(): Promise<void> {
    await this.#consumer.resume();
  }

  /** Ends the tap and with it its consumers. Idempotent. */
  close(): void {
    this.#transport.close();
  }
}

function refusal(start: Measured, limit: PictureLimit): RefusedSize | null {
  if (start === null || start === 'late') return null;
  if (typeof start === 'string') return start;
  return start.size === null || fits(start.size, limit) ? null : start.size;
}
