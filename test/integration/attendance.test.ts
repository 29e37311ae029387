import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  AttendanceService,
  doorOf,
  type SightingDevice,
} from '../../server/attendance/attendance-service.ts';
import { Database } from '../../server/db/database.ts';
import { Punch } from '../../server/db/entities/punch.ts';
import type { Sighting } from '#protocol/analyzer.ts';
import type { DeviceSettings } from '#protocol/devices.ts';
import { type DataServices, openDataServices } from '../support/data-services.ts';

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
    attendance: new AttendanceService({
      database,
      clockSteps: services.clockSteps,
      log: services.log,
      now: () => at('12:00'),
    }),
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
  return doorOf(await services.addDevice(name));
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
      punch: { id: expect.any(String) as string, offers: ['out'] },
      seenAt: '2026-11-23T07:59:00.000Z',
      at: '2026-11-23T07:59:00.000Z',
      localTime: '08:59',
    });
    expect(await punches()).toMatchObject([
      {
        says: null,
        siteId: door.site.id,
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
    const { days } = await services.attendanceQuery.day('2026-11-23');
    const day = days.find(({ person }) => person.id === personId);
    expect(day?.punches.map(({ live }) => live)).toEqual([0.31, 0.5]);
  });

  it('passings of one day give in, already in, seen, already seen, and seen again', async () => {
    const results = [];
    for (const clock of ['08:59', '08:59:30', '12:00', '12:00:59', '17:31']) {
      const { result, localTime } = await record(sighting(clock));
      results.push(`${result} ${localTime}`);
    }
    expect(results).toEqual([
      'checked-in 08:59',
      'already-in 08:59',
      'seen 12:00',
      'already-seen 12:00',
      'seen 17:31',
    ]);
    expect(await punches()).toHaveLength(3);
  });

  it('passings alternate at a site that reads them as in and out', async () => {
    const { id, version } = await services.sites.create({ name: 'Factory', timeZone: 'Europe/Paris' });
    await services.sites.update(id, { reading: 'in-and-out' }, [version]);
    await services.people.update(personId, { siteId: id });
    const results = [];
    for (const clock of ['08:00', '12:00', '12:45', '17:00']) {
      results.push((await record(sighting(clock))).result);
    }
    expect(results).toEqual(['checked-in', 'checked-out', 'checked-in', 'checked-out']);
  });

  it('a sighting follows the settings of the door that saw it', async () => {
    expect(await record(sighting('08:00'), doorWith({ mode: 'out' }))).toMatchObject({
      result: 'checked-out',
    });
    expect(await record(sighting('09:00'), doorWith({ mode: 'in' }))).toMatchObject({ result: 'checked-in' });
    const tokyo = {
      ...doorWith({ mode: 'in', minGap: 600_000 }),
      site: { ...door.site, timeZone: 'Asia/Tokyo' },
    };
    const later = await record(sighting('09:05'), tokyo);
    expect(later).toMatchObject({
      result: 'already-in',
      seenAt: new Date(at('09:05')).toISOString(),
      at: new Date(at('09:00')).toISOString(),
      localTime: '17:00',
    });
  });

  it('in by the in door and straight out by the out door are two punches', async () => {
    await record(sighting('08:00'), doorWith({ mode: 'in' }));
    expect(await record(sighting('08:00:20'), doorWith({ mode: 'out' }))).toMatchObject({
      result: 'checked-out',
    });
    expect(await punches()).toHaveLength(2);
  });

  it('nights at one automatic door count the nights, and not the time at home', async () => {
    const results = [];
    for (const [clock, day] of [
      ['22:00', 23],
      ['06:00', 24],
      ['22:00', 24],
      ['06:00', 25],
    ] as const) {
      results.push((await record(sighting(clock, { at: at(clock, day) }))).result);
    }
    expect(results).toEqual(['checked-in', 'seen', 'checked-in', 'seen']);
    const { days } = await services.attendanceQuery.timesheet(personId, '2026-11');
    expect(days.map(({ date, worked }) => `${date} ${worked / 3_600_000}`)).toEqual([
      '2026-11-23 8',
      '2026-11-24 8',
    ]);
  });
});

const state = (punchId: string, says: 'in' | 'out', device = door) =>
  services.attendance.state({ punchId, says }, device);

describe('what a person says at the station', () => {
  it('a passing that the person calls leaving is a departure, and the next one an arrival', async () => {
    await record(sighting('08:00'));
    const { punch } = await record(sighting('12:00'));
    expect(punch?.offers).toEqual(['out', 'in']);
    expect(await state(punch!.id, 'out')).toMatchObject({ result: 'checked-out', localTime: '12:00' });
    expect(await state(punch!.id, 'out')).toMatchObject({ result: 'checked-out' });
    expect(await record(sighting('13:00'))).toMatchObject({ result: 'checked-in' });
    expect(await record(sighting('17:00'))).toMatchObject({ result: 'seen' });
    const { worked, days } = await services.attendanceQuery.timesheet(personId, '2026-11');
    expect(worked / 3_600_000).toBe(8);
    expect(days[0]!.punches.map(({ says, stated }) => [says, stated])).toContainEqual(['out', true]);
  });

  it('nothing else can be said afterward, nor at another station, nor a minute later', async () => {
    const { punch } = await record(sighting('08:00'));
    await expect(state(punch!.id, 'in', backDoor)).rejects.toMatchObject({ code: 'not-found' });
    await state(punch!.id, 'out');
    await expect(state(punch!.id, 'in')).rejects.toMatchObject({ code: 'conflict' });
    const late = new AttendanceService({
      ...services,
      now: () => at('12:02'),
    });
    const other = await record(sighting('11:59'));
    await expect(late.state({ punchId: other.punch!.id, says: 'out' }, door)).rejects.toMatchObject({
      code: 'conflict',
    });
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

  it('another server tells a station again what became of its last sightings, and nothing of other doors', async () => {
    const side = await newDoor('Side door');
    const somebody = async (clock: string) =>
      sighting(clock, { cameraId: side.id, personId: (await services.addPerson()).id });
    await record(await somebody('11:59:20'), side);
    await record(await somebody('11:59:45'), backDoor);
    const told = [
      await record(await somebody('11:59:40'), side),
      await record(await somebody('11:59:50'), side),
    ];
    const again = await second.attendance.recent(side, 30_000);
    // No face is tracked any more.
    for (const event of told) event.track = -1;
    expect(again).toEqual(told);
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
    const view = await services.attendanceQuery.day(DATE);
    expect(view).toMatchObject({ date: DATE, timeZone: 'Europe/Paris' });
    expect(view.days.map(({ person }) => person.displayName)).toEqual(['Ada Byron', 'Bob Taylor']);
    expect(view.days[0]).toMatchObject({
      person: { id: ada.id, number: 'D-1', department: 'R&D' },
      date: DATE,
      checkIn: { says: null, localTime: '09:00', source: 'sighting', device: 'Front door', similarity: 0.71 },
      checkOut: { says: null, localTime: '17:30', device: 'Back door' },
      worked: 8.5 * 3_600_000,
    });
    expect(view.days[0]!.punches).toHaveLength(2);
    expect(view.days[1]).toMatchObject({ checkOut: null, worked: 0 });

    const active = (await services.people.page({ limit: 200 })).people.filter(
      ({ status }) => status === 'active',
    ).length;
    expect(view.figures.absent).toBe(active - 2);
  });

  it('the attendance shows punches of an erased person without a name', async () => {
    const { id } = await services.addPerson({ number: 'D-3', givenName: 'Eve', familyName: 'Gone' });
    await record(sighting('00:00', { personId: id, at: Date.parse('2026-12-02T08:00:00+01:00') }));
    await services.people.erase(id);
    const { days } = await services.attendanceQuery.day('2026-12-02');
    expect(days).toMatchObject([
      { person: { id, number: '', displayName: 'Deleted person', department: '' } },
    ]);
  });

  it('attendance without a date is the attendance of today', async () => {
    expect((await services.attendanceQuery.day()).date).toBe('2026-11-23');
  });
});
