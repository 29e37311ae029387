/** A camera above the door whose results the tablet below it shows: the tie by the API, and what the station is told. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Sighting } from '#protocol/analyzer.ts';
import type { DeviceSettings, DeviceView, EncoderView } from '#protocol/devices.ts';
import type { Problem } from '#protocol/error.ts';
import type { AttendanceEvent } from '#protocol/results.ts';
import type { SiteView } from '#protocol/sites.ts';
import { doorOf } from '../../server/attendance/attendance-service.ts';
import type { SightingInbox } from '../../server/attendance/sighting-inbox.ts';
import { openSightings, recordedOutcomes } from '../../server/composition/sightings.ts';
import { asBooked, tiedTo } from '../../server/devices/display-tie.ts';
import { Metrics } from '../../server/metrics/metrics.ts';
import { type DataServices, openDataServices } from '../support/data-services.ts';
import { type Browser, RestServer } from '../support/rest-server.ts';

let services: DataServices;
let rest: RestServer;
let owner: Browser;
let inbox: SightingInbox;
let annex: SiteView;
let station: DeviceView;
let camera: DeviceView;
const opened = new AsyncDisposableStack();
/** What the media workers are given, by the device whose screen gets it. */
const told: { at: string; event: AttendanceEvent }[] = [];

beforeAll(async () => {
  services = await openDataServices();
  rest = await RestServer.start(services);
  owner = await rest.staff();
  annex = await owner.json<SiteView>('POST', '/api/v1/sites', { name: 'Annex', timeZone: 'Asia/Tokyo' });
  inbox = await openSightings(
    {
      dataDir: services.keysFolder,
      core: services,
      devices: services.devices,
      media: {
        sendEvent: (at, event) => {
          // On a slow machine a sighting may be in the journal first.
          if (event.result !== 'saved') told.push({ at, event });
        },
      },
      metrics: new Metrics({ version: 'test' }).sightings,
      log: services.log,
    },
    opened,
  );
});
afterAll(async () => {
  await opened.disposeAsync();
  rest?.stop();
  await services?.close();
});
beforeEach(async () => {
  station = await newStation();
  camera = await newEncoder({ station: station.id });
  told.length = 0;
});

async function newStation(settings: Partial<DeviceSettings> = {}, siteId?: string): Promise<DeviceView> {
  const { deviceId } = await services.addDevice('Tablet');
  return await change(deviceId, { settings, ...(siteId !== undefined && { siteId }) });
}

async function newEncoder(settings: Partial<DeviceSettings>): Promise<DeviceView> {
  const body = { name: 'Above the door', settings };
  return (await owner.json<EncoderView>('POST', '/api/v1/devices/encoders', body)).device;
}

const pathOf = (id: string) => `/api/v1/devices/${id}`;
const get = (id: string) => owner.json<DeviceView>('GET', pathOf(id));
const change = (id: string, body: object) => owner.json<DeviceView>('PATCH', pathOf(id), body);

async function refused(method: string, path: string, body: object): Promise<Problem> {
  const response = await owner.send(method, path, body);
  expect(response.status).toBe(422);
  return (await response.json()) as Problem;
}

/** As `server/main.ts` takes a sighting of an analyzer. */
function sight(deviceId: string, more: Partial<Sighting>): void {
  const device = services.devices.door(deviceId)!;
  const sighting: Sighting = {
    id: randomUUID(),
    cameraId: deviceId,
    track: 1,
    personId: '',
    at: Date.now(),
    similarity: 0.7,
    margin: 0.3,
    frames: 4,
    live: null,
    ...more,
  };
  inbox.add(sighting, doorOf(asBooked(device, services.devices)), () => {});
}

const untilTold = (count: number) => expect.poll(() => told.length, { timeout: 10_000 }).toBe(count);

describe('which camera can be tied to which station', () => {
  it('an encoder, a paired camera and an IP camera can, from the beginning or later', async () => {
    expect(camera.settings.station).toBe(station.id);
    expect((await change(camera.id, { settings: { station: null } })).settings.station).toBeNull();
    expect((await change(camera.id, { settings: { station: station.id } })).settings.station).toBe(
      station.id,
    );
    const pairing = { kind: 'camera', name: 'Tripod', settings: { station: station.id } };
    const { code } = await owner.json<{ code: string }>('POST', '/api/v1/devices/pairing-codes', pairing);
    expect((await services.devices.pair(code)).actor.settings.station).toBe(station.id);
    const fetched = await owner.json<DeviceView>('POST', '/api/v1/devices/rtsp', {
      name: 'Yard',
      address: 'rtsp://10.1.2.3/stream',
      settings: { station: station.id },
    });
    expect(fetched.settings.station).toBe(station.id);
  });

  it.each<[string, () => Promise<string>, string]>([
    ['a camera', async () => camera.id, 'is not the id of a station'],
    ['nothing', async () => randomUUID(), 'is not the id of a station'],
    [
      'a station that was unpaired',
      async () => {
        const { id } = await newStation();
        await services.devices.revoke(id);
        return id;
      },
      'is not the id of a station',
    ],
    ['a station at another site', async () => (await newStation({}, annex.id)).id, 'is at another site'],
  ])('a tie to %s is refused', async (_, id, message) => {
    const settings = { station: await id() };
    const faults = [{ path: 'settings.station', message }];
    expect(await refused('PATCH', pathOf(camera.id), { settings })).toMatchObject({
      code: 'validation-failed',
      faults,
    });
    for (const [path, body] of [
      ['encoders', { name: 'Yard', settings }],
      ['rtsp', { name: 'Yard', address: 'rtsp://10.1.2.3/stream', settings }],
      ['pairing-codes', { name: 'Yard', kind: 'camera', settings }],
    ] as const) {
      expect(await refused('POST', `/api/v1/devices/${path}`, body)).toMatchObject({ faults });
    }
    expect((await get(camera.id)).settings.station).toBe(station.id);
  });

  it('a station is tied to none', async () => {
    const other = await newStation();
    expect(await refused('PATCH', pathOf(other.id), { settings: { station: station.id } })).toMatchObject({
      faults: [{ path: 'settings.station', message: 'is only for cameras and encoders' }],
    });
  });

  it('the tie ends when the station is unpaired, which is in the audit trail of the camera', async () => {
    await owner.send('DELETE', pathOf(station.id));
    expect((await get(camera.id)).settings.station).toBeNull();
    const { events } = await owner.json<{ events: { act: string; objectId: string; detail: unknown }[] }>(
      'GET',
      '/api/v1/audit',
    );
    const change = { before: { station: station.id }, after: { station: null } };
    expect(
      events.find(({ act, objectId }) => act === 'device.changed' && objectId === camera.id),
    ).toMatchObject({ detail: change });
  });

  it('the tie ends when either moves to another site, and goes to the station that the move names', async () => {
    await change(station.id, { siteId: annex.id });
    expect((await get(camera.id)).settings.station).toBeNull();
    const moved = await change(camera.id, { siteId: annex.id, settings: { station: station.id } });
    expect(moved.settings.station).toBe(station.id);
    expect((await change(camera.id, { siteId: null })).settings.station).toBeNull();
  });

  it('a code for a camera whose station is unpaired before it is typed pairs a camera without one', async () => {
    const pairing = { kind: 'camera', name: 'Tripod', settings: { station: station.id } };
    const { code } = await owner.json<{ code: string }>('POST', '/api/v1/devices/pairing-codes', pairing);
    await services.devices.revoke(station.id);
    expect((await services.devices.pair(code)).actor.settings.station).toBeNull();
  });
});

const newPerson = () => services.addPerson({ givenName: 'Ada', familyName: 'Lovelace' });

describe('what the station is told', () => {
  it('the result of the camera, with the names that the station may show', async () => {
    for (const [names, name] of [
      ['full', 'Ada Lovelace'],
      ['given', 'Ada'],
      ['none', ''],
    ] as const) {
      told.length = 0;
      await change(station.id, { settings: { names } });
      const { id } = await newPerson();
      sight(camera.id, { personId: id });
      await untilTold(1);
      expect(told).toMatchObject([
        { at: station.id, event: { result: 'checked-in', camera: camera.id, person: { id, name } } },
      ]);
    }
  });

  it('the results of a camera that is not tied are told to nobody', async () => {
    await change(camera.id, { settings: { station: null } });
    const { id } = await newPerson();
    sight(camera.id, { personId: id });
    await expect
      .poll(() => services.database.fork().execute('select id from punch where person_id = ?', [id]))
      .toHaveLength(1);
    sight(station.id, { personId: id });
    await untilTold(1);
    expect(told).toMatchObject([{ at: station.id, event: { result: 'already-in', camera: station.id } }]);
  });

  it('after the station was unpaired, nobody is told, even before the camera knows it', async () => {
    await services.devices.revoke(station.id);
    expect(services.devices.door(camera.id)!.settings.station).toBe(station.id);
    const [first, second] = [await newPerson(), await newPerson()];
    sight(camera.id, { personId: first.id });
    const other = await newStation();
    sight(other.id, { personId: second.id });
    await untilTold(1);
    expect(told).toMatchObject([{ at: other.id, event: { person: { id: second.id } } }]);
  });

  it('whoever both see is booked once, by the mode and the gap of the station', async () => {
    await change(station.id, { settings: { mode: 'in', minGap: 600_000 } });
    await change(camera.id, { settings: { mode: 'auto', minGap: 0 } });
    const { id } = await newPerson();
    const at = Date.now() - 400_000;
    sight(camera.id, { personId: id, at });
    await untilTold(1);
    sight(station.id, { personId: id, at: at + 300_000 });
    await untilTold(2);
    sight(camera.id, { personId: id, at: at + 399_000 });
    await untilTold(3);
    expect(told.map(({ event }) => event.result)).toEqual(['checked-in', 'already-in', 'already-in']);
    const rows = await services.database
      .fork()
      .execute('select says, device_id from punch where person_id = ?', [id]);
    expect(rows).toEqual([{ says: 'in', device_id: camera.id }]);
  });

  it('what the person says at the tablet about a punch of the camera is recorded, and at no other station', async () => {
    const { id } = await newPerson();
    sight(camera.id, { personId: id });
    await untilTold(1);
    const { punch } = told[0]!.event;
    const screen = services.devices.door(station.id)!;
    const says = { punchId: punch!.id, says: 'out' as const };
    const other = services.devices.door((await newStation()).id)!;
    const tied = (door: typeof screen) => tiedTo(door, services.devices);
    await expect(services.attendance.state(says, doorOf(other), tied(other))).rejects.toMatchObject({
      code: 'not-found',
    });
    const event = await services.attendance.state(says, doorOf(screen), tied(screen));
    expect(event).toMatchObject({ result: 'checked-out', camera: camera.id, person: { id } });
  });

  it('a station that comes from another server hears again what the camera saw', async () => {
    const { id } = await newPerson();
    sight(camera.id, { personId: id });
    await untilTold(1);
    const again = await recordedOutcomes(station.id, services);
    expect(again).toEqual([{ ...told[0]!.event, track: -1 }]);
  });
});
