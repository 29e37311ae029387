/** Two records of one person became one: imports, the audit trail, the copy of all data and an erasure afterwards. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifyAudit } from '../../server/audit/verify.ts';
import type { ImportPreview } from '#protocol/people-files.ts';
import {
  DAY,
  NOW,
  closeMergeOffice,
  merge,
  openMergeOffice,
  owner,
  seen,
  services,
  sql,
} from '../support/merge-office.ts';

beforeAll(openMergeOffice);
afterAll(closeMergeOffice);

describe('afterwards', () => {
  it('an import with the former number does not add the second record again', async () => {
    const [stays, goes] = [
      await services.addPerson({ number: 'Import-1' }),
      await services.addPerson({ number: 'Import-2' }),
    ];
    await merge(stays.id, goes.id);
    const file = 'number,name\nimport-2,Grace Hopper\nImport-1,Grace Hopper\nImport-3,Grace Hopper\n';
    const reply = await owner.upload('/api/v1/people/imports/preview', file);
    const { rows } = (await reply.json()) as ImportPreview;
    expect(rows.map(({ number, act }) => [number, act])).toEqual([
      ['import-2', 'left-out'],
      ['Import-1', 'unchanged'],
      ['Import-3', 'create'],
    ]);
  });

  it('the chain of the audit trail is whole', async () => {
    expect((await verifyAudit(services.database, null)).faults).toEqual([]);
  });

  it('the audit trail names both records, no names, and the copy of all data has what both did', async () => {
    const [stays, goes] = [
      await services.addPerson({ familyName: 'Unmistakable' }),
      await services.addPerson({ familyName: 'Unmistakable' }),
    ];
    await seen(goes.id, NOW - DAY);
    await merge(stays.id, goes.id);
    const events = await sql<{ id: string; detail: string }>(
      `select object_id id, detail from audit_event where act = 'person.merged' and object_id in (?, ?) order by seq`,
      [stays.id, goes.id],
    );
    expect(events.map(({ id }) => id)).toEqual([stays.id, goes.id]);
    expect(events[0]!.detail).toContain(goes.id);
    expect(events[1]!.detail).toContain(stays.id);
    expect(JSON.stringify(events)).not.toContain('Unmistakable');
    const copy = JSON.stringify(await services.personalData.export(stays.id, { embeddings: false }));
    expect(copy).toContain('sighting');
  });

  it('an erasure of the record that stays forgets the former name, too', async () => {
    const stays = await services.addPerson({ familyName: 'Now' });
    const goes = await services.addPerson({ familyName: 'Once Known' });
    await merge(stays.id, goes.id);
    await services.people.erase(stays.id);
    const rows = await sql<object>('select * from person where id in (?, ?)', [stays.id, goes.id]);
    expect(JSON.stringify(rows).toLowerCase()).not.toContain('once known');
    expect((await owner.send('GET', `/api/v1/people/${goes.id}`)).status).toBe(404);
  });
});
