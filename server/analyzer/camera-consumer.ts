/** Receives one camera over WebRTC: a transport, its consumer, and a sink that delivers decoded pictures. */
import './wrtc-globals.ts';
import wrtc from '@roamhq/wrtc';
import { Device } from 'mediasoup-client';
import type { types as client } from 'mediasoup-client';
import type { types as ms } from 'mediasoup';
import type { ConsumerParameters } from '../protocol/analyzer.ts';
import type { PictureSource, PictureSourceOptions } from './picture-source.ts';
import { StallWatch } from './stall-watch.ts';

/** What libwebrtc's sink delivers; `data` is I420 without padding. */
interface SinkFrame {
  frame: { data: Uint8Array; width: number; height: number; rotation: number };
}

export class CameraConsumer implements PictureSource {
  readonly #options: PictureSourceOptions;
  readonly #device: client.Device;
  readonly #transport: client.Transport;
  #consumer: client.Consumer | null = null;
  #sink: InstanceType<typeof wrtc.nonstandard.RTCVideoSink> | null = null;
  #watch: StallWatch | null = null;
  #closed = false;

  private constructor(options: PictureSourceOptions, device: client.Device) {
    this.#options = options;
    this.#device = device;
    this.#transport = device.createRecvTransport(options.transport);
    this.#transport.on('connect', ({ dtlsParameters }, done) => {
      options.onConnect(dtlsParameters);
      // There is no answer to wait for: ICE and DTLS retry until the other side is connected too.
      done();
    });
    this.#transport.on('connectionstatechange', (state) => {
      if (state === 'failed') this.#lost('the media connection failed');
    });
  }

  /** Throws if the router offers no codec that can be received. */
  static async open(options: PictureSourceOptions): Promise<CameraConsumer> {
    const device = await Device.factory({ handlerName: 'Chrome111' });
    await device.load({ routerRtpCapabilities: options.routerRtpCapabilities as client.RtpCapabilities });
    if (!device.recvRtpCapabilities.codecs?.some((codec) => codec.kind === 'video')) {
      throw new Error('the router offers no video codec that can be received');
    }
    return new CameraConsumer(options, device);
  }

  get rtpCapabilities(): ms.RtpCapabilities {
    return this.#device.recvRtpCapabilities;
  }

  /** Attaches the camera's consumer. Pictures arrive once the other side resumes it. */
  async consume(parameters: ConsumerParameters): Promise<void> {
    const consumer = await this.#transport.consume(parameters as client.ConsumerOptions);
    if (this.#closed) {
      consumer.close();
      return;
    }
    this.#consumer = consumer;
    consumer.on('trackended', () => this.#lost('the track ended'));
    this.#sink = new wrtc.nonstandard.RTCVideoSink(consumer.track);
    const { stallLimit } = this.#options;
    this.#watch = new StallWatch({ stallLimit, onStall: (message) => this.#lost(message) });
    Object.assign(this.#sink, {
      onframe: ({ frame }: SinkFrame) => {
        // A picture that was on its way to this thread when the sink was stopped still arrives.
        if (this.#closed) return;
        this.#watch?.seen();
        this.#options.onPicture(frame, frame.rotation);
      },
    });
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#watch?.stop();
    // The sink first: it holds a native reference to the track that closing the consumer stops.
    this.#sink?.stop();
    this.#consumer?.close();
    this.#transport.close();
  }

  #lost(message: string): void {
    if (this.#closed) return;
    this.close();
    this.#options.onLost(message);
  }
}
