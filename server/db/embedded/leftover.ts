/**
 * A database that a killed server left behind. PostgreSQL runs on when its parent is killed with -9, and
 * refuses a second one on the same files; after a power cut the number in its lock file may have become
 * another program's, which it then takes for a running database.
 */
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { inspectProcess, runsOn } from './running-process.ts';

/** A fast shutdown rolls back what was open and writes a checkpoint: seconds, not minutes. */
const STOP_TIMEOUT = 30_000;
const LOOK_EVERY = 50;

/**
 * Makes `cluster` free to be started. `owner` is the process that started the database last, if known.
 * Throws one sentence where that one is still at work (two servers must not share a data folder), and where
 * it cannot be told on which files a PostgreSQL works: its lock file is not ours to take.
 */
export async function clearLeftover(cluster: string, owner: number | null, log: Logger): Promise<void> {
  // Windows has no orphans of this kind: its PostgreSQL judges the lock file by itself.
  if (process.platform === 'win32') return;
  const lock = path.join(cluster, 'postmaster.pid');
  const pid = await lockHolder(lock);
  if (pid === null) return;
  const running = await inspectProcess(pid);
  const ours =
    running === 'unknown' ? running : running?.postgres === true && (await runsOn(running, cluster));
  if (running === 'unknown' || ours === 'unknown') {
    throw new Error(
      `Process ${pid} holds ${lock}, and it is not told whether it is a PostgreSQL on these files: stop it, or delete that file if it is another program`,
    );
  }
  if (running === null || !ours) {
    log.info({ pid }, 'the lock file of a database that is gone is removed');
    await rm(lock, { force: true });
    return;
  }
  if (owner !== null && running.parent === owner) {
    throw new Error(
      `Another Muster (process ${owner}) runs on the data folder ${path.dirname(cluster)}: stop it first, or give this one another MUSTER_DATA_DIR`,
    );
  }
  log.warn({ pid }, 'a database left behind by a killed server is stopped');
  await stop(pid);
}

async function lockHolder(lock: string): Promise<number | null> {
  try {
    const pid = Number.parseInt(await readFile(lock, 'utf8'), 10);
    return Number.isInteger(pid) && pid > 1 ? pid : null;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

async function stop(pid: number): Promise<void> {
  process.kill(pid, 'SIGINT');
  const until = Date.now() + STOP_TIMEOUT;
  while ((await inspectProcess(pid)) !== null) {
    if (Date.now() > until) {
      throw new Error(`The database left behind (process ${pid}) does not stop: type kill -QUIT ${pid}`);
    }
    await sleep(LOOK_EVERY);
  }
}
