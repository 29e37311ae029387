import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it, vi } from 'vitest';

interface PackageFile {
  name: string;
  sha256: string;
  source: { npm: { package: string; version: string; path: string } };
}

/** The set-up runs before any type is installed: plain modules, whose shapes are said here. */
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
    options?: { timeout?: number },
  ) => Promise<{ ok: boolean; code: number | null; out: string; err: string }>;
}>('command.mjs');

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

describe('an archive', () => {
  it('gives its files, those with long names too, and nothing else', () => {
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

  it('that is cut short is refused', () => {
    const whole = entry('package/one.txt', 'x'.repeat(600));
    expect(() => [...readTgz(gzipSync(whole.subarray(0, 1024)))]).toThrow(/cut short/);
  });
});

describe('files of a package', () => {
  it('come to their place only with the right sum', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'muster-files-'));
    const source = { npm: { package: 'lit', version: '3.3.3', path: 'LICENSE' } };
    const wrong = { name: 'LICENSE', sha256: '0'.repeat(64), source };
    await expect(installPackageFiles(folder, [wrong], () => {})).rejects.toThrow(
      /LICENSE of lit@3\.3\.3 is not the file that was reviewed/,
    );
    expect(await readdir(folder)).toStrictEqual([]);
    const installed = path.resolve(import.meta.dirname, '../../node_modules/lit/LICENSE');
    const right = { ...wrong, sha256: sha256(await readFile(installed)) };
    expect(await missingFiles(folder, [right])).toStrictEqual([right]);
    await installPackageFiles(folder, [right], () => {});
    expect(await missingFiles(folder, [right])).toStrictEqual([]);
    expect(await missingFiles(folder, [wrong])).toStrictEqual([wrong]);
    await rm(folder, { recursive: true });
  });
});

describe('the look before the start', () => {
  it('says which port is in use and how to choose another', async () => {
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

  it('says that the data folder cannot be written to', async () => {
    const folder = `${import.meta.filename}/data`;
    vi.stubEnv('MUSTER_DATA_DIR', folder);
    await expect(dataFolder()).rejects.toThrow(`The data folder ${folder} cannot be written to`);
  });
});

describe('a program of a step', () => {
  it('is ended with all that it started when it runs too long', async () => {
    const script = `const { spawn } = require('node:child_process');
      const child = spawn('sleep', ['600']); console.log(child.pid);`;
    const { ok, out, err } = await command(process.execPath, ['-e', script], { timeout: 1500 });
    expect(ok).toBe(false);
    expect(err).toContain('stopped after 1.5 s');
    await expect.poll(() => isRunning(Number(out))).toBe(false);
  });

  it('that does not exist is an answer, not an exception', async () => {
    expect(await command('no-such-program', [])).toMatchObject({ ok: false, code: null });
  });
});

async function isRunning(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
    // A process that nobody has collected yet is a zombie, not a running one.
    return !(await readFile(`/proc/${pid}/stat`, 'utf8')).includes(') Z ');
  } catch {
    return false;
  }
}
