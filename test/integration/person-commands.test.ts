/** `npm run person` and `npm run retention` as processes of their own, while a server uses the same database. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AuditEvent } from '../../server/db/entities/audit-event.ts';
import { followers } from '../../server/composition/followers.ts';
import { AuditFeed } from '../../server/audit/audit-feed.ts';
import type { GalleryChange } from '../../server/biometrics/template-store.ts';
import { CONTRACT, type DataServices, newTemplate, openDataServices } from '../support/data-services.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
let services: DataServices;
let feed: AuditFeed;
let folder: string;
let id: string;
let number: string;
const changes: GalleryChange[] = [];

beforeAll(async () => {
  services = await openDataServices();
  folder = await mkdtemp(path.join(os.tmpdir(), 'muster-person-'));
  feed = await AuditFeed.open(services);
  feed.start(followers(services));
  services.templates.on('gallery.changed', (change) => changes.push(change));
});
afterAll(async () => {
  await feed.close();
  await services.close();
  await rm(folder, { recursive: true });
});
beforeEach(async () => {
  ({ id, number } = await services.addConsentedPerson({ givenName: 'Mary', familyName: 'Somerville' }));
  await services.enroll(id, [newTemplate('aggregate', 3)]);
  await feed.look();
  changes.length = 0;
});

/** Runs a command and returns its exit code and its output. */
async function run(
  program: 'person' | 'retention',
  ...args: string[]
): Promise<{ code: number; said: string }> {
  const env = {
    PATH: process.env['PATH'],
    DATABASE_URL: services.url,
    MUSTER_DATA_DIR: services.keysFolder,
    MUSTER_KEY_STORE: path.join(services.keysFolder, 'keys'),
  };
  const file = path.join(ROOT, 'server', 'commands', `${program}.ts`);
  const options = { cwd: ROOT, env };
  return promisify(execFile)(process.execPath, [file, ...args], options).then(
    ({ stdout, stderr }) => ({ code: 0, said: stdout + stderr }),
    (error: { code: number; stdout: string; stderr: string }) => ({
      code: error.code,
      said: error.stdout + error.stderr,
    }),
  );
}

describe('npm run person', { timeout: 60_000 }, () => {
  it('npm run person -- export writes everything into a folder that only its owner can read', async () => {
    const out = path.join(folder, 'export');
    const done = await run('person', 'export', number.toLowerCase(), '--out', out, '--embeddings');
    const files = await readdir(out);
    expect(done.said).toContain(`Mary Somerville: ${files.length} files`);
    expect(files).toContain('punches.csv');
    const all = JSON.parse(await readFile(path.join(out, 'person.json'), 'utf8')) as {
      person: { id: string };
      embeddings: { contract: string; embedding: number[] }[];
    };
    expect(all.person.id).toBe(id);
    expect(all.embeddings).toMatchObject([{ contract: CONTRACT }]);
    expect(all.embeddings[0]!.embedding).toEqual([...newTemplate('aggregate', 3).embedding]);
    const again = await run('person', 'export', number, '--out', out);
    expect(again).toMatchObject({ code: 1 });
    expect(again.said).toMatch(/exists already: name a new folder/);
    const events = await services.database.fork().find(AuditEvent, { act: 'person.exported', objectId: id });
    expect(events.map(({ actorKind }) => actorKind)).toEqual(['server']);
  });

  it('npm run person -- erase needs a confirmation, and a running server drops the face and the name', async () => {
    const asked = await run('person', 'erase', number);
    expect(asked).toMatchObject({ code: 1 });
    expect(asked.said).toMatch(/would erase Mary Somerville/);
    expect(await services.people.get(id)).not.toBeNull();

    expect(await run('person', 'erase', number, '--yes')).toMatchObject({ code: 0 });
    await feed.look();
    expect(changes).toEqual([{ personId: id, entry: null }]);
    expect(services.people.nameOf(id)).toBeUndefined();
    expect(await services.people.get(id)).toBeNull();
    expect((await run('person', 'erase', number, '--yes')).said).toMatch(/Nobody has the number/);
  });

  it('npm run person without arguments prints its usage', async () => {
    expect(await run('person', 'export', number)).toMatchObject({ code: 1 });
    expect((await run('person', '--help')).said).toMatch(/npm run person/);
  });
});

describe('npm run retention', { timeout: 60_000 }, () => {
  it('npm run retention shows what would be deleted and then does the daily run once', async () => {
    await services.people.update(id, { status: 'left' });
    await services.database
      .fork()
      .execute(`update person set left_at = now() - interval '40 days' where id = ?`, [id]);
    const told = await run('retention', '--dry-run');
    expect(told.said).toMatch(/templates +1 people who left, before 20\d\d/);
    expect(told.said).toMatch(/punches +kept forever/);
    expect(await services.people.get(id)).toMatchObject({ enrollment: { templates: 1 } });

    expect((await run('retention')).said).toMatch(/Deleted:\n +templates +1 people/);
    expect(await services.people.get(id)).toMatchObject({ enrollment: null });
    expect((await run('retention')).said).toMatch(/was done already/);
  });
});

describe('changes by another process', () => {
  it('a change by another process is followed once, and a short database outage loses none', async () => {
    const told: string[] = [];
    const { database, log } = services;
    const other = await AuditFeed.open({ database, log });
    other.start({ ...followers(services), person: async (one) => void told.push(one) });
    await services.people.update(id, { familyName: 'Greig' });
    await database.fork().execute('alter table audit_event rename to audit_event_away');
    await other.look();
    expect(told).toEqual([]);
    await database.fork().execute('alter table audit_event_away rename to audit_event');
    await other.look();
    await other.look();
    expect(told).toEqual([id]);
    await other.close();
  });
});
