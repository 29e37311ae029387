/** Two records of one person become one: what moves, what collides, what stands in the way, and that nothing is lost. */
// cspell:ignore conrelid confrelid regclass attname attrelid attnum conkey contype
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { doorOf, type SightingDevice } from '../../server/attendance/attendance-service.ts';
import { pendingByPerson } from '../../server/attendance/closed-months.ts';
import { verifyAudit } from '../../server/audit/verify.ts';
import { PersonKeyStore } from '../../server/biometrics/person-key-store.ts';
import type { GalleryChange } from '../../server/biometrics/template-store.ts';
import { MOVED } from '../../server/people-merge/moved-records.ts';
import type { Sighting } from '#protocol/analyzer.ts';
import type { ClosingView } from '#protocol/closings.ts';
import type { PersonView } from '#protocol/people.ts';
import type { ImportPreview } from '#protocol/people-files.ts';
import type { MergedView, MergePreviewView } from '#protocol/people-merge.ts';
import type { RotaView } from '#protocol/schedules.ts';
import type { SiteView } from '#protocol/sites.ts';
import {
  CONTRACT,
  type DataServices,
  newTemplate,
  openDataServices,
  PASSWORD,
} from '../support/data-services.ts';
import { type Browser, problemOf, RestServer } from '../support/rest-server.ts';

/** Monday noon in Paris. */
const NOW = Date.parse('2026-11-23T11:00:00Z');
const MINUTE = 60_000;
const DAY = 86_400_000;
const PICTURE = Buffer.from('BM: the face of somebody at a door, as the analyzer sent it');
let services: DataServices;
let rest: RestServer;
let owner: Browser;
let paris: SiteView;
let door: SightingDevice;
let stationId: string;
let changes: GalleryChange[] = [];
let sightings = 0;

beforeAll(async () => {
  services = await openDataServices({ now: () => NOW });
  services.templates.on('gallery.changed', (change) => changes.push(change));
  rest = await RestServer.start(services);
  owner = await rest.staff();
  paris = (await services.sites.list())[0]!;
  const device = await services.addDevice();
  stationId = device.deviceId;
  door = doorOf(device);
});
afterAll(async () => {
  rest.stop();
  await services.close();
});

const preview = (stays: string, goes: string) =>
  owner.json<MergePreviewView>('GET', `/api/v1/people/${stays}/merge?goes=${goes}`);
async function send(stays: string, goes: string, more: object = {}, as = owner): Promise<Response> {
  const { version } = await preview(stays, goes);
  const body = { goes, version, reason: 'Enrolled twice', ...more };
  return as.send('POST', `/api/v1/people/${stays}/merge`, body);
}
async function merge(stays: string, goes: string, more: object = {}): Promise<MergedView> {
  const reply = await send(stays, goes, more);
  if (!reply.ok) throw new Error(await reply.text());
  return (await reply.json()) as MergedView;
}

function sightingOf(personId: string, at: number): Sighting {
  sightings += 1;
  return {
    id: `run/${stationId}/${sightings}/${personId}`,
    cameraId: stationId,
    track: sightings,
    personId,
    at,
    similarity: 0.7,
    margin: 0.3,
    frames: 4,
    live: null,
  };
}
const seen = (personId: string, at: number) => services.attendance.record(sightingOf(personId, at), door);
const enroll = (id: string, seed: number) =>
  services.enroll(id, [newTemplate('front', seed + 1), newTemplate('aggregate', seed)]);
const entryOf = async (id: string) =>
  (await services.templates.loadGallery()).find(({ personId }) => personId === id);
const sql = <T>(text: string, parameters: unknown[] = []) =>
  services.database.fork().execute<T[]>(text, parameters);
const counted = async (id: string) => {
  const rows = await sql<{ at: string; source: string; reason: string | null }>(
    `select at, source, reason from punch where person_id = ?
     and not exists (select from punch_void v where v.punch_id = punch.id) order by at`,
    [id],
  );
  return rows.map(({ at, source, reason }) => ({ at: new Date(at), source, reason }));
};
const keyOf = async (id: string) =>
  (await sql<{ id: string }>('select id from person_key where person_id = ?', [id]))[0]?.id ?? null;
const shareOf = async (personId: string, keyId: string) =>
  (await services.keyStore.get([{ personId, keyId }]))[0];
const alike = (personId: string) => ({ personId, similarity: 0.6 });
const two = async () => [await services.addConsentedPerson(), await services.addConsentedPerson()] as const;

const join = async (id: string, username: string) => {
  const { token } = await owner.json<{ token: string }>('POST', `/api/v1/people/${id}/account`, {
    username,
  });
  await rest.stranger().json('POST', '/api/v1/invitation', { token, password: PASSWORD });
};
const signIn = (username: string) =>
  rest.stranger().send('POST', '/api/v1/session', { username, password: PASSWORD });

/** Columns that refer to people and that `MOVED` does not name, and why. */
const NOT_MOVED: Record<string, string> = {
  'account.person_id': 'a person has one account',
  'badge.person_id': 'sealed with the key of the person',
  'pin.person_id': 'sealed with the key of the person',
  'person_key.person_id': 'the key of the record that goes is destroyed',
  'evidence.person_id': 'pictures are sealed anew',
  'template.person_id': 'the face that was chosen is sealed anew',
  'enrollment.person_id': 'goes with the face',
  'look_alike.person_id': 'goes with the face',
  'look_alike.other_id': 'goes with the face',
  'waiting_capture.person_id': 'ends with the invitation',
  'waiting_template.person_id': 'ends with the invitation',
  'punch.person_id': 'a fact: voided, and written once more',
  'punch_void.person_id': 'belongs to the punch that was voided',
  'punch_statement.person_id': 'belongs to the punch that was voided',
  'closed_day.person_id': 'a closed month keeps what it says',
  'closed_person.person_id': 'a closed month keeps what it says',
  'closed_adjustment.person_id': 'a closed month keeps what it says',
  'roll_call_person.person_id': 'a roll call keeps whom it listed',
  'roll_call_tick.person_id': 'a roll call keeps whom it listed',
};

describe('what moves', () => {
  it('is decided for everything in the database that refers to a person', async () => {
    const columns = await services.database.fork().execute<{ name: string }[]>(
      `select k.conrelid::regclass || '.' || a.attname as name
       from pg_constraint k join pg_attribute a on a.attrelid = k.conrelid and a.attnum = any(k.conkey)
       where k.contype = 'f' and k.confrelid = 'person'::regclass`,
    );
    const moved = MOVED.flatMap(([table, ...names]) => names.map((name) => `${table}.${name}`));
    const decided = new Set([...moved, ...Object.keys(NOT_MOVED)]);
    expect(columns.length).toBeGreaterThan(30);
    expect(columns.map(({ name }) => name).filter((name) => !decided.has(name))).toEqual([]);
  });

  it('a preview says what each record has, and where both have the same', async () => {
    const [stays, goes] = await two();
    await seen(stays.id, NOW - DAY);
    await seen(goes.id, NOW - DAY + 10_000);
    await seen(goes.id, NOW - DAY + 8 * 60 * MINUTE);
    const absence = { kind: 'vacation', from: '2026-12-21', to: '2026-12-23' };
    await owner.json('POST', '/api/v1/absences', { ...absence, personId: stays.id });
    await owner.json('POST', '/api/v1/absences', { ...absence, to: '2026-12-22', personId: goes.id });
    await services.passes.setPin(goes.id);
    const view = await preview(stays.id, goes.id);
    expect(view.obstacles).toEqual([]);
    expect(view.stays).toMatchObject({ punches: 1, absences: 1, pin: false, face: false, consents: 1 });
    expect(view.goes).toMatchObject({ punches: 2, absences: 1, pin: true });
    expect(view.collisions).toMatchObject({
      days: ['2026-11-22'],
      repeated: 1,
      absences: [{ from: '2026-12-21', to: '2026-12-22' }],
      adjusted: [],
    });
  });

  it('punches count for the record that stays, as a correction moves them, and one that repeats another counts no more', async () => {
    const [stays, goes] = await two();
    await seen(stays.id, NOW - 3 * DAY);
    await seen(goes.id, NOW - 3 * DAY + 10_000);
    await seen(goes.id, NOW - 2 * DAY);
    await seen(goes.id, NOW - DAY);
    const { punches } = await merge(stays.id, goes.id);
    expect(punches).toBe(2);
    expect(await counted(goes.id)).toEqual([]);
    expect(await counted(stays.id)).toMatchObject([
      { source: 'sighting', at: new Date(NOW - 3 * DAY) },
      { source: 'correction', reason: 'Enrolled twice', at: new Date(NOW - 2 * DAY) },
      { source: 'correction', reason: 'Enrolled twice', at: new Date(NOW - DAY) },
    ]);
    // What was recorded stays as it was.
    const facts = await sql<{ source: string }>('select source from punch where person_id = ?', [goes.id]);
    expect(facts.map(({ source }) => source)).toEqual(['sighting', 'sighting', 'sighting']);
    const { corrections } = await owner.json<{ corrections: unknown[] }>(
      'GET',
      `/api/v1/corrections?person=${stays.id}`,
    );
    expect(corrections).toMatchObject([{ kind: 'merge', state: 'applied', punches: [] }]);
  });

  it('the fields are those that were chosen, and the former number and name still find the person', async () => {
    const stays = await services.addPerson({
      number: 'M-1',
      givenName: 'Ann',
      familyName: 'Lee',
      phone: '111',
    });
    const goes = await services.addPerson({
      number: 'M-2',
      givenName: 'Anne',
      familyName: 'Leigh',
      phone: '222',
      email: 'anne@example.org',
    });
    const { person } = await merge(stays.id, goes.id, { fields: { number: 'goes', email: 'goes' } });
    expect(person).toMatchObject({
      id: stays.id,
      number: 'M-2',
      displayName: 'Ann Lee',
      phone: '111',
      email: 'anne@example.org',
      formerly: [
        { number: 'M-1', name: 'Ann Lee' },
        { number: 'M-2', name: 'Anne Leigh' },
      ],
    });
    for (const search of ['M-1', 'leigh']) {
      const { people } = await owner.json<{ people: PersonView[] }>('GET', `/api/v1/people?search=${search}`);
      expect(people.map(({ id }) => id)).toEqual([stays.id]);
    }
    // A link to the record that is gone leads to the one that stays; the record itself has no name any more.
    expect((await owner.json<PersonView>('GET', `/api/v1/people/${goes.id}`)).id).toBe(stays.id);
    const [row] = await sql<object>(
      `select number, given_name, display_name, search_text, merged_into from person where id = ?`,
      [goes.id],
    );
    expect(row).toMatchObject({ number: null, given_name: '', display_name: '', merged_into: stays.id });
    expect(services.people.nameOf(goes.id)).toBeUndefined();
    // The number is free, and merging goes on from here.
    const third = await services.addPerson({ number: 'M-1', givenName: 'Third', familyName: '' });
    await merge(third.id, stays.id);
    expect((await owner.json<PersonView>('GET', `/api/v1/people/${goes.id}`)).id).toBe(third.id);
  });

  it('plans, leave, balances and consents move, and where both have the same, the record that stays counts', async () => {
    const [stays, goes] = await two();
    const week = Array.from({ length: 7 }, () => []);
    const { id: rotaId } = await owner.json<RotaView>('POST', '/api/v1/rotas', {
      name: 'Merged',
      weeks: [week],
      anchor: '2026-01-05',
    });
    await owner.json('POST', '/api/v1/assignments', { rotaId, personId: goes.id, from: '2026-01-05' });
    for (const { id } of [stays, goes]) {
      const absence = { personId: id, kind: 'vacation', from: '2026-12-21', to: '2026-12-23' };
      await owner.json('POST', '/api/v1/absences', absence);
    }
    await owner.json('POST', '/api/v1/absences', {
      personId: goes.id,
      kind: 'sick',
      from: '2026-12-22',
      to: '2026-12-22',
    });
    for (const [{ id }, year, days] of [
      [stays, 2026, 30],
      [goes, 2026, 25],
      [goes, 2025, 20],
    ] as const) {
      await services.absences.allow(id, year, { days, carried: 0, carriedUntil: null });
    }
    await merge(stays.id, goes.id);
    const of = (table: string) => sql<object>(`select * from ${table} where person_id = ?`, [stays.id]);
    expect(await of('schedule_assignment')).toHaveLength(1);
    expect(await of('absence')).toHaveLength(2);
    expect(await of('consent')).toHaveLength(2);
    expect(await of('vacation_allowance')).toMatchObject([
      { year: 2026, days: 30 },
      { year: 2025, days: 20 },
    ]);
    for (const table of ['schedule_assignment', 'absence', 'consent', 'vacation_allowance', 'enrollment']) {
      expect(await sql(`select 1 from ${table} where person_id = ?`, [goes.id])).toEqual([]);
    }
  });

  it('PIN and badge move where the other has none, and go on working', async () => {
    const [stays, goes] = await two();
    const { pin } = await services.passes.setPin(goes.id);
    const kept = await services.passes.issueBadge(stays.id);
    const lost = await services.passes.issueBadge(goes.id);
    const { person } = await merge(stays.id, goes.id);
    const identify = (pass: Parameters<typeof services.passes.identify>[1]) =>
      services.passes.identify(stationId, pass);
    expect(await identify({ type: 'pin', number: person.number, pin })).toBe(stays.id);
    expect(await identify({ type: 'badge', code: kept.code })).toBe(stays.id);
    await expect(identify({ type: 'badge', code: lost.code })).rejects.toMatchObject({ code: 'not-found' });
  });

  it('the account of an employee moves with the name of the person; of two, that of the record that stays is left', async () => {
    const [stays, goes] = [
      await services.addPerson({ givenName: 'Right', familyName: 'Name' }),
      await services.addPerson({ givenName: 'Wrong', familyName: 'Name' }),
    ];
    await join(goes.id, 'wrong');
    await merge(stays.id, goes.id);
    const reply = await signIn('wrong');
    expect(await reply.json()).toMatchObject({ actor: { name: 'Right Name', person: { id: stays.id } } });
    const third = await services.addPerson();
    await join(third.id, 'third');
    await merge(stays.id, third.id);
    expect((await signIn('third')).status).toBe(401);
    expect((await signIn('wrong')).status).toBe(200);
  });
});

describe('the face', () => {
  it('of the record that goes is sealed for the other, is in the gallery at once, and its key is destroyed', async () => {
    const [stays, goes] = await two();
    await enroll(goes.id, 5);
    const before = (await entryOf(goes.id))!;
    const key = (await keyOf(goes.id))!;
    changes = [];
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

describe('what stands in the way', () => {
  it('a closed month with hours of the record that goes; one of the record that stays gets an adjustment', async () => {
    const stays = await services.addPerson({ department: 'Paid' });
    const goes = await services.addPerson({ department: 'Paid twice' });
    const add = (number: string, time: string, says: string) =>
      owner.json('POST', '/api/v1/corrections', {
        kind: 'add',
        number,
        siteId: paris.id,
        date: '2026-09-07',
        time,
        says,
        reason: 'The station was off',
      });
    await add(goes.number, '08:00', 'in');
    await add(goes.number, '16:00', 'out');
    const close = (department: string) =>
      owner.json<ClosingView>('POST', '/api/v1/closings', { month: '2026-09', department, accept: true });
    await close('Paid');
    const closing = await close('Paid twice');
    expect((await preview(stays.id, goes.id)).obstacles).toEqual([
      { why: 'closed-months', months: ['2026-09'] },
    ]);
    const refused = await send(stays.id, goes.id);
    expect(await problemOf(refused)).toMatchObject({
      status: 409,
      detail: expect.stringContaining('reopen them first') as string,
    });
    const reason = { reason: 'A second record of one person' };
    await owner.json('POST', `/api/v1/closings/${closing.id}/reopening`, reason);
    expect((await preview(stays.id, goes.id)).collisions.adjusted).toEqual(['2026-09']);
    await merge(stays.id, goes.id);
    const pending = await pendingByPerson(services.database.fork(), [stays.id, goes.id]);
    expect(pending.get(stays.id)).toMatchObject([
      { date: '2026-09-07', difference: { worked: 8 * 60 * MINUTE } },
    ]);
    expect(pending.get(goes.id)).toBeUndefined();
  });

  it('a correction that waits, and a consent that was withdrawn in one of them after it was given in the other', async () => {
    await services.addDepartment('Waiting');
    const manager = await rest.member(owner, 'manager', 'Waiting');
    const [stays, goes] = [await services.addPerson(), await services.addPerson({ department: 'Waiting' })];
    await manager.json('POST', '/api/v1/corrections', {
      kind: 'add',
      number: goes.number,
      siteId: paris.id,
      date: '2026-11-20',
      time: '08:00',
      says: 'in',
      reason: 'The station was off',
    });
    expect((await preview(stays.id, goes.id)).obstacles).toEqual([{ why: 'waiting-corrections', amount: 1 }]);
    expect((await send(stays.id, goes.id)).status).toBe(409);
    const [first, second] = await two();
    await services.consents.withdraw(second.id, { accountId: await services.accountId() });
    expect((await preview(first.id, second.id)).obstacles).toEqual([{ why: 'consent-withdrawn' }]);
    expect((await send(first.id, second.id)).status).toBe(409);
  });

  it('a change since the preview, the same record, one that is gone, and missing rights', async () => {
    const [stays, goes] = await two();
    const { version } = await preview(stays.id, goes.id);
    await services.people.update(goes.id, { phone: '333' });
    const late = await send(stays.id, goes.id, { version });
    expect(late.status).toBe(412);
    expect((await owner.send('GET', `/api/v1/people/${stays.id}/merge?goes=${stays.id}`)).status).toBe(422);
    await services.people.erase(goes.id);
    expect((await owner.send('GET', `/api/v1/people/${stays.id}/merge?goes=${goes.id}`)).status).toBe(404);
    const manager = await rest.member(owner, 'manager', 'Waiting');
    const [one, two_] = await two();
    expect((await send(one.id, two_.id, {}, manager)).status).toBe(403);
  });
});

describe('at the same moment', () => {
  it('of two merges of the same records, in both directions, one is done', async () => {
    const [a, b] = await two();
    await enroll(a.id, 80);
    await enroll(b.id, 90);
    await seen(a.id, NOW - 2 * DAY);
    await seen(b.id, NOW - DAY);
    const replies = await Promise.all([send(a.id, b.id), send(b.id, a.id), send(a.id, b.id)]);
    expect(replies.map(({ status }) => status).toSorted((one, other) => one - other)).toEqual([
      200, 404, 404,
    ]);
    const gone = await sql<{ id: string }>(
      'select id from person where id in (?, ?) and erased_at is not null',
      [a.id, b.id],
    );
    expect(gone).toHaveLength(1);
    const left = gone[0]!.id === a.id ? b.id : a.id;
    expect(await counted(left)).toHaveLength(2);
    expect((await entryOf(left))!.embeddings).toHaveLength(2);
  });

  it('a punch during the merge, and one that was recognized before it and is booked after it, belong to the record that stays', async () => {
    const [stays, goes] = await two();
    for (let day = 20; day > 10; day -= 1) await seen(goes.id, NOW - day * DAY);
    const during = [stays, goes].flatMap(({ id }, i) =>
      Array.from({ length: 5 }, (_, n) => seen(id, NOW - (n + 1) * DAY + i * 120 * MINUTE)),
    );
    const [merged] = await Promise.all([merge(stays.id, goes.id), ...during]);
    expect(merged.punches).toBeGreaterThanOrEqual(10);
    expect(await counted(stays.id)).toHaveLength(20);
    expect(await counted(goes.id)).toEqual([]);
    const late = await seen(goes.id, NOW - 9 * DAY);
    expect(late).toMatchObject({ person: { id: stays.id, name: 'Grace Hopper' } });
    expect(await counted(stays.id)).toHaveLength(21);
  });

  it('an enrollment at the same moment is not lost', async () => {
    const [stays, goes] = await two();
    await enroll(goes.id, 100);
    const enrolled = enroll(stays.id, 110).then(
      () => 'done',
      () => 'refused',
    );
    // The merge may be refused because the face came since the preview; then it is done again.
    const reply = await send(stays.id, goes.id);
    await enrolled;
    if (!reply.ok) await merge(stays.id, goes.id);
    expect((await entryOf(stays.id))!.embeddings).toHaveLength(2);
    expect(await entryOf(goes.id)).toBeUndefined();
  });
});

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
