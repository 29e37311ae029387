import { msg } from '@lit/localize';
import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { api } from '../session/api.ts';
import { backoffDelay, pause } from '../session/backoff.ts';
import { ClientError, reportUnexpected } from '../session/client-error.ts';
import type { SocketEnd } from '../session/socket.ts';
import { setDeviceLanguage } from '../locales/language.ts';

/** Why a connection ended, where the device cannot open it again by itself. */
type TurnedAway = Extract<SocketEnd, 'revoked' | 'unauthenticated'>;

export type GateState = 'asking' | 'pair' | 'in';

/** Whether this browser is a paired device. Keeps asking while the server is away, because a kiosk has no one to reload the page. */
export class DeviceGate implements ReactiveController {
  state: GateState = 'asking';
  /** Why the server no longer knows this device; null when the pairing form is shown for the first time. */
  #why: TurnedAway | null = null;
  readonly #host: ReactiveControllerHost;
  readonly #onIn: () => void;
  readonly #wasIn: () => Promise<boolean>;
  #run: AbortController | null = null;

  /** @param wasIn whether this browser was a device when it last reached the server: then it may start while the server is away */
  constructor(host: ReactiveControllerHost, onIn: () => void, wasIn = () => Promise.resolve(false)) {
    this.#wasIn = wasIn;
    this.#host = host;
    this.#onIn = onIn;
    host.addController(this);
  }

  hostConnected() {
    this.#run = new AbortController();
    this.#ask(this.#run.signal).catch(reportUnexpected);
  }

  hostDisconnected() {
    this.#run?.abort();
    this.#run = null;
    this.state = 'asking';
  }

  enter() {
    this.#run?.abort();
    this.#why = null;
    this.#to('in');
    this.#onIn();
  }

  turnAway(why: TurnedAway) {
    this.#why = why;
    this.#askToPair();
  }

  /** A device that is not paired has no language of its own. */
  #askToPair() {
    this.#to('pair');
    setDeviceLanguage('auto').catch(reportUnexpected);
  }

  /** Why the pairing form is shown again, in the language of the page. */
  get note(): string {
    switch (this.#why) {
      case 'revoked':
        return msg('This device was unpaired by an owner.');
      case 'unauthenticated':
        return msg('Please pair this device again.');
      default:
        return '';
    }
  }

  #to(state: GateState) {
    this.state = state;
    this.#host.requestUpdate();
  }

  async #ask(signal: AbortSignal) {
    for (let attempt = 0; !signal.aborted; attempt += 1) {
      try {
        const { actor } = await api.session.get({ query: { as: 'device' } });
        if (signal.aborted) return;
        if (actor?.kind === 'device') this.enter();
        else this.#askToPair();
        return;
      } catch (error) {
        if (!ClientError.of(error).retryable) {
          this.#askToPair();
          return;
        }
        if (await this.#wasIn()) {
          // The socket finds out later whether the server still knows this device.
          if (!signal.aborted) this.enter();
          return;
        }
        await pause(backoffDelay(attempt), signal);
      }
    }
  }
}
