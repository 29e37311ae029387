import type { types as ms } from 'mediasoup';
import type { Logger } from 'pino';
import { MusterError } from '../protocol/error.ts';
import type { EventMessage } from '../protocol/results.ts';
import type { Replies, TransportParameters } from '../protocol/signaling.ts';
import { SOCKET_LIMITS } from '../protocol/limits.ts';
import { type AnalysisOptions, Camera, type CameraIdentity } from './camera.ts';
import type { Cameras } from './cameras.ts';
import { mediaCall, mediaUnavailable } from './media-call.ts';
import type { RouterSlot } from './router-slot.ts';
import { checkedDtlsParameters, checkedRtpParameters } from './peer-parameters.ts';
import { dataConsumerParameters, type ResultConsumers } from './result-channel.ts';
import { replayEvents } from './replay-events.ts';
import { openTransport, transportParameters } from './webrtc-transport.ts';

export interface MediaPeerOptions {
  /** Names the peer in events and logs: its socket's id. */
  ownerId: string;
  place: RouterSlot;
  cameras: Cameras;
  analysis: AnalysisOptions;
  sendEvent: (cameraId: string, message: EventMessage) => void;
  recentEvents: (cameraId: string) => EventMessage[];
  onclose: (peer: MediaPeer) => void;
  log: Logger;
}

/** What one browser has on one worker: a few transports, at most one camera, one pair of result channels. */
export class MediaPeer {
  readonly ownerId: string;
  readonly #options: MediaPeerOptions;
  readonly #place: RouterSlot;
  readonly #transports = new Map<string, { transport: ms.WebRtcTransport; direction: 'send' | 'recv' }>();
  #opening = 0;
  #camera: Camera | null = null;
  /** The camera whose results this peer may hear; its subchannel is held as long. */
  #hears: string | null = null;
  #consumers: ResultConsumers | null = null;
  #closed = false;

  constructor(options: MediaPeerOptions) {
    this.ownerId = options.ownerId;
    this.#options = options;
    this.#place = options.place;
  }

  get closed(): boolean {
    return this.#closed || this.#place.closed;
  }

  get rtpCapabilities(): ms.RtpCapabilities {
    return this.#place.rtpCapabilities;
  }

  get camera(): Camera | null {
    return this.#camera;
  }

  /** The worker that serves this peer: for tests and logs. */
  get workerPid(): number {
    return this.#place.pid;
  }

  /** Throws MusterError `conflict` beyond `SOCKET_LIMITS.transportsPerPeer`. */
  async createTransport(direction: 'send' | 'recv'): Promise<TransportParameters> {
    this.#mustBeOpen();
    if (this.#transports.size + this.#opening >= SOCKET_LIMITS.transportsPerPeer) {
      throw new MusterError(
        'conflict',
        `A peer has at most ${SOCKET_LIMITS.transportsPerPeer} transports; join again to drop them.`,
      );
    }
    this.#opening += 1;
    try {
      const transport = await mediaCall('open a transport', this.#place, () =>
        openTransport(this.#place, direction),
      );
      if (this.closed) {
        transport.close();
        throw mediaUnavailable();
      }
      this.#transports.set(transport.id, { transport, direction });
      transport.observer.once('close', () => this.#transports.delete(transport.id));
      return transportParameters(transport);
    } finally {
      this.#opening -= 1;
    }
  }

  async connectTransport(transportId: string, dtlsParameters: unknown): Promise<void> {
    const checked = checkedDtlsParameters(dtlsParameters);
    const { transport } = this.#transport(transportId);
    await mediaCall('connect', this.#place, () => transport.connect({ dtlsParameters: checked }));
  }

  async restartIce(transportId: string): Promise<ms.IceParameters> {
    const { transport } = this.#transport(transportId);
    return await mediaCall('restart ICE', this.#place, () => transport.restartIce());
  }

  /** Publishing again replaces what this peer published before: it holds one producer at most. */
  async produce(transportId: string, rtpParameters: unknown, identity: CameraIdentity): Promise<Camera> {
    const checked = checkedRtpParameters(rtpParameters);
    const { transport } = this.#transport(transportId, 'send');
    const producer = await mediaCall('produce', this.#place, () =>
      transport.produce({ kind: 'video', rtpParameters: checked }),
    );
    try {
      await this.hear(identity.id);
      this.#mustBeOpen();
      // Its DTLS failed meanwhile: mediasoup closes only the producers that a transport had by then.
      if (transport.closed) throw mediaUnavailable();
    } catch (error) {
      producer.close();
      throw error;
    }
    this.#camera?.close();
    const camera = new Camera({
      identity,
      producer,
      place: this.#place,
      analysis: this.#options.analysis,
      sendEvent: this.#options.sendEvent,
    });
    this.#camera = camera;
    camera.onclose(() => {
      if (this.#camera === camera) this.#camera = null;
    });
    this.#options.cameras.add(camera);
    return camera;
  }

  /** Names the one camera whose results this peer gets from now on, whether or not it publishes yet. */
  async hear(cameraId: string): Promise<void> {
    this.#mustBeOpen();
    if (this.#hears === cameraId) return;
    this.#stopHearing();
    this.#hears = cameraId;
    const subchannels = [this.#place.results.subchannels.acquire(cameraId)];
    const consumers = this.#consumers;
    if (!consumers) return;
    await mediaCall('change the subscription', this.#place, async () => {
      for (const consumer of [consumers.results, consumers.events]) {
        if (!consumer.closed) await consumer.setSubchannels(subchannels);
      }
    });
  }

  /** Calling again replaces the channels handed out before. */
  async consumeResults(transportId: string): Promise<Replies['media.consume-results']> {
    const { transport } = this.#transport(transportId, 'recv');
    this.#consumers?.results.close();
    this.#consumers?.events.close();
    const subchannel = this.#hears === null ? undefined : this.#place.results.subchannels.of(this.#hears);
    const consumers = await mediaCall('receive results', this.#place, () =>
      this.#place.results.consume(transport, subchannel === undefined ? [] : [subchannel]),
    );
    if (transport.closed) throw mediaUnavailable();
    this.#consumers = consumers;
    replayEvents({
      transport,
      consumer: consumers.events,
      events: () => (this.#hears === null ? [] : this.#options.recentEvents(this.#hears)),
      log: this.#options.log,
    });
    return {
      results: dataConsumerParameters(consumers.results),
      events: dataConsumerParameters(consumers.events),
    };
  }

  /** Idempotent: everything this peer has on the worker goes. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#camera?.close();
    for (const { transport } of this.#transports.values()) transport.close();
    this.#stopHearing();
    this.#options.onclose(this);
  }

  #stopHearing(): void {
    if (this.#hears !== null) this.#place.results.subchannels.release(this.#hears);
    this.#hears = null;
  }

  #mustBeOpen(): void {
    if (this.closed) throw mediaUnavailable();
  }

  #transport(id: string, direction?: 'send' | 'recv') {
    this.#mustBeOpen();
    const found = this.#transports.get(id);
    if (!found) throw new MusterError('media-unavailable', 'This transport is gone; join again.');
    if (direction !== undefined && found.direction !== direction) {
      throw new MusterError('bad-request', `This needs a transport of direction "${direction}".`);
    }
    return found;
  }
}
