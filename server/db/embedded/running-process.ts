/** What the system says of a process that may be a PostgreSQL, and on which files it works. */
import { execFile } from 'node:child_process';
import { readFile, readlink, realpath } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);

export interface RunningProcess {
  parent: number;
  /** A PostgreSQL by the name of its program. */
  postgres: boolean;
  /** Its folder as the kernel knows it; null where that is not told. The postmaster works in its cluster. */
  folder: string | null;
  /** What it was started with after `-D`; null where there is none. */
  dataArgument: string | null;
}

/** Null: there is no such process (any more). `unknown`: it runs, and nothing is told of it. */
export async function inspectProcess(pid: number): Promise<RunningProcess | 'unknown' | null> {
  if (!isAlive(pid)) return null;
  try {
    return await (process.platform === 'linux' ? fromProc(pid) : fromPs(pid));
  } catch {
    return isAlive(pid) ? 'unknown' : null;
  }
}

/** Compares folders, not spellings. `unknown` where neither its folder nor its arguments tell. */
export async function runsOn(
  running: Pick<RunningProcess, 'folder' | 'dataArgument'>,
  cluster: string,
): Promise<boolean | 'unknown'> {
  const wanted = await realpath(cluster);
  if (running.folder !== null) return running.folder === wanted;
  // A relative one would have to be read from the folder that is not told.
  if (running.dataArgument === null || !path.isAbsolute(running.dataArgument)) return 'unknown';
  try {
    return (await realpath(running.dataArgument)) === wanted;
  } catch {
    return 'unknown';
  }
}

async function fromProc(pid: number): Promise<RunningProcess | null> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  // The name, in brackets, may hold anything; the fields behind it are plain.
  const end = stat.lastIndexOf(')');
  const name = stat.slice(stat.indexOf('(') + 1, end);
  const [state, parent] = stat.slice(end + 2).split(' ');
  if (state === 'Z') return null;
  const args = (await readFile(`/proc/${pid}/cmdline`, 'utf8')).split('\0');
  const at = args.indexOf('-D');
  return {
    parent: Number(parent),
    postgres: isPostgres(name),
    // Refused for a process of another account where we are not root.
    folder: await readlink(`/proc/${pid}/cwd`).catch(() => null),
    dataArgument: at === -1 ? null : (args[at + 1] ?? null),
  };
}

async function fromPs(pid: number): Promise<RunningProcess | null> {
  const columns = async (what: string) =>
    (await execute('ps', ['-ww', '-o', `${what}=`, '-p', String(pid)])).stdout.trim();
  const [parent, state, name, command] = await Promise.all(['ppid', 'stat', 'comm', 'command'].map(columns));
  if (state!.startsWith('Z')) return null;
  // The arguments come joined by blanks: ours go on with ` -c`, so a folder may have blanks of its own.
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
