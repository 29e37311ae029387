import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EnvelopeError } from './envelope.ts';
import { MasterKey } from './master-key.ts';

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(path.join(os.tmpdir(), 'muster-key-'));
});
afterEach(() => rm(dataDir, { recursive: true }));

const load = (value?: string, inUse: string[] = []) =>
  MasterKey.load({ value, dataDir, known: async () => inUse });

describe('the master key', () => {
  it('is made at first start, for its owner alone, and stays the same', async () => {
    const first = await load();
    expect((await stat(path.join(dataDir, 'master.key'))).mode & 0o777).toBe(0o600);
    expect((await load()).id).toBe(first.id);
    expect(await readdir(dataDir)).toEqual(['master.key']);
  });

  it('is one key when several servers start at once', async () => {
    const keys = await Promise.all(Array.from({ length: 8 }, () => load()));
    expect(new Set(keys.map(({ id }) => id)).size).toBe(1);
    expect(await readdir(dataDir)).toEqual(['master.key']);
  });

  it('comes from the environment where it is set, and then no file is made', async () => {
    const value = randomBytes(32).toString('base64');
    expect((await load(value)).id).toBe((await load(value)).id);
    expect(await readdir(dataDir)).toEqual([]);
  });

  it.each([0o640, 0o604, 0o666])('is refused from a file of mode %o', async (mode) => {
    await load();
    await chmod(path.join(dataDir, 'master.key'), mode);
    await expect(load()).rejects.toThrow(/chmod 600/);
  });

  it('is refused from a damaged file, and the file is left alone', async () => {
    const file = path.join(dataDir, 'master.key');
    await writeFile(file, 'bm90IGEga2V5\n', { mode: 0o600 });
    await expect(load()).rejects.toThrow(/restore it from a backup/);
    expect(await readFile(file, 'utf8')).toBe('bm90IGEga2V5\n');
  });

  it('that is missing is not made anew where templates are stored', async () => {
    await expect(load(undefined, ['of-old'])).rejects.toThrow(/master\.key is missing.*from a backup/);
    expect(await readdir(dataDir)).toEqual([]);
  });

  it('that opens nothing stored is refused, wherever it comes from', async () => {
    const other = randomBytes(32).toString('base64');
    await expect(load(other, ['of-old'])).rejects.toThrow(/MUSTER_MASTER_KEY.*\(of-old\)/);
    await load();
    await expect(load(undefined, ['of-old'])).rejects.toThrow(/master\.key.*\(of-old\)/);
  });

  it('that opens some of what is stored is taken', async () => {
    const { id } = await load();
    expect((await load(undefined, ['of-old', id])).id).toBe(id);
  });

  it('unwraps what it wrapped, in the same context only', async () => {
    const key = await load();
    const dataKey = randomBytes(32);
    const wrapped = key.wrap(dataKey, ['person-1']);
    expect(key.unwrap(wrapped, ['person-1'])).toEqual(dataKey);
    expect(() => key.unwrap(wrapped, ['person-2'])).toThrow(EnvelopeError);
    const other = await load(randomBytes(32).toString('base64'));
    expect(() => other.unwrap(wrapped, ['person-1'])).toThrow(EnvelopeError);
  });

  it('derives a different key for each purpose', async () => {
    const key = await load();
    expect(key.derive('a')).toEqual(key.derive('a'));
    expect(key.derive('a')).not.toEqual(key.derive('b'));
  });
});
