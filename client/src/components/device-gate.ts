import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { api } from '../session/api.ts';
import { backoffDelay, pause } from '../session/backoff.ts';
import { ClientError } from '../session/client-error.ts';

export type GateState = 'asking' | 'pair' | 'in';

/** Whether this browser is a paired device. Keeps asking while the server is away: nobody reloads a kiosk. */
export class DeviceGate implements ReactiveController {
  state: GateState = 'asking';
  /** Why the pairing form is shown again. */
  note = '';
  readonly #host: ReactiveControllerHost;
  readonly #onIn: () => void;
  #run: AbortController | null = null;

  constructor(host: ReactiveControllerHost, onIn: () => void) {
    this.#host = host;
    this.#onIn = onIn;
    host.addController(this);
  }

  hostConnected() {
    this.#run = new AbortController();
    this.#ask(this.#run.signal).catch(() => {});
  }

  hostDisconnected() {
    this.#run?.abort();
    this.#run = null;
    this.state = 'asking';
  }

  enter() {
    this.#run?.abort();
    this.note = '';
    this.#to('in');
    this.#onIn();
  }

  turnAway(note: string) {
    this.note = note;
    this.#to('pair');
  }

  #to(state: GateState) {
    this.state = state;
    this.#host.requestUpdate();
  }

  async #ask(signal: AbortSignal) {
    for (let attempt = 0; !signal.aborted; attempt += 1) {
      try {
        const { actor } = await api.session('device');
        if (signal.aborted) return;
        if (actor?.kind === 'device') this.enter();
        else this.#to('pair');
        return;
      } catch (error) {
        if (!ClientError.of(error).retryable) {
          this.#to('pair');
          return;
        }
        await pause(backoffDelay(attempt), signal);
      }
    }
  }
}
