import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { UPRIGHT } from '#protocol/devices.ts';
import { DeviceService } from '../../server/devices/device-service.ts';
import { ATTENDANCE, type DataServices, openDataServices } from '../support/data-services.ts';

const MINUTE = 60_000;
let time = Date.parse('2026-11-23T08:00:00Z');
let services: DataServices;
let by: { accountId: string };
const events: unknown[] = [];

beforeAll(async () => {
  services = await openDataServices({ now: () => time });
  by = { accountId: await services.accountId() };
  services.devices.on('device.revoked', (event) => events.push(event));
  services.devices.on('device.changed', (event) => events.push(event));
});
afterAll(() => services.close());
beforeEach(() => {
  events.length = 0;
});

const newCode = async (settings = {}) =>
  (await services.devices.createPairing({ kind: 'station', name: 'Front door', settings }, by)).code;

describe('pairing codes', () => {
  it('a pairing code turns the browser that types it into a device with the configured settings', async () => {
    const { code, expiresAt } = await services.devices.createPairing(
      { kind: 'camera', name: 'Tripod', settings: { recentEvents: 0 } },
      by,
    );
    expect(code).toMatch(/^[A-HJKMNP-Z2-9]{8}$/);
    expect(Date.parse(expiresAt) - time).toBe(10 * MINUTE);
    const { actor, token } = await services.devices.pair(
      ` ${code.slice(0, 4).toLowerCase()}-${code.slice(4)} `,
    );
    expect(actor).toEqual({
      kind: 'device',
      deviceId: actor.deviceId,
      name: 'Tripod',
      deviceKind: 'camera',
      site: { id: expect.any(String) as string, name: 'Paris', timeZone: 'Europe/Paris', viewing: true },
      settings: {
        mode: 'auto',
        minGap: ATTENDANCE.minGap,
        minFace: ATTENDANCE.minFace,
        zone: null,
        rate: null,
        hours: null,
        names: 'full',
        times: true,
        wish: 'corridor',
        mounting: UPRIGHT,
        recentEvents: 0,
        sound: true,
        ownCamera: true,
        station: null,
        language: 'auto',
      },
    });
    expect(await services.devices.find(token)).toEqual(actor);
    expect(services.devices.door(actor.deviceId)).toEqual(actor);
  });

  it('a pairing code works once, even if two devices type it at the same time', async () => {
    const code = await newCode();
    const tries = await Promise.allSettled([1, 2, 3, 4].map(() => services.devices.pair(code)));
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    await expect(services.devices.pair(code)).rejects.toMatchObject({ code: 'not-found' });
  });

  it('a pairing code expires after ten minutes', async () => {
    const [early, late] = [await newCode(), await newCode()];
    time += 10 * MINUTE - 1;
    await services.devices.pair(early);
    time += 1;
    await expect(services.devices.pair(late)).rejects.toMatchObject({ code: 'not-found' });
  });

  it('the database does not hold a pairing code in clear text', async () => {
    const code = await newCode();
    const rows = await services.database
      .fork()
      .execute<{ row: string }[]>('select c::text "row" from pairing_code c');
    expect(rows.length).toBeGreaterThan(0);
    for (const { row } of rows) {
      expect(row).not.toContain(code);
      expect(row).not.toContain(Buffer.from(code).toString('hex'));
    }
  });

  it('at most fifty pairing codes may be open', async () => {
    time += 10 * MINUTE;
    for (let i = 0; i < 50; i++) await newCode();
    await expect(newCode()).rejects.toMatchObject({ code: 'rate-limited' });
    time += 10 * MINUTE;
    await expect(newCode()).resolves.toBeTypeOf('string');
  });
});

describe('devices', () => {
  it('changed settings are pushed to the device, and settings not named stay as they are', async () => {
    const { deviceId, settings } = await services.addDevice();
    const view = await services.devices.update(deviceId, { name: 'Side door', settings: { mode: 'in' } });
    expect(view).toMatchObject({ name: 'Side door', settings: { ...settings, mode: 'in' } });
    expect(events).toMatchObject([{ deviceId, name: 'Side door', settings: { ...settings, mode: 'in' } }]);
  });

  it('a revoked device loses access at once, stays listed, and cannot be changed', async () => {
    const { actor, token } = await services.devices.pair(await newCode());
    await services.devices.revoke(actor.deviceId);
    expect(events).toEqual([{ deviceId: actor.deviceId }]);
    expect(await services.devices.find(token)).toBeNull();
    expect(services.devices.door(actor.deviceId)).toBeNull();
    const listed = (await services.devices.list()).find(({ id }) => id === actor.deviceId);
    expect(listed!.revokedAt).toBe(new Date(time).toISOString());
    const gone = { code: 'not-found' };
    await expect(services.devices.revoke(actor.deviceId)).rejects.toMatchObject(gone);
    await expect(services.devices.update(actor.deviceId, {})).rejects.toMatchObject(gone);
    expect(events).toHaveLength(1);
  });

  it('a device is among the cameras from pairing to revocation, also after a restart', async () => {
    const { deviceId } = await services.addDevice('Attic');
    const rowsOf = async () => {
      const restarted = await DeviceService.create({ ...services, defaults: () => ATTENDANCE });
      return [services.devices, restarted].map(({ cameras }) => cameras.find(({ id }) => id === deviceId));
    };
    const { id, name } = (await services.sites.list())[0]!;
    const row = {
      id: deviceId,
      name: 'Attic',
      purpose: 'station',
      status: 'offline',
      site: { id, name },
      viewable: true,
      mounting: UPRIGHT,
    };
    expect(await rowsOf()).toEqual([row, row]);
    await services.devices.update(deviceId, { name: 'Roof' });
    const renamed = { ...row, name: 'Roof' };
    expect(await rowsOf()).toEqual([renamed, renamed]);
    await services.devices.revoke(deviceId);
    expect(await rowsOf()).toEqual([undefined, undefined]);
  });

  it('a device paired by an earlier version has defaults for settings it lacks', async () => {
    const { deviceId } = await services.addDevice('Cellar');
    await services.database
      .fork()
      .execute(`update device set settings = settings - 'minFace' - 'wish' where id = ?`, [deviceId]);
    const { settings } = (await services.devices.list()).find(({ id }) => id === deviceId)!;
    expect(settings).toMatchObject({ minFace: ATTENDANCE.minFace, wish: 'kiosk' });
    await services.devices.update(deviceId, { settings: { sound: false } });
    const listed = (await services.devices.list()).find(({ id }) => id === deviceId);
    expect(listed!.settings).toMatchObject({ minFace: ATTENDANCE.minFace, sound: false, language: 'auto' });
    expect((await services.devices.update(deviceId, { settings: { minFace: 0.2 } })).settings.minFace).toBe(
      0.2,
    );
  });

  it('a device is identified by its credential only, which the database does not hold', async () => {
    const { actor, token } = await services.devices.pair(await newCode());
    const [row] = await services.database
      .fork()
      .execute<{ row: string }[]>('select d::text "row" from device d where id = ?', [actor.deviceId]);
    expect(row!.row).not.toContain(token);
    expect(row!.row).not.toContain(Buffer.from(token).toString('hex'));
    for (const forged of ['', actor.deviceId, token.slice(1)]) {
      expect(await services.devices.find(forged)).toBeNull();
    }
  });

  it('the last-seen time of a device is when it last showed its credential, to the minute', async () => {
    const { actor, token } = await services.devices.pair(await newCode());
    const lastSeen = async () =>
      (await services.devices.list()).find(({ id }) => id === actor.deviceId)!.lastSeen;
    const paired = time;
    time += MINUTE - 1;
    await services.devices.find(token);
    expect(await lastSeen()).toBe(new Date(paired).toISOString());
    time += 1;
    await services.devices.find(token, { touch: false });
    expect(await lastSeen()).toBe(new Date(paired).toISOString());
    await services.devices.find(token);
    expect(await lastSeen()).toBe(new Date(time).toISOString());
  });
});
