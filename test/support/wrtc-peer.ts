/**
 * Acts as a page of the client without a browser: it uses the signaling protocol over a real WebSocket, and WebRTC
 * through libwebrtc. It publishes I420 pictures and receives results and events. It works only in the main thread of a
 * process.
 */
import '../../server/analyzer/wrtc-globals.ts';
import { EventEmitter } from 'node:events';
import wrtc from '@roamhq/wrtc';
import { Device, type types as mc } from 'mediasoup-client';
import { WebSocket } from 'ws';
import { MusterError } from '#protocol/error.ts';
import type { EventMessage, ResultMessage } from '#protocol/results.ts';
import {
  type DataConsumerParameters,
  type Method,
  type Notification,
  PROTOCOL_VERSION,
  type Replies,
  type Reply,
  type RequestData,
  type ServerMessage,
} from '#protocol/signaling.ts';
import type { I420Frame } from '../../server/vision/types.ts';

export interface WrtcPeerEvents {
  result: [ResultMessage];
  event: [EventMessage];
  notification: [Notification];
  /** A reply that belongs to no pending `request`. */
  stray: [Reply];
  /** Close code and reason of the socket. */
  close: [{ code: number; reason: string }];
}

export interface PublishOptions {
  /** Pictures per second. With 0, only the pictures passed to `picture()` are published. */
  fps: number;
  /** Returns the n-th picture. All pictures must have the same size. */
  picture: (n: number) => I420Frame;
  enrollmentId?: string;
  encodings?: mc.ProducerOptions['encodings'];
  codecOptions?: mc.ProducerOptions['codecOptions'];
  /** Such as `video/AV1`; default: the first one that both sides have. */
  mimeType?: string;
}

export class WrtcPeer extends EventEmitter<WrtcPeerEvents> {
  /** From the reply to `hello`. */
  actor: Replies['hello']['actor'] | null = null;
  cameraId = '';
  readonly #socket: WebSocket;
  readonly #pending = new Map<number, PromiseWithResolvers<unknown>>();
  readonly #transports: mc.Transport[] = [];
  readonly #channels: RTCDataChannel[] = [];
  #requests = 0;
  #device: Device | null = null;
  #timer: NodeJS.Timeout | undefined;
  #source: InstanceType<typeof wrtc.nonstandard.RTCVideoSource> | null = null;
  #track: MediaStreamTrack | null = null;

  /**
   * Opens the socket and sends `hello`. `headers` are those that a browser would send: cookie and origin. Rejects when the
   * upgrade is refused.
   */
  static async connect(options: { url: string; headers?: Record<string, string> }): Promise<WrtcPeer> {
    const peer = await WrtcPeer.open(options);
    const { actor } = await peer.request('hello', { protocol: PROTOCOL_VERSION });
    peer.actor = actor;
    return peer;
  }

  /** Opens the socket and sends nothing. */
  static async open(options: { url: string; headers?: Record<string, string> }): Promise<WrtcPeer> {
    const socket = new WebSocket(options.url, { headers: options.headers ?? {}, perMessageDeflate: false });
    const peer = new WrtcPeer(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('error', reject);
    });
    return peer;
  }

  private constructor(socket: WebSocket) {
    super();
    this.#socket = socket;
    socket.on('message', (data: Buffer) => this.#take(JSON.parse(data.toString()) as ServerMessage));
    socket.on('error', () => {});
    socket.once('close', (code, reason) => {
      for (const { reject } of this.#pending.values()) reject(new Error(`socket closed: ${code}`));
      this.#pending.clear();
      this.emit('close', { code, reason: reason.toString() });
    });
  }

  /** Rejects with the MusterError that the server replies with. */
  async request<M extends Method>(method: M, data: RequestData<M>): Promise<Replies[M]> {
    const id = this.#requests++;
    const pending = Promise.withResolvers<unknown>();
    this.#pending.set(id, pending);
    this.#socket.send(JSON.stringify({ id, method, data }));
    return (await pending.promise) as Replies[M];
  }

  /** Sends any bytes, whether or not they follow the protocol. */
  sendRaw(data: string | Buffer): void {
    this.#socket.send(data);
  }

  /** Stops reading from the socket, so that pings are not answered either. */
  fallSilent(): void {
    this.#socket.pause();
  }

  /** Resolves with the value of the first `event` that is `wanted`. Call it before the action that causes the event. */
  until<E extends keyof WrtcPeerEvents>(
    event: E,
    wanted: (value: WrtcPeerEvents[E][0]) => boolean = () => true,
  ): Promise<WrtcPeerEvents[E][0]> {
    return new Promise((resolve) => {
      const listener = (value: WrtcPeerEvents[E][0]) => {
        if (!wanted(value)) return;
        emitter.off(event, listener);
        resolve(value);
      };
      const emitter = this as EventEmitter;
      emitter.on(event, listener);
    });
  }

  /** Takes a place on a media router. The transports on an earlier place are closed. */
  async join(): Promise<void> {
    this.#leave();
    const { rtpCapabilities } = await this.request('media.join', {});
    this.#device = await Device.factory({ handlerName: 'Chrome111' });
    await this.#device.load({ routerRtpCapabilities: rtpCapabilities as mc.RtpCapabilities });
  }

  get device(): Device {
    if (!this.#device) throw new Error('join first');
    return this.#device;
  }

  /** Resolves when the server has the camera. Pictures are sent until `close` or the next `join`. */
  async publish(options: PublishOptions): Promise<mc.Producer> {
    const transport = await this.transport('send');
    const produce = async (rtpParameters: mc.RtpParameters) => {
      const { enrollmentId } = options;
      const { producerId, cameraId } = await this.request('media.produce', {
        transportId: transport.id,
        kind: 'video',
        rtpParameters,
        ...(enrollmentId !== undefined && { enrollmentId }),
      });
      this.cameraId = cameraId;
      return { id: producerId };
    };
    transport.on('produce', ({ rtpParameters }, accept, failed) => {
      produce(rtpParameters).then(accept, failed);
    });
    this.#source = new wrtc.nonstandard.RTCVideoSource();
    this.#track = this.#source.createTrack();
    const codec = this.device.sendRtpCapabilities.codecs?.find(
      ({ mimeType }) => mimeType === options.mimeType,
    );
    const producer = await transport.produce({
      track: this.#track,
      ...(codec && { codec }),
      ...(options.encodings && { encodings: options.encodings }),
      ...(options.codecOptions && { codecOptions: options.codecOptions }),
    });
    let n = 0;
    if (options.fps > 0) {
      this.#timer = setInterval(() => this.picture(options.picture(n++)), 1000 / options.fps);
    }
    return producer;
  }

  /** Publishes one picture now. */
  picture(frame: I420Frame): void {
    this.#source?.onFrame(frame);
  }

  /** Results and events arrive as `result` and `event` from now on; resolves when both channels are open and the recent events sent. */
  async consumeResults(): Promise<void> {
    const transport = await this.transport('recv');
    const { results, events } = await this.request('media.consume-results', { transportId: transport.id });
    await Promise.all([
      this.#listen(transport, results, (text) => this.emit('result', JSON.parse(text) as ResultMessage)),
      this.#listen(transport, events, (text) => this.emit('event', JSON.parse(text) as EventMessage)),
    ]);
    await this.request('media.replay-events', {});
  }

  /**
   * Sends text over the channels on which results and events arrive, or over one of them, which no page does. Libwebrtc
   * may refuse to send what the server announced that it does not accept, by an error or by closing the channel.
   */
  shout(text: string, over: readonly string[] = ['results', 'events']): void {
    for (const channel of this.#channels) {
      if (!over.includes(channel.label)) continue;
      try {
        channel.send(text);
      } catch (error) {
        if (!(error instanceof Error && /size|length|max|large/i.test(error.message))) throw error;
      }
    }
  }

  /** Whether the channels on which results and events arrive are open. */
  get hears(): boolean {
    return this.#channels.length > 0 && this.#channels.every(({ readyState }) => readyState === 'open');
  }

  async transport(direction: 'send' | 'recv'): Promise<mc.Transport> {
    const parameters = (await this.request('media.create-transport', {
      direction,
    })) as mc.TransportOptions;
    const transport =
      direction === 'send'
        ? this.device.createSendTransport(parameters)
        : this.device.createRecvTransport(parameters);
    this.#transports.push(transport);
    const connect = async (dtlsParameters: mc.DtlsParameters) => {
      await this.request('media.connect-transport', { transportId: transport.id, dtlsParameters });
    };
    transport.on('connect', ({ dtlsParameters }, accept, failed) => {
      connect(dtlsParameters).then(accept, failed);
    });
    return transport;
  }

  /** Idempotent. */
  async close(): Promise<void> {
    this.#leave();
    if (this.#socket.readyState === WebSocket.CLOSED) return;
    this.#socket.resume();
    const closed = new Promise((resolve) => {
      this.#socket.once('close', resolve);
    });
    this.#socket.terminate();
    await closed;
  }

  async #listen(transport: mc.Transport, parameters: DataConsumerParameters, use: (text: string) => void) {
    const consumer = await transport.consumeData(parameters);
    // The library's public interface can only receive on the channel, not send.
    this.#channels.push((consumer as unknown as { _dataChannel: RTCDataChannel })._dataChannel);
    consumer.on('message', (data: unknown) => use(String(data)));
    if (consumer.readyState === 'open') return;
    await new Promise<void>((resolve, reject) => {
      consumer.once('open', resolve);
      consumer.once('error', reject);
    });
  }

  #leave(): void {
    clearInterval(this.#timer);
    this.#track?.stop();
    this.#track = null;
    this.#source = null;
    for (const transport of this.#transports.splice(0)) transport.close();
    this.#device = null;
  }

  #take(message: ServerMessage): void {
    if ('notify' in message) {
      this.emit('notification', message);
      return;
    }
    const reply: Reply = message;
    const pending = this.#pending.get(reply.id);
    this.#pending.delete(reply.id);
    if (!pending) this.emit('stray', reply);
    else if (reply.ok) pending.resolve(reply.data);
    else {
      const { code, message: text, faults, details } = reply.error;
      pending.reject(new MusterError(code, text, { ...(faults && { faults }), ...(details && { details }) }));
    }
  }
}

/** A moving gray gradient, so that every picture differs and the encoder has work to do. */
export function gradient(width: number, height: number): (n: number) => I420Frame {
  return (n) => {
    const data = new Uint8Array(width * height + 2 * Math.ceil(width / 2) * Math.ceil(height / 2)).fill(128);
    for (let y = 0; y < height; y += 1) {
      for (let x = 0; x < width; x += 1) data[y * width + x] = (x + y + 4 * n) & 0xff;
    }
    return { data, width, height };
  };
}
