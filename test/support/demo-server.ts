/** A server on the demonstration office, made by the command that `npm run demo` runs. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { DemoAccount } from '../../server/demo/demo-office.ts';
import type { TestDatabase } from './database.ts';
import { MusterServer } from './muster-server.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');

export interface DemoServer extends AsyncDisposable {
  url: string;
  accountOf: (role: DemoAccount['role']) => DemoAccount;
}

/** @param database empty; dropped with the server */
export async function openDemoServer(
  database: TestDatabase,
  { people }: { people: number },
): Promise<DemoServer> {
  await using opened = new AsyncDisposableStack();
  opened.defer(() => database.drop());
  const dataDir = await mkdtemp(path.join(os.tmpdir(), 'muster-demo-'));
  opened.defer(() => rm(dataDir, { recursive: true, force: true }));
  const env = { MUSTER_DATA_DIR: dataDir, DATABASE_URL: database.url, MUSTER_TIME_ZONE: 'Europe/Berlin' };
  await promisify(execFile)(process.execPath, ['server/commands/demo.ts', '--people', String(people)], {
    cwd: ROOT,
    env: { ...process.env, ...env },
  });
  const team = JSON.parse(await readFile(path.join(dataDir, 'demo-accounts.json'), 'utf8')) as DemoAccount[];
  const server = await MusterServer.start({ databaseUrl: database.url, env });
  opened.defer(() => server.close());
  const owned = opened.move();
  return {
    url: server.url,
    accountOf: (role) => team.find((account) => account.role === role)!,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
