/**
 * A database that a killed server left behind. PostgreSQL runs on when its parent is killed with -9, and
 * refuses a second one on the same files; after a power cut the number in its lock file may have become
 * another program's, which it then takes for a running database.
 */
import { execFile } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Logger } from 'pino';

const execute = promisify(execFile);

/** A fast shutdown rolls back what was open and writes a checkpoint: seconds, not minutes. */
const STOP_TIMEOUT = 30_000;
const LOOK_EVERY = 50;

interface RunningProcess {
  parent: number;
  command: string;
}

/**
 * Makes `cluster` free to be started. `owner` is the process that started the database last, if known.
 * Throws one sentence where that one is still at work: two servers must not share a data folder.
 */
export async function clearLeftover(cluster: string, owner: number | null, log: Logger): Promise<void> {
  // Windows has no orphans of this kind: its PostgreSQL judges the lock file by itself.
  if (process.platform === 'win32') return;
  const lock = path.join(cluster, 'postmaster.pid');
  const pid = await lockHolder(lock);
  if (pid === null) return;
  const running = await inspect(pid);
  if (running === null || !running.command.includes(cluster)) {
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

async function inspect(pid: number): Promise<RunningProcess | null> {
  try {
    if (process.platform === 'linux') {
      // The name, in brackets, may hold anything; the fields behind it are plain.
      const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ').at(-1)?.split(' ') ?? [];
      if (fields[0] === 'Z') return null;
      const command = (await readFile(`/proc/${pid}/cmdline`, 'utf8')).replaceAll('\0', ' ');
      return { parent: Number(fields[1]), command };
    }
    const { stdout } = await execute('ps', ['-o', 'ppid=,command=', '-p', String(pid)]);
    const [, parent, command] = /^\s*(\d+)\s+(.*)$/m.exec(stdout) ?? [];
    return command === undefined ? null : { parent: Number(parent), command };
  } catch {
    return null;
  }
}

async function stop(pid: number): Promise<void> {
  process.kill(pid, 'SIGINT');
  const until = Date.now() + STOP_TIMEOUT;
  while ((await inspect(pid)) !== null) {
    if (Date.now() > until) {
      throw new Error(`The database left behind (process ${pid}) does not stop: type kill -QUIT ${pid}`);
    }
    await sleep(LOOK_EVERY);
  }
}
