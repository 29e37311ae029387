/**
 * The live pictures of cameras, over one socket: opened when they are shown, paused while nobody sees them, in no larger a
 * layer than is shown, and opened again after every failure. What is said about a camera is what is wanted; the rest follows.
 */
import type { Device, types as mc } from 'mediasoup-client';
import { VIEW_LIMITS } from '#protocol/limits.ts';
import type { Observation } from '#protocol/results.ts';
import type { Notification, Replies } from '#protocol/signaling.ts';
import { backoffDelay } from './backoff.ts';
import { ClientError } from './client-error.ts';
import { mediaDevice } from './media-device.ts';
import { Observable } from './observable.ts';
import { parseResult } from './parse-result.ts';
import type { SignalingSocket } from './socket.ts';

export type ViewState =
  | { state: 'idle' }
  | { state: 'opening' }
  /** Paused, the stream shows the last picture. */
  | { state: 'live'; stream: MediaStream; paused: boolean }
  /** `error.retryable`: it is tried again by itself. */
  | { state: 'refused'; error: ClientError };

/** How a camera is shown. */
export interface Shown {
  /** Rows of pixels on the screen, of the shorter side of the picture. */
  rows: number;
  paused: boolean;
}

interface View {
  readonly cameraId: string;
  readonly state: Observable<ViewState>;
  /** Null: not at all. */
  wanted: Shown | null;
  /** What the server was told last; null while it has no view. */
  told: Shown | null;
  consumer: mc.Consumer | null;
  seat: Seat | null;
  failures: number;
  retry: ReturnType<typeof setTimeout> | null;
  /** A step is under way; `again`: something changed since. */
  busy: boolean;
  again: boolean;
  /** When it was last shown, ms of performance.now(). */
  seenAt: number;
}

/** The connection to one media worker. */
interface Seat {
  transport: mc.Transport;
  results: Promise<mc.DataConsumer> | null;
}

/** Requests at once, and the time between further ones, ms: fewer than a socket may send. */
const PACE = { burst: 30, each: 70 } as const;
/** Rows are told in such steps, so that a window that is resized asks for another layer only now and then. */
const ROW_STEP = 160;

export interface CameraViewsOptions {
  /** Its owner opens and closes it. */
  socket: SignalingSocket;
  onObservation: (observation: Observation) => void;
}

export class CameraViews {
  readonly #options: CameraViewsOptions;
  readonly #views = new Map<string, View>();
  readonly #seats = new Map<string, Seat>();
  #device: Promise<Device> | null = null;
  #closed = false;
  /** Numbers the connections of the socket: what belongs to an earlier one is gone. */
  #connection = 0;
  /** When the next request may be sent, ms of performance.now(). */
  #next = -Infinity;
  readonly #leave: (() => void)[];

  constructor(options: CameraViewsOptions) {
    this.#options = options;
    const { socket } = options;
    this.#leave = [
      socket.state.subscribe((state) => {
        if (state.state === 'open') {
          this.#connection = state.connection;
          for (const view of this.#views.values()) this.#settle(view);
        } else this.#forgetAll();
      }),
      socket.onNotification((notification) => this.#heed(notification)),
    ];
  }

  /** The state of a camera's picture, whether or not it is shown. */
  of(cameraId: string): Observable<ViewState> {
    return this.#view(cameraId).state;
  }

  /** Shows the camera from now on, or shows it otherwise. */
  show(cameraId: string, shown: Shown): void {
    const view = this.#view(cameraId);
    view.wanted = { paused: shown.paused, rows: Math.ceil(shown.rows / ROW_STEP) * ROW_STEP };
    if (!shown.paused) view.seenAt = performance.now();
    this.#settle(view);
  }

  /** The camera is not shown any more. */
  drop(cameraId: string): void {
    const view = this.#views.get(cameraId);
    if (!view) return;
    view.wanted = null;
    view.failures = 0;
    this.#settle(view);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const leave of this.#leave) leave();
    for (const view of this.#views.values()) {
      if (view.told) this.#tellClosed(view.cameraId);
    }
    this.#forgetAll();
  }

  #view(cameraId: string): View {
    let view = this.#views.get(cameraId);
    if (!view) {
      view = {
        cameraId,
        state: new Observable<ViewState>({ state: 'idle' }),
        wanted: null,
        told: null,
        consumer: null,
        seat: null,
        failures: 0,
        retry: null,
        busy: false,
        again: false,
        seenAt: 0,
      };
      this.#views.set(cameraId, view);
    }
    return view;
  }

  /** Takes steps until all is as it is wanted. */
  #settle(view: View): void {
    if (view.retry) clearTimeout(view.retry);
    view.retry = null;
    if (view.busy) {
      view.again = true;
      return;
    }
    view.busy = true;
    const connection = this.#connection;
    this.#steps(view)
      .catch((error: unknown) => {
        // What was begun over a socket that is lost now is begun anew over the next one.
        if (connection === this.#connection) this.#failed(view, error);
      })
      .finally(() => {
        view.busy = false;
        if (view.again && !this.#closed) this.#settle(view);
      });
  }

  async #steps(view: View): Promise<void> {
    view.again = false;
    const { socket } = this.#options;
    if (!this.#isDue(view)) return;
    await this.#turn();
    // While it waited, something else may be wanted.
    view.again = false;
    if (!this.#isDue(view)) return;
    const { wanted } = view;
    if (wanted === null) {
      const wasTold = view.told !== null;
      this.#forget(view);
      view.state.set({ state: 'idle' });
      if (wasTold) await socket.request('view.close', { cameraId: view.cameraId });
      return;
    }
    if (!view.consumer) {
      if (wanted.paused) return;
      await this.#open(view);
    }
    if (!view.consumer) return;
    await socket.request('view.adjust', { cameraId: view.cameraId, ...wanted });
    if (!view.consumer) return;
    view.told = wanted;
    view.failures = 0;
    const before = view.state.value;
    const stream = before.state === 'live' ? before.stream : new MediaStream([view.consumer.track]);
    view.state.set({ state: 'live', stream, paused: wanted.paused });
  }

  /** Whether the server must be told something about this view. */
  #isDue({ wanted, told, consumer, state }: View): boolean {
    if (this.#closed || this.#options.socket.state.value.state !== 'open') return false;
    if (wanted === null) return told !== null || state.value.state !== 'idle';
    if (!consumer) return !wanted.paused;
    return told?.paused !== wanted.paused || told.rows !== wanted.rows;
  }

  /** Waits where many tiles change at once: the server ends a socket that asks for too much. */
  async #turn(): Promise<void> {
    const now = performance.now();
    this.#next = Math.max(this.#next + PACE.each, now - PACE.burst * PACE.each);
    if (this.#next > now) await new Promise((resolve) => setTimeout(resolve, this.#next - now));
  }

  async #open(view: View): Promise<void> {
    const { socket } = this.#options;
    const connection = this.#connection;
    const { cameraId } = view;
    if (view.state.value.state !== 'refused') view.state.set({ state: 'opening' });
    await this.#makeRoom();
    this.#device ??= socket.request('view.join', {}).then((reply) => mediaDevice(reply.rtpCapabilities));
    const device = await this.#device;
    const reply = await socket.request('view.open', {
      cameraId,
      rtpCapabilities: device.recvRtpCapabilities,
    });
    // The socket was lost meanwhile, and on the server everything that belonged to it.
    if (connection !== this.#connection || this.#closed) return;
    view.told = { rows: 0, paused: true };
    const seat = this.#seatOf(device, reply);
    view.seat = seat;
    const consumer = await seat.transport
      .consume(reply.video as mc.ConsumerOptions)
      .catch((error: unknown) => {
        // The transport was closed meanwhile, and whoever closed it has said why.
        if (view.seat !== seat) return null;
        throw error;
      });
    if (!consumer) return;
    if (connection !== this.#connection || this.#closed || view.seat !== seat) {
      consumer.close();
      return;
    }
    view.consumer = consumer;
    seat.results ??= this.#listen(seat, reply.results);
    await seat.results;
  }

  /** Ends the view that has been out of sight for longest, where there are as many as the server allows. */
  async #makeRoom(): Promise<void> {
    const open = [...this.#views.values()].filter(({ told }) => told !== null);
    if (open.length < VIEW_LIMITS.perViewer) return;
    const [oldest] = open
      .filter(({ wanted }) => wanted?.paused !== false)
      .sort((a, b) => a.seenAt - b.seenAt);
    if (!oldest) return;
    this.#forget(oldest);
    oldest.state.set({ state: 'idle' });
    await this.#options.socket.request('view.close', { cameraId: oldest.cameraId });
  }

  #seatOf(device: Device, { transport: parameters }: Replies['view.open']): Seat {
    const known = this.#seats.get(parameters.id);
    if (known && !known.transport.closed) return known;
    const transport = device.createRecvTransport(parameters);
    const seat: Seat = { transport, results: null };
    this.#seats.set(parameters.id, seat);
    transport.on('connect', ({ dtlsParameters }, answer, refuse) => {
      this.#options.socket
        .request('view.connect', { transportId: transport.id, dtlsParameters: dtlsParameters })
        .then(() => answer())
        .catch(refuse);
    });
    transport.on('connectionstatechange', (state) => {
      if (state === 'failed') this.#loseSeat(seat, pathLost());
    });
    return seat;
  }

  async #listen(seat: Seat, parameters: Replies['view.open']['results']): Promise<mc.DataConsumer> {
    const consumer = await seat.transport.consumeData(parameters);
    consumer.on('message', (data: unknown) => {
      const message = parseResult(data);
      if (message?.type === 'observation') this.#options.onObservation(message);
    });
    return consumer;
  }

  #heed(notification: Notification): void {
    if (notification.notify !== 'view.ended') return;
    const { cameraId, why } = notification.data;
    const view = this.#views.get(cameraId);
    if (!view || view.told === null) return;
    this.#forget(view);
    if (why === 'gone') this.#failed(view, gone());
    else view.state.set({ state: 'refused', error: why === 'off' ? off() : notPermitted() });
  }

  #failed(view: View, thrown: unknown): void {
    if (this.#closed) return;
    const error = ClientError.of(thrown);
    const wasTold = view.told !== null;
    this.#forget(view);
    if (this.#options.socket.state.value.state !== 'open') {
      view.state.set({ state: 'idle' });
      return;
    }
    if (wasTold) this.#tellClosed(view.cameraId);
    if (view.wanted === null) return;
    view.state.set({ state: 'refused', error });
    if (!error.retryable) return;
    view.retry = setTimeout(() => this.#settle(view), backoffDelay(1 + view.failures));
    view.failures += 1;
  }

  #loseSeat(seat: Seat, error: ClientError): void {
    seat.transport.close();
    for (const [id, other] of this.#seats) if (other === seat) this.#seats.delete(id);
    for (const view of this.#views.values()) if (view.seat === seat) this.#failed(view, error);
  }

  #tellClosed(cameraId: string): void {
    this.#options.socket.request('view.close', { cameraId }).catch(() => {
      // Without an answer the socket is closing, and the view with it.
    });
  }

  #forget(view: View): void {
    if (view.retry) clearTimeout(view.retry);
    view.retry = null;
    view.consumer?.close();
    view.consumer = null;
    view.seat = null;
    view.told = null;
  }

  /** The socket is gone, and everything that the server had for it. */
  #forgetAll(): void {
    this.#connection = 0;
    this.#device = null;
    for (const view of this.#views.values()) {
      this.#forget(view);
      view.state.set({ state: 'idle' });
    }
    for (const { transport } of this.#seats.values()) transport.close();
    this.#seats.clear();
  }
}

const gone = () =>
  new ClientError({
    code: 'media-unavailable',
    message: 'This camera is no longer publishing.',
    retryable: true,
  });
const pathLost = () =>
  new ClientError({
    code: 'media-unavailable',
    message: 'The path to the server was lost.',
    retryable: true,
  });
const off = () =>
  new ClientError({
    code: 'viewing-off',
    message: 'Watching cameras is switched off at this site.',
    retryable: false,
  });
const notPermitted = () =>
  new ClientError({ code: 'forbidden', message: 'You are not allowed to do this.', retryable: false });
