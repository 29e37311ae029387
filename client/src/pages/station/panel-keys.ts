import type { ReactiveController, ReactiveControllerHost } from 'lit';

export interface PanelKeysOptions {
  /** A key of the keyboard was pressed. */
  press: (key: string) => void;
  /** Escape, or nobody pressed anything for so long. */
  leave: () => void;
  /** ms: the next person must neither see nor answer what the one before has begun. */
  patience: number;
}

/** The keyboard of a panel at the station, and the patience after which it closes. Call `wait` whenever somebody does something. */
export class PanelKeys implements ReactiveController {
  readonly #options: PanelKeysOptions;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(host: ReactiveControllerHost, options: PanelKeysOptions) {
    this.#options = options;
    host.addController(this);
  }

  hostConnected() {
    window.addEventListener('keydown', this.#typed);
    this.wait();
  }

  hostDisconnected() {
    window.removeEventListener('keydown', this.#typed);
    clearTimeout(this.#timer);
  }

  wait() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#options.leave, this.#options.patience);
  }

  readonly #typed = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'Escape') this.#options.leave();
    else this.#options.press(event.key);
    // Enter would also press the focused key.
    if (event.key === 'Enter') event.preventDefault();
  };
}
