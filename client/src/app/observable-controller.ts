import type { ReactiveController, ReactiveControllerHost } from 'lit';

interface Observable {
  subscribe(listener: () => void): () => void;
}

/** Renders its host whenever one of the values changes, as long as the host is in the page. */
export class ObservableController implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #values: readonly Observable[];
  #leave: (() => void)[] = [];

  constructor(host: ReactiveControllerHost, ...values: readonly Observable[]) {
    this.#host = host;
    this.#values = values;
    host.addController(this);
  }

  hostConnected() {
    this.hostDisconnected();
    this.#leave = this.#values.map((value) => value.subscribe(() => this.#host.requestUpdate()));
  }

  hostDisconnected() {
    for (const leave of this.#leave) leave();
    this.#leave = [];
  }
}
