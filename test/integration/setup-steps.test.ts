import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { cp, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { isRunning } from '../support/processes.ts';

interface PackageFile {
  name: string;
  sha256: string;
  source: { npm: { package: string; version: string; path: string } };
}

/** The set-up is plain JavaScript, because it runs before any package is installed. So its types are declared here. */
async function load<T>(name: string): Promise<T> {
  const file = path.resolve(import.meta.dirname, '../../scripts/setup', name);
  return (await import(/* @vite-ignore */ pathToFileURL(file).href)) as T;
}

const { readTgz } = await load<{ readTgz: (bytes: Buffer) => Iterable<{ path: string; data: Buffer }> }>(
  'tar.mjs',
);
const { installPackageFiles, missingFiles, sha256 } = await load<{
  installPackageFiles: (folder: string, files: PackageFile[], say: (text: string) => void) => Promise<void>;
  missingFiles: (folder: string, files: PackageFile[]) => Promise<PackageFile[]>;
  sha256: (bytes: Buffer) => string;
}>('package-files.mjs');
const { ports, dataFolder } = await load<{ ports: () => Promise<void>; dataFolder: () => Promise<void> }>(
  'preflight.mjs',
);
const { command } = await load<{
  command: (
    program: string,
    args: string[],
    options?: { timeout?: number; env?: Record<string, string | undefined> },
  ) => Promise<{ ok: boolean; code: number | null; out: string; err: string }>;
}>('command.mjs');
const { systemFault, spokenFault } = await load<{
  systemFault: (error: Error) => { message: string; remedy: string } | null;
  spokenFault: (said: { out: string; err: string }) => { message: string } | null;
}>('fault.mjs');
const { writeWhole } = await load<{ writeWhole: (file: string, data: string) => Promise<void> }>(
  'whole-file.mjs',
);

const { photoDetection } = await load<{ photoDetection: () => Promise<void> }>('photo-detection.mjs');

const root = path.resolve(import.meta.dirname, '../..');

/** The folder into which the current test writes. */
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'muster-setup-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

afterEach(() => {
  vi.unstubAllEnvs();
});

/** One entry of a POSIX archive. */
function entry(name: string, data: string, type = '0'): Buffer {
  const header = Buffer.alloc(512);
  header.write(name, 0);
  header.write(data.length.toString(8).padStart(11, '0'), 124);
  header.write(type, 156);
  const body = Buffer.alloc(Math.ceil(data.length / 512) * 512);
  body.write(data);
  return Buffer.concat([header, body]);
}

/** A package registry on this machine with one package, so that the tests do not need the network. */
async function packageRegistry(name: string, version: string, archive: Buffer) {
  const server = createHttpServer((request, response) => {
    if (request.url?.endsWith('.tgz')) return response.end(archive);
    const dist = { tarball: `${url}/${name}.tgz`, shasum: createHash('sha1').update(archive).digest('hex') };
    const versions = { [version]: { name, version, dist } };
    return response.end(JSON.stringify({ name, 'dist-tags': { latest: version }, versions }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

describe('tar archives', () => {
  it('a tar archive gives its files, including long names, and nothing else', () => {
    const long = `package/${'deep/'.repeat(30)}model.onnx`;
    const record = (length: number) => `${length} path=${long}\n`;
    const pax = record(record(record(0).length).length);
    const archive = gzipSync(
      Buffer.concat([
        entry('package/', '', '5'),
        entry('package/one.txt', 'first'),
        entry('PaxHeader', pax, 'x'),
        entry('package/cut', 'second'),
        entry('package/link', '', '2'),
        Buffer.alloc(1024),
      ]),
    );
    expect([...readTgz(archive)].map(({ path, data }) => [path, data.toString()])).toStrictEqual([
      ['package/one.txt', 'first'],
      [long, 'second'],
    ]);
  });

  it('a truncated tar archive is refused', () => {
    const whole = entry('package/one.txt', 'x'.repeat(600));
    expect(() => [...readTgz(gzipSync(whole.subarray(0, 1024)))]).toThrow(/truncated/);
  });
});

describe('package files', () => {
  it('package files are installed only with the right checksum', async () => {
    const license = 'anybody may use this';
    await using registry = await packageRegistry(
      'demo',
      '1.0.0',
      gzipSync(entry('package/LICENSE', license)),
    );
    vi.stubEnv('npm_config_registry', registry.url);
    vi.stubEnv('npm_config_cache', path.join(folder, 'npm-cache'));
    const target = path.join(folder, 'files');
    const source = { npm: { package: 'demo', version: '1.0.0', path: 'LICENSE' } };
    const wrong = { name: 'LICENSE', sha256: '0'.repeat(64), source };
    await expect(installPackageFiles(target, [wrong], () => {})).rejects.toThrow(
      /LICENSE of demo@1\.0\.0 is not the file that was reviewed/,
    );
    expect(await readdir(target)).toStrictEqual([]);
    const right = { ...wrong, sha256: sha256(Buffer.from(license)) };
    expect(await missingFiles(target, [right])).toStrictEqual([right]);
    await installPackageFiles(target, [right], () => {});
    expect(await missingFiles(target, [right])).toStrictEqual([]);
    expect(await missingFiles(target, [wrong])).toStrictEqual([wrong]);
  });
});

describe('the preflight check', () => {
  it('the preflight check names a port in use and the variable to change it', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    vi.stubEnv('MUSTER_HTTP_PORT', String(port));
    vi.stubEnv('MUSTER_HTTPS_PORT', '0');
    await expect(ports()).rejects.toMatchObject({
      message: `Port ${port} is in use by another program.`,
      remedy: `Stop that program, or choose another port: MUSTER_HTTP_PORT=${port + 1} npm start`,
    });
    other.close();
    await once(other, 'close');
    await expect(ports()).resolves.toBeUndefined();
  });

  it('the preflight check reports a data folder without write access', async () => {
    const folder = `${import.meta.filename}/data`;
    vi.stubEnv('MUSTER_DATA_DIR', folder);
    await expect(dataFolder()).rejects.toThrow(`The data folder ${folder} cannot be written to`);
  });
});

describe('failing set-up steps', () => {
  it('an unusable cache folder is reported in one sentence with what to do', async () => {
    const file = path.join(folder, 'file');
    await writeFile(file, '');
    const { code, out, err } = await command(process.execPath, [path.join(root, 'scripts/start.mjs')], {
      env: {
        ...process.env,
        XDG_CACHE_HOME: file,
        MEDIASOUP_WORKER_BIN: undefined,
        MUSTER_DATA_DIR: folder,
        // Another program may hold the usual ports.
        MUSTER_HTTP_PORT: '0',
        MUSTER_HTTPS_PORT: '0',
      },
      timeout: 30_000,
    });
    expect(code).toBe(1);
    expect(out).toMatch(/✗ media worker [\d.]+\n$/);
    expect(err).toBe(
      `\n${file}/muster cannot be made: a file stands where a folder must (ENOTDIR).\n` +
        '→ Move that file away, or set XDG_CACHE_HOME to a folder that it may write to.\n',
    );
  });

  it('a full disk is reported and leaves no partial file', async () => {
    const file = path.join(folder, 'model.onnx');
    await writeFile(file, 'of before');
    await symlink('/dev/full', path.join(folder, `.model.onnx.${process.pid}`));
    const error = await writeWhole(file, 'more than fits').catch((error: unknown) => error as Error);
    expect(systemFault(error!)).toMatchObject({
      message: `The disk that holds ${file} is full (ENOSPC).`,
      remedy: 'Free some space, then run the same command again.',
    });
    expect(await readdir(folder)).toStrictEqual(['model.onnx']);
    expect(await readFile(file, 'utf8')).toBe('of before');
  });

  it.each([
    ['EACCES', 'run as the owner of this checkout', path.join(root, 'node_modules', 'x')],
    ['EROFS', 'run as its owner', '/elsewhere/x'],
    ['EPERM', 'set XDG_CACHE_HOME to a folder that it may write to', '/cache/muster/x'],
  ])('a failing step names the place of %s and says to %s', (code, remedy, place) => {
    vi.stubEnv('XDG_CACHE_HOME', '/cache');
    expect(systemFault(Object.assign(new Error(code), { code, path: place }))).toMatchObject({
      message: `This account may not use ${place} (${code}).`,
      remedy: `chown it to this account, or ${remedy}.`,
    });
  });

  it.each([
    [
      "Error: EACCES: permission denied, mkdir '/elsewhere/dist'",
      'This account may not use /elsewhere/dist (EACCES).',
    ],
    ['npm error nospc ENOSPC: no space left on device, write', 'A disk is full (ENOSPC)'],
    ['/tmp/x.s: fatal error: write failed: No space left on device', 'A disk is full (ENOSPC)'],
    ['npm error code E404', undefined],
  ])('a step that ran a program explains its error %s', (err, message) => {
    const said = spokenFault({ out: '', err: `before\n${err}\nafter` })?.message;
    expect(said?.slice(0, message?.length)).toBe(message);
  });

  it('a bug in a step is printed with its stack', () => {
    expect(systemFault(new TypeError('x is not a function'))).toBeNull();
    expect(systemFault(Object.assign(new Error('nothing there'), { code: 'ENOENT', path: '/x' }))).toBeNull();
  });
});

describe('the photo detection', () => {
  afterEach(() => {
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
  });

  it('a start goes on without it, and says why in one line', async () => {
    const cache = path.join(folder, 'cache');
    await writeFile(cache, 'a file in the way');
    vi.stubEnv('MUSTER_MODEL_CACHE', cache);
    const lines = await saidOfPhotoDetection();
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(
      /^– photo detection \(.*cannot be made.*; the next start tries again, and .*\)$/,
    );
  });

  it('is not fetched for a server that shall not use it', async () => {
    vi.stubEnv('MUSTER_MODEL_CACHE', path.join(folder, 'cache'));
    vi.stubEnv('MUSTER_LIVENESS', 'off');
    expect(await saidOfPhotoDetection()).toEqual([]);
    expect(await readdir(folder)).toEqual([]);
  });
});

describe('the build of the pages', () => {
  it('the build finds the pages in a checkout whose path has a space', async () => {
    const checkout = path.join(folder, 'a b%20c');
    await cp(path.join(root, 'config'), path.join(checkout, 'config'), { recursive: true });
    await cp(path.join(root, 'package.json'), path.join(checkout, 'package.json'));
    await symlink(path.join(root, 'node_modules'), path.join(checkout, 'node_modules'));
    const file = path.join(checkout, 'config', 'vite.ts');
    const script = `import(${JSON.stringify(pathToFileURL(file).href)}).then(({ default: { root, build } }) =>
      console.log(JSON.stringify([root, build.outDir])))`;
    const { out } = await command(process.execPath, ['-e', script]);
    expect(JSON.parse(out)).toStrictEqual([
      path.join(checkout, 'client'),
      path.join(checkout, 'dist', 'client'),
    ]);
  });
});

describe('the count of a CI run', () => {
  const good = { numPassedTests: 5, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0, testResults: [] };
  const broken = { status: 'failed', assertionResults: [] };

  it.each([
    ['all is well', good, ['0', '2', '0'], '7 passed, 0 failed'],
    ['tests are skipped', { ...good, numPendingTests: 3 }, ['0', '2', '0'], '7 passed, 0 failed'],
    ['a test fails', { ...good, numFailedTests: 1 }, ['1', '2', '0'], '7 passed, 1 failed'],
    ['the linter fails', good, ['0', '1', '1'], '6 passed, 1 failed'],
    ['a file cannot be loaded', { ...good, testResults: [broken] }, ['1', '2', '0'], '7 passed, 1 failed'],
    ['vitest fails for another reason', good, ['1', '2', '0'], '7 passed, 1 failed'],
    ['vitest never came to its end', null, ['124', '2', '0'], '2 passed, 1 failed'],
  ])('the count of a CI run is its last line when %s', async (_case, report, args, last) => {
    expect(await count(report, ...args)).toStrictEqual({ code: last.endsWith(' 0 failed') ? 0 : 1, last });
  });
});

describe('programs started by a step', () => {
  it('a program over its time limit is ended with all its children', async () => {
    const script = `const { spawn } = require('node:child_process');
      const child = spawn('sleep', ['600']); console.log(child.pid);`;
    const { ok, out, err } = await command(process.execPath, ['-e', script], { timeout: 1500 });
    expect(ok).toBe(false);
    expect(err).toContain('stopped after 1.5 s');
    await expect.poll(() => isRunning(Number(out))).toBe(false);
  });

  it('a missing program is a result, not an exception', async () => {
    expect(await command('no-such-program', [])).toMatchObject({ ok: false, code: null });
  });
});

/** What .ci/count.mjs makes of a report of vitest's; `args`: vitest's exit code, checks passed, checks failed. */
async function count(report: object | null, ...args: string[]) {
  const file = path.join(folder, 'vitest.json');
  if (report !== null) await writeFile(file, JSON.stringify(report));
  const { code, out } = await command(process.execPath, [path.join(root, '.ci/count.mjs'), file, ...args]);
  return { code, last: out.trimEnd().split('\n').at(-1) };
}

/** The lines that this step prints. */
async function saidOfPhotoDetection(): Promise<string[]> {
  const written = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  await photoDetection();
  return written.mock.calls.map(([line]) => String(line).trimEnd());
}
