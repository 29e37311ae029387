/**
 * An install from before there were roles (of 22 November 2026), with people enrolled in it: nothing of it is lost.
 * The rows in the fixture were written by that version's own services; its schema is that of the first two migrations.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Database } from '../../server/db/database.ts';
import { createTestDatabase } from '../support/database.ts';
import { type DataServices, newTemplate, openDataServices, PASSWORD } from '../support/data-services.ts';

interface Before {
  masterKey: string;
  /** Two active people, one who has left, and one who was erased. */
  people: [string, string, string, string];
  /** Tokens in the cookies of a signed-in browser and of a station, and a code that waits. */
  session: string;
  device: string;
  pairingCode: string;
  /** The aggregate of the first person. */
  embedding: number[];
  tables: Record<string, unknown[]>;
}

/** A time at which the session and the pairing code of the old version were valid. */
const NOW = Date.parse('2026-11-22T20:20:00Z');
let before: Before;
let services: DataServices;
let own: Awaited<ReturnType<typeof createTestDatabase>>;

beforeAll(async () => {
  const file = path.resolve(import.meta.dirname, '../fixtures/before-roles.json');
  before = JSON.parse(await readFile(file, 'utf8')) as Before;
  own = await createTestDatabase();
  await restore(own.url);
  const { masterKey } = before;
  services = await openDataServices({ url: own.url, now: () => NOW, masterKey });
});
afterAll(async () => {
  await services.close();
  await own.drop();
});

async function restore(url: string): Promise<void> {
  const database = await Database.open({ url, log: pino({ level: 'silent' }), migrate: false });
  await database.orm.migrator.up({ to: '0002-consent-withdrawn' });
  await database.transaction(async (em) => {
    await em.execute('set local session_replication_role = replica');
    for (const [table, rows] of Object.entries(before.tables)) {
      for (const row of rows) {
        await em.execute(`insert into ${table} select * from json_populate_record(null::${table}, ?::json)`, [
          JSON.stringify(row),
        ]);
      }
    }
  });
  await database.close();
}

describe('upgrading an installation of the previous version', () => {
  it('the upgrade keeps the account as an owner and keeps it signed in', async () => {
    const actor = { username: 'ada', role: 'owner', department: null };
    expect(await services.accounts.sessions.find(before.session)).toMatchObject(actor);
    expect(services.setupToken).toBe('');
    expect((await services.accounts.signIn({ username: 'ada', password: PASSWORD })).actor).toMatchObject(
      actor,
    );
  });

  it('the upgrade keeps devices and open pairing codes', async () => {
    expect(await services.devices.find(before.device)).toMatchObject({
      name: 'Front door',
      deviceKind: 'station',
    });
    expect((await services.devices.pair(before.pairingCode)).actor).toMatchObject({ name: 'Hall' });
  });

  it('the upgrade keeps the templates and gives their keys a share', async () => {
    const [first, second, left, erased] = before.people;
    const gallery = await services.templates.loadGallery();
    expect(gallery.map(({ personId }) => personId).toSorted()).toEqual([first, second].toSorted());
    const { embeddings } = gallery.find(({ personId }) => personId === first)!;
    expect(embeddings).toHaveLength(4);
    expect([...embeddings[0]!]).toEqual(before.embedding);
    const keys = await services.database
      .fork()
      .execute<{ personId: string; shared: boolean }[]>(
        'select person_id "personId", shared from person_key',
      );
    expect(keys.map(({ personId }) => personId).toSorted()).toEqual([first, second, left].toSorted());
    expect(keys.every(({ shared }) => shared)).toBe(true);
    expect(await services.people.get(erased)).toBeNull();
  });

  it('the upgrade keeps people, consents and enrollments', async () => {
    const people = (await services.people.page({ limit: 200 })).people;
    expect(people.map(({ number, status }) => [number, status])).toEqual([
      ['E-1', 'active'],
      ['E-2', 'active'],
      ['E-3', 'left'],
    ]);
    for (const person of people) {
      expect(person).toMatchObject({
        consent: { current: true },
        enrollment: { templates: 4 },
        lookAlikes: [],
        reenroll: null,
      });
    }
    expect(await services.consents.history(before.people[0])).toMatchObject([
      { version: '2026-11', language: 'en', method: 'in-person', recordedBy: 'Ada' },
    ]);
  });

  it('the upgrade keeps punches', async () => {
    const { days } = await services.attendanceQuery.day('2026-11-22');
    expect(days.map(({ person, checkIn }) => [person.displayName, checkIn?.device])).toEqual([
      ['Deleted person', 'Front door'],
      ['Given1 Family1', 'Front door'],
      ['Given2 Family2', 'Front door'],
      ['Given3 Family3', 'Front door'],
    ]);
  });

  it('the retention time of people who left before it was recorded begins with the upgrade', async () => {
    expect(await services.retention.preview()).toContainEqual(
      expect.objectContaining({ what: 'templates', count: 0 }),
    );
  });

  it('after the upgrade a person can be re-enrolled and can withdraw', async () => {
    const [, second] = before.people;
    const by = { accountId: (await services.accounts.sessions.find(before.session))!.accountId };
    await services.templates.replace(second, {
      contract: 'test@1/8',
      templates: [newTemplate('aggregate', 2)],
      by,
    });
    await services.consents.withdraw(second, by);
    expect((await services.templates.loadGallery()).map(({ personId }) => personId)).toEqual([
      before.people[0],
    ]);
  });
});
