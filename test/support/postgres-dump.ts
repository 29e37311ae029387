/**
 * A PostgreSQL server that is dumped and restored as an operator would do it: with the system's pg_dump and psql. These
 * cannot dump a server newer than themselves, and the embedded PostgreSQL comes without them. So a server of the system's
 * version is started for the test. Where the system has no PostgreSQL, a query writes out every row of every table
 * instead, and the test output says so.
 */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { access, chown, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { pino } from 'pino';
import { Database } from '../../server/db/database.ts';
import { databaseAccount } from '../../server/db/embedded/system-user.ts';
import { startProgram } from '../../server/db/embedded/program.ts';
import { createTestDatabase } from './database.ts';

const execute = promisify(execFile);
const log = pino({ level: 'silent' });
const PROGRAMS = ['initdb', 'postgres', 'pg_dump', 'psql'];
const LARGE = 64 * 1024 * 1024;

export interface DumpableServer {
  /** How dumps are made, for the output of the test. */
  how: string;
  /** Creates an empty database and returns its URL. */
  newDatabase(): Promise<string>;
  dump(url: string): Promise<string>;
  /** Restores the dump into a new database and returns its URL. */
  restore(dump: string): Promise<string>;
  close(): Promise<void>;
}

export async function dumpableServer(): Promise<DumpableServer> {
  const folder = await systemPrograms();
  return folder === null ? byQueries() : bySystem(folder);
}

/** The folder that contains all needed programs of PostgreSQL; null where there is no such folder. */
async function systemPrograms(): Promise<string | null> {
  const debian = '/usr/lib/postgresql';
  const versions = await readdir(debian).catch(() => []);
  const folders = [
    ...versions.toSorted((a, b) => Number(b) - Number(a)).map((version) => path.join(debian, version, 'bin')),
    ...(process.env['PATH'] ?? '').split(path.delimiter).filter((one) => path.isAbsolute(one)),
  ];
  for (const folder of folders) {
    const found = await Promise.all(
      PROGRAMS.map((name) =>
        access(path.join(folder, name)).then(
          () => true,
          () => false,
        ),
      ),
    );
    if (found.every(Boolean)) return folder;
  }
  return null;
}

async function bySystem(programs: string): Promise<DumpableServer> {
  const base = await mkdtemp(path.join(os.tmpdir(), 'muster-dump-'));
  const cluster = path.join(base, 'cluster');
  await mkdir(cluster, { mode: 0o700 });
  const account = await databaseAccount([programs, '/tmp']);
  if (account.owner) {
    for (const one of [base, cluster]) await chown(one, account.owner.uid, account.owner.gid);
  }
  const init = startProgram(account, path.join(programs, 'initdb'), [
    `--pgdata=${cluster}`,
    '--username=postgres',
    '--auth=trust',
    '--encoding=UTF8',
    '--locale=C',
    '--no-sync',
  ]);
  const [code] = (await once(init.child, 'close')) as [number];
  if (code !== 0) throw new Error(init.words());
  const port = await freePort();
  const settings = { port, listen_addresses: '127.0.0.1', unix_socket_directories: '', fsync: 'off' };
  const server = startProgram(account, path.join(programs, 'postgres'), [
    '-D',
    cluster,
    ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ]);
  await new Promise<void>((resolve, reject) => {
    server.child.once('close', () => reject(new Error(server.words())));
    server.child.stderr.on('data', () => {
      if (server.words().includes('ready to accept connections')) resolve();
    });
  });
  const version = (await execute(path.join(programs, 'pg_dump'), ['--version'])).stdout.trim();
  const address = (name: string) => `postgresql://postgres@127.0.0.1:${port}/${name}`;
  const psql = async (name: string, statement: string) =>
    execute(path.join(programs, 'psql'), ['-qv', 'ON_ERROR_STOP=1', '-d', address(name), '-c', statement]);
  let count = 0;
  const newDatabase = async () => {
    count += 1;
    await psql('postgres', `create database muster_${count}`);
    return address(`muster_${count}`);
  };
  return {
    how: version,
    newDatabase,
    dump: async (url) =>
      (await execute(path.join(programs, 'pg_dump'), ['-d', url], { maxBuffer: LARGE })).stdout,
    async restore(dump) {
      const url = await newDatabase();
      const running = execute(path.join(programs, 'psql'), ['-qv', 'ON_ERROR_STOP=1', '-d', url]);
      running.child.stdin?.end(dump);
      await running;
      return url;
    },
    async close() {
      server.child.kill('SIGINT');
      await once(server.child, 'close');
      await rm(base, { recursive: true });
    },
  };
}

async function byQueries(): Promise<DumpableServer> {
  const made: Awaited<ReturnType<typeof createTestDatabase>>[] = [];
  const newDatabase = async () => {
    const own = await createTestDatabase();
    made.push(own);
    return own.url;
  };
  return {
    how: 'every row of every table by a query, for lack of pg_dump',
    newDatabase,
    async dump(url) {
      const database = await Database.open({ url, log, migrate: false });
      const em = database.fork();
      const tables = await em.execute<{ name: string }[]>(
        `select table_name name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`,
      );
      const rows: Record<string, string[]> = {};
      for (const { name } of tables) {
        const found = await em.execute<{ row: string }[]>(`select row_to_json(t)::text "row" from ${name} t`);
        rows[name] = found.map(({ row }) => row);
      }
      await database.close();
      return JSON.stringify(rows);
    },
    async restore(dump) {
      const url = await newDatabase();
      const database = await Database.open({ url, log });
      await database.transaction(async (em) => {
        await em.execute('set local session_replication_role = replica');
        for (const [name, rows] of Object.entries(JSON.parse(dump) as Record<string, string[]>)) {
          await em.execute(`delete from ${name}`);
          for (const row of rows) {
            await em.execute(
              `insert into ${name} overriding system value select * from json_populate_record(null::${name}, ?::json)`,
              [row],
            );
          }
        }
      });
      await database.close();
      return url;
    },
    async close() {
      await Promise.all(made.map((own) => own.drop()));
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
