/** One of PostgreSQL's programs, started as a child, with its messages at hand if it fails. */
import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import type { Readable } from 'node:stream';
import type { DatabaseAccount } from './system-user.ts';

/** Characters of its messages kept to explain a failure. */
const WORDS_KEPT = 8192;

export type ProgramChild = ChildProcessByStdio<null, Readable, Readable>;

export interface Program {
  child: ProgramChild;
  /** The last of what it wrote to either stream. Both are read to the end: a full pipe would stop it. */
  words: () => string;
}

/** `message` is what the program said. */
export class ProgramFailure extends Error {}

/** In a session of its own: Ctrl-C in the terminal is for us, and we stop the database last. */
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

/** What a program needs to be found, to load its libraries and to write; nothing of ours, which holds secrets. */
const PASSED_ON = [
  'PATH',
  'HOME',
  'TMPDIR',
  'LD_LIBRARY_PATH',
  'DYLD_LIBRARY_PATH',
  // Windows: without these no program starts there.
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
