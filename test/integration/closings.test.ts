import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { frozenDays, pendingByPerson } from '../../server/attendance/closed-months.ts';
import { doorOf, type SightingDevice } from '../../server/attendance/attendance-service.ts';
import { AuditEvent } from '../../server/db/entities/audit-event.ts';
import { ClosedDay, ClosedPerson } from '../../server/db/entities/closing.ts';
import type { ClosingDetailView, ClosingPreviewView, ClosingsView, ClosingView } from '#protocol/closings.ts';
import type { AttendanceView, TimesheetView } from '#protocol/attendance.ts';
import type { CorrectionView } from '#protocol/corrections.ts';
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
let paris: SiteView;
let door: SightingDevice;

beforeAll(async () => {
  services = await openDataServices({ now: () => NOW });
  rest = await RestServer.start(services);
  owner = await rest.staff();
  paris = (await services.sites.list())[0]!;
  door = doorOf(await services.addDevice());
});
afterAll(async () => {
  rest.stop();
  await services.close();
});

/** Adds a punch by hand: `2026-08-03 08:00 in`. */
async function add({ number }: PersonView, text: string, as = owner): Promise<CorrectionView> {
  const [date, time, says] = text.split(' ');
  const body = { kind: 'add', number, siteId: paris.id, date, time, says, reason: 'The station was off' };
  return as.json<CorrectionView>('POST', '/api/v1/corrections', body);
}

let numbers = 0;
async function personWith(department: string, ...punches: string[]): Promise<PersonView> {
  const person = await services.addPerson({ department, number: `C-${++numbers}` });
  for (const punch of punches) await add(person, punch);
  return person;
}

const preview = (query: string, as = owner) =>
  as.json<ClosingPreviewView>('GET', `/api/v1/closings/preview?${query}`);
const send = (body: object, as = owner) => as.send('POST', '/api/v1/closings', body);
const close = (month: string, department: string | null = null) =>
  owner.json<ClosingView>('POST', '/api/v1/closings', { month, department, accept: true });
const reopen = (id: string) =>
  owner.json<ClosingView>('POST', `/api/v1/closings/${id}/reopening`, { reason: 'Payroll was wrong' });
const detail = (id: string, as = owner) =>
  as.json<ClosingDetailView>('GET', `/api/v1/closings/${id}?limit=200`);
const frozen = (person: PersonView, month: string) =>
  frozenDays(services.database.fork(), [person.id], `${month}-01`, `${month}-28`);
const isClosed = async (person: PersonView) =>
  (await frozen(person, '2026-10')).isClosed(person.id, '2026-10-05');
const worked = (days: { worked: number }[]) => days.reduce((sum, day) => sum + day.worked, 0);
const pending = async (person: PersonView) =>
  (await pendingByPerson(services.database.fork(), [person.id])).get(person.id) ?? [];

describe('closing a month of a department', () => {
  it('what is open is listed, and has to be accepted; then the figures of each person are frozen', async () => {
    const manager = await rest.member(owner, 'manager', 'Alpha');
    const person = await personWith(
      'Alpha',
      '2026-08-03 08:00 in',
      '2026-08-03 16:00 out',
      '2026-08-04 08:00 in',
    );
    await add(person, '2026-08-04 17:00 out', manager);
    const open = await preview('month=2026-08&department=alpha');
    expect(open).toMatchObject({
      over: true,
      people: 1,
      alreadyClosed: 0,
      figures: { worked: 8 * HOUR, incomplete: 1 },
      openItems: [
        { kind: 'missing-departure', date: '2026-08-04', person: { id: person.id } },
        { kind: 'correction-waiting', date: '2026-08-04', person: { id: person.id } },
      ],
      adjustments: [],
    });
    const body = { month: '2026-08', department: 'Alpha' };
    expect(await problemOf(await send(body))).toMatchObject({ status: 409, code: 'conflict' });
    const closing = await close('2026-08', 'Alpha');
    expect(closing).toMatchObject({
      month: '2026-08',
      department: 'Alpha',
      closed: { name: 'Ada' },
      reopened: null,
      openItems: 2,
      people: 1,
      frozen: { worked: 8 * HOUR, incomplete: 1 },
    });
    expect(await detail(closing.id)).toMatchObject({
      people: [
        {
          person: { id: person.id, department: 'Alpha' },
          frozen: { worked: 8 * HOUR },
          planned: null,
          days: [
            { date: '2026-08-03', figures: { worked: 8 * HOUR, incomplete: 0 } },
            { date: '2026-08-04', figures: { worked: 0, incomplete: 1 } },
          ],
          adjustments: [],
        },
      ],
      next: null,
    });
    expect(await problemOf(await send({ ...body, accept: true }))).toMatchObject({ code: 'conflict' });
    const events = await services.database.fork().find(AuditEvent, { objectId: closing.id });
    expect(events.map(({ act, actorName }) => [act, actorName])).toEqual([['month.closed', 'ada']]);
  });

  it('a month that is not over is not closed, and neither is a department of nobody', async () => {
    await personWith('Beta');
    expect(await problemOf(await send({ month: '2026-11', department: 'Beta' }))).toMatchObject({
      status: 409,
      code: 'wrong-state',
    });
    expect(await problemOf(await send({ month: '2026-10', department: 'Nowhere' }))).toMatchObject({
      status: 422,
      faults: [{ path: 'department' }],
    });
    expect(await problemOf(await send({ month: '2026-13', department: 'Beta' }))).toMatchObject({
      status: 422,
    });
  });

  it('a manager sees the closings of the own department only, and closes none', async () => {
    await personWith('Gamma', '2026-07-01 08:00 in', '2026-07-01 12:00 out');
    await personWith('Delta', '2026-07-01 08:00 in', '2026-07-01 18:00 out');
    const [gamma, delta] = [await close('2026-07', 'Gamma'), await close('2026-07', 'Delta')];
    const manager = await rest.member(owner, 'manager', 'gamma');
    const { closings } = await manager.json<ClosingsView>('GET', '/api/v1/closings?month=2026-07');
    expect(closings.map(({ id }) => id)).toEqual([gamma.id]);
    expect((await detail(gamma.id, manager)).people).toHaveLength(1);
    expect((await manager.send('GET', `/api/v1/closings/${delta.id}`)).status).toBe(404);
    expect((await preview('month=2026-07', manager)).department).toBe('Gamma');
    const other = '/api/v1/closings/preview?month=2026-07&department=Delta';
    expect((await manager.send('GET', other)).status).toBe(403);
    expect((await send({ month: '2026-07', department: 'Gamma' }, manager)).status).toBe(403);
    const unassigned = await rest.member(owner, 'manager', 'Nowhere');
    // As an identity provider may report one.
    await services.database
      .fork()
      .execute(`update account set department = null where department = 'Nowhere'`);
    expect((await unassigned.send('GET', '/api/v1/closings/preview?month=2026-07')).status).toBe(403);
  });

  it('the list is paged, newest first', async () => {
    const first = await owner.json<ClosingsView>('GET', '/api/v1/closings?limit=1');
    const second = await owner.json<ClosingsView>('GET', `/api/v1/closings?limit=1&after=${first.next}`);
    expect(first.closings).toHaveLength(1);
    expect(second.closings[0]!.id).not.toBe(first.closings[0]!.id);
  });
});

describe('what comes after a closing', () => {
  it('a late punch and a voided one are adjustments of the next month, frozen with it, with their reason', async () => {
    const person = await personWith('Late', '2026-08-03 08:00 in', '2026-08-03 12:00 out');
    await close('2026-08', 'Late');
    expect(await pending(person)).toEqual([]);
    const { punches } = await add(person, '2026-08-03 16:00 out');
    const [late] = punches;
    expect((await frozen(person, '2026-08')).days.get(person.id)?.get('2026-08-03')?.figures.worked).toBe(
      4 * HOUR,
    );
    const booked = {
      date: '2026-08-03',
      month: '2026-09',
      difference: { presence: 4 * HOUR, pauses: 0, deducted: 0, worked: 4 * HOUR, incomplete: 0 },
      added: [late!.id],
      removed: [],
    };
    expect((await frozen(person, '2026-09')).adjustments.get(person.id)).toEqual([booked]);
    expect((await preview('month=2026-09&department=Late')).adjustments).toEqual([
      { ...booked, person: expect.objectContaining({ id: person.id }) as unknown },
    ]);
    const september = await close('2026-09', 'Late');
    expect(september.adjusted.worked).toBe(4 * HOUR);
    expect((await detail(september.id)).people[0]!.adjustments).toEqual([booked]);
    expect(await pending(person)).toEqual([]);

    await owner.json('POST', '/api/v1/corrections', { kind: 'void', punchIds: [late!.id], reason: 'Wrong' });
    expect(await pending(person)).toMatchObject([
      { date: '2026-08-03', month: '2026-10', difference: { worked: -4 * HOUR }, removed: [late!.id] },
    ]);
    expect((await frozen(person, '2026-09')).adjustments.get(person.id)).toEqual([booked]);
  });

  it('the timesheet, the day and the report show what is frozen, and the adjustments where they count', async () => {
    const person = await personWith('Shown', '2026-08-05 08:00 in', '2026-08-05 12:00 out');
    await close('2026-08', 'Shown');
    await add(person, '2026-08-05 16:00 out');
    await add(person, '2026-08-06 08:00 in');
    await add(person, '2026-08-06 09:00 out');
    const sheet = (month: string) =>
      owner.json<TimesheetView>('GET', `/api/v1/people/${person.id}/timesheet?month=${month}`);
    expect(await sheet('2026-08')).toMatchObject({
      closed: true,
      worked: 4 * HOUR,
      adjustments: [],
      days: [
        { date: '2026-08-05', worked: 4 * HOUR, closed: true },
        { date: '2026-08-06', worked: 0, closed: true },
      ],
    });
    expect(await sheet('2026-09')).toMatchObject({
      closed: false,
      worked: 5 * HOUR,
      adjustments: [{ date: '2026-08-05' }, { date: '2026-08-06' }],
      days: [],
    });
    const { days } = await owner.json<AttendanceView>('GET', '/api/v1/attendance?date=2026-08-05');
    expect(days.find((day) => day.person.id === person.id)).toMatchObject({ worked: 4 * HOUR, closed: true });

    const report = await owner.send('GET', '/api/v1/attendance/report?from=2026-08-01&to=2026-10-31');
    const lines = (await report.text()).split('\r\n').filter((line) => line.startsWith(`${person.number},`));
    const cells = lines.map((line) => line.split(','));
    expect(cells.map((line) => [line[3], line[6], line[9], line.at(-1)])).toEqual([
      ['2026-08-05', '240', 'complete', '2026-08'],
      ['2026-08-06', '0', 'complete', '2026-08'],
      ['2026-08-05', '240', 'adjustment', '2026-09'],
      ['2026-08-06', '60', 'adjustment', '2026-09'],
    ]);
    expect(lines[2]).toContain('out 16:00 added by Ada');
  });

  it('a sighting that is delivered late is an adjustment, and the closed month stays as it is', async () => {
    const person = await personWith('Delivery', '2026-09-10 08:00 in');
    await close('2026-09', 'Delivery');
    const at = Date.parse('2026-09-10T14:00:00Z');
    await services.attendance.record(sightingOf(person, at), door);
    expect(await pending(person)).toMatchObject([
      { month: '2026-10', difference: { worked: 8 * HOUR, incomplete: -1 } },
    ]);
  });

  it('other rules of the site change no closed month, and late punches of it are read by the old rules', async () => {
    const site = await owner.json<SiteView>('POST', '/api/v1/sites', {
      name: 'Rules',
      timeZone: 'Europe/Paris',
    });
    const person = await services.addPerson({ department: 'Rules', siteId: site.id, number: 'RULES-1' });
    await add(person, '2026-08-03 08:00 in');
    await add(person, '2026-08-03 18:00 out');
    await close('2026-08', 'Rules');
    const breaks = { steps: [{ after: 6 * HOUR, required: HOUR }], punchedCount: true };
    await owner.json('PATCH', `/api/v1/sites/${site.id}`, { breaks });
    expect(await pending(person)).toEqual([]);
    await add(person, '2026-08-03 19:00 out');
    expect(await pending(person)).toMatchObject([{ difference: { worked: HOUR, deducted: 0 } }]);
  });
});

describe('closings of a department and of everybody', () => {
  it('a person is closed once; reopening a department opens its people only; who comes later is closed too', async () => {
    const lab = await personWith('Lab', '2026-10-05 08:00 in', '2026-10-05 16:00 out');
    const shop = await personWith('Shop', '2026-10-05 08:00 in', '2026-10-05 15:00 out');
    const ofLab = await close('2026-10', 'Lab');
    const ofAll = await close('2026-10');
    const people = (await detail(ofAll.id)).people.map(({ person }) => person.id);
    expect(people).toContain(shop.id);
    expect(people).not.toContain(lab.id);
    expect(await problemOf(await send({ month: '2026-10', department: null, accept: true }))).toMatchObject({
      code: 'conflict',
    });

    await reopen(ofLab.id);
    expect([await isClosed(lab), await isClosed(shop)]).toEqual([false, true]);

    const later = await personWith('Shop', '2026-10-06 08:00 in', '2026-10-06 12:00 out');
    expect(await isClosed(later)).toBe(true);
    expect(await pending(later)).toMatchObject([{ month: '2026-11', difference: { worked: 4 * HOUR } }]);

    await close('2026-10');
    expect([await isClosed(lab), await isClosed(shop), await isClosed(later)]).toEqual([true, true, true]);
    const rows = await services.database.fork().find(ClosedPerson, { personId: shop.id, month: '2026-10' });
    expect(rows).toHaveLength(1);
  });
});

describe('reopening', () => {
  it('reopening needs a reason and is audited; the month shows what the punches say again', async () => {
    const person = await personWith('Again', '2026-08-03 08:00 in', '2026-08-03 12:00 out');
    const closing = await close('2026-08', 'Again');
    await add(person, '2026-08-03 13:00 out');
    await close('2026-09', 'Again');
    const url = `/api/v1/closings/${closing.id}/reopening`;
    expect((await owner.send('POST', url, { reason: ' ' })).status).toBe(422);
    expect(await reopen(closing.id)).toMatchObject({
      reopened: { name: 'Ada', reason: 'Payroll was wrong' },
    });
    expect(await problemOf(await owner.send('POST', url, { reason: 'Once more' }))).toMatchObject({
      code: 'conflict',
    });
    const audited = await services.database
      .fork()
      .find(AuditEvent, { objectId: closing.id }, { orderBy: { seq: 'asc' } });
    expect(audited.map(({ act }) => act)).toEqual(['month.closed', 'month.reopened']);
    expect(audited[1]!.detail).toContain('Payroll was wrong');

    // September has the late hour already: it is taken back in August, which shows it itself now.
    expect(await pending(person)).toMatchObject([{ month: '2026-08', difference: { worked: -HOUR } }]);
    const closedAgain = await close('2026-08', 'Again');
    expect(closedAgain).toMatchObject({ frozen: { worked: 5 * HOUR }, adjusted: { worked: -HOUR } });
    expect(await pending(person)).toEqual([]);
  });

  it('nobody else than an owner reopens a month', async () => {
    const hr = await rest.member(owner, 'hr');
    const url = `/api/v1/closings/${randomUUID()}/reopening`;
    expect((await hr.send('POST', url, { reason: 'Please' })).status).toBe(403);
    expect((await owner.send('POST', url, { reason: 'Please' })).status).toBe(404);
  });
});

describe('the tables of closed months', () => {
  it.each(['month_closing', 'month_reopening', 'closed_person', 'closed_day', 'closed_adjustment'])(
    'no row of %s can be changed, deleted or truncated',
    async (table) => {
      const em = services.database.fork();
      expect(await em.execute(`select 1 from ${table} limit 1`)).toHaveLength(1);
      await expect(em.execute(`update ${table} set month = '2020-01'`)).rejects.toThrow('append-only');
      await expect(em.execute(`delete from ${table}`)).rejects.toThrow('append-only');
      await expect(em.execute(`truncate ${table} cascade`)).rejects.toThrow('append-only');
    },
  );
});

const sightingOf = ({ id }: PersonView, at: number) => ({
  id: randomUUID(),
  cameraId: door.id,
  track: 1,
  personId: id,
  at,
  similarity: 0.7,
  margin: 0.3,
  frames: 5,
  live: null,
});

describe('closing and punching at the same moment', () => {
  it('every punch is in the frozen figures or an adjustment, and two closings at once close a month once', async () => {
    const people = [];
    for (let i = 0; i < 6; i += 1) people.push(await personWith('Race', '2026-09-01 08:00 in'));
    const days = Array.from({ length: 8 }, (_, i) => `2026-09-${String(i + 2).padStart(2, '0')}`);
    const begun = Promise.withResolvers<void>();
    let recorded = 0;
    const punching = people.map(async (person) => {
      for (const date of days) {
        for (const time of ['06:00', '14:00']) {
          await services.attendance.record(sightingOf(person, Date.parse(`${date}T${time}:00Z`)), door);
          if (++recorded === 20) begun.resolve();
        }
      }
    });
    await begun.promise;
    const closing = ['Race', 'race', 'RACE'].map((department) =>
      send({ month: '2026-09', department, accept: true }),
    );
    const replies = await Promise.all(closing);
    await Promise.all(punching);
    expect(replies.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 409, 409]);

    const em = services.database.fork();
    for (const person of people) {
      const rows = await em.find(ClosedDay, { personId: person.id });
      const late = await pending(person);
      expect(worked(rows) + worked(late.map(({ difference }) => difference))).toBe(8 * 8 * HOUR);
    }
  });
});
