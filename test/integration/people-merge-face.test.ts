/** Two records of one person become one: the face, its key and the pictures. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PersonKeyStore } from '../../server/biometrics/person-key-store.ts';
import { CONTRACT } from '../support/data-services.ts';
import { problemOf } from '../support/rest-server.ts';
import {
  DAY,
  MINUTE,
  NOW,
  alike,
  changes,
  closeMergeOffice,
  door,
  enroll,
  entryOf,
  keyOf,
  merge,
  openMergeOffice,
  send,
  services,
  shareOf,
  sightingOf,
  sql,
  two,
} from '../support/merge-office.ts';

beforeAll(openMergeOffice);
afterAll(closeMergeOffice);

const PICTURE = Buffer.from('BM: the face of somebody at a door, as the analyzer sent it');

describe('the face', () => {
  it('of the record that goes is sealed for the other, is in the gallery at once, and its key is destroyed', async () => {
    const [stays, goes] = await two();
    await enroll(goes.id, 5);
    const before = (await entryOf(goes.id))!;
    const key = (await keyOf(goes.id))!;
    changes.length = 0;
    const { person } = await merge(stays.id, goes.id);
    expect(person.enrollment).toMatchObject({ templates: 2 });
    const after = (await entryOf(stays.id))!;
    expect(after.embeddings.map(String)).toEqual(before.embeddings.map(String));
    expect(after.contract).toBe(CONTRACT);
    expect(await entryOf(goes.id)).toBeUndefined();
    expect(changes.find(({ personId }) => personId === goes.id)).toMatchObject({ entry: null });
    expect(changes.findLast(({ personId }) => personId === stays.id)!.entry!.embeddings).toHaveLength(2);
    expect(await shareOf(goes.id, key)).toBeNull();
    expect(await keyOf(goes.id)).toBeNull();
  });

  it('leaves no share of its key, also where the server ended before it was destroyed', async () => {
    const [stays, goes] = await two();
    await enroll(goes.id, 8);
    const key = { personId: goes.id, keyId: (await keyOf(goes.id))! };
    const share = (await shareOf(key.personId, key.keyId))!;
    await merge(stays.id, goes.id);
    await services.keyStore.put(key, share);
    const { database, keys, keyStore: store, log } = services;
    await PersonKeyStore.create({ database, keys, store, log });
    expect(await shareOf(key.personId, key.keyId)).toBeNull();
    expect((await entryOf(stays.id))!.embeddings).toHaveLength(2);
  });

  it('of both, the one that was chosen stays, and no key opens the other any more', async () => {
    for (const face of ['stays', 'goes'] as const) {
      const [stays, goes] = await two();
      await enroll(stays.id, 10);
      await enroll(goes.id, 20);
      const chosen = (await entryOf(face === 'goes' ? goes.id : stays.id))!;
      const keys = { stays: (await keyOf(stays.id))!, goes: (await keyOf(goes.id))! };
      await merge(stays.id, goes.id, { face });
      expect((await entryOf(stays.id))!.embeddings.map(String)).toEqual(chosen.embeddings.map(String));
      expect(await shareOf(goes.id, keys.goes)).toBeNull();
      // A copy of the face that is gone must not open with a key that is still in use.
      expect((await shareOf(stays.id, keys.stays)) === null).toBe(face === 'goes');
      expect(await sql('select 1 from template where unreadable_at is not null')).toEqual([]);
    }
  });

  it('that cannot be read is not taken: nothing changes, and both records keep what they have', async () => {
    const [stays, goes] = await two();
    await enroll(stays.id, 30);
    await enroll(goes.id, 40);
    await sql(`update template set sealed = sealed || '\\x00' where person_id = ? and bin = 'front'`, [
      goes.id,
    ]);
    const reply = await send(stays.id, goes.id, { face: 'goes' });
    expect(await problemOf(reply)).toMatchObject({ status: 409, code: 'conflict' });
    expect((await entryOf(stays.id))!.embeddings).toHaveLength(2);
    expect((await entryOf(goes.id))!.embeddings).toHaveLength(1);
    await merge(stays.id, goes.id, { face: 'stays' });
    expect((await entryOf(stays.id))!.embeddings).toHaveLength(2);
  });

  it('look-alikes are those of the face that stays', async () => {
    const [stays, goes] = await two();
    const other = await services.addConsentedPerson();
    await enroll(other.id, 50);
    await enroll(stays.id, 51);
    await enroll(goes.id, 52);
    await services.templates.addLookAlikes(goes.id, [alike(other.id), alike(stays.id)]);
    await merge(stays.id, goes.id, { face: 'goes' });
    const view = (await services.people.get(stays.id))!;
    expect(view.lookAlikes.map(({ id }) => id)).toEqual([other.id]);
    expect((await entryOf(other.id))!.lookAlikes).toEqual([stays.id]);
  });

  it('pictures of punches of both can still be seen', async () => {
    for (const face of ['stays', 'goes'] as const) {
      const [stays, goes] = await two();
      await enroll(stays.id, 60);
      await enroll(goes.id, 70);
      for (const [i, { id }] of [stays, goes].entries()) {
        const sighting = sightingOf(id, NOW - DAY + i * 60 * MINUTE);
        await services.attendance.record(sighting, door);
        await services.snapshots.keep(sighting, PICTURE);
      }
      await merge(stays.id, goes.id, { face });
      const rows = await sql<{ id: string }>('select punch_id id from evidence where person_id = ?', [
        stays.id,
      ]);
      expect(rows).toHaveLength(2);
      for (const { id } of rows) expect(await services.snapshots.view(id)).toEqual(PICTURE);
    }
  });
});
