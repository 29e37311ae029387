/** Starts one of PostgreSQL's programs as a child process and keeps its messages in case it fails. */
import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import type { Readable } from 'node:stream';
import type { DatabaseAccount } from './system-user.ts';

/** How many characters of its messages are kept to explain a failure. */
const WORDS_KEPT = 8192;

export type ProgramChild = ChildProcessByStdio<null, Readable, Readable>;

export interface Program {
  child: ProgramChild;
  /** The end of what it wrote to both streams. Both are always read, because a full pipe would block the program. */
  words: () => string;
}

/** The program failed; `message` is what it wrote. */
export class ProgramFailure extends Error {}

/** Runs the program in its own session: Ctrl-C in the terminal must reach only Muster, which stops the database last. */
export function startProgram(account: DatabaseAccount, file: string, args: readonly string[]): Program {
  const [command, ...rest] = account.command(file, args);
  const child = spawn(command, rest, {
    ...account.identity,
    env: environment(),
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
    windowsHide: true,
  });
  let words = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8');
    stream.on('data', (text: string) => (words = (words + text).slice(-WORDS_KEPT)));
  }
  return { child, words: () => words };
}

/**
 * Variables passed on to a program: enough to be found, to load its libraries and to write files. The other variables of
 * Muster stay out because they contain secrets.
 */
const PASSED_ON = [
  'PATH',
  'HOME',
  'TMPDIR',
  'LD_LIBRARY_PATH',
  'DYLD_LIBRARY_PATH',
  // Windows starts no program without these.
  'SystemRoot',
  'SystemDrive',
  'ComSpec',
  'PATHEXT',
  'TEMP',
  'TMP',
  'USERPROFILE',
  'APPDATA',
  'LOCALAPPDATA',
];

function environment(): NodeJS.ProcessEnv {
  const passed = PASSED_ON.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value]];
  });
  return { ...Object.fromEntries(passed), LANG: 'C', LC_ALL: 'C', TZ: 'UTC' };
}
