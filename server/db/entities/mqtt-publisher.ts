import { defineEntity, p, type InferEntity } from '@mikro-orm/core';

/** One row: which server publishes over MQTT. Times are of the clock of the database. */
export const MqttPublisherRow = defineEntity({
  name: 'MqttPublisherRow',
  tableName: 'mqtt_publisher',
  properties: {
    id: p.boolean().primary(),
    /** Of this run of a server; null where none publishes. */
    holder: p.uuid().nullable(),
    heldUntil: p.datetime(3).nullable(),
    /** Whether it reaches the broker. */
    connected: p.boolean().default(false),
    /** Sequence number of the last event that was told. */
    toldTo: p.bigint('number').nullable(),
  },
});
export type MqttPublisherRow = InferEntity<typeof MqttPublisherRow>;
