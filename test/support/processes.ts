/** The processes of this machine. On Linux they are read from /proc, because a minimal Debian has no `ps`. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

interface Process {
  pid: number;
  parent: number;
  /** As `ps` prints it. Z is a zombie: a process that ended and whose parent has not read its exit status yet. */
  state: string;
}

/** Whether the process is running. A zombie is not. */
export function isRunning(pid: number): boolean {
  const found = processes().find((one) => one.pid === pid);
  return found !== undefined && !found.state.startsWith('Z');
}

/** Process ids of the children whose command line contains `words`. Linux only. */
export function childrenOf(parent: number, words: string): number[] {
  return processes()
    .filter((one) => one.parent === parent)
    .map(({ pid }) => pid)
    .filter((pid) => commandLine(pid).includes(words));
}

/** Those that ended meanwhile are left out. */
export function signalAll(pids: readonly number[], signal: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}

function processes(): Process[] {
  if (process.platform === 'linux') return readdirSync('/proc').flatMap(fromProc);
  return execFileSync('ps', ['-axo', 'pid=,ppid=,stat='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => {
      const [pid, parent, state = ''] = line.trim().split(/\s+/);
      return { pid: Number(pid), parent: Number(parent), state };
    });
}

function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

/** Empty for a folder of /proc that is not a process, or whose process ended before it was read. */
function fromProc(name: string): Process[] {
  if (!/^\d+$/.test(name)) return [];
  try {
    // The process name in parentheses may itself contain spaces and parentheses.
    const [state = '', parent] = readFileSync(`/proc/${name}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return [{ pid: Number(name), parent: Number(parent), state }];
  } catch {
    return [];
  }
}
