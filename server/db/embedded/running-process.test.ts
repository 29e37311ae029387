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
    ['a PostgreSQL that works in the folder of a cluster uses its files', 'postgres', null, true],
    [
      'a PostgreSQL in a folder that only begins with the same name does not use the cluster',
      'postgres2',
      null,
      false,
    ],
    ['the working directory of a PostgreSQL counts more than its argument', 'postgres2', 'postgres', false],
    ['a PostgreSQL whose argument names the folder of a cluster uses its files', null, 'postgres', true],
    ['a PostgreSQL whose argument is a link to the folder of a cluster uses its files', null, 'link', true],
    ['a PostgreSQL whose argument names another folder does not use the cluster', null, 'postgres2', false],
    [
      'whether a PostgreSQL uses a cluster is unknown if the folder in its argument does not exist',
      null,
      'gone',
      'unknown',
    ],
    [
      'whether a PostgreSQL uses a cluster is unknown without working directory and argument',
      null,
      null,
      'unknown',
    ],
  ])('%s', async (_, inFolder, argument, expected) => {
    const at = (name: string | null) => (name === null ? null : path.join(folder, name));
    const running = { folder: at(inFolder), dataArgument: at(argument) };
    expect(await runsOn(running, cluster)).toBe(expected);
    expect(await runsOn(running, path.join(folder, 'link'))).toBe(expected);
  });

  it('whether a PostgreSQL uses the files of a cluster is unknown if its argument is a relative path', async () => {
    expect(await runsOn({ folder: null, dataArgument: 'postgres' }, cluster)).toBe('unknown');
  });
});

describe('inspectProcess', () => {
  it('inspectProcess does not take this process for a PostgreSQL', async () => {
    expect(await inspectProcess(process.pid)).toMatchObject({ parent: process.ppid, postgres: false });
  });

  it('inspectProcess returns null for a process that has ended', async () => {
    const child = spawn(process.execPath, ['-e', '']);
    await once(child, 'exit');
    expect(await inspectProcess(child.pid!)).toBeNull();
  });
});

describe('clearLeftover', () => {
  it('clearLeftover does not stop another program whose process ID is in the lock file', async () => {
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
