/**
 * A backup of the database that was made before a deletion does not bring back the deleted data. The database is really
 * dumped and restored, and the restored data is opened with everything that the server has after the deletion: its
 * master key and its key store.
 */
import path from 'node:path';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Database } from '../../server/db/database.ts';
import { PersonKeyStore, type WrappedKey } from '../../server/biometrics/person-key-store.ts';
import { openTemplates, type SealedTemplate } from '../../server/biometrics/sealed-templates.ts';
import { KeyRing } from '../../server/keys/key-ring.ts';
import { fileSource } from '../../server/keys/key-source.ts';
import { openKeyStore } from '../../server/keys/key-store.ts';
import type { KeyStore } from '../../server/keys/store/shares.ts';
import { type DataServices, newTemplate, openDataServices } from '../support/data-services.ts';
import { dumpableServer, type DumpableServer } from '../support/postgres-dump.ts';

const log = pino({ level: 'silent' });
let server: DumpableServer;
beforeAll(async () => {
  server = await dumpableServer();
  process.stdout.write(`dumped by: ${server.how}\n`);
}, 60_000);
afterAll(() => server.close());

describe.each(['a folder', 'a database of its own'])('with the key store in %s', (kind) => {
  let services: DataServices;
  let store: KeyStore;
  let shares: Map<string, Buffer>;

  beforeEach(async () => {
    const url = await server.newDatabase();
    const none = { masterKey: undefined, file: undefined, command: undefined, store: undefined };
    if (kind === 'a folder') {
      services = await openDataServices({ url });
      store = services.keyStore;
    } else {
      store = await openKeyStore({ dataDir: '/nowhere', database: { url, port: 0 }, keys: none }, log);
      services = await openDataServices({ url, keyStore: store });
    }
    shares = new Map();
  });
  afterEach(() => services.close());

  async function enrolled(seed: number): Promise<string> {
    const { id } = await services.addConsentedPerson();
    await services.enroll(id, [
      newTemplate('front', seed),
      newTemplate('left', seed + 1),
      newTemplate('aggregate', seed + 2),
    ]);
    const [key] = await keysOf(services.database, id);
    const [share] = await store.get([{ personId: id, keyId: key!.id }]);
    shares.set(id, share!);
    return id;
  }

  /** Restores a dump, and counts the templates of a person that the current master key and key store can open. */
  async function opening(dump: string, personId: string): Promise<{ templates: number; open: number }> {
    const database = await Database.open({ url: await server.restore(dump), log });
    const source = fileSource(path.join(services.keysFolder, 'master.key'), false);
    const keys = await KeyRing.open({ database, source, log });
    try {
      const personKeys = await PersonKeyStore.create({ database, keys, store, log });
      const [row] = await keysOf(database, personId);
      const rows = await templatesOf(database, personId);
      const [dataKey] = await personKeys.open([row!]);
      const { embeddings } = openTemplates(dataKey!, personId, rows, 8);
      return { templates: rows.length, open: embeddings.length };
    } finally {
      await keys.close();
      await database.close();
    }
  }

  it.each([
    ['was deleted', (id: string) => services.people.erase(id)],
    [
      'withdrew consent',
      async (id: string) => services.consents.withdraw(id, { accountId: await services.accountId() }),
    ],
  ])(
    'an earlier dump opens no template of a person who %s, and all templates of others',
    async (_, remove) => {
      const [gone, stays] = [await enrolled(1), await enrolled(10)];
      const dump = await server.dump(services.url);
      expect(await opening(dump, gone)).toEqual({ templates: 3, open: 3 });

      await remove(gone);

      expect(await opening(dump, gone)).toEqual({ templates: 3, open: 0 });
      expect(await opening(dump, stays)).toEqual({ templates: 3, open: 3 });
      const after = await server.dump(services.url);
      for (const share of shares.values()) {
        for (const text of [dump, after]) {
          expect(text).not.toContain(share.toString('hex'));
          expect(text).not.toContain(share.toString('base64'));
        }
      }
    },
  );

  it('the templates stay closed only because their share is destroyed: an older copy of the key store would open them', async () => {
    const [gone] = [await enrolled(1), await enrolled(10)];
    const dump = await server.dump(services.url);
    const [key] = await keysOf(services.database, gone);
    await services.people.erase(gone);
    expect((await opening(dump, gone)).open).toBe(0);
    await store.put({ personId: gone, keyId: key!.id }, shares.get(gone)!);
    expect((await opening(dump, gone)).open).toBe(3);
  });

  it('a new enrollment destroys the key of the previous one', async () => {
    const [person] = [await enrolled(1), await enrolled(10)];
    const dump = await server.dump(services.url);
    await services.enroll(person, [newTemplate('aggregate', 20)]);
    expect((await opening(dump, person)).open).toBe(0);
  });

  it('a deletion that fails after it destroyed the key leaves the key destroyed, and a deletion that cannot destroy the key changes nothing', async () => {
    const [person, other] = [await enrolled(1), await enrolled(10)];
    const dump = await server.dump(services.url);
    const failing = services.database.transaction(async (em) => {
      await services.templates.destroy(em, person);
      throw new Error('power cut');
    });
    await expect(failing).rejects.toThrow('power cut');
    expect((await opening(dump, person)).open).toBe(0);

    const destroy = store.destroy.bind(store);
    store.destroy = () => Promise.reject(new Error('unplugged'));
    await expect(services.people.erase(other)).rejects.toThrow('unplugged');
    store.destroy = destroy;
    expect((await opening(dump, other)).open).toBe(3);
    expect(await services.people.get(other)).not.toBeNull();
  });
});

async function keysOf(database: Database, personId: string): Promise<WrappedKey[]> {
  return database
    .fork()
    .execute<WrappedKey[]>(
      `select person_id "personId", id, master_key_id "masterKeyId", wrapped, shared from person_key where person_id = ?`,
      [personId],
    );
}

async function templatesOf(database: Database, personId: string): Promise<SealedTemplate[]> {
  return database
    .fork()
    .execute<SealedTemplate[]>(
      'select id, key_id "keyId", contract, bin, sealed from template where person_id = ?',
      [personId],
    );
}
