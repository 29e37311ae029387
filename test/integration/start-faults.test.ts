/** How the server and its commands print a fault of the operator, and how they print a bug. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '../..');
let folder: string;
let bug: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'muster-faults-'));
  bug = path.join(folder, 'bug.mjs');
  // Every program makes one of these calls before it opens a file or a connection.
  await writeFile(
    bug,
    `import fs from 'node:fs/promises';
     import { syncBuiltinESMExports } from 'node:module';
     fs.mkdir = fs.access = fs.stat = async () => { throw new TypeError('an injected bug'); };
     syncBuiltinESMExports();`,
  );
});
afterAll(() => rm(folder, { recursive: true }));

interface Ended {
  code: number;
  stderr: string;
}

/** Without a debugger's or a coverage tool's variables, and with a data folder of its own. */
function start(
  program: string,
  args: string[],
  env: Record<string, string>,
  ...flags: string[]
): Promise<Ended> {
  const options = {
    cwd: ROOT,
    env: {
      PATH: process.env['PATH'],
      MUSTER_DATA_DIR: path.join(folder, 'data'),
      MUSTER_LOG_LEVEL: 'silent',
      ...env,
    },
  };
  return new Promise((resolve) => {
    execFile(process.execPath, [...flags, program, ...args], options, (error, _stdout, stderr) =>
      resolve({ code: Number(error?.code ?? 0), stderr }),
    );
  });
}

it('the server prints a wrong variable as a sentence, without a stack', { timeout: 30_000 }, async () => {
  const { code, stderr } = await start('server/main.ts', [], { MUSTER_HTTP_PORT: 'eighty' });
  expect(code).toBe(1);
  expect(stderr).toMatch(/^Muster cannot start\. .*MUSTER_HTTP_PORT/s);
  expect(stderr).not.toMatch(/^ +at /m);
});

it('the server prints a data folder that cannot be made as a sentence', { timeout: 30_000 }, async () => {
  const { code, stderr } = await start('server/main.ts', [], { MUSTER_DATA_DIR: path.join(bug, 'data') });
  expect(code).toBe(1);
  expect(stderr).toMatch(/^Muster cannot start\. The data folder .* cannot be made \(ENOTDIR\)/);
  expect(stderr).not.toMatch(/^ +at /m);
});

it('the server prints a bug during its start with the stack', { timeout: 30_000 }, async () => {
  const { code, stderr } = await start('server/main.ts', [], { MUSTER_HTTP_PORT: '0' }, '--import', bug);
  expect(code).toBe(1);
  expect(stderr).toContain('TypeError: an injected bug');
  expect(stderr).toMatch(/^ +at .*server\/main\.ts:\d+/m);
});

it(
  'a command prints a fault of the operator as a sentence, and a bug with the stack',
  { timeout: 30_000 },
  async () => {
    const fault = await start('server/commands/audit.ts', ['verify'], {});
    expect(fault.code).toBe(1);
    expect(fault.stderr).toMatch(/^There is no database in .*\n$/);
    const broken = await start('server/commands/audit.ts', ['verify'], {}, '--import', bug);
    expect(broken.code).toBe(1);
    expect(broken.stderr).toMatch(/TypeError: an injected bug\n +at /);
  },
);
