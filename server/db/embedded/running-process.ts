/** Finds out whether a process is a PostgreSQL, and which database files it uses. */
import { execFile } from 'node:child_process';
import { readFile, readlink, realpath } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);

export interface RunningProcess {
  /** ID of the parent process. */
  parent: number;
  /** Whether its program has the name of PostgreSQL. */
  postgres: boolean;
  /** Its working directory, null if the system does not reveal it. For PostgreSQL it is the folder of the cluster. */
  folder: string | null;
  /** The command-line argument after `-D`, null if there is none. */
  dataArgument: string | null;
}

/** Null if there is no such process; `unknown` if it is running but the system reveals nothing about it. */
export async function inspectProcess(pid: number): Promise<RunningProcess | 'unknown' | null> {
  if (!isAlive(pid)) return null;
  try {
    return await (process.platform === 'linux' ? fromProc(pid) : fromPs(pid));
  } catch {
    return isAlive(pid) ? 'unknown' : null;
  }
}

/**
 * Whether the process uses the files in `cluster`. Symbolic links are resolved first. `unknown` if neither the working
 * directory nor the arguments reveal it.
 */
export async function runsOn(
  running: Pick<RunningProcess, 'folder' | 'dataArgument'>,
  cluster: string,
): Promise<boolean | 'unknown'> {
  const wanted = await realpath(cluster);
  if (running.folder !== null) return running.folder === wanted;
  // A relative path could only be resolved from the working directory, which is unknown.
  if (running.dataArgument === null || !path.isAbsolute(running.dataArgument)) return 'unknown';
  try {
    return (await realpath(running.dataArgument)) === wanted;
  } catch {
    return 'unknown';
  }
}

async function fromProc(pid: number): Promise<RunningProcess | null> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  // The name in parentheses may contain any character; the fields after it are simple.
  const end = stat.lastIndexOf(')');
  const name = stat.slice(stat.indexOf('(') + 1, end);
  const [state, parent] = stat.slice(end + 2).split(' ');
  if (state === 'Z') return null;
  const args = (await readFile(`/proc/${pid}/cmdline`, 'utf8')).split('\0');
  const at = args.indexOf('-D');
  return {
    parent: Number(parent),
    postgres: isPostgres(name),
    // Only root may read this for a process of another account.
    folder: await readlink(`/proc/${pid}/cwd`).catch(() => null),
    dataArgument: at === -1 ? null : (args[at + 1] ?? null),
  };
}

async function fromPs(pid: number): Promise<RunningProcess | null> {
  const columns = async (what: string) =>
    (await execute('ps', ['-ww', '-o', `${what}=`, '-p', String(pid)])).stdout.trim();
  const [parent, state, name, command] = await Promise.all(['ppid', 'stat', 'comm', 'command'].map(columns));
  if (state!.startsWith('Z')) return null;
  // The arguments are joined by spaces. In our command line ` -c` follows, so the folder may contain spaces itself.
  const argument = /\s-D\s+(.+?)(?=\s-c\s|$)/.exec(command!)?.[1];
  return {
    parent: Number(parent),
    postgres: isPostgres(path.basename(name!)),
    folder: null,
    dataArgument: argument ?? null,
  };
}

function isPostgres(name: string): boolean {
  return name === 'postgres' || name === 'postmaster';
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
