/** `npm run person`, `npm run people` and `npm run retention` as processes of their own, while a server uses the same database. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AuditEvent } from '../../server/db/entities/audit-event.ts';
import { Person } from '../../server/db/entities/person.ts';
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
  program: 'people' | 'person' | 'retention',
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
    const other = await AuditFeed.open({ database, log, listen: false });
    other.start({ ...followers(services), person: async (one) => void told.push(one) });
    const before = other.revision;
    await services.people.update(id, { familyName: 'Greig' });
    await database.fork().execute('alter table audit_event rename to audit_event_away');
    await other.look();
    expect(told).toEqual([]);
    await database.fork().execute('alter table audit_event_away rename to audit_event');
    await other.look();
    await other.look();
    expect(told).toEqual([id]);
    // What an analyzer on another host asks for.
    expect(await other.peopleSince(before, 10)).toEqual([id]);
    expect(await other.peopleSince(before, 0)).toBeNull();
    expect(await other.peopleSince(other.revision, 10)).toEqual([]);
    await other.close();
  });
});

const people = () => services.database.fork().count(Person, { erasedAt: null });

describe('npm run people', { timeout: 60_000 }, () => {
  it('npm run people -- import --dry-run shows every problem and writes nothing, and without it the same is written', async () => {
    const file = path.join(folder, 'people.csv');
    const result = path.join(folder, 'result.csv');
    await writeFile(file, `Nr;Name;Wer\nC-1;Command;x\n${number};Mary Fairfax;\n;Nobody;\n`);
    const before = await people();
    const dry = await run('people', 'import', file, '--dry-run');
    expect(dry.code).toBe(2);
    expect(dry.said).toContain('Columns by row 1: number from "Nr", fullName from "Name".');
    expect(dry.said).toContain('Row 4: number is missing');
    expect(dry.said).toContain('This would add 1 people, change 1, and leave 0 as they are; 1 rows');
    expect(await people()).toBe(before);

    const done = await run('people', 'import', file, '--result', result);
    expect(done.said).toContain('Added 1 people, changed 1, and left 0 as they are');
    expect(await people()).toBe(before + 1);
    expect((await readFile(result, 'utf8')).split('\r\n')).toEqual([
      '\uFEFFrow,number,name,result,changes,problems',
      '2,C-1,Command,create,,',
      `3,${number},Mary Fairfax,update,familyName,`,
      '4,,Nobody,left-out,,"number """" is missing"',
      '',
    ]);
    await feed.look();
    expect(services.people.nameOf(id)).toBe('Mary Fairfax');
  });

  it('npm run people -- export writes what an import takes, and never over another file', async () => {
    const file = path.join(folder, 'all.xlsx');
    const done = await run('people', 'export', file, '--language', 'de');
    expect(done).toMatchObject({ code: 0, said: expect.stringContaining(file) as string });
    const again = await run('people', 'import', file, '--dry-run');
    expect(again.said).toContain(`add 0 people, change 0, and leave ${await people()} as they are; 0 rows`);
    expect((await run('people', 'export', file)).said).toContain('exists already');
  });

  it.each([
    [['import', 'missing.csv'], /missing\.csv cannot be read \(ENOENT\)/],
    [['import', import.meta.filename, '--columns', 'nickname=1'], /nickname/],
    [['import', import.meta.filename], /No column for number/],
    [['export', 'people.txt'], /ends with \.csv or \.xlsx/],
    [['import'], /npm run people -- COMMAND FILE/],
  ])('npm run people -- %j is refused with a sentence that says why', async (args, said) => {
    const refused = await run('people', ...args);
    expect(refused.code).toBe(1);
    expect(refused.said).toMatch(said);
    expect(refused.said).not.toContain('    at ');
  });
});
