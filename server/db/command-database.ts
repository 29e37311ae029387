/** Opens the database for a command such as `npm run audit`, whether the server is running or not. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Logger } from 'pino';
import type { Config } from '../../config/config.ts';
import { OperatorError } from '../operator-error.ts';
import { Database } from './database.ts';
import { EmbeddedDatabase } from './embedded.ts';
import { clusterExists, loadPassword } from './embedded/cluster.ts';
import { inspectProcess, runsOn } from './embedded/running-process.ts';

/** The line of `postmaster.pid` that contains the port (LOCK_FILE_LINE_PORT in PostgreSQL's miscadmin.h). */
const PORT_LINE = 4;

/**
 * Runs `work` on the configured database: the one at `DATABASE_URL`, the embedded database of the running server, or, if
 * no server is running, the embedded database started just for this work.
 *
 * @param options `migrate`: false for a command that only looks, so that it does not change the database of a running server
 * @throws OperatorError if there is no database or it cannot be used
 */
export async function withDatabase<T>(
  config: Pick<Config, 'dataDir' | 'database'>,
  log: Logger,
  work: (database: Database) => Promise<T>,
  { migrate = true }: { migrate?: boolean } = {},
): Promise<T> {
  await using opened = new AsyncDisposableStack();
  const database = await Database.open({ url: await urlOf(config, log, opened), log, migrate });
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
    throw new OperatorError(
      `There is no database in ${dataDir} yet: run npm start first, or set MUSTER_DATA_DIR.`,
    );
  }
  const port = await portInUse(cluster);
  if (port !== null) {
    return `postgresql://postgres:${await loadPassword(cluster)}@127.0.0.1:${port}/muster`;
  }
  const embedded = await EmbeddedDatabase.start({ dataDir, port: 0, log });
  opened.defer(() => embedded.close());
  return embedded.url;
}

/** The port of the PostgreSQL that runs on these files, or null if none is running. */
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
