/**
 * One connection to one media router, from joining to losing it: a send transport with the camera, a receive transport
 * with the two result channels. It repairs its network path by an ICE restart; when that fails or the router is gone,
 * `lost` resolves and the owner opens another link.
 */
import type { types as mc } from 'mediasoup-client';
import type { EventMessage, ResultMessage } from '#protocol/results.ts';
import type { DataConsumerParameters } from '#protocol/signaling.ts';
import { mediaDevice } from './media-device.ts';
import { videoEncodings } from './video-encoding.ts';
import { SmallLayer } from './small-layer.ts';
import { parseEvent, parseResult } from './parse-result.ts';
import type { SignalingSocket } from './socket.ts';

export interface MediaLinkOptions {
  socket: Pick<SignalingSocket, 'request' | 'onNotification'>;
  /** Null: it sends nothing, and only receives results. */
  track: MediaStreamTrack | null;
  enrollmentId?: string;
  onResult: (message: ResultMessage) => void;
  onEvent: (message: EventMessage) => void;
}

/** The handler of Chromium. Safari's negotiates layers in its own way, and nobody has measured there what they do to the large one. */
const MEASURED = 'Chrome111';
/** A path that is `disconnected` often recovers by itself within this time, ms. */
const HEALING = 2_500;
/** An ICE restart that takes longer than this has failed, ms. */
const RESTART_LIMIT = 7_000;
/** Limit for joining as a whole, ms: a half-open link is closed then. */
const OPEN_LIMIT = 15_000;

export class MediaLink {
  /** Resolves once, with a short reason, when this link cannot be repaired. Never rejects. */
  readonly lost: Promise<string>;
  cameraId = '';
  readonly #options: MediaLinkOptions;
  readonly #transports: mc.Transport[] = [];
  readonly #timers = new Map<mc.Transport, ReturnType<typeof setTimeout>>();
  readonly #small = new SmallLayer();
  readonly #unsubscribe: () => void;
  #producer: mc.Producer | null = null;
  #closed = false;
  #lose: (reason: string) => void = () => {};

  private constructor(options: MediaLinkOptions) {
    this.#options = options;
    this.lost = new Promise((resolve) => {
      this.#lose = resolve;
    });
    // From the beginning: who watches may be there before the link is complete.
    this.#unsubscribe = options.socket.onNotification((notification) => {
      if (notification.notify === 'camera.small-layer') this.#small.want(notification.data.wanted);
    });
  }

  /** Rejects with ClientError or a WebRTC error; nothing stays open then. */
  static async open(options: MediaLinkOptions, signal: AbortSignal): Promise<MediaLink> {
    const link = new MediaLink(options);
    // Not `AbortSignal.any`, which some supported browsers lack.
    const limit = new AbortController();
    const stop = () => limit.abort(signal.reason);
    const late = setTimeout(
      () => limit.abort(new DOMException('The link did not open in time', 'TimeoutError')),
      OPEN_LIMIT,
    );
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    try {
      await link.#open(limit.signal);
      return link;
    } catch (error) {
      link.close();
      throw error;
    } finally {
      clearTimeout(late);
      signal.removeEventListener('abort', stop);
    }
  }

  /** For another camera: the producer stays the same. */
  async replaceTrack(track: MediaStreamTrack): Promise<void> {
    if (!this.#closed) await this.#producer?.replaceTrack({ track });
  }

  close() {
    if (this.#closed) return;
    this.#closed = true;
    this.#unsubscribe();
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    this.#producer = null;
    // Closing a transport closes its producer, its consumers and its peer connection.
    for (const transport of this.#transports) transport.close();
    this.#transports.length = 0;
    this.#lose('closed');
  }

  async #open(limit: AbortSignal) {
    const { socket, track } = this.#options;
    const { rtpCapabilities } = await socket.request('media.join', {});
    const device = await mediaDevice(rtpCapabilities);
    limit.throwIfAborted();

    if (track) await this.#send(device, track, limit);
    const receiveParameters = await socket.request('media.create-transport', { direction: 'recv' });
    limit.throwIfAborted();
    const receiver = this.#adopt(device.createRecvTransport(receiveParameters));
    const channels = await socket.request('media.consume-results', { transportId: receiver.id });
    await until(
      Promise.all([
        this.#listen(receiver, channels.results, (data) => {
          const message = parseResult(data);
          if (message) this.#options.onResult(message);
        }),
        this.#listen(receiver, channels.events, (data) => {
          const message = parseEvent(data);
          if (message) this.#options.onEvent(message);
        }).then((events) => this.#catchUp(events)),
      ]),
      limit,
    );
  }

  async #send(device: mc.Device, track: MediaStreamTrack, limit: AbortSignal) {
    const { socket, enrollmentId } = this.#options;
    const sendParameters = await socket.request('media.create-transport', { direction: 'send' });
    limit.throwIfAborted();
    const sender = this.#adopt(device.createSendTransport(sendParameters));
    sender.on('produce', ({ rtpParameters }, answer, refuse) => {
      socket
        .request('media.produce', {
          transportId: sender.id,
          kind: 'video',
          rtpParameters,
          ...(enrollmentId !== undefined && { enrollmentId }),
        })
        .then(({ producerId, cameraId }) => {
          this.cameraId = cameraId;
          answer({ id: producerId });
        })
        .catch(refuse);
    });
    const vp8 = device.sendRtpCapabilities.codecs?.find((c) => c.mimeType.toLowerCase() === 'video/vp8');
    const encoding = videoEncodings(track.getSettings(), device.handlerName === MEASURED);
    this.#producer = await until(
      sender.produce({
        track,
        ...encoding,
        ...(vp8 && { codec: vp8 }),
        // The track belongs to the camera capture, which outlives this link.
        stopTracks: false,
        disableTrackOnPause: false,
      }),
      limit,
    );
    const { rtpSender } = this.#producer;
    if (rtpSender) {
      await keepResolution(rtpSender);
      if (encoding.encodings[0]?.active === false) this.#small.attach(rtpSender);
    }
  }

  #adopt(transport: mc.Transport): mc.Transport {
    if (this.#closed) {
      transport.close();
      throw new DOMException('Stopped', 'AbortError');
    }
    this.#transports.push(transport);
    transport.on('connect', ({ dtlsParameters }, answer, refuse) => {
      this.#options.socket
        .request('media.connect-transport', {
          transportId: transport.id,
          dtlsParameters,
        })
        .then(answer)
        .catch(refuse);
    });
    transport.on('connectionstatechange', (state) => this.#follow(transport, state));
    return transport;
  }

  async #listen(receiver: mc.Transport, parameters: DataConsumerParameters, use: (data: unknown) => void) {
    const consumer = await receiver.consumeData(parameters);
    consumer.on('message', (data: unknown) => {
      if (!this.#closed) use(data);
    });
    consumer.on('close', () => this.#lose('results-channel-closed'));
    return consumer;
  }

  /** Asks for what was sent before this end of the channel was open, or while this page was away. */
  #catchUp(events: mc.DataConsumer) {
    const ask = () => {
      if (this.#closed) return;
      this.#options.socket.request('media.replay-events', {}).catch(() => {
        // Without an answer the socket is about to be lost, and with it this link: the next one asks again.
      });
    };
    if (events.readyState === 'open') ask();
    else events.once('open', ask);
  }

  #follow(transport: mc.Transport, state: mc.ConnectionState) {
    const timer = this.#timers.get(transport);
    if (timer !== undefined) clearTimeout(timer);
    this.#timers.delete(transport);
    if (this.#closed) return;
    if (state === 'disconnected') this.#after(transport, HEALING, () => this.#restartIce(transport));
    else if (state === 'failed') this.#restartIce(transport);
  }

  #restartIce(transport: mc.Transport) {
    // Set before the restart, which may hang as long as the network is down.
    this.#after(transport, RESTART_LIMIT, () => this.#lose('network-path-lost'));
    this.#options.socket
      .request('media.restart-ice', { transportId: transport.id })
      .then(({ iceParameters }) => (this.#closed ? undefined : transport.restartIce({ iceParameters })))
      .catch(() => this.#lose('network-path-lost'));
  }

  #after(transport: mc.Transport, delay: number, act: () => void) {
    this.#timers.set(transport, setTimeout(act, delay));
  }
}

/** A sharp face matters more than smooth motion: drop frames before pixels. */
async function keepResolution(sender: RTCRtpSender) {
  const parameters = sender.getParameters();
  parameters.degradationPreference = 'maintain-resolution';
  // Not every browser knows this preference; the video works without it.
  await sender.setParameters(parameters).catch(() => {});
}

/** The result of the promise; rejects when the signal is aborted first. */
function until<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason as Error);
    if (signal.aborted) {
      abort();
      return;
    }
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
