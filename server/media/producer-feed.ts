import type { types as ms } from 'mediasoup';
import type { ConsumerParameters, WatchOptions } from '../protocol/analyzer.ts';
import { MusterError } from '../protocol/error.ts';
import type { CameraFeed, FeedTransport } from './feed.ts';
import { mediaCall } from './media-call.ts';
import type { MediaPlace } from './media-place.ts';
import { checkedDtlsParameters } from './peer-parameters.ts';
import { openTransport, transportParameters } from './webrtc-transport.ts';

/**
 * A camera as its analyzer sees it. A camera is watched by one analyzer: opening a transport closes the one
 * before, so that a dead analyzer's is not kept.
 */
export class ProducerFeed implements CameraFeed {
  readonly options: WatchOptions;
  readonly #producer: ms.Producer;
  readonly #place: MediaPlace;
  #open: FeedTransport | null = null;

  constructor(options: { producer: ms.Producer; place: MediaPlace; watch: WatchOptions }) {
    this.options = options.watch;
    this.#producer = options.producer;
    this.#place = options.place;
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
    this.#open = feedTransport(this.#place, this.#producer, transport);
    return this.#open;
  }

  close(): void {
    this.#open?.close();
    this.#open = null;
  }
}

function feedTransport(
  place: MediaPlace,
  producer: ms.Producer,
  transport: ms.WebRtcTransport,
): FeedTransport {
  let consumer: ms.Consumer | null = null;
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
      consumer = await mediaCall('consume', place, () =>
        transport.consume({
          producerId: producer.id,
          rtpCapabilities,
          paused: true,
          ...highestLayers(producer),
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
        await resumed.requestKeyFrame();
      });
    },
    close: () => transport.close(),
  };
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
