import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DeviceWatch } from '../../server/devices/device-watch.ts';
import { type DataServices, openDataServices } from '../support/data-services.ts';

let services: DataServices;
beforeAll(async () => {
  services = await openDataServices();
});
afterAll(() => services.close());

function watch(connected: Set<string>, limits: { grace?: number; life?: number } = {}) {
  const { database, log } = services;
  const never = { period: 3_600_000, beat: 0, grace: 0, ...limits };
  return new DeviceWatch({ database, log, connected: () => [...connected], limits: never });
}

async function told(): Promise<string[]> {
  await services.outbox.look();
  const { events, position } = await services.events.after(told.from);
  told.from = position;
  return events.map(({ type, data }) => `${type} ${'device' in data ? data.device.name : ''}`);
}
told.from = 0;

describe('devices that come and go', () => {
  it('each is told once, and one that is back within the grace was not away', async () => {
    const { deviceId } = await services.addDevice('Gate');
    const connected = new Set([deviceId]);
    const watching = watch(connected, { grace: 3_600_000 });
    const strict = watch(connected);
    try {
      await watching.look();
      await watching.look();
      expect(await told()).toEqual(['device.up Gate']);
      connected.clear();
      await watching.look();
      expect(await told()).toEqual([]);
      connected.add(deviceId);
      await strict.look();
      expect(await told()).toEqual([]);
      connected.clear();
      await strict.look();
      expect(await told()).toEqual(['device.down Gate']);
    } finally {
      await watching.close();
      await strict.close();
    }
  });

  it('a device that goes to another server is not away, and one whose server has died is', async () => {
    const { deviceId } = await services.addDevice('Yard');
    const here = new Set([deviceId]);
    const there = new Set<string>();
    const first = watch(here);
    const second = watch(there);
    try {
      await first.look();
      here.clear();
      there.add(deviceId);
      await second.look();
      await first.look();
      expect(await told()).toEqual(['device.up Yard']);
      await second.close();
      const third = watch(new Set(), { life: 0 });
      await third.look();
      await third.close();
      expect(await told()).toEqual(['device.down Yard']);
    } finally {
      await first.close();
      await second.close();
    }
  });
});
