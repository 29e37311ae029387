/** Two records of one person become one: what moves, and where both have the same. */
// cspell:ignore conrelid confrelid regclass attname attrelid attnum conkey contype
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AbsenceRequestsView } from '#protocol/absence-requests.ts';
import type { TickSays } from '#protocol/roll-call-ticks.ts';
import type { ListedView } from '#protocol/roll-calls.ts';
import type { RollCallChange } from '#protocol/signaling.ts';
import { PASSWORD } from '../support/data-services.ts';
import { MOVED } from '../../server/people-merge/moved-records.ts';
import type { PersonView } from '#protocol/people.ts';
import type { RotaView } from '#protocol/schedules.ts';
import {
  DAY,
  MINUTE,
  NOW,
  closeMergeOffice,
  counted,
  join,
  merge,
  openMergeOffice,
  owner,
  preview,
  rest,
  seen,
  services,
  signIn,
  sql,
  stationId,
  two,
} from '../support/merge-office.ts';

beforeAll(openMergeOffice);
afterAll(closeMergeOffice);

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
  'roll_call_person.person_id': 'a roll call that has ended keeps whom it listed',
  'roll_call_tick.person_id': 'a roll call that has ended keeps whom it listed',
};

const identify = (pass: Parameters<typeof services.passes.identify>[1]) =>
  services.passes.identify(stationId, pass);

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

  it('a request for an absence that waits is counted in the preview, and waits for the record that stays', async () => {
    const [stays, goes] = await two();
    await join(goes.id, 'asks-for-leave');
    const employee = rest.stranger();
    await employee.json('POST', '/api/v1/session', { username: 'asks-for-leave', password: PASSWORD });
    const input = { kind: 'vacation', from: '2026-12-01', to: '2026-12-02', note: 'Moving house' };
    await employee.json('POST', '/api/v1/own/absence-requests', input);
    const view = await preview(stays.id, goes.id);
    expect([view.stays.absenceRequests, view.goes.absenceRequests]).toEqual([0, 1]);
    expect(view.obstacles).toEqual([]);
    await merge(stays.id, goes.id);
    const { requests } = await owner.json<AbsenceRequestsView>(
      'GET',
      '/api/v1/absence-requests?state=waiting',
    );
    expect(requests).toMatchObject([{ person: { id: stays.id }, note: 'Moving house' }]);
    const url = `/api/v1/absence-requests/${requests[0]!.id}/decision`;
    await owner.json('POST', url, { decision: 'approve' });
    const { absences } = await owner.json<{ absences: object[] }>(
      'GET',
      `/api/v1/absences?from=2026-12-01&to=2026-12-31&person=${stays.id}`,
    );
    expect(absences).toMatchObject([{ from: '2026-12-01', to: '2026-12-02' }]);
  });

  it('a roll call that is open has one entry with the ticks of both, and takes ticks of the record that went', async () => {
    const [stays, goes] = await two();
    await seen(stays.id, NOW - 30 * MINUTE);
    await seen(goes.id, NOW - 20 * MINUTE);
    const by = { accountId: await services.accountId() };
    const { id, people } = await services.rollCalls.start(null, by);
    const both = ({ person }: ListedView) => person.id === stays.id || person.id === goes.id;
    expect(people.filter(both)).toHaveLength(2);
    const client = randomUUID();
    const tick = (sequence: number, says: TickSays, at: number) => {
      const ticks = [{ sequence, person: goes.id, says, at: new Date(at).toISOString() }];
      return services.rollCalls.tick(id, { client, ticks }, by);
    };
    await tick(1, 'safe', NOW - 2 * MINUTE);
    const { version } = await services.rollCalls.get(id);
    const told: RollCallChange[] = [];
    services.rollCalls.on('roll-call.changed', (change) => told.push(change));
    await merge(stays.id, goes.id);
    expect(told[0]).toEqual({ rollCallId: id, version: version + 1 });
    const news = await services.rollCalls.get(id, version);
    expect(news.whole).toBe(true);
    expect(news.people.filter(both)).toMatchObject([{ person: { id: stays.id }, tick: { says: 'safe' } }]);
    // A warden who was away has not heard of it yet.
    expect(await tick(2, 'missing', NOW - MINUTE)).toEqual(['taken']);
    const after = await services.rollCalls.get(id, news.version);
    expect(after.whole).toBe(false);
    expect(after.people).toMatchObject([{ person: { id: stays.id }, tick: { says: 'missing' } }]);
    await services.rollCalls.end(id, by);
    expect(await tick(3, 'safe', NOW)).toEqual(['refused']);
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
