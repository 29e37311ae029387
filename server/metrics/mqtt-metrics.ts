import { Counter, type Registry } from 'prom-client';
import { collectedGauge } from './collected.ts';

const KINDS = ['state', 'event'] as const;
const FAILURES = ['connect', 'publish'] as const;

export class MqttMetrics {
  readonly #published: Counter<'kind'>;
  readonly #failed: Counter<'at'>;
  connected: () => boolean = () => false;

  constructor(registry: Registry) {
    const registers = [registry];
    const connected = () => this.connected();
    collectedGauge({
      name: 'muster_mqtt_connected',
      help: '1 while this server tells an MQTT broker; of several servers of a database one does.',
      registers,
      collect() {
        this.set(Number(connected()));
      },
    });
    this.#published = new Counter({
      name: 'muster_mqtt_published_total',
      help: 'Messages that the MQTT broker has confirmed.',
      labelNames: ['kind'],
      registers,
    });
    this.#failed = new Counter({
      name: 'muster_mqtt_failed_total',
      help: 'Connections to the MQTT broker that were not made, or that ended while something was told.',
      labelNames: ['at'],
      registers,
    });
    for (const kind of KINDS) this.#published.inc({ kind }, 0);
    for (const at of FAILURES) this.#failed.inc({ at }, 0);
  }

  published(kind: (typeof KINDS)[number], count: number): void {
    this.#published.inc({ kind }, count);
  }

  failed(at: (typeof FAILURES)[number]): void {
    this.#failed.inc({ at });
  }
}
