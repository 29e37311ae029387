import type { ReactiveController, ReactiveControllerHost } from 'lit';

interface Observable {
  subscribe(listener: () => void): () => void;
}

/** Renders its host whenever one of the stores changes, as long as the host is in the page. */
export class ObservableController implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #stores: readonly Observable[];
  #leave: (() => void)[] = [];

  constructor(host: ReactiveControllerHost, ...stores: readonly Observable[]) {
    this.#host = host;
    this.#stores = stores;
    host.addController(this);
  }

  hostConnected() {
    this.hostDisconnected();
    this.#leave = this.#stores.map((store) => store.subscribe(() => this.#host.requestUpdate()));
  }

  hostDisconnected() {
    for (const leave of this.#leave) leave();
    this.#leave = [];
  }
}
