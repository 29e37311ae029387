/**
 * Stops a database that a killed server left running. PostgreSQL keeps running when its parent is killed with -9, and it
 * refuses to start twice on the same files. After a power failure, the process ID in its lock file may belong to another
 * program, which PostgreSQL then mistakes for a running database.
 */
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { OperatorError } from '../../operator-error.ts';
import { inspectProcess, runsOn } from './running-process.ts';

/** How long a fast shutdown may take, ms. It rolls back open transactions and writes a checkpoint, which takes seconds. */
const STOP_TIMEOUT = 30_000;
/** Pause between two checks whether the process has ended, ms. */
const CHECK_INTERVAL = 50;

/**
 * Makes sure that no other PostgreSQL uses `cluster`, so that it can be started.
 *
 * @param owner ID of the process that last started the database, null if unknown
 * @throws OperatorError if that process is still running (two servers must not share a data folder), or if it is unknown
 *   which files the running PostgreSQL uses: then its lock file must not be removed
 */
export async function clearLeftover(cluster: string, owner: number | null, log: Logger): Promise<void> {
  // On Windows, PostgreSQL does not outlive its parent in this way and checks the lock file reliably itself.
  if (process.platform === 'win32') return;
  const lock = path.join(cluster, 'postmaster.pid');
  const pid = await lockHolder(lock);
  if (pid === null) return;
  const running = await inspectProcess(pid);
  const ours =
    running === 'unknown' ? running : running?.postgres === true && (await runsOn(running, cluster));
  if (running === 'unknown' || ours === 'unknown') {
    throw new OperatorError(
      `Process ${pid} holds ${lock}, and Muster cannot find out whether it is a PostgreSQL on these files: stop the process, or delete that file if the process is another program.`,
    );
  }
  if (running === null || !ours) {
    log.info({ event: 'database.lock-removed', pid }, 'removing the lock file of a database that has ended');
    await rm(lock, { force: true });
    return;
  }
  if (owner !== null && running.parent === owner) {
    throw new OperatorError(
      `Another Muster server (process ${owner}) is using the data folder ${path.dirname(cluster)}: stop it first, or set MUSTER_DATA_DIR to another folder.`,
    );
  }
  log.warn(
    { event: 'database.leftover-stopped', pid },
    'stopping a database that a killed server left running',
  );
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
  const until = performance.now() + STOP_TIMEOUT;
  while ((await inspectProcess(pid)) !== null) {
    if (performance.now() > until) {
      throw new OperatorError(
        `A database that a killed server left running (process ${pid}) does not stop: run kill -QUIT ${pid}.`,
      );
    }
    await sleep(CHECK_INTERVAL);
  }
}
