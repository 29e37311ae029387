/** The state of every camera, once a second, over a socket of its own that live pictures may share. */
import type { CameraState } from '#protocol/signaling.ts';
import { Observable } from './observable.ts';
import { serverSocket } from './server-socket.ts';

export class CameraFeed {
  readonly socket = serverSocket('account');
  /** Null until the server has said it, and again after a lost connection. */
  readonly cameras = new Observable<readonly CameraState[] | null>(null);
  #leave: (() => void)[] = [];

  open(): void {
    this.#leave = [
      this.socket.state.subscribe((state) => {
        if (state.state === 'open') this.#subscribe();
        else if (state.state === 'connecting' && state.before) this.cameras.set(null);
      }),
      this.socket.onNotification((notification) => {
        if (notification.notify === 'cameras') this.cameras.set(notification.data.cameras);
      }),
    ];
    this.socket.open();
  }

  close(): void {
    for (const leave of this.#leave) leave();
    this.#leave = [];
    this.socket.close();
  }

  #subscribe() {
    this.socket
      .request('cameras.subscribe', {})
      .then(({ cameras }) => this.cameras.set(cameras))
      .catch(() => {
        // A request without an answer means that the connection is closing; the next connection subscribes again.
      });
  }
}
