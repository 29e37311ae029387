import type { types as ms } from 'mediasoup';
import type { ConsumerParameters, WatchOptions, WatchSettings } from '../protocol/analyzer.ts';
import { MusterError } from '../protocol/error.ts';
import type { CameraSource, SourceTransport } from './camera-source.ts';
import { LowDelayTap, type RefusedSize } from './low-delay-tap.ts';
import { mediaCall } from './media-call.ts';
import type { PictureLimit } from './picture-size.ts';
import type { RouterSlot } from './router-slot.ts';
import { checkedDtlsParameters } from './peer-parameters.ts';
import { openTransport, transportParameters } from './webrtc-transport.ts';

export interface ProducerSourceOptions {
  producer: ms.Producer;
  slot: RouterSlot;
  watch: WatchOptions;
  /** Whether frames skip the jitter buffer of the analyzer. Default true. */
  lowDelay?: boolean | undefined;
  /** The largest picture that passes; by default that of the tap. */
  limit?: PictureLimit;
  /** Called once, when the camera sends a picture over the limit, or one that cannot be decoded. */
  onRefused?: (size: RefusedSize) => void;
}

/**
 * The published stream of a camera, for its analyzer. Only one analyzer watches a camera: opening a transport closes the
 * previous one, so that the transport of a dead analyzer is not kept.
 */
export class ProducerSource implements CameraSource {
  #options: WatchOptions;
  readonly #producer: ms.Producer;
  readonly #slot: RouterSlot;
  readonly #tap: TapOptions;
  #open: SourceTransport | null = null;

  constructor(options: ProducerSourceOptions) {
    this.#options = options.watch;
    this.#producer = options.producer;
    this.#slot = options.slot;
    const { lowDelay = true, limit, onRefused } = options;
    this.#tap = { lowDelay, ...(limit && { limit }), ...(onRefused && { onRefused }) };
  }

  get options(): WatchOptions {
    return this.#options;
  }

  /** Changes what is looked for. The caller must notify the analyzer. */
  lookFor({ minFace, wish, mounting, zone, rate }: WatchSettings): void {
    this.#options = {
      ...this.#options,
      minFace,
      ...(wish && { wish }),
      ...(mounting && { mounting }),
      ...(zone !== undefined && { zone }),
      ...(rate !== undefined && { rate }),
    };
  }

  async openTransport(): Promise<SourceTransport> {
    if (this.#producer.closed) throw cameraGone();
    const transport = await mediaCall('open a transport', this.#slot, () =>
      openTransport(this.#slot, 'analyzer'),
    );
    if (this.#producer.closed) {
      transport.close();
      throw cameraGone();
    }
    this.#open?.close();
    this.#open = sourceTransport(this.#slot, this.#producer, transport, this.#tap);
    return this.#open;
  }

  close(): void {
    this.#open?.close();
    this.#open = null;
  }
}

type TapOptions = { lowDelay: boolean } & Pick<ProducerSourceOptions, 'limit' | 'onRefused'>;

function sourceTransport(
  slot: RouterSlot,
  producer: ms.Producer,
  transport: ms.WebRtcTransport,
  options: TapOptions,
): SourceTransport {
  let consumer: ms.Consumer | null = null;
  let tap: LowDelayTap | null = null;
  transport.observer.once('close', () => tap?.close());
  return {
    parameters: transportParameters(transport, slot),
    routerRtpCapabilities: slot.receiverCapabilities,
    mimeType: producer.rtpParameters.codecs[0]!.mimeType,
    connect: async (dtlsParameters) => {
      const checked = checkedDtlsParameters(dtlsParameters);
      await mediaCall('connect', slot, () => transport.connect({ dtlsParameters: checked }));
    },
    consume: async (rtpCapabilities): Promise<ConsumerParameters> => {
      if (producer.closed) throw cameraGone();
      if (consumer && !consumer.closed) {
        throw new MusterError('wrong-state', 'This transport already consumes its camera.');
      }
      if (!slot.router.canConsume({ producerId: producer.id, rtpCapabilities })) {
        throw new MusterError('bad-request', 'The analyzer cannot decode what this camera publishes.');
      }
      tap?.close();
      tap = await mediaCall('open a tap', slot, () => openTap(slot, producer, options));
      if (transport.closed) tap.close();
      const consumed = tap.producer;
      consumer = await mediaCall('consume', slot, () =>
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
      await mediaCall('resume', slot, async () => {
        await resumed.resume();
        // Last, because it begins with a keyframe, for which its receiver must be ready.
        await tap?.resume();
      });
    },
    onClosed: (listener) => void transport.observer.once('close', listener),
    close: () => transport.close(),
  };
}

/** Nothing reaches a decoder past the tap, because it reads how large a picture claims to be. */
async function openTap(
  slot: RouterSlot,
  producer: ms.Producer,
  { lowDelay, limit, onRefused }: TapOptions,
): Promise<LowDelayTap> {
  try {
    return await LowDelayTap.create({
      router: slot.router,
      source: producer,
      layers: highestLayers(producer).preferredLayers,
      lowDelay,
      limit,
      h264: slot.h264,
      onRefused,
      log: slot.log,
    });
  } catch (error) {
    if (producer.closed) throw cameraGone();
    throw error;
  }
}

/** Recognition needs pixels, so of several simulcast layers always the largest that arrives is used. */
function highestLayers(producer: ms.Producer): { preferredLayers?: ms.ConsumerLayers } {
  if (producer.type === 'simple') return {};
  // mediasoup reduces these to the layers that exist. SVC in one encoding has at most three of each kind.
  return { preferredLayers: { spatialLayer: 2, temporalLayer: 2 } };
}

function cameraGone(): MusterError {
  return new MusterError('media-unavailable', 'This camera is no longer publishing.');
}
