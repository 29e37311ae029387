/** The database as a command (`npm run audit`, …) reaches it, whether the server runs or not. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Logger } from 'pino';
import type { Config } from '../../config/config.ts';
import { Database } from './database.ts';
import { EmbeddedDatabase } from './embedded.ts';
import { clusterExists, loadPassword } from './embedded/cluster.ts';
import { inspectProcess, runsOn } from './embedded/running-process.ts';

/** Line of `postmaster.pid` that holds the port (miscadmin.h, LOCK_FILE_LINE_PORT). */
const PORT_LINE = 4;

/**
 * Runs `work` on the database of this configuration: the one of `DATABASE_URL`, the embedded one of the server that
 * runs, or, where none runs, the embedded one started for as long as the work takes.
 * Throws one Error of one sentence where there is none.
 */
export async function withDatabase<T>(
  config: Pick<Config, 'dataDir' | 'database'>,
  log: Logger,
  work: (database: Database) => Promise<T>,
): Promise<T> {
  await using opened = new AsyncDisposableStack();
  const database = await Database.open({ url: await urlOf(config, log, opened), log });
  opened.defer(() => database.close());
  return await work(database);
}

async function urlOf(
  { dataDir, database }: Pick<Config, 'dataDir' | 'database'>,
  log: Logger,
  opened: AsyncDisposableStack,
): Promise<string> {
  if (database.url !== undefined) return database.url;
  const cluster = path.resolve(dataDir, 'postgres');
  if (!(await clusterExists(cluster))) {
    throw new Error(`There is no database in ${dataDir} yet: type npm start first, or set MUSTER_DATA_DIR.`);
  }
  const port = await portInUse(cluster);
  if (port !== null) {
    return `postgresql://postgres:${await loadPassword(cluster)}@127.0.0.1:${port}/muster`;
  }
  const embedded = await EmbeddedDatabase.start({ dataDir, port: 0, log });
  opened.defer(() => embedded.close());
  return embedded.url;
}

/** Where a PostgreSQL on these files listens; null where none runs. */
async function portInUse(cluster: string): Promise<number | null> {
  const text = await readFile(path.join(cluster, 'postmaster.pid'), 'utf8').catch(() => '');
  const lines = text.split('\n');
  const pid = Number(lines[0]);
  const port = Number(lines[PORT_LINE - 1]);
  if (!Number.isInteger(pid) || pid <= 1 || !Number.isInteger(port)) return null;
  const running = await inspectProcess(pid);
  if (running === null || running === 'unknown' || !running.postgres) return null;
  return (await runsOn(running, cluster)) === true ? port : null;
}
