import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Database } from '../../server/db/database.ts';
import { openKeyStore, storeAddress } from '../../server/keys/key-store.ts';
import type { KeyStore } from '../../server/keys/store/shares.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

const log = pino({ level: 'silent' });
let folder: string;
let own: TestDatabase;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'muster-store-'));
  own = await createTestDatabase();
});
afterEach(async () => {
  await own.drop();
  await rm(folder, { recursive: true });
});

const config = (store?: string, url?: string) => ({
  dataDir: folder,
  database: { url, port: 0 },
  keys: { store, masterKey: undefined, file: undefined, command: undefined },
});
const kinds: [string, () => Promise<KeyStore>][] = [
  ['a folder', () => openKeyStore(config(), log)],
  ['a database', () => openKeyStore(config(own.url), log)],
];
const name = () => ({ personId: randomUUID(), keyId: randomUUID() });

describe.each(kinds)('a key store in %s', (_, open) => {
  it('a key store returns the stored shares in order and nothing for unknown keys', async () => {
    const [a, b, c] = [name(), name(), name()];
    const shares = [randomBytes(32), randomBytes(32)];
    const store = await open();
    await store.put(a, shares[0]!);
    await store.put(b, shares[1]!);
    expect(await store.get([b, c, a])).toEqual([shares[1], null, shares[0]]);
    expect(await store.get([{ personId: a.personId, keyId: b.keyId }])).toEqual([null]);
    await store.close();
    const again = await open();
    expect(await again.get([a])).toEqual([shares[0]]);
    await again.close();
  });

  it('keys of a person may be stored and destroyed at the same moment, and each that is not destroyed stays', async () => {
    const store = await open();
    const personId = randomUUID();
    for (let round = 0; round < 30; round++) {
      const [old, kept] = [name().keyId, name().keyId];
      const share = randomBytes(32);
      await store.put({ personId, keyId: old }, randomBytes(32));
      await Promise.all([
        store.destroy(personId, [old]),
        store.destroy(personId, [old]),
        store.put({ personId, keyId: kept }, share),
      ]);
      expect(await store.get([old, kept].map((keyId) => ({ personId, keyId })))).toEqual([null, share]);
      await Promise.all([store.destroy(personId), store.destroy(personId)]);
      expect(await store.get([{ personId, keyId: kept }])).toEqual([null]);
    }
    await store.close();
  });

  it("a key store destroys one key or all keys of a person and no other person's keys", async () => {
    const store = await open();
    const a = name();
    const a2 = { ...a, keyId: randomUUID() };
    const a3 = { ...a, keyId: randomUUID() };
    const b = name();
    for (const one of [a, a2, a3, b]) await store.put(one, randomBytes(32));
    const there = async () => (await store.get([a, a2, a3, b])).map((share) => share !== null);
    await store.destroy(a.personId, [a.keyId]);
    expect(await there()).toEqual([false, true, true, true]);
    await store.destroy(a.personId);
    expect(await there()).toEqual([false, false, false, true]);
    await store.destroy(a.personId);
    await Promise.all([store.close(), store.close()]);
  });
});

describe('the location of the key store', () => {
  it('the key store is in the data folder, in a database next to that of DATABASE_URL, or at the location in MUSTER_KEY_STORE', () => {
    expect(storeAddress(config()).folder).toBe(path.join(folder, 'keys'));
    const url = 'postgres://u:p@db:5432/office';
    expect(storeAddress(config(undefined, url))).toMatchObject({
      url: `${url}_keys`,
      name: 'db:5432/office_keys',
    });
    expect(storeAddress(config('/mnt/keys', url)).folder).toBe('/mnt/keys');
  });

  it('the key store is not readable by other system users', async () => {
    const store = await openKeyStore(config(), log);
    const share = name();
    await store.put(share, randomBytes(32));
    const person = path.join(folder, 'keys', share.personId);
    const modes = await Promise.all(
      [path.join(folder, 'keys'), person, path.join(person, share.keyId)].map(
        async (file) => (await stat(file)).mode & 0o077,
      ),
    );
    expect(modes).toEqual([0, 0, 0]);
    await store.destroy(share.personId);
    expect(await readdir(path.join(folder, 'keys'))).toEqual([]);
  });

  it('an unusable key store is reported in one sentence without its password', async () => {
    const url = new URL(own.url);
    url.password = 'hidden';
    const failure = await openKeyStore(config(url.href), log).catch((error: Error) => error.message);
    expect(failure).toMatch(
      /^The key store 127\.0\.0\.1:\d+\/\w+ cannot be used.*rejects this user or password/,
    );
    expect(failure).not.toContain('hidden');
    await writeFile(path.join(folder, 'file'), '');
    await expect(openKeyStore(config(path.join(folder, 'file')), log)).rejects.toThrow(/file cannot be used/);
  });

  it('the database of the key store is created if the user may create databases', async () => {
    const store = await openKeyStore(config(undefined, own.url), log);
    const share = name();
    await store.put(share, randomBytes(32));
    expect(await store.get([share])).not.toContain(null);
    await store.close();
    const database = await Database.open({ url: own.url, log, migrate: false });
    const other = new URL(own.url).pathname.slice(1);
    await database.fork().execute(`drop database ${other}_keys with (force)`);
    await database.close();
  });
});
