import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { ClientError, reportUnexpected } from '../session/client-error.ts';

/**
 * Data that a page fetches from the server and shows. The old value stays visible while a new one is fetched, so that
 * nothing on the page jumps.
 */
export class Loaded<T> implements ReactiveController {
  value: T | null = null;
  error: ClientError | null = null;
  readonly #host: ReactiveControllerHost;
  readonly #load: () => Promise<T>;
  #turn = 0;

  constructor(host: ReactiveControllerHost, load: () => Promise<T>) {
    this.#host = host;
    this.#load = load;
    host.addController(this);
  }

  hostConnected() {
    this.refresh();
  }

  hostDisconnected() {
    this.#turn += 1;
  }

  refresh() {
    this.#ask().catch(reportUnexpected);
  }

  async #ask() {
    const turn = ++this.#turn;
    try {
      const value = await this.#load();
      if (turn !== this.#turn) return;
      this.value = value;
      this.error = null;
    } catch (error) {
      if (turn !== this.#turn) return;
      this.error = ClientError.of(error);
    }
    this.#host.requestUpdate();
  }
}
