import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { MikroORM } from '@mikro-orm/postgresql';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { EmbeddedDatabase } from '../../server/db/embedded.ts';
import { clearLeftover } from '../../server/db/embedded/leftover.ts';
import { createTestDatabase } from '../support/database.ts';

const log = pino({ level: 'silent' });
const program = path.resolve(import.meta.dirname, '../../server/db/embedded.ts');

async function query(url: string, statement: string): Promise<Record<string, unknown>[]> {
  const orm = await MikroORM.init({ clientUrl: url, entities: [], discovery: { warnWhenNoEntities: false } });
  try {
    return await orm.em.getConnection().execute(statement);
  } finally {
    await orm.close(true);
  }
}

const onPostgres = (url: string): string => url.replace(/muster$/, 'postgres');

let dataDir: string;
const opened: EmbeddedDatabase[] = [];
const children: ChildProcess[] = [];

beforeEach(async () => {
  dataDir = await mkdtemp(path.join(os.tmpdir(), 'muster-embedded-'));
});

afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await Promise.all(opened.splice(0).map((database) => database.close()));
  await rm(dataDir, { recursive: true, force: true });
});

async function start(port = 0, onDown?: (error: Error) => void): Promise<EmbeddedDatabase> {
  const database = await EmbeddedDatabase.start({ dataDir, port, log, durable: false, onDown });
  opened.push(database);
  return database;
}

describe('the embedded database', () => {
  it('the embedded database keeps data across a restart, in UTF-8 and in code point order', async () => {
    const first = await start();
    await query(onPostgres(first.url), `create table word (text text)`);
    await query(onPostgres(first.url), `insert into word values ('Émile'), ('zoë'), ('Zoë')`);
    await first.close();
    await first.close();
    const second = await start();
    const rows = await query(onPostgres(second.url), 'select text, lower(text) low from word order by text');
    expect(rows).toStrictEqual([
      { text: 'Zoë', low: 'zoë' },
      { text: 'zoë', low: 'zoë' },
      { text: 'Émile', low: 'émile' },
    ]);
  });

  it('the embedded database has a random password in a file that only its owner can read', async () => {
    const { url } = await start();
    const file = path.join(dataDir, 'postgres.password');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(url).toContain((await readFile(file, 'utf8')).trim());
    const wrong = onPostgres(url).replace(/postgres:[^@]+@/, 'postgres:guess@');
    await expect(query(wrong, 'select 1')).rejects.toThrow(/password authentication failed/);
  });

  it('the embedded database starts again after its server was killed and PostgreSQL kept running', async () => {
    const orphaned = spawn(
      process.execPath,
      [
        '--input-type=module-typescript',
        '-e',
        `import { EmbeddedDatabase } from ${JSON.stringify(program)};
         import { pino } from 'pino';
         const db = await EmbeddedDatabase.start({ dataDir: process.argv[1], port: 0, log: pino({ level: 'silent' }), durable: false });
         process.stdout.write(db.url);
         setInterval(() => {}, 1000);`,
        dataDir,
      ],
      { stdio: ['ignore', 'pipe', 'inherit'], cwd: path.dirname(program) },
    );
    children.push(orphaned);
    const [url] = (await once(orphaned.stdout, 'data')) as [Buffer];
    await query(onPostgres(String(url)), `create table kept as select 7 as seven`);
    await expect(start()).rejects.toThrow(
      `Another Muster server (process ${orphaned.pid}) is using the data folder`,
    );
    orphaned.kill('SIGKILL');
    await once(orphaned, 'exit');
    const left = Number.parseInt(await readFile(path.join(dataDir, 'postgres/postmaster.pid'), 'utf8'), 10);
    expect(() => process.kill(left, 0)).not.toThrow();
    const { url: again } = await start();
    expect(await query(onPostgres(again), 'select seven from kept')).toStrictEqual([{ seven: 7 }]);
  });

  it('the embedded database starts despite a lock file whose process id now belongs to another program', async () => {
    await (await start()).close();
    await writeFile(
      path.join(dataDir, 'postgres/postmaster.pid'),
      `${process.pid}\n${path.join(dataDir, 'postgres')}\n`,
    );
    const { url } = await start();
    expect(await query(onPostgres(url), 'select 1 as one')).toStrictEqual([{ one: 1 }]);
  });

  it('a second server cannot take over a running embedded database through another path to its folder', async () => {
    const { url } = await start();
    const link = `${dataDir}-link`;
    await symlink(dataDir, link);
    const second = EmbeddedDatabase.start({ dataDir: link, port: 0, log, durable: false });
    await expect(second).rejects.toThrow(
      `Another Muster server (process ${process.pid}) is using the data folder`,
    );
    await rm(link);
    await expect(stat(path.join(dataDir, 'postgres/postmaster.pid'))).resolves.toBeDefined();
    expect(await query(onPostgres(url), 'select 1 as one')).toStrictEqual([{ one: 1 }]);
  });

  it('a stale lock file with the same process id does not stop a running embedded database', async () => {
    const { url } = await start();
    const pid = (await readFile(path.join(dataDir, 'postgres/postmaster.pid'), 'utf8')).split('\n')[0]!;
    // The path of this folder is a prefix of the path of the running database (`postgres`).
    const beside = path.join(dataDir, 'post');
    await mkdir(beside);
    await writeFile(path.join(beside, 'postmaster.pid'), `${pid}\n${beside}\n`);
    await clearLeftover(beside, null, log);
    expect(await query(onPostgres(url), 'select 1 as one')).toStrictEqual([{ one: 1 }]);
    await expect(stat(path.join(beside, 'postmaster.pid'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it.runIf(process.platform === 'linux')(
    'the embedded database does not inherit the environment of the server',
    async () => {
      vi.stubEnv('MUSTER_MASTER_KEY', 'a secret of ours');
      try {
        await start();
      } finally {
        vi.unstubAllEnvs();
      }
      const pid = Number.parseInt(await readFile(path.join(dataDir, 'postgres/postmaster.pid'), 'utf8'), 10);
      const environment = (await readFile(`/proc/${pid}/environ`, 'utf8')).split('\0');
      expect(environment).toContain('LC_ALL=C');
      expect(environment.filter((line) => line.includes('a secret of ours'))).toEqual([]);
    },
  );

  it('a port in use is reported in one sentence', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    await expect(start(port)).rejects.toThrow(
      `Port ${port} on 127.0.0.1 is in use: set MUSTER_DATABASE_PORT to a free port, or to 0.`,
    );
    other.close();
    await once(other, 'close');
    await expect(start(port)).resolves.toMatchObject({ port });
  });

  it('database files of another PostgreSQL version are reported in one sentence', async () => {
    await (await start()).close();
    await writeFile(path.join(dataDir, 'postgres/PG_VERSION'), '13\n');
    await expect(start()).rejects.toThrow(/was created by another major version of PostgreSQL/);
  });

  it('an unusable data folder is reported in one sentence', async () => {
    await writeFile(path.join(dataDir, 'file'), '');
    await expect(
      EmbeddedDatabase.start({ dataDir: path.join(dataDir, 'file'), port: 0, log }),
    ).rejects.toThrow(/is not a folder/);
  });

  it('the unexpected end of an embedded database is reported, and a requested close is not', async () => {
    const downs: string[] = [];
    const closed = await start(0, (error) => downs.push(error.message));
    await closed.close();
    expect(downs).toStrictEqual([]);
    const down = new Promise<Error>((resolve) => void start(0, resolve));
    await expect.poll(() => opened.length, { timeout: 30_000 }).toBe(2);
    const pid = Number.parseInt(await readFile(path.join(dataDir, 'postgres/postmaster.pid'), 'utf8'), 10);
    process.kill(pid, 'SIGKILL');
    expect((await down).message).toBe('The embedded PostgreSQL ended');
  });
});

describe('the databases of the test run', () => {
  it('the databases of a test run are empty and separate', async () => {
    const [one, two] = await Promise.all([createTestDatabase(), createTestDatabase()]);
    await query(one.url, 'create table here (id int)');
    const tables = `select count(*)::int as n from information_schema.tables where table_schema = 'public'`;
    expect(await query(one.url, tables)).toStrictEqual([{ n: 1 }]);
    expect(await query(two.url, tables)).toStrictEqual([{ n: 0 }]);
    await Promise.all([one.drop(), two.drop()]);
    const names = [one, two].map(({ url }) => new URL(url).pathname.slice(1));
    expect(
      await query(one.url.replace(names[0] ?? '', 'postgres'), `select datname from pg_database`),
    ).not.toContainEqual(expect.objectContaining({ datname: expect.stringMatching(names.join('|')) }));
  });
});
