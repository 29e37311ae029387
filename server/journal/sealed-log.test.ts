import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type LogKey, SealedLog } from './sealed-log.ts';

const key: LogKey = { id: randomUUID(), secret: randomBytes(32) };
let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'muster-log-'));
  file = path.join(folder, 'log');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const bytes = (texts: string[]) => texts.map((text) => Buffer.from(text));
const texts = (records: readonly Buffer[]) => records.map(String);

/** Writes the records one by one, and returns where each of them ends. */
async function written(...records: string[]): Promise<number[]> {
  const { log } = await SealedLog.open(file, key);
  const ends: number[] = [];
  for (const record of records) {
    await log.append(bytes([record]), { sync: true });
    ends.push((await stat(file)).size);
  }
  await log.close();
  return ends;
}

async function reopened(with_ = key) {
  const opened = await SealedLog.open(file, with_);
  await opened.log.close();
  return { ...opened, records: texts(opened.records) };
}

describe('a sealed log', () => {
  it('a sealed log gives back what was added, in order, after it was opened again, and shows nothing of it in the file', async () => {
    await written('Grace came', 'Alan came');
    const { log, records, fault } = await SealedLog.open(file, key);
    expect([texts(records), fault]).toEqual([['Grace came', 'Alan came'], null]);
    await log.append(bytes(['Ada came']), { sync: false });
    await log.close();
    expect(await reopened()).toMatchObject({ records: ['Grace came', 'Alan came', 'Ada came'], fault: null });
    expect(await readFile(file, 'latin1')).not.toContain('came');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it('a sealed log that a crash cut at any byte keeps every record before the cut, and can be written on', async () => {
    const [first = 0, second = 0] = await written('first', 'second');
    const whole = await readFile(file);
    for (let length = 0; length < second; length += 1) {
      await writeFile(file, whole.subarray(0, length));
      const { log, records, fault } = await SealedLog.open(file, key);
      expect(texts(records), `cut at ${length}`).toEqual(length < first ? [] : ['first']);
      expect(fault, `cut at ${length}`).toBe(length === first || length === 20 ? null : 'torn');
      await log.append(bytes(['after']), { sync: true });
      await log.close();
      const again = await reopened();
      expect([again.records.at(-1), again.fault]).toEqual(['after', null]);
    }
    expect(await readdir(folder)).toEqual(['log']);
  });

  it('a tail of zeros, which a power cut leaves on some file systems, is torn and no damage', async () => {
    const [end = 0] = await written('first');
    await truncate(file, end + 4096);
    expect(await reopened()).toMatchObject({ records: ['first'], fault: 'torn', aside: null });
  });

  it('a changed byte in the middle costs that record alone, and the whole file is put aside', async () => {
    const [first = 0, second = 0] = await written('first', 'second', 'third');
    const whole = await readFile(file);
    for (let at = first; at < second; at += 1) {
      const changed = Buffer.from(whole);
      changed[at] = changed[at]! ^ 0xff;
      await writeFile(file, changed);
      const { records, fault, aside } = await reopened();
      expect([records, fault], `byte ${at}`).toEqual([['first', 'third'], 'changed']);
      expect(await readFile(aside!)).toEqual(changed);
      await rm(aside!);
      expect(await reopened(), 'once').toMatchObject({ records: ['first', 'third'], fault: null });
    }
  });

  it('a record that was taken out, or made without the key, is noticed', async () => {
    const [first = 0, second = 0, third = 0] = await written('first', 'second', 'third');
    const whole = await readFile(file);
    await writeFile(file, Buffer.concat([whole.subarray(0, first), whole.subarray(second)]));
    expect(await reopened()).toMatchObject({ records: ['first', 'third'], fault: 'changed' });

    await writeFile(file, whole);
    const forger = await SealedLog.open(`${file}.forged`, { ...key, secret: randomBytes(32) });
    await forger.log.append(bytes(['a', 'b', 'c', 'forged']), { sync: false });
    await forger.log.close();
    const forged = (await readFile(`${file}.forged`)).subarray(20);
    await writeFile(file, Buffer.concat([whole.subarray(0, third), forged]));
    expect(await reopened()).toMatchObject({ records: ['first', 'second', 'third'], fault: 'changed' });
  });

  it('a file of another key is put aside as it is, and a new one begins', async () => {
    await written('first');
    const { records, fault, aside } = await reopened({ ...key, id: randomUUID() });
    expect([records, fault]).toEqual([[], 'foreign']);
    expect((await SealedLog.open(aside!, key)).records.map(String)).toEqual(['first']);
    expect(await readdir(folder)).toEqual([path.basename(aside!)]);
  });

  it('what a killed program has left beside a sealed log is removed when it is opened', async () => {
    await written('first');
    await writeFile(`${file}.826.b30ce195`, 'half a file');
    await writeFile(`${file}.changed-2026`, 'put aside');
    await reopened();
    expect((await readdir(folder)).toSorted()).toEqual(['log', 'log.changed-2026']);
  });

  it('a sealed log that is written anew holds the new records only, and one that is cleared is gone', async () => {
    await written('first', 'second');
    const { log } = await SealedLog.open(file, key);
    await log.rewrite(bytes(['second']));
    await log.append(bytes(['third']), { sync: true });
    expect(await reopened()).toMatchObject({ records: ['second', 'third'], fault: null });
    await log.clear();
    expect(await readdir(folder)).toEqual([]);
  });
});
