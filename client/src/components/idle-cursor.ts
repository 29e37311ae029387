import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** The pointer and the buttons disappear this long after the last movement, ms. */
const IDLE = 3_000;

/** Sets `data-idle` on its host while nobody touches the device. */
export class IdleCursor implements ReactiveController {
  readonly #host: ReactiveControllerHost & HTMLElement;
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(host: ReactiveControllerHost & HTMLElement) {
    this.#host = host;
    host.addController(this);
  }

  hostConnected() {
    for (const type of ['pointermove', 'pointerdown', 'keydown']) addEventListener(type, this.#awake);
    this.#awake();
  }

  hostDisconnected() {
    for (const type of ['pointermove', 'pointerdown', 'keydown']) removeEventListener(type, this.#awake);
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }

  readonly #awake = () => {
    this.#host.removeAttribute('data-idle');
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#host.setAttribute('data-idle', ''), IDLE);
  };
}
