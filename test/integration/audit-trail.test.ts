import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AnchorKeeper, readAnchor } from '../../server/audit/anchor.ts';
import { audit } from '../../server/audit/audit.ts';
import { purgeAudit } from '../../server/audit/purge.ts';
import { verifyAudit } from '../../server/audit/verify.ts';
import type { AuditPageView, AuditVerdictView } from '#protocol/audit.ts';
import { type DataServices, openDataServices } from '../support/data-services.ts';
import { RestServer, SITE } from '../support/rest-server.ts';

const log = pino({ level: 'silent' });
const command = path.resolve(import.meta.dirname, '../../server/commands/audit.ts');
let services: DataServices;
let dataDir: string;

beforeEach(async () => {
  services = await openDataServices();
  dataDir = await mkdtemp(path.join(os.tmpdir(), 'muster-audit-'));
  for (let n = 1; n <= 5; n++) await write(n);
});
afterEach(async () => {
  await services.close();
  await rm(dataDir, { recursive: true });
});

const write = (n: number) =>
  services.database.transaction((em) =>
    audit(em, { act: 'device.changed', object: { kind: 'device', id: `t${n}` }, after: { n } }),
  );
/** Runs a statement as an intruder with the password of the database, who can turn the triggers off. */
const meddle = async (sql: string) => {
  await services.database.transaction(async (em) => {
    await em.execute('alter table audit_event disable trigger user');
    await em.execute(sql);
    await em.execute('alter table audit_event enable trigger user');
  });
};
const verify = async () => verifyAudit(services.database, await readAnchor(dataDir));
const keep = async () => (await AnchorKeeper.start({ database: services.database, dataDir, log })).close();

const run = (...args: string[]) =>
  promisify(execFile)(process.execPath, [command, ...args], {
    env: { ...process.env, DATABASE_URL: services.url, MUSTER_DATA_DIR: dataDir },
  });

describe('verifying the audit trail', () => {
  it('an untouched audit trail verifies as intact', async () => {
    await keep();
    expect(await verify()).toMatchObject({ events: 5, first: 1, last: 5, faults: [] });
  });

  it.each([
    ['a changed detail', `update audit_event set detail = '{"after":{"n":9}}' where seq = 3`, 3, /changed/],
    ['a changed author', `update audit_event set actor_name = 'eve' where seq = 2`, 2, /changed/],
    ['a changed time', `update audit_event set at = at - interval '1 day' where seq = 4`, 4, /changed/],
    ['a missing event', 'delete from audit_event where seq = 3', 4, /missing/],
    ['a missing start', 'delete from audit_event where seq <= 2', 3, /missing/],
  ])('the check of the audit trail reports %s', async (_name, sql, seq, what) => {
    await meddle(sql);
    const { faults } = await verify();
    expect(faults).toContainEqual({ seq, what: expect.stringMatching(what) as string });
  });

  it('verification reports a truncated end by the anchor outside the database', async () => {
    await keep();
    await meddle('delete from audit_event where seq > 3');
    expect((await verifyAudit(services.database, null)).faults).toEqual([]);
    expect((await verify()).faults).toEqual([{ seq: 3, what: expect.stringContaining('5') as string }]);
  });

  it('verification reports a rewritten trail and leaves the anchor unchanged', async () => {
    await keep();
    const kept = await readFile(path.join(dataDir, 'audit.anchor'), 'utf8');
    await meddle('delete from audit_event');
    for (let n = 1; n <= 7; n++) await write(n * 10);
    await keep();
    expect(await readFile(path.join(dataDir, 'audit.anchor'), 'utf8')).toBe(kept);
    expect((await verify()).faults).toEqual([
      { seq: 5, what: expect.stringMatching(/not the event/) as string },
    ]);
  });

  it('verification accepts a start removed by retention and no other missing start', async () => {
    const removed = await services.database.transaction(async (em) => {
      const later = new Date(Date.now() + 60_000);
      expect(await purgeAudit(em, later, { dryRun: true })).toBe(4);
      return purgeAudit(em, later);
    });
    expect(removed).toBe(4);
    expect(await verify()).toMatchObject({ events: 2, first: 5, last: 6, faults: [] });
    await meddle('delete from audit_event where seq = 5');
    expect((await verify()).faults).not.toEqual([]);
  });
});

describe('npm run audit', () => {
  it('npm run audit -- verify succeeds on an intact trail and fails on a damaged one', async () => {
    expect((await run('verify')).stdout).toContain('whole: 5 events');
    await meddle(`update audit_event set act = 'x' where seq = 2`);
    await expect(run('verify')).rejects.toMatchObject({
      code: 1,
      stdout: expect.stringContaining('event 2') as string,
    });
  });

  it('npm run audit -- export writes every event, including the export itself', async () => {
    const out = path.join(dataDir, 'trail.jsonl');
    await run('export', '--out', out);
    const lines = (await readFile(out, 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { act: string });
    expect(lines.map(({ act }) => act)).toEqual([...Array(5).fill('device.changed'), 'audit.exported']);
  });

  it('npm run audit -- verify says what is wrong with a damaged anchor', async () => {
    await writeFile(path.join(dataDir, 'audit.anchor'), '{');
    await expect(run('verify')).rejects.toMatchObject({
      stderr: expect.stringMatching(
        /damaged: it is empty or cut short.*Delete it, and the server saves/,
      ) as string,
    });
    await writeFile(path.join(dataDir, 'audit.anchor'), '{"seq":-3,"hash":"0"}\n');
    await expect(run('verify')).rejects.toMatchObject({
      stderr: expect.stringMatching(/damaged: it is whole.*Somebody may have changed it/) as string,
    });
  });
});

describe('the audit trail over HTTP', () => {
  it('an owner can page, filter, verify and export the audit trail over HTTP', async () => {
    const rest = await RestServer.start(services, { site: { ...SITE, dataDir } });
    try {
      const owner = await rest.staff();
      const first = await owner.json<AuditPageView>('GET', '/api/v1/audit?limit=3&act=device.');
      expect(first.events.map(({ detail }) => detail.after?.['n'])).toEqual([5, 4, 3]);
      expect(first.next).not.toBeNull();
      const next = await owner.json<AuditPageView>('GET', `/api/v1/audit?act=device.&after=${first.next}`);
      expect(next.events.map(({ detail }) => detail.after?.['n'])).toEqual([2, 1]);
      expect(next.next).toBeNull();
      const verdict = await owner.json<AuditVerdictView>('POST', '/api/v1/audit/verify');
      expect(verdict.faults).toEqual([]);
      const csv = await (await owner.send('GET', '/api/v1/audit/export?format=csv&object=t4')).text();
      expect(csv.trim().split('\r\n')).toEqual([
        'seq,at,actorKind,actorId,actorName,address,act,objectKind,objectId,detail,hash',
        expect.stringMatching(/^4,.*,device\.changed,device,t4,"\{""after"":\{""n"":4\}\}",[0-9a-f]{64}$/),
      ]);
    } finally {
      rest.stop();
    }
  });
});
