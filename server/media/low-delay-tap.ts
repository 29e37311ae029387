import type { types as ms } from 'mediasoup';
import type { Logger } from 'pino';
import { asksForKeyframe } from './keyframe-request.ts';
import { PLAYOUT_DELAY, withoutPlayoutDelay } from './playout-delay.ts';
import { keepTopLayer } from './top-layer.ts';

export interface LowDelayTapOptions {
  router: ms.Router;
  /** The camera's. */
  source: ms.Producer;
  /** Of several layers, those to take. */
  layers?: ms.ConsumerLayers | undefined;
  log: Logger;
}

/**
 * A camera once more on its router, every packet marked "do not delay": an analyzer wants each picture as soon as it is
 * complete, while libwebrtc would hold it back in its jitter buffer for a steady motion that nobody watches. Its packets
 * pass through this process. Retransmissions are the worker's matter on both sides of it; a keyframe that is asked of
 * the tap is asked of the camera. Ends with its source.
 */
export class LowDelayTap {
  /** To be consumed in place of the source; a single stream, whatever the source is. */
  readonly producer: ms.Producer;
  readonly #transport: ms.DirectTransport;
  readonly #consumer: ms.Consumer;

  /** Nothing flows before `resume`. Throws where the router or the source does not allow it. */
  static async create({ router, source, layers, log }: LowDelayTapOptions): Promise<LowDelayTap> {
    const { codecs, headerExtensions } = router.rtpCapabilities;
    const extension = headerExtensions?.find(({ kind, uri }) => kind === 'video' && uri === PLAYOUT_DELAY);
    if (!extension) throw new Error('this router does not pass the playout delay on');
    const transport = await router.createDirectTransport();
    try {
      const consumer = await transport.consume({
        producerId: source.id,
        // No extensions and no RTX: between the worker and this process there is nothing to estimate or to lose.
        rtpCapabilities: { ...(codecs && { codecs }), headerExtensions: [] },
        enableRtx: false,
        paused: true,
        ...(layers && { preferredLayers: layers }),
      });
      const producer = await transport.produce({
        kind: 'video',
        rtpParameters: {
          codecs: consumer.rtpParameters.codecs,
          headerExtensions: [{ uri: PLAYOUT_DELAY, id: extension.preferredId }],
          encodings: consumer.rtpParameters.encodings!.map(({ ssrc }) => ({ ssrc: ssrc! })),
        },
      });
      return new LowDelayTap(transport, consumer, producer, extension.preferredId, log);
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
    log: Logger,
  ) {
    this.#transport = transport;
    this.#consumer = consumer;
    this.producer = producer;
    consumer.on('rtp', (packet) => {
      if (!producer.closed) producer.send(withoutPlayoutDelay(packet, extensionId));
    });
    keepTopLayer(consumer);
    consumer.observer.once('close', () => this.close());
    transport.on('rtcp', (packet) => {
      if (consumer.closed || !asksForKeyframe(packet)) return;
      consumer.requestKeyFrame().catch((error: unknown) => {
        log.debug({ err: error, event: 'keyframe-request.failed' });
      });
    });
  }

  get closed(): boolean {
    return this.#transport.closed;
  }

  /** Lets packets through, from a keyframe on. */
  async resume(): Promise<void> {
    await this.#consumer.resume();
  }

  /** Idempotent; whoever consumes the tap loses it. */
  close(): void {
    this.#transport.close();
  }
}
