import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AttendanceService, type SightingDevice } from '../../server/attendance/attendance-service.ts';
import { Database } from '../../server/db/database.ts';
import { Punch } from '../../server/db/entities/punch.ts';
import type { Sighting } from '#protocol/analyzer.ts';
import type { DeviceSettings } from '#protocol/devices.ts';
import { ATTENDANCE, type DataServices, openDataServices } from '../support/data-services.ts';

let services: DataServices;
let second: { database: Database; attendance: AttendanceService };
let door: SightingDevice;
let backDoor: SightingDevice;
let personId: string;

beforeAll(async () => {
  services = await openDataServices({ now: () => at('12:00') });
  const database = await Database.open({ url: services.url, log: services.log });
  second = {
    database,
    attendance: new AttendanceService({ database, log: services.log, defaults: ATTENDANCE }),
  };
  [door, backDoor] = [await newDoor('Front door'), await newDoor('Back door')];
});
afterAll(async () => {
  await second.database.close();
  await services.close();
});
beforeEach(async () => {
  personId = (await services.addPerson()).id;
});

async function newDoor(name: string): Promise<SightingDevice> {
  const { deviceId, settings } = await services.addDevice(name);
  return { id: deviceId, name, settings };
}

/** Monday 2026-11-23 in Paris. */
function at(clock: string, day = 23): number {
  return Date.parse(`2026-11-${day}T${clock.length === 5 ? `${clock}:00` : clock}+01:00`);
}

function sighting(clock: string, more: Partial<Sighting> = {}): Sighting {
  return {
    id: randomUUID(),
    cameraId: door.id,
    track: 7,
    personId,
    at: at(clock),
    similarity: 0.71,
    margin: 0.3,
    frames: 4,
    live: null,
    ...more,
  };
}

function doorWith(settings: Partial<DeviceSettings>): SightingDevice {
  return { ...door, settings: { ...door.settings, ...settings } };
}

const punches = () => services.database.fork().find(Punch, { personId }, { orderBy: { at: 'asc' } });
const record = (one: Sighting, device = door) => services.attendance.record(one, device);

describe('sightings', () => {
  it('a sighting becomes a check-in that stores similarity, margin and number of frames', async () => {
    const one = sighting('08:59');
    expect(await record(one)).toEqual({
      type: 'attendance',
      id: one.id,
      camera: door.id,
      track: 7,
      person: { id: personId, name: 'Grace Hopper' },
      result: 'checked-in',
      at: '2026-11-23T07:59:00.000Z',
      localTime: '08:59',
    });
    expect(await punches()).toMatchObject([
      {
        kind: 'in',
        workDate: '2026-11-23',
        timeZone: 'Europe/Paris',
        source: 'sighting',
        sightingId: one.id,
        deviceId: door.id,
        similarity: 0.71,
        margin: 0.3,
        frames: 4,
      },
    ]);
  });

  it('a sighting with low liveness is recorded and marked in the punch and in the reply', async () => {
    expect(await record(sighting('08:59', { live: 0.31 }))).toMatchObject({ doubtful: true });
    expect(await record(sighting('12:00', { live: 0.5 }))).not.toHaveProperty('doubtful');
    expect((await punches()).map(({ live }) => live)).toEqual([0.31, 0.5]);
    const { days } = await services.attendance.day('2026-11-23');
    const day = days.find(({ person }) => person.id === personId);
    expect(day?.punches.map(({ live }) => live)).toEqual([0.31, 0.5]);
  });

  it('sightings of one day give in, already in, out, already out, and out again', async () => {
    const results = [];
    for (const clock of ['08:59', '08:59:30', '12:00', '12:00:59', '17:31']) {
      const { result, localTime } = await record(sighting(clock));
      results.push(`${result} ${localTime}`);
    }
    expect(results).toEqual([
      'checked-in 08:59',
      'already-in 08:59',
      'checked-out 12:00',
      'already-out 12:00',
      'checked-out 17:31',
    ]);
    expect(await punches()).toHaveLength(3);
  });

  it('a sighting follows the settings of the door that saw it', async () => {
    expect(await record(sighting('08:00'), doorWith({ mode: 'out' }))).toMatchObject({
      result: 'checked-out',
    });
    expect(await record(sighting('09:00'), doorWith({ mode: 'in' }))).toMatchObject({ result: 'checked-in' });
    const later = await record(sighting('09:05'), doorWith({ minGap: 600_000, timeZone: 'Asia/Tokyo' }));
    expect(later).toMatchObject({ result: 'already-in', localTime: '17:00' });
  });

  it('a sighting after midnight belongs to the previous work day until the day turns', async () => {
    await record(sighting('22:00'));
    expect(await record(sighting('03:59', { at: at('03:59', 24) }))).toMatchObject({ result: 'checked-out' });
    expect(await record(sighting('04:30', { at: at('04:30', 24) }))).toMatchObject({ result: 'checked-in' });
    expect((await punches()).map(({ kind, workDate }) => `${kind} ${workDate}`)).toEqual([
      'in 2026-11-23',
      'out 2026-11-23',
      'in 2026-11-24',
    ]);
  });
});

describe('repeated deliveries of a sighting', () => {
  it('a sighting delivered twice makes one punch and gets the same reply', async () => {
    const one = sighting('08:59');
    const first = await record(one);
    await record(sighting('17:31'));
    expect(await record(one)).toEqual(first);
    expect(await second.attendance.record(one, door)).toEqual(first);
    expect(await punches()).toHaveLength(2);
  });

  it('a repeated sighting that wrote no punch gets the same reply later in the day', async () => {
    await record(sighting('08:59'));
    const one = sighting('08:59:30');
    const first = await record(one);
    expect(first).toMatchObject({ result: 'already-in' });
    await record(sighting('17:31'));
    expect(await record(one)).toEqual(first);
  });

  it('a sighting delivered many times at once through two servers makes one punch', async () => {
    const one = sighting('08:59');
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, i) => (i % 2 ? services : second).attendance.record(one, door)),
    );
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(await punches()).toHaveLength(1);
  });
});

describe('two stations at the same moment', () => {
  it('two stations that see one person at the same moment make one check-in', async () => {
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, i) =>
        (i % 2 ? services : second).attendance.record(
          sighting('08:59', { at: at('08:59') + i }),
          i % 2 ? door : backDoor,
        ),
      ),
    );
    const results = answers.map(({ result }) => result).toSorted();
    expect(results).toEqual([...Array<string>(7).fill('already-in'), 'checked-in']);
    expect(await punches()).toHaveLength(1);
  });

  it('two stations that see different people do not wait for each other', async () => {
    const people = await Promise.all(Array.from({ length: 8 }, () => services.addPerson()));
    const answers = await Promise.all(people.map(({ id }) => record(sighting('08:59', { personId: id }))));
    expect(answers.every(({ result }) => result === 'checked-in')).toBe(true);
  });
});

describe('ignored sightings', () => {
  it.each(['suspended', 'left'] as const)(
    'a sighting of a person who is %s is ignored, with the reason',
    async (status) => {
      await services.people.update(personId, { status });
      const reason = `This person is ${status}.`;
      expect(await record(sighting('08:59'))).toMatchObject({ result: 'ignored', reason });
      expect(await punches()).toEqual([]);
    },
  );

  it('a sighting of an erased person is ignored, without a name', async () => {
    await services.people.erase(personId);
    expect(await record(sighting('08:59'))).toMatchObject({ result: 'ignored', person: { name: '' } });
  });

  it.each([randomUUID(), 'not-an-id', "'; drop table punch"])(
    'a sighting of the unknown person id %s is ignored',
    async (unknown) => {
      expect(await record(sighting('08:59', { personId: unknown }))).toMatchObject({ result: 'ignored' });
    },
  );
});

describe('append-only punches', () => {
  it.each([
    ['changed', `update punch set at = at + interval '1 hour'`],
    ['deleted', 'delete from punch'],
    ['truncated', 'truncate punch cascade'],
  ])('punches cannot be %s', async (_, sql) => {
    await record(sighting('08:59'));
    const before = await punches();
    await expect(services.database.fork().execute(sql)).rejects.toThrow(/append-only/);
    expect(await punches()).toEqual(before);
  });

  it('punches stay when their person is erased', async () => {
    await record(sighting('08:59'));
    await services.people.erase(personId);
    expect(await punches()).toHaveLength(1);
  });
});

describe('the attendance of a work day', () => {
  const DATE = '2026-12-01';
  const instant = (clock: string) => Date.parse(`${DATE}T${clock}:00+01:00`);

  it('the attendance lists present people with check-in, check-out and hours worked, and counts absent people', async () => {
    const ada = await services.addPerson({
      number: 'D-1',
      givenName: 'Ada',
      familyName: 'Byron',
      department: 'R&D',
    });
    const bob = await services.addPerson({ number: 'D-2', givenName: 'Bob', familyName: 'Taylor' });
    for (const [id, clock, device] of [
      [bob.id, '08:00', door],
      [ada.id, '09:00', door],
      [ada.id, '17:30', backDoor],
    ] as const) {
      await record(sighting('00:00', { personId: id, at: instant(clock) }), device);
    }
    const view = await services.attendance.day(DATE);
    expect(view).toMatchObject({ date: DATE, timeZone: 'Europe/Paris' });
    expect(view.days.map(({ person }) => person.displayName)).toEqual(['Ada Byron', 'Bob Taylor']);
    expect(view.days[0]).toMatchObject({
      person: { id: ada.id, number: 'D-1', department: 'R&D' },
      date: DATE,
      checkIn: { kind: 'in', localTime: '09:00', source: 'sighting', device: 'Front door', similarity: 0.71 },
      checkOut: { kind: 'out', localTime: '17:30', device: 'Back door' },
      worked: 8.5 * 3_600_000,
    });
    expect(view.days[0]!.punches).toHaveLength(2);
    expect(view.days[1]).toMatchObject({ checkOut: null, worked: null });

    const active = (await services.people.page({ limit: 200 })).people.filter(
      ({ status }) => status === 'active',
    ).length;
    expect(view.absent).toBe(active - 2);
  });

  it('the attendance shows punches of an erased person without a name', async () => {
    const { id } = await services.addPerson({ number: 'D-3', givenName: 'Eve', familyName: 'Gone' });
    await record(sighting('00:00', { personId: id, at: Date.parse('2026-12-02T08:00:00+01:00') }));
    await services.people.erase(id);
    const { days } = await services.attendance.day('2026-12-02');
    expect(days).toMatchObject([
      { person: { id, number: '', displayName: 'Deleted person', department: '' } },
    ]);
  });

  it('attendance without a date is the attendance of today', async () => {
    expect((await services.attendance.day()).date).toBe('2026-11-23');
  });
});
