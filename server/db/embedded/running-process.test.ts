import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { clearLeftover } from './leftover.ts';
import { inspectProcess, runsOn } from './running-process.ts';

let folder: string;
let cluster: string;
beforeEach(async () => {
  folder = await realpath(await mkdtemp(path.join(os.tmpdir(), 'muster-running-')));
  cluster = path.join(folder, 'postgres');
  await mkdir(cluster);
  await mkdir(path.join(folder, 'postgres2'));
  await symlink(cluster, path.join(folder, 'link'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('whether a PostgreSQL uses the files of a cluster', () => {
  it.each([
    ['it does if it works in that folder', 'postgres', null, true],
    ['it does not if its folder only begins with the same name', 'postgres2', null, false],
    ['its working directory counts more than its argument', 'postgres2', 'postgres', false],
    ['it does if its argument names that folder', null, 'postgres', true],
    ['it does if its argument is a link to that folder', null, 'link', true],
    ['it does not if its argument names another folder', null, 'postgres2', false],
    ['is unknown if the folder in its argument does not exist', null, 'gone', 'unknown'],
    ['is unknown without working directory and argument', null, null, 'unknown'],
  ])('%s', async (_, inFolder, argument, expected) => {
    const at = (name: string | null) => (name === null ? null : path.join(folder, name));
    const running = { folder: at(inFolder), dataArgument: at(argument) };
    expect(await runsOn(running, cluster)).toBe(expected);
    expect(await runsOn(running, path.join(folder, 'link'))).toBe(expected);
  });

  it('is unknown if its argument is a relative path', async () => {
    expect(await runsOn({ folder: null, dataArgument: 'postgres' }, cluster)).toBe('unknown');
  });
});

describe('inspectProcess', () => {
  it('does not take this process for a PostgreSQL', async () => {
    expect(await inspectProcess(process.pid)).toMatchObject({ parent: process.ppid, postgres: false });
  });

  it('returns null for a process that has ended', async () => {
    const child = spawn(process.execPath, ['-e', '']);
    await once(child, 'exit');
    expect(await inspectProcess(child.pid!)).toBeNull();
  });
});

describe('clearLeftover', () => {
  it('does not stop another program whose process ID is in the lock file', async () => {
    const child = spawn(
      process.execPath,
      ['-e', 'console.log(1); setInterval(() => {}, 1000)', '--', '-D', cluster],
      {
        cwd: cluster,
      },
    );
    try {
      await once(child.stdout, 'data');
      await writeFile(path.join(cluster, 'postmaster.pid'), `${child.pid}\n`);
      await clearLeftover(cluster, null, pino({ level: 'silent' }));
      expect(await inspectProcess(child.pid!)).not.toBeNull();
    } finally {
      child.kill('SIGKILL');
    }
  });
});
