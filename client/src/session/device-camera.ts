/**
 * Everything that a paired device runs: its socket, its camera, the publisher between them, and its settings. Created
 * by the station and the camera page, and closed with them.
 */
import type { DeviceSettings, SiteOfDevice } from '#protocol/devices.ts';
import type { DeviceActor } from '#protocol/session.ts';
import type { AttendanceEvent, Observation } from '#protocol/results.ts';
import type { CameraHours, Notification } from '#protocol/signaling.ts';
import { CameraCapture, type CameraChoice } from './camera-capture.ts';
import { usesOwnCamera } from './own-camera.ts';
import { Publisher } from './publisher.ts';
import { serverSocket } from './server-socket.ts';
import type { SignalingSocket, SocketEnd, SocketOptions } from './socket.ts';
import { Observable } from './observable.ts';

/** A displaced page looks again whether the other connection has gone, ms. */
const BACK = 10_000;

/** The state of the device for the person in front of it. */
export type Connection = 'connecting' | 'live' | 'reconnecting' | 'no-camera' | 'stopped';

export class DeviceCamera {
  readonly socket: SignalingSocket;
  readonly capture: CameraCapture;
  readonly publisher: Publisher;
  readonly connection = new Observable<Connection>('connecting');
  readonly settings = new Observable<DeviceSettings | null>(null);
  readonly site = new Observable<SiteOfDevice | null>(null);
  /** Whether anybody is recognized now; null until the server has said it about this connection. */
  readonly hours = new Observable<CameraHours | null>(null);
  readonly name = new Observable('');
  /** Set when the server has ended the connection of this device for good. */
  readonly end = new Observable<SocketEnd | null>(null);
  /** The clock of the server minus that of this machine, ms. */
  clockOffset = 0;
  /** Names this page, so that the server does not take it for another page after a network fault. */
  readonly #page = crypto.randomUUID();
  #takeOver = true;
  /** Whether the camera of this machine is used. */
  #own: boolean;
  readonly #mayForgo: boolean;
  #back: ReturnType<typeof setTimeout> | null = null;
  readonly #leave: (() => void)[];

  constructor(options: {
    camera: CameraChoice;
    onObservation: (observation: Observation) => void;
    onAttendance: (event: AttendanceEvent) => void;
    /** Whether its own camera was used last. Left out: it is used in any case. */
    ownCamera?: boolean;
    /** Of the device: its clock, and its key. */
    socket?: Pick<SocketOptions, 'prove' | 'onTime'>;
  }) {
    this.socket = serverSocket('device', {
      greeting: () => ({ page: this.#page, takeOver: this.#takeOver }),
      ...options.socket,
    });
    this.#mayForgo = options.ownCamera !== undefined;
    this.#own = options.ownCamera ?? true;
    this.capture = new CameraCapture(options.camera);
    this.publisher = new Publisher({
      socket: this.socket,
      capture: this.capture,
      onResult: (message) => {
        if (message.type === 'observation') options.onObservation(message);
      },
      onEvent: options.onAttendance,
    });
    this.#leave = [
      this.socket.state.subscribe((state) => {
        if (state.state === 'open' && state.actor.kind === 'device') {
          this.#admitted();
          this.#set(state.actor.settings);
          this.site.set(state.actor.site);
          this.name.set(state.actor.name);
          this.clockOffset = state.clockOffset;
        }
        if (state.state !== 'open') this.hours.set(null);
        if (state.state === 'ended') this.#ended(state.why);
        this.#judge();
      }),
      this.capture.state.subscribe(() => this.#judge()),
      this.publisher.state.subscribe(() => this.#judge()),
      this.socket.onNotification((notification) => this.#onNotification(notification)),
    ];
  }

  /** What the server last said about this device, until it says it again. */
  recall({ name, settings, site }: DeviceActor) {
    this.name.set(name);
    this.settings.set(settings);
    this.site.set(site);
  }

  start() {
    this.#waitForOther(false);
    this.#takeOver = true;
    this.end.set(null);
    this.#capture();
    // Before the publisher, which would mistake the end of the last socket for the end of this one.
    this.socket.open();
    this.publisher.start();
  }

  close() {
    this.#waitForOther(false);
    this.publisher.stop();
    this.socket.close();
    this.capture.stop();
    for (const leave of this.#leave) leave();
    this.#leave.length = 0;
  }

  #ended(why: SocketEnd) {
    if (why === 'closed') return;
    this.publisher.stop();
    this.capture.stop();
    this.end.set(why);
    this.#waitForOther(why === 'replaced');
  }

  /** Connects now and then without displacing the other connection, and so comes back when it has gone. */
  #waitForOther(wait: boolean) {
    if (this.#back) clearTimeout(this.#back);
    this.#back = wait
      ? setTimeout(() => {
          this.#takeOver = false;
          this.socket.open();
        }, BACK)
      : null;
  }

  /** After it was displaced: the other connection has gone. */
  #admitted() {
    this.#takeOver = true;
    if (this.end.value !== 'replaced') return;
    this.end.set(null);
    this.#capture();
    this.publisher.start();
  }

  #set(settings: DeviceSettings) {
    this.settings.set(settings);
    const own = !this.#mayForgo || usesOwnCamera(settings);
    if (own === this.#own) return;
    this.#own = own;
    if (!this.end.value) this.#capture();
  }

  #capture() {
    if (this.#own) this.capture.start();
    else this.capture.forgo();
  }

  #onNotification(notification: Notification) {
    if (notification.notify === 'camera.no-picture') this.capture.doubt();
    if (notification.notify === 'camera.hours') this.hours.set(notification.data);
    if (notification.notify === 'device.settings') {
      this.#set(notification.data.settings);
      this.site.set(notification.data.site);
    }
    // The server closes the socket right after these; the reason must not depend on the order of arrival.
    if (notification.notify === 'device.replaced') this.#ended('replaced');
    if (notification.notify === 'device.revoked') this.#ended('revoked');
    if (notification.notify === 'device.replaced' || notification.notify === 'device.revoked') {
      this.socket.close();
    }
  }

  #judge() {
    const { phase } = this.publisher.state.value;
    const camera = this.capture.state.value.state;
    if (this.end.value || phase === 'stopped') this.connection.set('stopped');
    else if (camera === 'waiting') this.connection.set('no-camera');
    else if (phase === 'live') this.connection.set('live');
    else if (phase === 'reconnecting') this.connection.set('reconnecting');
    else {
      const socket = this.socket.state.value;
      const away = socket.state === 'connecting' && (socket.before || socket.attempt > 1);
      this.connection.set(away ? 'reconnecting' : 'connecting');
    }
  }
}
