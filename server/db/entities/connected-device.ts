import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import { Device } from './device.ts';

/** Whether a device is connected, as the last server that had it says. Times are of the clock of the database. */
export const ConnectedDevice = defineEntity({
  name: 'ConnectedDevice',
  tableName: 'connected_device',
  properties: {
    deviceId: p
      .manyToOne(Device)
      .mapToPk()
      .primary()
      .joinColumn('device_id')
      .updateRule('cascade')
      .deleteRule('cascade'),
    /** Of this run of a server. */
    server: p.uuid(),
    up: p.boolean(),
    seenAt: p.datetime(3),
  },
});
export type ConnectedDevice = InferEntity<typeof ConnectedDevice>;
