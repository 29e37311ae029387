/** Where things are told, below the prefix of an installation. */

export interface MqttPlaces {
  /** `muster` */
  prefix: string;
  /** `homeassistant`; null: no discovery. */
  discovery: string | null;
}

/** Sensors of Home Assistant that are used. */
export type Component = 'sensor' | 'binary_sensor';

export class Topics {
  readonly #prefix: string;
  readonly #discovery: string;
  /** Stands for the installation in the names of Home Assistant, where `/` is not allowed. */
  readonly node: string;
  readonly discovers: boolean;

  constructor({ prefix, discovery }: MqttPlaces) {
    this.#prefix = prefix;
    this.node = prefix.replaceAll('/', '_');
    this.discovers = discovery !== null;
    // Without discovery, that of an earlier start is taken away where it usually is.
    this.#discovery = discovery ?? 'homeassistant';
  }

  /** `online` or `offline`; the broker says the latter where the server cannot. */
  get status(): string {
    return `${this.#prefix}/status`;
  }

  get present(): string {
    return `${this.#prefix}/present`;
  }

  /** For `MqttConnection.retained`. */
  get marker(): string {
    return `${this.#prefix}/sync`;
  }

  site(id: string): string {
    return `${this.#prefix}/sites/${id}`;
  }

  department(id: string): string {
    return `${this.#prefix}/departments/${id}`;
  }

  device(id: string): string {
    return `${this.#prefix}/devices/${id}`;
  }

  event(type: string): string {
    return `${this.#prefix}/events/${type}`;
  }

  config(component: Component, object: string): string {
    return `${this.#discovery}/${component}/${this.node}/${object}/config`;
  }

  /** Everything that is retained for this installation, and nothing else: what is not wanted there is taken away. */
  get owned(): string[] {
    return [
      this.status,
      this.present,
      this.site('+'),
      this.department('+'),
      this.device('+'),
      this.config('sensor', '+'),
      this.config('binary_sensor', '+'),
    ];
  }
}
