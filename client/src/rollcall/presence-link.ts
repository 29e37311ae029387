/** The connection over which the server says that somebody came or left, or that a roll call changed. */
import { ClientError } from '../session/client-error.ts';
import { Observable } from '../session/observable.ts';
import { serverSocket } from '../session/server-socket.ts';

export interface PresenceLinkOptions {
  /** The server can be reached (again): what happened before must be fetched. `clockOffset`: its clock minus ours, ms. */
  onLive: (clockOffset: number) => void;
  onPresence?: () => void;
  onRollCall?: (rollCallId: string) => void;
}

export class PresenceLink {
  /** Whether changes are heard. */
  readonly live = new Observable(false);
  readonly #options: PresenceLinkOptions;
  readonly #socket = serverSocket('account');
  #leave: (() => void)[] = [];

  constructor(options: PresenceLinkOptions) {
    this.#options = options;
  }

  open(): void {
    const { onPresence, onRollCall } = this.#options;
    this.#leave = [
      this.#socket.state.subscribe((state) => {
        if (state.state === 'open') this.#subscribe(state.connection, state.clockOffset);
        else this.live.set(false);
        // The next request leads to the sign-in page and back.
        if (state.state === 'ended' && state.why === 'unauthenticated') onPresence?.();
      }),
      this.#socket.silent.subscribe((silent) => {
        if (silent) this.live.set(false);
        else if (this.#socket.state.value.state === 'open') this.live.set(true);
      }),
      this.#socket.onNotification((notification) => {
        if (notification.notify === 'presence.changed') onPresence?.();
        else if (notification.notify === 'roll-call.changed') onRollCall?.(notification.data.rollCallId);
      }),
    ];
    this.#socket.open();
  }

  close(): void {
    for (const leave of this.#leave) leave();
    this.#socket.close();
    this.live.set(false);
  }

  #subscribe(connection: number, clockOffset: number) {
    this.#socket
      .request('presence.subscribe', {})
      .then(() => {
        const { value } = this.#socket.state;
        if (value.state !== 'open' || value.connection !== connection) return;
        this.live.set(true);
        this.#options.onLive(clockOffset);
      })
      .catch((error: unknown) => {
        // Without an answer the connection is closing; the next one subscribes again.
        ClientError.of(error);
      });
  }
}
