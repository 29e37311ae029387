import { randomBytes } from 'node:crypto';
import { readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PersonKeyStore } from '../../server/biometrics/person-key-store.ts';
import { exchangeKeyFile, prepareKeyFile } from '../../server/keys/key-file.ts';
import { currentRecord, hold, KeyRing } from '../../server/keys/key-ring.ts';
import { finish, rotate } from '../../server/keys/key-rotation.ts';
import { fileSource, type KeySource, readKeyFile, writeKeyFile } from '../../server/keys/key-source.ts';
import { MasterKey } from '../../server/keys/master-key.ts';
import { OperatorError } from '../../server/operator-error.ts';
import { SEALED_THINGS, type SealedThing } from '../../server/keys/sealed-things.ts';
import { type DataServices, newTemplate, openDataServices } from '../support/data-services.ts';

let services: DataServices;
let rings: KeyRing[];
beforeEach(async () => {
  services = await openDataServices();
  rings = [];
});
afterEach(async () => {
  await Promise.all(rings.map((ring) => ring.close()));
  await services.close();
});

const file = () => path.join(services.keysFolder, 'master.key');
const ownSource = () => fileSource(file(), true);
const environment = (key: MasterKey): KeySource => ({
  kind: 'environment',
  name: 'MUSTER_MASTER_KEY',
  read: async () => key,
});
const newKey = () => new MasterKey(randomBytes(32));
const oldKey = async () => (await ownSource().read())!;
const quick = 20;

async function ring(source: KeySource): Promise<KeyRing> {
  const { database, log } = services;
  const one = await KeyRing.open({ database, source, log, beat: quick });
  rings.push(one);
  return one;
}
async function change(to: MasterKey) {
  return rotate({ database: services.database, from: await oldKey(), to, log: services.log });
}
async function enrolled(seed: number): Promise<string> {
  const { id } = await services.addConsentedPerson();
  await services.enroll(id, [newTemplate('front', seed), newTemplate('aggregate', seed + 1)]);
  return id;
}
async function recognized(): Promise<string[]> {
  return (await services.templates.loadGallery()).map(({ personId }) => personId).toSorted();
}
/** Whether a server with this key ring can open the templates of the person. */
async function opensFor(keys: KeyRing, personId: string): Promise<boolean> {
  const { database, keyStore, log } = services;
  const personKeys = await PersonKeyStore.create({ database, keys, store: keyStore, log });
  const [row] = await database
    .fork()
    .execute<Parameters<PersonKeyStore['open']>[0]>(
      `select person_id "personId", id, master_key_id "masterKeyId", wrapped, shared from person_key where person_id = ?`,
      [personId],
    );
  const [key] = await personKeys.open([row!]);
  return Buffer.isBuffer(key);
}
async function idsInUse(table: string): Promise<string[]> {
  const rows = await services.database
    .fork()
    .execute<{ id: string }[]>(`select distinct master_key_id id from ${table}`);
  return rows.map(({ id }) => id);
}
const acts = async () =>
  (
    await services.database
      .fork()
      .execute<{ act: string }[]>(`select act from audit_event where act like 'key.%' order by seq`)
  ).map(({ act }) => act);

describe('the list of sealed things', () => {
  it('every column sealed under the master key is in the list that rotation walks', async () => {
    const rows = await services.database
      .fork()
      .execute<{ table_name: string }[]>(
        `select table_name from information_schema.columns where column_name = 'master_key_id' and table_schema = 'public'`,
      );
    const listed = (Object.values(SEALED_THINGS) as SealedThing[]).map(({ table }) => table);
    expect(rows.map(({ table_name }) => table_name).toSorted()).toEqual(listed.toSorted());
  });
});

describe('rotation of the master key', () => {
  it('a rotation re-wraps everything while a running server keeps opening and sealing', async () => {
    const people = [await enrolled(1), await enrolled(10)];
    const to = newKey();
    const enrollments = Promise.all([20, 30, 40, 50].map((seed) => enrolled(seed)));
    const report = await change(to);
    people.push(...(await enrollments), await enrolled(60));
    expect(report.damaged).toEqual([]);
    expect(report.sealed).toBeGreaterThanOrEqual(2);
    expect(await idsInUse('person_key')).toEqual([to.id]);
    expect(await recognized()).toEqual(people.toSorted());
    expect(services.keys.currentId).toBe(to.id);
    expect(await acts()).toEqual(['key.introduced', 'key.rotated']);
  });

  it.each([
    ['before anything moved', 2],
    ['when all was moved and nothing checked', 3],
  ])('a rotation of the master key is resumed where it was cut off: %s', async (_, cut) => {
    const people = [await enrolled(1), await enrolled(10)].toSorted();
    const to = newKey();
    const { database } = services;
    const execute = database.transaction.bind(database);
    let transactions = 0;
    database.transaction = (work) => {
      transactions += 1;
      if (transactions === cut) throw new Error('power cut');
      return execute(work);
    };
    await expect(change(to)).rejects.toThrow('power cut');
    database.transaction = execute;
    expect((await currentRecord(database.fork()))!.rewrappedAt).toBeNull();
    expect(await recognized()).toEqual(people);
    // A server that starts during the rotation, with either key, can open both the moved and the unmoved secrets.
    people.push(await enrolled(20));
    for (const key of [await oldKey(), to]) {
      const other = await ring(environment(key));
      for (const person of people) expect(await opensFor(other, person)).toBe(true);
    }
    const held = await hold(database, ownSource());
    expect([held.previous!.id, held.current.id]).toEqual([(await oldKey()).id, to.id]);
    await rotate({ database, from: held.previous!, to: held.current, log: services.log });
    expect(await idsInUse('person_key')).toEqual([to.id]);
    expect(await recognized()).toEqual(people.toSorted());
  });

  it('a rotation waits for sealing in progress and includes it', async () => {
    const { database, personKeys } = services;
    const { id } = await services.addConsentedPerson();
    const [sealed, stored] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const enrollment = database.transaction(async (em) => {
      await personKeys.replace(em, id, () => {});
      await em.flush();
      sealed.resolve();
      await stored.promise;
    });
    await sealed.promise;
    const to = newKey();
    let passed = false;
    const rotation = change(to).finally(() => (passed = true));
    const waits = async () => {
      const [row] = await database
        .fork()
        .execute<[{ n: number }]>(
          `select count(*)::int n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
        );
      return passed || row.n > 0;
    };
    await expect.poll(waits).toBe(true);
    stored.resolve();
    await Promise.all([enrollment, rotation]);
    expect(await idsInUse('person_key')).toEqual([to.id]);
  });

  it('a rotation carries damaged rows over and reports them', async () => {
    const [whole, damaged] = [await enrolled(1), await enrolled(10)];
    await services.database
      .fork()
      .execute(
        'update person_key set wrapped = set_byte(wrapped, 40, get_byte(wrapped, 40) # 1) where person_id = ?',
        [damaged],
      );
    const to = newKey();
    expect(await change(to)).toEqual({ sealed: 1, damaged: [{ table: 'person_key', count: 1 }] });
    expect(await recognized()).toEqual([whole]);
  });

  it('a rotation keeps an open pairing code valid', async () => {
    const by = { accountId: await services.accountId() };
    const { code } = await services.devices.createPairing(
      { kind: 'station', name: 'Door', settings: {} },
      by,
    );
    await change(newKey());
    await enrolled(1);
    expect((await services.devices.pair(code)).actor.name).toBe('Door');
  });

  it('a rotation refuses to begin before the previous one is finished', async () => {
    const to = newKey();
    await change(to);
    await expect(
      rotate({ database: services.database, from: to, to: newKey(), log: services.log }),
    ).rejects.toThrow('not finished');
  });
});

describe('finishing a rotation', () => {
  it('finishing waits for every server that lacks the new key, and then the old key opens nothing', async () => {
    const person = await enrolled(1);
    const old = await oldKey();
    const to = newKey();
    const stubborn = await ring(environment(old));
    await prepareKeyFile(file(), to);
    await change(to);
    await exchangeKeyFile(file(), to, { destroyOld: false });
    // The running server reads the file again only at its next beat, seconds later. So a new server is started.
    await services.keys.close();
    const fresh = await ring(ownSource());
    await expect.poll(() => stubborn.currentId).toBe(to.id);
    const { done, waitingFor } = await finish(services.database);
    expect(done).toBe(false);
    expect(waitingFor.map(({ source, givenId }) => [source, givenId])).toEqual([['environment', old.id]]);
    await stubborn.close();
    expect((await finish(services.database)).done).toBe(true);
    expect(await opensFor(fresh, person)).toBe(true);

    const refusal = await KeyRing.open({
      database: services.database,
      source: environment(old),
      log: services.log,
    }).catch((error: Error) => error.message);
    expect(refusal).toContain(`was rotated: use ${to.id}`);
    expect(await acts()).toEqual(['key.introduced', 'key.rotated', 'key.retired', 'key.refused']);
    const [row] = await services.database
      .fork()
      .execute<[{ n: number }]>(
        'select count(*)::int n from master_key where forward is not null or back is not null',
      );
    expect(row.n).toBe(0);
  });

  it('finishing a rotation can be forced', async () => {
    await ring(environment(await oldKey()));
    await change(newKey());
    expect((await finish(services.database, { force: true })).done).toBe(true);
  });

  it('a rotation cannot be finished before everything is re-wrapped', async () => {
    await enrolled(1);
    const { database } = services;
    const execute = database.transaction.bind(database);
    let transactions = 0;
    database.transaction = (work) => {
      transactions += 1;
      if (transactions === 2) throw new Error('power cut');
      return execute(work);
    };
    await expect(change(newKey())).rejects.toThrow('power cut');
    database.transaction = execute;
    await expect(finish(database, { force: true })).rejects.toThrow('Not everything is re-wrapped');
  });
});

describe('the master key file', () => {
  it('the master key file is replaced, and the old key is either kept in a second file or destroyed', async () => {
    const old = await oldKey();
    const [second, third] = [newKey(), newKey()];
    await prepareKeyFile(file(), second);
    expect((await oldKey()).id).toBe(old.id);
    const kept = await exchangeKeyFile(file(), second, { destroyOld: false });
    expect(kept).toBe(`${file()}.${old.id}`);
    expect((await oldKey()).id).toBe(second.id);
    expect((await readFile(kept!, 'utf8')).trim()).toBe(old.bytes().toString('base64'));
    // Again: it was cut off after the exchange.
    expect(await exchangeKeyFile(file(), second, { destroyOld: false })).toBeNull();
    await rm(kept!);
    // One that was made for a rotation which never began is in nobody's way.
    await prepareKeyFile(file(), newKey());
    await exchangeKeyFile(file(), third, { destroyOld: true });
    expect((await readdir(services.keysFolder)).toSorted()).toEqual(['keys', 'master.key']);
  });
});

describe('starting with keys', () => {
  it('a start is refused with a wrong master key and without any', async () => {
    await enrolled(1);
    const { database, log, keysFolder } = services;
    const { id } = await oldKey();
    const wrong = KeyRing.open({ database, source: environment(newKey()), log });
    await expect(wrong).rejects.toThrow(new RegExp(`opens nothing in the database.*${id}`));
    const missing = KeyRing.open({ database, source: fileSource(path.join(keysFolder, 'other'), true), log });
    await expect(missing).rejects.toThrow(/other is missing.*from a backup/);
    expect(await acts()).toEqual(['key.refused']);
  });

  it('a start accepts another master key while nothing is sealed and no other server runs', async () => {
    const key = newKey();
    await services.keys.close();
    expect((await ring(environment(key))).currentId).toBe(key.id);
  });

  it('a server with a data folder of its own is refused beside another one, and makes no key of its own', async () => {
    const { database, log, keysFolder, keys } = services;
    const other = path.join(keysFolder, 'elsewhere', 'master.key');
    const start = () => KeyRing.open({ database, source: fileSource(other, true), log });
    await expect(start()).rejects.toThrow(OperatorError);
    await expect(start()).rejects.toThrow(
      new RegExp(`the master key ${keys.currentId}, .*: copy the file master.key .* to ${other}`),
    );
    expect(await readKeyFile(other)).toBeNull();
    // What the sentence says to do.
    await writeKeyFile(other, (await oldKey()).bytes());
    const second = await start();
    expect(second.currentId).toBe(keys.currentId);
    await second.close();
  });

  it('of two servers that start at once with data folders of their own, one is refused', async () => {
    const { database, keysFolder, keys } = services;
    await keys.close();
    const starts = ['a', 'b'].map((name) =>
      ring(fileSource(path.join(keysFolder, name, 'master.key'), true)),
    );
    const ends = await Promise.allSettled(starts);
    expect(ends.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(ends.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: expect.objectContaining({
        message: expect.stringContaining('all servers of a database need the same one'),
      }),
    });
    expect(await currentRecord(database.fork())).toMatchObject({ id: rings.at(-1)!.currentId });
  });

  it('a start is refused when the key store has none of the shares', async () => {
    const id = await enrolled(1);
    await services.keyStore.destroy(id);
    const { database, keys, keyStore, log } = services;
    await expect(PersonKeyStore.create({ database, keys, store: keyStore, log })).rejects.toThrow(
      /has none of the shares/,
    );
  });

  it('keys from before the key store get a share, and what they sealed still opens', async () => {
    const id = await enrolled(1);
    const { database, keys, keyStore, log } = services;
    // As it was before 0008: the data key itself under the master key, in a row that says nothing of a share.
    const em = database.fork();
    const [row] = await em.execute<{ key: string; wrapped: Buffer }[]>(
      'select id "key", wrapped from person_key where person_id = ?',
      [id],
    );
    const [dataKey] = await services.personKeys.open([
      { personId: id, id: row!.key, masterKeyId: keys.currentId, wrapped: row!.wrapped, shared: true },
    ]);
    const wrapped = (await oldKey()).wrap(dataKey as Buffer, ['muster/person-key', id, row!.key]);
    await em.execute('update person_key set shared = false, wrapped = ? where person_id = ?', [wrapped, id]);
    await keyStore.destroy(id);
    expect(await recognized()).toEqual([id]);

    await PersonKeyStore.create({ database, keys, store: keyStore, log });
    expect(await recognized()).toEqual([id]);
    const [after] = await em.execute<{ shared: boolean; wrapped: Buffer }[]>(
      'select shared, wrapped from person_key where person_id = ?',
      [id],
    );
    expect(after!.shared).toBe(true);
    await keyStore.destroy(id);
    expect(await recognized()).toEqual([]);
  });
});
