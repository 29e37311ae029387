/** Tells an MQTT broker who is in, where the configuration names one. */
import type { Logger } from 'pino';
import type { Config } from '../../config/config.ts';
import type { MqttMetrics } from '../metrics/mqtt-metrics.ts';
import { MqttPublisher } from '../mqtt/mqtt-publisher.ts';
import type { Core } from './core.ts';

export interface OpenMqttOptions {
  config: Pick<Config, 'mqtt'>;
  core: Pick<Core, 'database' | 'presenceBoard' | 'events' | 'outbox'>;
  metrics: MqttMetrics;
  log: Logger;
}

/** Null without a broker. `opened` closes it. A broker that cannot be reached is no fault of the start: health says it. */
export function openMqtt(
  { config, core, metrics, log }: OpenMqttOptions,
  opened: AsyncDisposableStack,
): MqttPublisher | null {
  if (!config.mqtt) return null;
  const { database, presenceBoard, events, outbox } = core;
  const publisher = new MqttPublisher({
    config: config.mqtt,
    database,
    board: presenceBoard,
    reader: events,
    outbox,
    metrics,
    log,
  });
  opened.defer(() => publisher.close());
  metrics.connected = () => publisher.view.state === 'connected';
  publisher.start();
  return publisher;
}
