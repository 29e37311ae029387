/** Disks that take nothing: really full, or by the limit that the kernel has for the files of a process. */
import { execFile } from 'node:child_process';
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { setReadOnly } from './database-faults.ts';
import type { Fault } from './kinds.ts';

const CHUNK = Buffer.alloc(1024 * 1024, 1);

/** Fills the file system of the folder, to the last byte. Returns what frees it. */
function fill(folder: string): () => void {
  const file = path.join(folder, 'filling');
  const open = openSync(file, 'w');
  try {
    for (let part = CHUNK; part.length > 0;) {
      try {
        writeSync(open, part);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
        part = part.subarray(0, Math.floor(part.length / 2));
      }
    }
  } finally {
    closeSync(open);
  }
  return () => rmSync(file);
}

export const diskFaults: readonly Fault[] = [
  {
    name: 'disk full',
    goal: 3,
    without: ({ disk }) => (disk === null ? 'a disk to fill can be mounted by root on Linux only' : null),
    act: async ({ disk }, _draw, lasting) => {
      const free = fill(disk!);
      await sleep(lasting(1_000, 15_000));
      free();
      return Date.now();
    },
  },
  {
    name: 'neither files nor database writable',
    goal: 3,
    without: async () => {
      if (process.platform !== 'linux') return 'the size of files can be limited from outside on Linux only';
      return await promisify(execFile)('prlimit', ['--version']).then(
        () => null,
        () => 'there is no prlimit',
      );
    },
    act: async ({ office, postgres }, _draw, lasting) => {
      const { pid } = office.server;
      const limit = (bytes: string) =>
        promisify(execFile)('prlimit', ['--pid', String(pid), `--fsize=${bytes}:`]);
      await limit('100');
      await setReadOnly(postgres, true);
      await sleep(lasting(1_000, 10_000));
      await limit('unlimited');
      await setReadOnly(postgres, false);
      return Date.now();
    },
  },
];
