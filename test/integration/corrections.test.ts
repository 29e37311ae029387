import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AuditEvent } from '../../server/db/entities/audit-event.ts';
import type { AttendanceView, PunchesView, TimesheetView } from '#protocol/attendance.ts';
import type { CorrectionsView, CorrectionView } from '#protocol/corrections.ts';
import type { PersonView } from '#protocol/people.ts';
import type { SiteView } from '#protocol/sites.ts';
import { type DataServices, openDataServices } from '../support/data-services.ts';
import { type Browser, problemOf, RestServer } from '../support/rest-server.ts';

/** Monday noon in Paris. */
const NOW = Date.parse('2026-11-23T11:00:00Z');
const HOUR = 3_600_000;
let services: DataServices;
let rest: RestServer;
let owner: Browser;
let manager: Browser;
let paris: SiteView;
let grace: PersonView;

beforeAll(async () => {
  services = await openDataServices({ now: () => NOW });
  rest = await RestServer.start(services);
  owner = await rest.staff();
  manager = await rest.member(owner, 'manager', 'Lab');
  paris = (await services.sites.list())[0]!;
  grace = await services.addPerson({ number: 'LAB-7', department: 'Lab' });
});
afterAll(async () => {
  rest.stop();
  await services.close();
});

const addition = (change: object = {}) => ({
  kind: 'add',
  number: 'lab-7',
  siteId: paris.id,
  date: '2026-11-20',
  time: '08:05',
  says: 'in',
  reason: 'The station was off',
  ...change,
});
const send = (body: object, as = owner) => as.send('POST', '/api/v1/corrections', body);
const correct = async (body: object, as = owner) =>
  as.json<CorrectionView>('POST', '/api/v1/corrections', body);
const timesheet = (person: PersonView, month = '2026-11') =>
  owner.json<TimesheetView>('GET', `/api/v1/people/${person.id}/timesheet?month=${month}`);
const dayOf = async (person: PersonView, date: string) =>
  (await timesheet(person, date.slice(0, 7))).days.find((day) => day.date === date);

/** A person with these punches of one day, `08:05 in`, added by hand. */
async function personWith(date: string, punches: string[], department = 'Lab') {
  const person = await services.addPerson({ department });
  const added = [];
  for (const [time, says] of punches.map((text) => text.split(' '))) {
    const { punches: made } = await correct(addition({ number: person.number, date, time, says }));
    added.push(made[0]!);
  }
  return { person, punches: added };
}

describe('adding a punch', () => {
  it('an added punch has an author, a time and a reason, and is in the audit trail', async () => {
    expect(await correct(addition())).toMatchObject({ state: 'applied', person: { id: grace.id } });
    await correct(addition({ time: '16:35', says: 'out' }));
    const { days } = await owner.json<AttendanceView>('GET', '/api/v1/attendance?date=2026-11-20');
    expect(days).toMatchObject([
      {
        person: { id: grace.id },
        presence: 'complete',
        checkIn: {
          localTime: '08:05',
          source: 'correction',
          device: null,
          correction: { name: 'Ada', reason: 'The station was off', approvedBy: null },
        },
        checkOut: { localTime: '16:35' },
        worked: 8.5 * HOUR,
      },
    ]);
    const events = await services.database.fork().find(AuditEvent, { act: 'correction.applied' });
    expect(events).toHaveLength(2);
    expect(events[0]).toMatchObject({ actorName: 'ada' });
    expect(events[0]!.detail).not.toContain('Grace');
  });

  it.each([
    ['a number that nobody has', { number: 'LAB-8' }, 'number'],
    ['a number with a wildcard', { number: 'LAB-%' }, 'number'],
    ['a time to come', { date: '2026-11-23', time: '12:01' }, 'time'],
    ['a time that the clocks skipped', { date: '2026-03-28', time: '02:30' }, 'time'],
    ['a second pass of a time that came once', { pass: 'second' }, 'time'],
    ['a site that does not exist', { siteId: '00000000-0000-4000-8000-000000000000' }, 'siteId'],
    ['no reason', { reason: ' ' }, 'reason'],
    ['a date that does not exist', { date: '2026-02-30' }, 'date'],
  ])('an added punch is refused with %s', async (_name, change, path) => {
    const problem = await problemOf(await send(addition(change)));
    expect(problem).toMatchObject({ status: 422, code: 'validation-failed' });
    expect(problem.faults?.map((fault) => fault.path)).toEqual([path]);
  });

  it('a punch added twice is written once', async () => {
    await send(addition({ date: '2026-11-19' }));
    expect(await problemOf(await send(addition({ date: '2026-11-19' })))).toMatchObject({
      status: 409,
      code: 'conflict',
    });
  });

  it('a time is that of the site: 10:58 in Kolkata is before noon there, though later than now in UTC', async () => {
    const kolkata = await owner.json<SiteView>('POST', '/api/v1/sites', {
      name: 'Kolkata',
      timeZone: 'Asia/Kolkata',
    });
    const person = await services.addPerson({ siteId: kolkata.id });
    const body = addition({ number: person.number, siteId: kolkata.id, date: '2026-11-23', time: '10:58' });
    expect(await correct(body)).toMatchObject({
      at: '2026-11-23T05:28:00.000Z',
      localTime: '2026-11-23 10:58',
      site: 'Kolkata',
    });
    expect((await dayOf(person, '2026-11-23'))?.checkIn).toMatchObject({
      localTime: '10:58',
      timeZone: 'Asia/Kolkata',
    });
  });

  it('a day turns by the clocks of the site where the person is', async () => {
    const sydney = await owner.json<SiteView>('POST', '/api/v1/sites', {
      name: 'Sydney',
      timeZone: 'Australia/Sydney',
    });
    const person = await services.addPerson();
    const there = { number: person.number, siteId: sydney.id, date: '2026-11-04' };
    await correct(addition({ ...there, time: '08:00', says: 'in' }));
    await correct(addition({ ...there, time: '16:00', says: 'out' }));
    await correct(addition({ number: person.number, date: '2026-11-03', time: '09:00', says: 'in' }));
    await correct(addition({ number: person.number, date: '2026-11-03', time: '17:00', says: 'out' }));
    const { days } = await timesheet(person);
    expect(days.map(({ date, worked }) => `${date} ${worked / HOUR}`)).toEqual([
      '2026-11-03 8',
      '2026-11-04 8',
    ]);
  });

  it('a time after midnight belongs to the night before, and both passes of a doubled time can be meant', async () => {
    const { person } = await personWith('2026-10-24', ['22:00 in']);
    const late = addition({ number: person.number, date: '2026-10-24', time: '02:30', says: 'out' });
    expect(await correct({ ...late, pass: 'second' })).toMatchObject({ at: '2026-10-25T01:30:00.000Z' });
    expect((await dayOf(person, '2026-10-24'))?.worked).toBe(5.5 * HOUR);
  });
});

describe('voiding punches', () => {
  it('a voided punch stays visible and counts nowhere', async () => {
    const { person, punches } = await personWith('2026-11-18', ['05:00 in', '08:00 in', '17:00 out']);
    expect((await dayOf(person, '2026-11-18'))?.worked).toBe(12 * HOUR);
    await correct({ kind: 'void', punchIds: [punches[0]!.id], reason: 'The clock was wrong' });
    const day = await dayOf(person, '2026-11-18');
    expect(day).toMatchObject({ worked: 9 * HOUR, checkIn: { localTime: '08:00' } });
    expect(day?.punches[0]).toMatchObject({
      localTime: '05:00',
      voided: { name: 'Ada', reason: 'The clock was wrong' },
    });
    const again = { kind: 'void', punchIds: [punches[0]!.id], reason: 'Again' };
    expect(await problemOf(await send(again))).toMatchObject({ code: 'conflict' });
  });

  it('a day whose punches are all voided is shown, and its person counts as not seen', async () => {
    const { person, punches } = await personWith('2026-11-17', ['08:00 in']);
    await correct({ kind: 'void', punchIds: [punches[0]!.id], reason: 'Somebody else' });
    const { days, figures } = await owner.json<AttendanceView>('GET', '/api/v1/attendance?date=2026-11-17');
    expect(days).toMatchObject([{ person: { id: person.id }, presence: 'not-seen', worked: 0, stays: [] }]);
    const active = (await services.people.page({ limit: 200 })).people.length;
    expect(figures.absent).toBe(active);
  });

  it('a burst of punches of several people is found and voided as one set', async () => {
    const one = await personWith('2026-11-16', ['01:00 in'], 'Shop');
    const two = await personWith('2026-11-16', ['01:01 in'], 'Shop');
    const span = 'from=2026-11-17T00:00:00Z&to=2026-11-17T00:30:00Z';
    const { punches } = await owner.json<PunchesView>('GET', `/api/v1/punches?${span}`);
    expect(punches.map(({ person }) => person.id)).toEqual([one.person.id, two.person.id]);
    const punchIds = punches.map(({ punch }) => punch.id);
    expect(await correct({ kind: 'void', punchIds, reason: 'The clock was wrong at boot' })).toMatchObject({
      person: null,
      punches: [{ voided: { name: 'Ada' } }, { voided: { name: 'Ada' } }],
    });
    expect((await timesheet(one.person)).worked).toBe(0);
  });
});

describe('moving a punch', () => {
  it('a punch of the wrong person counts for the right one, in one act', async () => {
    const wrong = await personWith('2026-11-13', ['08:00 in', '17:00 out']);
    const right = await personWith('2026-11-13', ['17:30 out']);
    await correct({
      kind: 'move',
      punchId: wrong.punches[0]!.id,
      number: right.person.number,
      reason: 'Twins',
    });
    expect((await dayOf(right.person, '2026-11-13'))?.worked).toBe(9.5 * HOUR);
    expect(await dayOf(wrong.person, '2026-11-13')).toMatchObject({ worked: 0, presence: 'missing-arrival' });
  });

  it('a punch is not moved to the person who has it', async () => {
    const { person, punches } = await personWith('2026-11-12', ['08:00 in']);
    const body = { kind: 'move', punchId: punches[0]!.id, number: person.number, reason: 'No idea' };
    expect(await problemOf(await send(body))).toMatchObject({ status: 422, code: 'validation-failed' });
  });
});

const changeOf = (punchId: string, to: object = {}) => ({
  kind: 'change',
  punchId,
  date: '2026-11-12',
  time: '08:20',
  says: 'in',
  reason: 'The clock was wrong',
  ...to,
});

describe('changing a punch', () => {
  it('a changed punch is struck through beside the right one, and the correction names both times', async () => {
    const { person, punches } = await personWith('2026-11-12', ['08:00 in', '16:00 out']);
    const corrected = await correct(changeOf(punches[0]!.id));
    expect(corrected).toMatchObject({ kind: 'change', state: 'applied', localTime: '2026-11-12 08:20' });
    expect(corrected.punches.map(({ localTime }) => localTime).toSorted()).toEqual(['08:00', '08:20']);
    const [asked] = await services.database
      .fork()
      .find(AuditEvent, { act: 'correction.requested', objectId: corrected.id });
    expect(JSON.parse(asked!.detail)).toMatchObject({
      before: { at: '2026-11-12T07:00:00.000Z', says: 'in' },
      after: { kind: 'change', at: '2026-11-12T07:20:00.000Z', says: 'in' },
    });
    const day = await dayOf(person, '2026-11-12');
    expect(day).toMatchObject({ checkIn: { localTime: '08:20', says: 'in' }, worked: (7 + 2 / 3) * HOUR });
    expect(day?.punches.map(({ localTime, voided }) => [localTime, voided?.reason ?? null])).toEqual([
      ['08:00', 'The clock was wrong'],
      ['08:20', null],
      ['16:00', null],
    ]);
  });

  it('the date is that of the punch, also where its work day is the one before', async () => {
    const { person, punches } = await personWith('2026-11-12', ['22:00 in', '02:00 out']);
    const [, departure] = punches;
    expect(departure).toMatchObject({ localDate: '2026-11-13' });
    const to = { date: '2026-11-13', time: '02:15', says: 'out' };
    expect(await correct(changeOf(departure!.id, to))).toMatchObject({ at: '2026-11-13T01:15:00.000Z' });
    const day = await dayOf(person, '2026-11-12');
    expect(day?.checkOut).toMatchObject({ localDate: '2026-11-13', localTime: '02:15' });
    expect(day?.worked).toBe(4.25 * HOUR);
    // Before midnight, too.
    const earlier = { date: '2026-11-12', time: '23:50', says: 'out' };
    await correct(changeOf(day!.checkOut!.id, earlier));
    expect((await dayOf(person, '2026-11-12'))?.checkOut).toMatchObject({
      localDate: '2026-11-12',
      localTime: '23:50',
    });
  });

  it('a change that a manager asks for shows both times before somebody approves it', async () => {
    const { person, punches } = await personWith('2026-11-12', ['08:00 in']);
    const asked = await correct(changeOf(punches[0]!.id), manager);
    expect(asked).toMatchObject({
      state: 'waiting',
      localTime: '2026-11-12 08:20',
      punches: [{ localTime: '08:00' }],
    });
    expect((await dayOf(person, '2026-11-12'))?.checkIn).toMatchObject({ localTime: '08:00' });
    await owner.send('POST', `/api/v1/corrections/${asked.id}/decision`, { decision: 'approve' });
    expect((await dayOf(person, '2026-11-12'))?.checkIn).toMatchObject({ localTime: '08:20' });
  });

  it.each([
    ['what it says already', { time: '08:00' }, 'time'],
    ['a time to come', { date: '2026-11-24' }, 'time'],
    ['a date that does not exist', { date: '2026-11-31' }, 'date'],
  ])('a punch is not changed to %s', async (_name, to, path) => {
    const { punches } = await personWith('2026-11-12', ['08:00 in']);
    const problem = await problemOf(await send(changeOf(punches[0]!.id, to)));
    expect(problem.faults?.map((fault) => fault.path)).toEqual([path]);
  });
});

describe('approval', () => {
  it('the correction of a manager waits until a second person approves it', async () => {
    const { person } = await personWith('2026-11-11', ['08:00 in']);
    const body = addition({ number: person.number, date: '2026-11-11', time: '16:00', says: 'out' });
    const asked = await correct(body, manager);
    expect(asked).toMatchObject({ state: 'waiting', punches: [], mayDecide: false });
    expect((await dayOf(person, '2026-11-11'))?.worked).toBe(0);
    const url = `/api/v1/corrections/${asked.id}/decision`;
    expect(await problemOf(await manager.send('POST', url, { decision: 'approve' }))).toMatchObject({
      status: 403,
    });
    const waiting = await owner.json<CorrectionsView>('GET', '/api/v1/corrections?state=waiting');
    expect(waiting.corrections).toMatchObject([
      { id: asked.id, mayDecide: true, author: { name: 'member-1' } },
    ]);
    expect(await owner.json('POST', url, { decision: 'approve', note: 'Seen' })).toMatchObject({
      state: 'applied',
      note: 'Seen',
      punches: [{ correction: { name: 'member-1', approvedBy: 'Ada' } }],
    });
    expect((await dayOf(person, '2026-11-11'))?.worked).toBe(8 * HOUR);
    expect(await problemOf(await owner.send('POST', url, { decision: 'refuse' }))).toMatchObject({
      code: 'conflict',
    });
  });

  it('a manager neither corrects nor sees another department', async () => {
    const { person } = await personWith('2026-11-10', ['08:00 in'], 'Shop');
    expect(await problemOf(await send(addition({ number: person.number }), manager))).toMatchObject({
      status: 403,
    });
    const { corrections } = await manager.json<CorrectionsView>('GET', '/api/v1/corrections?limit=200');
    expect(corrections.some((one) => one.person?.id === person.id)).toBe(false);
  });

  it('a refused and a withdrawn correction change nothing', async () => {
    const { person } = await personWith('2026-11-09', ['08:00 in']);
    const body = addition({ number: person.number, date: '2026-11-09', time: '16:00', says: 'out' });
    const refused = await correct(body, manager);
    await owner.json('POST', `/api/v1/corrections/${refused.id}/decision`, { decision: 'refuse' });
    const withdrawn = await correct(body, manager);
    expect((await owner.send('DELETE', `/api/v1/corrections/${withdrawn.id}`)).status).toBe(403);
    expect((await manager.send('DELETE', `/api/v1/corrections/${withdrawn.id}`)).status).toBe(204);
    expect((await dayOf(person, '2026-11-09'))?.worked).toBe(0);
  });

  it('where all corrections need approval, an owner cannot approve their own', async () => {
    const site = await owner.json<SiteView>('POST', '/api/v1/sites', {
      name: 'Strict',
      timeZone: 'Europe/Paris',
      approval: 'all',
    });
    const { person } = await personWith('2026-11-06', ['08:00 in']);
    const body = addition({ number: person.number, siteId: site.id, date: '2026-11-06', time: '16:00' });
    const { id, state } = await correct({ ...body, says: 'out' });
    expect(state).toBe('waiting');
    const url = `/api/v1/corrections/${id}/decision`;
    expect((await owner.send('POST', url, { decision: 'approve' })).status).toBe(403);
    const hr = await rest.member(owner, 'hr');
    expect(await hr.json('POST', url, { decision: 'approve' })).toMatchObject({ state: 'applied' });
  });

  it('a punch that two people void at once is voided once', async () => {
    const { punches } = await personWith('2026-11-05', ['08:00 in']);
    const body = { kind: 'void', punchIds: [punches[0]!.id], reason: 'Wrong' };
    const replies = await Promise.all(Array.from({ length: 6 }, () => send(body)));
    expect(replies.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([
      201, 409, 409, 409, 409, 409,
    ]);
  });
});

describe('the attendance report', () => {
  it('the report has one line per person and day with every correction, and its export is audited', async () => {
    const { person, punches } = await personWith(
      '2026-10-05',
      ['05:00 in', '08:00 in', '17:00 out'],
      'Lab, "B"',
    );
    await correct({ kind: 'void', punchIds: [punches[0]!.id], reason: 'Wrong clock' });
    const response = await owner.send('GET', '/api/v1/attendance/report?from=2026-10-05&to=2026-10-05');
    expect(response.headers.get('content-disposition')).toContain('attendance-2026-10-05-2026-10-05.csv');
    const lines = (await response.text()).replace('\uFEFF', '').trim().split('\r\n');
    expect(lines[0]).toBe(
      'number,name,department,date,in,out,worked_minutes,pause_minutes,deducted_minutes,state,punches,corrections,counts_in',
    );
    expect(lines[1]).toContain(
      `${person.number},Grace Hopper,"Lab, ""B""",2026-10-05,08:00,17:00,540,0,0,complete,in 08:00 out 17:00,`,
    );
    expect(lines[1]).toContain('in 05:00 voided by Ada at 2026-11-23 11:00 UTC (Wrong clock)');
    expect(lines).toHaveLength(2);
    expect(await services.database.fork().count(AuditEvent, { act: 'report.exported' })).toBe(1);
  });

  it.each(['from=2026-11-19', 'from=2026-11-19&to=2026-11-18', 'from=2024-01-01&to=2026-01-01'])(
    'the report is refused for %s',
    async (query) => {
      expect((await owner.send('GET', `/api/v1/attendance/report?${query}`)).status).toBe(422);
    },
  );
});
