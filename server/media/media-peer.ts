import type { types as ms } from 'mediasoup';
import type { Logger } from 'pino';
import { MusterError } from '../protocol/error.ts';
import type { EventMessage } from '../protocol/results.ts';
import type { Replies, TransportParameters } from '../protocol/signaling.ts';
import { SOCKET_LIMITS } from '../protocol/limits.ts';
import { type AnalysisOptions, Camera, type CameraIdentity } from './camera.ts';
import type { Cameras } from './cameras.ts';
import type { H264Decoding } from './codecs.ts';
import { mediaCall, mediaUnavailable } from './media-call.ts';
import type { RouterSlot } from './router-slot.ts';
import { checkedDtlsParameters, checkedRtpParameters } from './peer-parameters.ts';
import { dataConsumerParameters, type ResultConsumers } from './result-channel.ts';
import { openTransport, transportParameters } from './webrtc-transport.ts';

export interface MediaPeerOptions {
  /** Identifies the peer in events and logs: the ID of its socket. */
  ownerId: string;
  slot: RouterSlot;
  cameras: Cameras;
  analysis: AnalysisOptions;
  sendEvent: (cameraId: string, message: EventMessage) => void;
  /** Of this server, oldest first. */
  recentEvents: (cameraId: string) => EventMessage[];
  /** Of all servers; never rejects. */
  recordedEvents: (cameraId: string) => Promise<EventMessage[]>;
  /** Called once, when the peer is closed. */
  onClosed: (peer: MediaPeer) => void;
  log: Logger;
}

const LOOPBACK = '127.0.0.1';

type Direction = 'send' | 'recv' | 'ingest';

/**
 * One browser, or one program that publishes, on one worker: a few transports, at most one camera and one pair of result
 * channels.
 */
export class MediaPeer {
  readonly ownerId: string;
  readonly #options: MediaPeerOptions;
  readonly #slot: RouterSlot;
  readonly #transports = new Map<string, { transport: ms.WebRtcTransport; direction: Direction }>();
  #plain: ms.PlainTransport | null = null;
  #opening = 0;
  #camera: Camera | null = null;
  /** The ID of the camera whose results this peer receives, and whose subchannel it holds. */
  #hears: string | null = null;
  #consumers: ResultConsumers | null = null;
  #closed = false;

  constructor(options: MediaPeerOptions) {
    this.ownerId = options.ownerId;
    this.#options = options;
    this.#slot = options.slot;
  }

  get closed(): boolean {
    return this.#closed || this.#slot.closed;
  }

  get rtpCapabilities(): ms.RtpCapabilities {
    return this.#slot.rtpCapabilities;
  }

  /** What a program may publish that is no browser: its stream may say how it is turned. */
  get ingestCapabilities(): ms.RtpCapabilities {
    return this.#slot.receiverCapabilities;
  }

  /** What the analyzers decode of H.264. */
  get h264(): H264Decoding {
    return this.#slot.h264;
  }

  get camera(): Camera | null {
    return this.#camera;
  }

  /** Process ID of the worker, for tests and logs. */
  get workerPid(): number {
    return this.#slot.pid;
  }

  /** @throws MusterError `conflict` if the peer already has `SOCKET_LIMITS.transportsPerPeer` transports */
  async createTransport(direction: Direction): Promise<TransportParameters> {
    this.#mustBeOpen();
    if (this.#transports.size + this.#opening >= SOCKET_LIMITS.transportsPerPeer) {
      throw new MusterError(
        'conflict',
        `A peer can have at most ${SOCKET_LIMITS.transportsPerPeer} transports; join again to close them.`,
      );
    }
    this.#opening += 1;
    try {
      const transport = await mediaCall('open a transport', this.#slot, () =>
        openTransport(this.#slot, direction),
      );
      if (this.closed) {
        transport.close();
        throw mediaUnavailable();
      }
      this.#transports.set(transport.id, { transport, direction });
      transport.observer.once('close', () => this.#transports.delete(transport.id));
      return transportParameters(transport, this.#slot);
    } finally {
      this.#opening -= 1;
    }
  }

  /**
   * A transport for a program on this machine that sends plain RTP: whoever sends first is it. It replaces the one before.
   * Media that comes over a network needs `createTransport`.
   */
  async createPlainTransport(): Promise<{ id: string; ip: string; port: number; rtcpPort: number }> {
    this.#mustBeOpen();
    const transport = await mediaCall('open a transport', this.#slot, () =>
      this.#slot.router.createPlainTransport({
        listenInfo: { protocol: 'udp', ip: LOOPBACK },
        rtcpMux: false,
        comedia: true,
      }),
    );
    const rtcp = transport.rtcpTuple;
    if (this.closed || !rtcp) {
      transport.close();
      throw mediaUnavailable();
    }
    this.#plain?.close();
    this.#plain = transport;
    return { id: transport.id, ip: LOOPBACK, port: transport.tuple.localPort, rtcpPort: rtcp.localPort };
  }

  async connectTransport(transportId: string, dtlsParameters: unknown): Promise<void> {
    const checked = checkedDtlsParameters(dtlsParameters);
    const { transport } = this.#transport(transportId);
    await mediaCall('connect', this.#slot, () => transport.connect({ dtlsParameters: checked }));
  }

  async restartIce(transportId: string): Promise<ms.IceParameters> {
    const { transport } = this.#transport(transportId);
    return await mediaCall('restart ICE', this.#slot, () => transport.restartIce());
  }

  /** Publishes the camera of this peer. It replaces the camera that the peer published before. */
  async produce(transportId: string, rtpParameters: unknown, identity: CameraIdentity): Promise<Camera> {
    const checked = checkedRtpParameters(rtpParameters);
    const plain = this.#plain?.id === transportId ? this.#plain : null;
    const transport = plain ?? this.#transport(transportId, 'send', 'ingest').transport;
    const producer = await mediaCall('produce', this.#slot, () =>
      transport.produce({ kind: 'video', rtpParameters: checked }),
    );
    try {
      await this.hear(identity.id);
      this.#mustBeOpen();
      // If DTLS failed in the meantime, mediasoup closed only the producers that the transport had at that time.
      if (transport.closed) throw mediaUnavailable();
    } catch (error) {
      producer.close();
      throw error;
    }
    this.#camera?.close();
    const camera = new Camera({
      identity,
      producer,
      slot: this.#slot,
      analysis: this.#options.analysis,
      sendEvent: this.#options.sendEvent,
    });
    this.#camera = camera;
    camera.onClosed(() => {
      if (this.#camera === camera) this.#camera = null;
    });
    this.#options.cameras.add(camera);
    return camera;
  }

  /** Selects the one camera whose results this peer receives from now on. The camera need not be publishing yet. */
  async hear(cameraId: string): Promise<void> {
    this.#mustBeOpen();
    if (this.#hears === cameraId) return;
    this.#stopHearing();
    this.#hears = cameraId;
    const subchannels = [this.#slot.results.subchannels.acquire(cameraId)];
    const consumers = this.#consumers;
    if (!consumers) return;
    await mediaCall('change the subscription', this.#slot, async () => {
      for (const consumer of [consumers.results, consumers.events]) {
        if (!consumer.closed) await consumer.setSubchannels(subchannels);
      }
    });
  }

  /** Opens the channels for results and events. Calling it again replaces the previous channels. */
  async consumeResults(transportId: string): Promise<Replies['media.consume-results']> {
    const { transport } = this.#transport(transportId, 'recv');
    this.#consumers?.results.close();
    this.#consumers?.events.close();
    const subchannel = this.#hears === null ? undefined : this.#slot.results.subchannels.of(this.#hears);
    const consumers = await mediaCall('receive results', this.#slot, () =>
      this.#slot.results.consume(transport, subchannel === undefined ? [] : [subchannel]),
    );
    if (transport.closed) throw mediaUnavailable();
    this.#consumers = consumers;
    return {
      results: dataConsumerParameters(consumers.results),
      events: dataConsumerParameters(consumers.events),
    };
  }

  /**
   * Sends the recent events again, oldest first. What arrived before the browser had set up its end of the channel is lost
   * without a trace, and only the browser knows when that end is ready. It drops duplicates by their event ID.
   */
  async replayEvents(): Promise<void> {
    const cameraId = this.#hears;
    if (cameraId === null) return;
    const own = this.#options.recentEvents(cameraId);
    await this.#send(own);
    const known = new Set(own.map(({ id }) => id));
    const recorded = await this.#options.recordedEvents(cameraId);
    // It may have been told to hear another camera meanwhile.
    if (this.#hears === cameraId) await this.#send(recorded.filter(({ id }) => !known.has(id)));
  }

  async #send(events: readonly EventMessage[]): Promise<void> {
    for (const event of events) {
      const consumer = this.#consumers?.events;
      if (!consumer || consumer.closed) return;
      await mediaCall('send recent events', this.#slot, () => consumer.send(JSON.stringify(event)));
    }
  }

  /** Closes everything this peer has on the worker. Idempotent. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#camera?.close();
    for (const { transport } of this.#transports.values()) transport.close();
    this.#plain?.close();
    this.#stopHearing();
    this.#options.onClosed(this);
  }

  #stopHearing(): void {
    if (this.#hears !== null) this.#slot.results.subchannels.release(this.#hears);
    this.#hears = null;
  }

  #mustBeOpen(): void {
    if (this.closed) throw mediaUnavailable();
  }

  #transport(id: string, ...directions: Direction[]) {
    this.#mustBeOpen();
    const found = this.#transports.get(id);
    if (!found) throw new MusterError('media-unavailable', 'This transport no longer exists; join again.');
    if (directions.length > 0 && !directions.includes(found.direction)) {
      throw new MusterError(
        'bad-request',
        `This request needs a transport with the direction "${directions[0]}".`,
      );
    }
    return found;
  }
}
