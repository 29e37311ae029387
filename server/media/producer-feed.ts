import type { types as ms } from 'mediasoup';
import type { ConsumerParameters, WatchOptions } from '../protocol/analyzer.ts';
import { MusterError } from '../protocol/error.ts';
import type { CameraFeed, FeedTransport } from './feed.ts';
import { LowDelayTap } from './low-delay-tap.ts';
import { mediaCall } from './media-call.ts';
import type { RouterSlot } from './router-slot.ts';
import { checkedDtlsParameters } from './peer-parameters.ts';
import { openTransport, transportParameters } from './webrtc-transport.ts';

export interface ProducerFeedOptions {
  producer: ms.Producer;
  place: RouterSlot;
  watch: WatchOptions;
  /** Whether pictures go past the analyzer's jitter buffer, through a `LowDelayTap`; true where unset. */
  lowDelay?: boolean | undefined;
}

/**
 * A camera as its analyzer sees it. A camera is watched by one analyzer: opening a transport closes the one
 * before, so that a dead analyzer's is not kept.
 */
export class ProducerFeed implements CameraFeed {
  #options: WatchOptions;
  readonly #producer: ms.Producer;
  readonly #place: RouterSlot;
  readonly #lowDelay: boolean;
  #open: FeedTransport | null = null;

  constructor(options: ProducerFeedOptions) {
    this.#options = options.watch;
    this.#producer = options.producer;
    this.#place = options.place;
    this.#lowDelay = options.lowDelay ?? true;
  }

  get options(): WatchOptions {
    return this.#options;
  }

  /** Whoever watches has to be told. */
  lookFor(minFace: number): void {
    this.#options = { ...this.#options, minFace };
  }

  async openTransport(): Promise<FeedTransport> {
    if (this.#producer.closed) throw cameraGone();
    const transport = await mediaCall('open a transport', this.#place, () =>
      openTransport(this.#place, 'analyzer'),
    );
    if (this.#producer.closed) {
      transport.close();
      throw cameraGone();
    }
    this.#open?.close();
    this.#open = feedTransport(this.#place, this.#producer, transport, this.#lowDelay);
    return this.#open;
  }

  close(): void {
    this.#open?.close();
    this.#open = null;
  }
}

function feedTransport(
  place: RouterSlot,
  producer: ms.Producer,
  transport: ms.WebRtcTransport,
  lowDelay: boolean,
): FeedTransport {
  let consumer: ms.Consumer | null = null;
  let tap: LowDelayTap | null = null;
  transport.observer.once('close', () => tap?.close());
  return {
    parameters: transportParameters(transport),
    routerRtpCapabilities: place.rtpCapabilities,
    connect: async (dtlsParameters) => {
      const checked = checkedDtlsParameters(dtlsParameters);
      await mediaCall('connect', place, () => transport.connect({ dtlsParameters: checked }));
    },
    consume: async (rtpCapabilities): Promise<ConsumerParameters> => {
      if (producer.closed) throw cameraGone();
      if (consumer && !consumer.closed) {
        throw new MusterError('wrong-state', 'This transport already consumes its camera.');
      }
      if (!place.router.canConsume({ producerId: producer.id, rtpCapabilities })) {
        throw new MusterError('bad-request', 'The analyzer cannot decode what this camera publishes.');
      }
      if (lowDelay) {
        tap?.close();
        tap = await openTap(place, producer);
        if (transport.closed) tap?.close();
      }
      const consumed = tap?.producer ?? producer;
      consumer = await mediaCall('consume', place, () =>
        transport.consume({
          producerId: consumed.id,
          rtpCapabilities,
          paused: true,
          ...highestLayers(consumed),
        }),
      );
      return {
        id: consumer.id,
        producerId: producer.id,
        kind: 'video',
        rtpParameters: consumer.rtpParameters,
      };
    },
    resume: async () => {
      const resumed = consumer;
      if (!resumed || resumed.closed) throw cameraGone();
      await mediaCall('resume', place, async () => {
        await resumed.resume();
        // The tap last: it begins with a keyframe, which has to find its receiver ready.
        if (tap) await tap.resume();
        else await resumed.requestKeyFrame();
      });
    },
    close: () => transport.close(),
  };
}

/** Null where it cannot be had: pictures that come later are better than none. */
async function openTap(place: RouterSlot, producer: ms.Producer): Promise<LowDelayTap | null> {
  const { preferredLayers } = highestLayers(producer);
  try {
    return await LowDelayTap.create({
      router: place.router,
      source: producer,
      layers: preferredLayers,
      log: place.log,
    });
  } catch (error) {
    if (producer.closed) throw cameraGone();
    place.log.warn({ err: error, event: 'low-delay.failed', producerId: producer.id });
    return null;
  }
}

/** Faces want pixels: of several simulcast layers always the largest that arrives. */
function highestLayers(producer: ms.Producer): { preferredLayers?: ms.ConsumerLayers } {
  if (producer.type === 'simple') return {};
  // mediasoup clamps to what there is; SVC in one encoding has at most three layers each way.
  return { preferredLayers: { spatialLayer: 2, temporalLayer: 2 } };
}

function cameraGone(): MusterError {
  return new MusterError('media-unavailable', 'This camera is no longer publishing.');
}
