import { randomUUID } from 'node:crypto';
import type { EntitySchema } from '@mikro-orm/core';
import { strFromU8, unzipSync } from 'fflate';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { doorOf } from '../../server/attendance/attendance-service.ts';
import { AuditEvent } from '../../server/db/entities/audit-event.ts';
import { entities } from '../../server/db/entities/index.ts';
import { Person } from '../../server/db/entities/person.ts';
import { DERIVED } from '../../server/people/erasure.ts';
import { columnsOf, EXPORTED, KEYS_OF_PEOPLE, referenceOf } from '../../server/rights/exported-tables.ts';
import type { PersonFiles } from '../../server/rights/personal-data-service.ts';
import { punchByPass } from '../../server/attendance/punch-by-pass.ts';
import { type DataServices, newTemplate, openDataServices } from '../support/data-services.ts';
import { RestServer } from '../support/rest-server.ts';

interface Whole {
  person: Record<string, unknown>;
  pins: object[];
  consents: { language: string; withdrawnAt: string | null }[];
  punches: { kind: string; source: string; device: string }[];
  pictures: { punchId: string }[];
  audit: { act: string }[];
  embeddings?: { bin: string; embedding: number[] }[];
}

let services: DataServices;
let rest: RestServer;
let id: string;

beforeAll(async () => {
  services = await openDataServices();
});
afterAll(() => services.close());
beforeEach(async () => {
  rest = await RestServer.start(services);
  const number = `X-${randomUUID().slice(0, 8)}`;
  ({ id } = await services.addConsentedPerson({ number, givenName: '=cmd|calc', email: 'eve@example.org' }));
  await services.enroll(id, [newTemplate('aggregate', 3), newTemplate('front', 4)]);
  const { pin } = await services.passes.setPin(id);
  const pass = { type: 'pin', number, pin } as const;
  await punchByPass(services, await services.addDevice(), { requestId: randomUUID(), pass });
});
afterEach(() => rest.stop());

const whole = (files: PersonFiles) => JSON.parse(String(files['person.json'])) as Whole;

describe('the export of a person', () => {
  it('the export of a person has all their data and no secrets', async () => {
    const files = await services.personalData.export(id, { embeddings: false });
    const all = whole(files);
    expect(all).toMatchObject({
      person: { id, email: 'eve@example.org', givenName: '=cmd|calc', status: 'active' },
      consents: [{ language: 'en', method: 'in-person', withdrawnAt: null }],
      enrollments: [{ contract: 'test@1/8' }],
      templates: [{ bin: 'aggregate' }, { bin: 'front' }],
      punches: [{ says: null, source: 'pin', device: 'Front door', site: 'Paris' }],
      pictures: [],
    });
    expect(all.pins).toHaveLength(1);
    expect(all.audit.map(({ act }) => act)).toEqual([
      'person.created',
      'consent.given',
      'templates.replaced',
      'pin.set',
      'punch.identified',
    ]);
    expect(all).not.toHaveProperty('embeddings');
    const text = Object.values(files).join('');
    expect(text).not.toMatch(/sealed|wrapped|argon2|hash/i);
  });

  it('the export has every property of every entity that refers to the person, except those left out on purpose', async () => {
    const files = await services.personalData.export(id, { embeddings: false });
    const all = JSON.parse(String(files['person.json'])) as Record<string, object[]>;
    expect(Object.keys(all['person']!)).toEqual(
      Object.keys(Person.meta.properties)
        .filter((name) => !DERIVED.some((derived) => derived === name))
        .map((name) => (name === 'siteId' ? 'site' : name)),
    );
    const properties = Object.entries(EXPORTED).map(([name, { entity, without }]) => {
      const left = new Set<string>(['personId', ...without]);
      return [name, Object.keys(entity.meta.properties).filter((property) => !left.has(property))];
    });
    const columns = Object.entries(EXPORTED).map(([name, table]) => [name, [...columnsOf(table).values()]]);
    expect(columns).toEqual(properties);
    const shown = ['consents', 'enrollments', 'templates', 'pins', 'punches'] as const;
    expect(shown.map((name) => Object.keys(all[name]![0]!))).toEqual(
      shown.map((name) => Array.from(columnsOf(EXPORTED[name]).keys())),
    );
    expect(all['punches']![0]).toMatchObject({ live: null, margin: null, frames: null, similarity: null });
  });

  it('the export knows every entity that refers to a person', () => {
    const exported = new Set<unknown>([
      ...Object.values(EXPORTED).map(({ entity }) => entity),
      ...KEYS_OF_PEOPLE,
    ]);
    const referring = (entities as readonly EntitySchema[]).filter((entity) =>
      Object.keys(entity.meta.properties).some((name) => referenceOf(entity, name) === Person),
    );
    expect(referring.length).toBeGreaterThan(5);
    expect(referring.filter((entity) => !exported.has(entity))).toEqual([]);
  });

  it('the export has its lists as CSV tables too', async () => {
    const files = await services.personalData.export(id, { embeddings: false });
    expect(Object.keys(files).toSorted()).toEqual([
      'absenceRequests.csv',
      'absences.csv',
      'accounts.csv',
      'adjustments.csv',
      'assignments.csv',
      'audit.csv',
      'badges.csv',
      'balanceEntries.csv',
      'closedDays.csv',
      'closedMonths.csv',
      'consents.csv',
      'corrections.csv',
      'decisions.csv',
      'enrollments.csv',
      'exceptions.csv',
      'identities.csv',
      'invitations.csv',
      'lookAlikes.csv',
      'person.json',
      'pictures.csv',
      'pins.csv',
      'punches.csv',
      'refusedPunches.csv',
      'rollCalls.csv',
      'sessions.csv',
      'statements.csv',
      'templates.csv',
      'ticks.csv',
      'vacationAllowances.csv',
      'voids.csv',
      'waitingCaptures.csv',
      'waitingTemplates.csv',
    ]);
    const [head, row, end] = String(files['punches.csv']).split('\r\n');
    expect(head).toContain('says,at,site,timeZone,source,sightingId,device');
    expect(row).toContain('Europe/Paris');
    expect(end).toBe('');
  });

  it('the export has the snapshots and who viewed them', async () => {
    const station = await services.addDevice();
    const { deviceId } = station;
    const at = Date.now() + 3_600_000;
    const seen = { id: randomUUID(), cameraId: deviceId, track: 1, personId: id, at, live: null };
    const sure = { similarity: 0.9, margin: 0.3, frames: 5 };
    await services.attendance.record({ ...seen, ...sure }, doorOf(station));
    await services.snapshots.keep(seen, Buffer.from('a picture'));
    const [picture] = whole(await services.personalData.export(id, { embeddings: false })).pictures;
    const { punchId } = picture!;
    await services.snapshots.view(punchId);
    const files = await services.personalData.export(id, { embeddings: false });
    expect(String(files[`picture-${punchId}.bmp`])).toBe('a picture');
    expect(whole(files).audit.map(({ act }) => act)).toContain('evidence.viewed');
  });

  it('the export has the embeddings on request', async () => {
    const { embeddings } = whole(await services.personalData.export(id, { embeddings: true }));
    expect(embeddings!.map(({ bin }) => bin)).toEqual(['aggregate', 'front']);
    expect(embeddings![0]!.embedding).toEqual([...newTemplate('aggregate', 3).embedding]);
  });

  it('an export is audited, and an erased person has none', async () => {
    await services.personalData.export(id, { embeddings: true });
    const events = await services.database.fork().find(AuditEvent, { act: 'person.exported', objectId: id });
    expect(JSON.parse(events[0]!.detail)).toEqual({ after: { embeddings: true } });
    await services.people.erase(id);
    await expect(services.personalData.export(id, { embeddings: false })).rejects.toMatchObject({
      code: 'not-found',
    });
  });

  it('the export comes as one file over HTTP', async () => {
    const staff = await rest.staff();
    const response = await staff.send('POST', `/api/v1/people/${id}/export`, { embeddings: true });
    expect(response.headers.get('content-disposition')).toBe(`attachment; filename="person-${id}.zip"`);
    const files = unzipSync(new Uint8Array(await response.arrayBuffer()));
    const all = JSON.parse(strFromU8(files['person.json']!)) as Whole;
    expect(all.person['id']).toBe(id);
    expect(all.embeddings).toHaveLength(2);
    expect((await rest.stranger().send('POST', `/api/v1/people/${id}/export`, {})).status).toBe(401);
    const station = await rest.station(staff);
    expect((await station.send('POST', `/api/v1/people/${id}/export`, {})).status).toBe(403);
  });
});

describe('an erased person', () => {
  it('an erased person leaves punches under a pseudonym and the proof of consent, and no identifying data', async () => {
    const { number } = (await services.people.get(id))!;
    await services.people.erase(id);
    const rows = await services.database.fork().execute<{ row: string }[]>(
      `select p::text "row" from person p where id = :id union all
       select c::text from consent c where person_id = :id union all
       select u::text from punch u where person_id = :id union all
       select n::text from pin n where person_id = :id union all
       select e::text from audit_event e where object_id = :id`.replaceAll(':id', `'${id}'`),
    );
    const text = rows.map(({ row }) => row).join('\n');
    expect(rows.length).toBeGreaterThan(5);
    expect(text).not.toContain(number);
    expect(text).not.toMatch(/eve@example|cmd|Hopper/);
  });
});
