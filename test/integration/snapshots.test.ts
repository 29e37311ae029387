import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SnapshotStore } from '../../server/attendance/snapshot-store.ts';
import type { Sighting } from '#protocol/analyzer.ts';
import { type DataServices, newTemplate, openDataServices } from '../support/data-services.ts';

const NINE = Date.UTC(2026, 2, 10, 9);
const PICTURE = Buffer.from('BM: the face of somebody at a door, as the analyzer sent it');
let services: DataServices;
let time = NINE;
let sightings = 0;

beforeAll(async () => {
  services = await openDataServices({ now: () => time });
});
afterAll(() => services.close());

/** Records a sighting of an enrolled person at a door. Returns the result of the sighting, and its punch. */
async function punched(personId?: string, at = NINE) {
  const id = personId ?? (await services.addConsentedPerson()).id;
  if (!personId) await services.enroll(id, [newTemplate('aggregate', 1)]);
  const device = await services.addDevice();
  sightings += 1;
  const sighting: Sighting = {
    id: `run/${device.deviceId}/${sightings}/${id}`,
    cameraId: device.deviceId,
    track: sightings,
    personId: id,
    at,
    similarity: 0.7,
    margin: 0.3,
    frames: 4,
    live: null,
  };
  const event = await services.attendance.record(sighting, { ...device, id: device.deviceId });
  await services.snapshots.keep(sighting, PICTURE);
  const rows = await services.database
    .fork()
    .execute<{ id: string }[]>('select id from punch where sighting_id = ?', [sighting.id]);
  return { person: id, punch: rows[0]?.id ?? null, sighting, event };
}
const stored = (person: string) =>
  services.database
    .fork()
    .execute<{ sealed: Buffer; punch: string }[]>(
      'select sealed, punch_id punch from evidence where person_id = ?',
      [person],
    );
const acts = async (punch: string) =>
  (
    await services.database
      .fork()
      .execute<{ act: string }[]>('select act from audit_event where object_id = ? order by seq', [punch])
  ).map(({ act }) => act);
const shownAs = async (punch: string) => {
  const { days } = await services.attendanceQuery.day('2026-03-10');
  return days.flatMap(({ punches }) => punches).find(({ id }) => id === punch)?.snapshot;
};

describe('snapshots', () => {
  it('a snapshot is stored sealed, shown on request, and every view is audited', async () => {
    const { person, punch } = await punched();
    const [row] = await stored(person);
    expect(row!.sealed.includes(PICTURE)).toBe(false);
    expect(row!.sealed.includes(PICTURE.subarray(0, 16))).toBe(false);
    expect(await shownAs(punch!)).toBe(true);
    expect(await services.snapshots.view(punch!)).toEqual(PICTURE);
    expect(await services.snapshots.view(punch!)).toEqual(PICTURE);
    expect(await acts(punch!)).toEqual(['evidence.viewed', 'evidence.viewed']);
  });

  it('a snapshot is kept once per punch, and never for a sighting without a punch', async () => {
    const { person, sighting } = await punched();
    await services.snapshots.keep(sighting, Buffer.from('another'));
    const again = await punched(person, NINE + 1000);
    expect(again.event.result).toBe('already-in');
    expect(again.punch).toBeNull();
    expect(await stored(person)).toHaveLength(1);
    // The snapshot cannot be moved to another person.
    const { person: other } = await punched();
    await services.snapshots.keep({ ...sighting, personId: other }, PICTURE);
    expect(await stored(other)).toHaveLength(1);
  });

  it('a snapshot is destroyed with the key on withdrawal, deletion and re-enrollment', async () => {
    const by = { accountId: await services.accountId() };
    const ways: ((id: string) => Promise<unknown>)[] = [
      (id) => services.consents.withdraw(id, by),
      (id) => services.people.erase(id),
      (id) => services.enroll(id, [newTemplate('aggregate', 2)]),
    ];
    for (const way of ways) {
      const { person, punch } = await punched();
      const [row] = await stored(person);
      const [key] = await services.database
        .fork()
        .execute<{ id: string }[]>('select id from person_key where person_id = ?', [person]);
      await way(person);
      expect(await stored(person)).toEqual([]);
      expect(await services.snapshots.view(punch!)).toBeNull();
      expect(await shownAs(punch!)).toBeUndefined();
      // As from a backup.
      await services.database
        .fork()
        .execute(
          `insert into evidence (punch_id, person_id, key_id, sealed, taken_at, expires_at) values (?, ?, ?, ?, now(), '2100-01-01')`,
          [punch!, person, key!.id, row!.sealed],
        );
      expect(await services.snapshots.view(punch!)).toBeNull();
    }
  });

  it('an expired snapshot is no longer shown and is then removed', async () => {
    const { person, punch } = await punched();
    time = NINE + 31 * 86_400_000;
    expect(await services.snapshots.view(punch!)).toBeNull();
    await services.retention.run();
    expect(await stored(person)).toEqual([]);
    time = NINE;
  });

  it('a snapshot that was changed or moved to another punch is not shown, and the attempt is audited', async () => {
    const [a, b] = [await punched(), await punched()];
    await services.database
      .fork()
      .execute(
        'update evidence set sealed = set_byte(sealed, 40, get_byte(sealed, 40) # 1) where punch_id = ?',
        [a.punch!],
      );
    expect(await services.snapshots.view(a.punch!)).toBeNull();
    expect(await acts(a.punch!)).toEqual(['evidence.unreadable']);
    await services.database.fork().execute('delete from evidence where punch_id = ?', [a.punch!]);
    await services.database
      .fork()
      .execute('update evidence set punch_id = ? where punch_id = ?', [a.punch!, b.punch!]);
    expect(await services.snapshots.view(a.punch!)).toBeNull();
  });

  it('a snapshot that cannot be stored is logged and never costs the punch', async () => {
    const { database, personKeys, log } = services;
    const store = new SnapshotStore({ database, personKeys, keepDays: () => 1, log });
    const { sighting } = await punched();
    await expect(store.keep(sighting, Buffer.alloc(300 * 1024))).resolves.toBeUndefined();
  });
});
