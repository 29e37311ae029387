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

describe('on which files a PostgreSQL works', () => {
  it.each([
    ['its folder', 'postgres', null, true],
    ['another that begins alike', 'postgres2', null, false],
    ['its folder against its arguments', 'postgres2', 'postgres', false],
    ['its argument', null, 'postgres', true],
    ['its argument by a link', null, 'link', true],
    ['another argument', null, 'postgres2', false],
    ['an argument that is not there', null, 'gone', 'unknown'],
    ['nothing', null, null, 'unknown'],
  ])('%s', async (_, inFolder, argument, expected) => {
    const at = (name: string | null) => (name === null ? null : path.join(folder, name));
    const running = { folder: at(inFolder), dataArgument: at(argument) };
    expect(await runsOn(running, cluster)).toBe(expected);
    expect(await runsOn(running, path.join(folder, 'link'))).toBe(expected);
  });

  it('a relative argument tells nothing', async () => {
    expect(await runsOn({ folder: null, dataArgument: 'postgres' }, cluster)).toBe('unknown');
  });
});

describe('a process', () => {
  it('that is ours is no PostgreSQL', async () => {
    expect(await inspectProcess(process.pid)).toMatchObject({ parent: process.ppid, postgres: false });
  });

  it('that ended is none', async () => {
    const child = spawn(process.execPath, ['-e', '']);
    await once(child, 'exit');
    expect(await inspectProcess(child.pid!)).toBeNull();
  });
});

describe('a lock file', () => {
  it('of another program in the folder of the database is stale; the program goes on', async () => {
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
