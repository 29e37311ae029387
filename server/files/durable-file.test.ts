import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDurably, removeDurably, renameDurably, writeDurably } from './durable-file.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'muster-durable-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('a durable file', () => {
  it('a durable file is replaced whole, is readable by its owner only, and leaves nothing else in the folder', async () => {
    const file = path.join(folder, 'settings');
    await writeDurably(file, 'first');
    await writeDurably(file, Buffer.from('second'));
    expect(await readFile(file, 'utf8')).toBe('second');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readdir(folder)).toEqual(['settings']);
  });

  it('of eight that make a durable file at once, one wins, and its content stays', async () => {
    const file = path.join(folder, 'key');
    const made = await Promise.all(Array.from({ length: 8 }, (_, i) => createDurably(file, `by ${i}`)));
    expect(made.filter(Boolean)).toHaveLength(1);
    expect(await readFile(file, 'utf8')).toBe(`by ${made.indexOf(true)}`);
    expect(await readdir(folder)).toEqual(['key']);
  });

  it('a durable file keeps its old content, and its folder nothing else, when the kernel refuses the new content', async () => {
    const file = path.join(folder, 'anchor');
    await writeFile(file, 'old');
    // A real fault of the kernel for any user: a file may not grow above this limit (EFBIG).
    const program = `
      import { writeDurably } from ${JSON.stringify(new URL('durable-file.ts', import.meta.url).href)};
      await writeDurably(process.argv[1], Buffer.alloc(200_000)).catch((error) => console.log(error.code));`;
    const { stdout } = await promisify(execFile)('bash', [
      '-c',
      'ulimit -f 64; exec "$0" --input-type=module -e "$1" "$2"',
      process.execPath,
      program,
      file,
    ]);
    expect(stdout.trim()).toBe('EFBIG');
    expect(await readFile(file, 'utf8')).toBe('old');
    expect(await readdir(folder)).toEqual(['anchor']);
  });

  it('a durable file is renamed over another one and removed, and removing it again is no fault', async () => {
    const [from, to] = [path.join(folder, 'a'), path.join(folder, 'b')];
    await writeDurably(from, 'a');
    await writeDurably(to, 'b');
    await renameDurably(from, to);
    expect(await readFile(to, 'utf8')).toBe('a');
    await removeDurably(to);
    await removeDurably(to);
    expect(await readdir(folder)).toEqual([]);
  });
});
