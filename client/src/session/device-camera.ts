/**
 * All that a paired device runs: its socket, its camera, the media session between them, and its settings.
 * Made by the station and the camera page, closed with them.
 */
import type { DeviceSettings } from '#protocol/devices.ts';
import type { AttendanceEvent, Observation } from '#protocol/results.ts';
import type { Notification } from '#protocol/signaling.ts';
import { CameraCapture, type CameraChoice } from './camera-capture.ts';
import { Publisher } from './publisher.ts';
import { serverSocket } from './server-socket.ts';
import type { SocketEnd } from './socket.ts';
import { Observable } from './observable.ts';

/** In one word, what a person in front of the device has to know. */
export type Connection = 'connecting' | 'live' | 'reconnecting' | 'no-camera' | 'stopped';

export class DeviceCamera {
  readonly socket = serverSocket('device');
  readonly capture: CameraCapture;
  readonly session: Publisher;
  readonly connection = new Observable<Connection>('connecting');
  readonly settings = new Observable<DeviceSettings | null>(null);
  readonly name = new Observable('');
  /** Set when the server has turned this device away. */
  readonly end = new Observable<SocketEnd | null>(null);
  /** Server clock less this machine's, ms. */
  clockOffset = 0;
  readonly #leave: (() => void)[];

  constructor(options: {
    camera: CameraChoice;
    onObservation: (observation: Observation) => void;
    onAttendance: (event: AttendanceEvent) => void;
  }) {
    this.capture = new CameraCapture(options.camera);
    this.session = new Publisher({
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
          this.settings.set(state.actor.settings);
          this.name.set(state.actor.name);
          this.clockOffset = state.clockOffset;
        }
        if (state.state === 'ended') this.#ended(state.why);
        this.#judge();
      }),
      this.capture.state.subscribe(() => this.#judge()),
      this.session.state.subscribe(() => this.#judge()),
      this.socket.onNotification((notification) => this.#told(notification)),
    ];
  }

  start() {
    this.end.set(null);
    this.capture.start();
    // Before the session, which would take the end of the last socket for the end of this one.
    this.socket.open();
    this.session.start();
  }

  close() {
    this.session.stop();
    this.socket.close();
    this.capture.stop();
    for (const leave of this.#leave) leave();
    this.#leave.length = 0;
  }

  #ended(why: SocketEnd) {
    if (why === 'closed') return;
    this.session.stop();
    this.capture.stop();
    this.end.set(why);
  }

  #told(notification: Notification) {
    if (notification.notify === 'device.settings') this.settings.set(notification.data);
    // The server closes the socket right after these; the reason must not depend on that arriving.
    if (notification.notify === 'device.replaced') this.#ended('replaced');
    if (notification.notify === 'device.revoked') this.#ended('revoked');
    if (notification.notify === 'device.replaced' || notification.notify === 'device.revoked') {
      this.socket.close();
    }
  }

  #judge() {
    const { phase } = this.session.state.value;
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
