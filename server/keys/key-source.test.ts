import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig } from '../../config/config.ts';
import { keySource, writeKeyFile } from './key-source.ts';
import { MasterKey } from './master-key.ts';

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(path.join(os.tmpdir(), 'muster-key-'));
});
afterEach(() => rm(dataDir, { recursive: true }));

const source = (env: Record<string, string> = {}) =>
  keySource(loadConfig({ MUSTER_DATA_DIR: dataDir, ...env }));
const newKey = () => {
  const bytes = randomBytes(32);
  return { text: bytes.toString('base64'), id: new MasterKey(bytes).id };
};
const file = () => path.join(dataDir, 'master.key');

describe('the source of the master key', () => {
  it('the source of the master key is by default a file in the data folder, which is made only where that is allowed', async () => {
    expect(source()).toMatchObject({ kind: 'file', name: file(), makes: true });
    expect(await source().read()).toBeNull();
    const bytes = await writeKeyFile(file());
    expect((await stat(file())).mode & 0o777).toBe(0o600);
    expect((await source().read())!.id).toBe(new MasterKey(bytes).id);
  });

  it('the source of the master key gives the same key to several servers that start at once', async () => {
    const keys = await Promise.all(Array.from({ length: 8 }, () => writeKeyFile(file())));
    expect(new Set(keys.map((bytes) => new MasterKey(bytes).id)).size).toBe(1);
    expect(await readdir(dataDir)).toEqual(['master.key']);
  });

  it('the source of the master key can be the environment, another file, or a command', async () => {
    const { text, id } = newKey();
    const other = path.join(dataDir, 'secret');
    await writeFile(other, `${text}\n`, { mode: 0o400 });
    const print = `process.stdout.write(${JSON.stringify(text)})`;
    const sources = [
      source({ MUSTER_MASTER_KEY: text }),
      source({ MUSTER_MASTER_KEY_FILE: other }),
      source({ MUSTER_MASTER_KEY_COMMAND: `cat ${other}` }),
      source({ MUSTER_MASTER_KEY_COMMAND: JSON.stringify([process.execPath, '-e', print]) }),
    ];
    const keys = await Promise.all(sources.map((one) => one.read()));
    expect(keys.map((key) => key!.id)).toEqual([id, id, id, id]);
    expect(sources.map(({ kind }) => kind)).toEqual(['environment', 'file', 'command', 'command']);
    expect(sources.some(({ makes }) => makes)).toBe(false);
  });

  it('the master key has exactly one source: two variables at once are refused', () => {
    const { text } = newKey();
    const both = { MUSTER_MASTER_KEY: text, MUSTER_MASTER_KEY_COMMAND: 'cat key' };
    expect(() => source(both)).toThrow(/exclude each other/);
  });

  it.each([0o640, 0o604, 0o666])('a master key in a file of mode %o is refused', async (mode) => {
    await writeKeyFile(file());
    await chmod(file(), mode);
    await expect(source().read()).rejects.toThrow(/chmod 600/);
  });

  it('a damaged master key is refused, and the message does not contain it', async () => {
    await writeFile(file(), 'bm90IGEga2V5\n', { mode: 0o600 });
    const failure = await source()
      .read()
      .catch((error: Error) => error.message);
    expect(failure).toMatch(/something else was written there. Restore it from a backup/);
    expect(failure).not.toContain('bm90');
  });

  it.each(['', 'bm90IGEga2V', '\0\0\0\0'])(
    'a master key file that was cut short (%j) is distinguished from another key, and the message says what to do',
    async (text) => {
      await writeFile(file(), text, { mode: 0o600 });
      await expect(source().read()).rejects.toThrow(
        /empty or cut short.*restore it from a backup.*delete the file, and a new key is made/,
      );
    },
  );
});

const node = (script: string) =>
  source({ MUSTER_MASTER_KEY_COMMAND: JSON.stringify([process.execPath, '-e', script]) }).read();
const failureOf = (read: Promise<unknown>) => read.catch((error: Error) => error.message);

describe('a command that gives the master key', () => {
  it('a command that gives the master key is run without a shell', async () => {
    const { text } = newKey();
    const marker = path.join(dataDir, 'made-by-a-shell');
    const failure = await failureOf(
      source({ MUSTER_MASTER_KEY_COMMAND: `echo ${text}; touch ${marker}` }).read(),
    );
    expect(failure).toMatch(/not 32 bytes/);
    expect(await readdir(dataDir)).toEqual([]);
  });

  it.each([
    [
      'that does not exist',
      () => source({ MUSTER_MASTER_KEY_COMMAND: 'no-such-command-at-all' }).read(),
      /is not found/,
    ],
    [
      'that fails, with its error output',
      () => node('console.error("vault is sealed"); process.exit(3)'),
      /exit code 3\): vault is sealed/,
    ],
    ['that gives something else', () => node('console.log("secret-ish")'), /not 32 bytes in base64/],
    ['that gives too much', () => node('console.log("secret-ish".repeat(1000))'), /writes more than a key/],
  ])(
    'a command for the master key %s is reported in one sentence without its output',
    async (_, read, sentence) => {
      const failure = await failureOf(read());
      expect(failure).toMatch(sentence);
      expect(failure).not.toContain('secret-ish');
      expect(failure).not.toContain('\n');
    },
  );
});
