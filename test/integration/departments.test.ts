// cspell:ignore größe grösse grosse äpfel
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Database } from '../../server/db/database.ts';
import type { AccountView, InvitationView } from '#protocol/accounts.ts';
import type { ClosingsView, ClosingView } from '#protocol/closings.ts';
import type { DepartmentView } from '#protocol/departments.ts';
import type { PersonView } from '#protocol/people.ts';
import type { RotaView } from '#protocol/schedules.ts';
import type { PresenceView } from '#protocol/roll-calls.ts';
import { createTestDatabase } from '../support/database.ts';
import { type DataServices, openDataServices } from '../support/data-services.ts';
import { type Browser, problemOf, RestServer } from '../support/rest-server.ts';

let services: DataServices;
let rest: RestServer;
let owner: Browser;

beforeAll(async () => {
  services = await openDataServices();
  rest = await RestServer.start(services);
  owner = await rest.staff();
});
afterAll(async () => {
  rest.stop();
  await services.close();
});

let names = 0;
/** A department with a name of its own. */
const department = (name = `Team ${++names}`) =>
  owner.json<DepartmentView>('POST', '/api/v1/departments', { name });
const get = (id: string) => owner.json<DepartmentView>('GET', `/api/v1/departments/${id}`);
const rename = (id: string, name: string, headers = {}) =>
  owner.send('PATCH', `/api/v1/departments/${id}`, { name }, headers);
const join = (id: string, into: string) => owner.send('POST', `/api/v1/departments/${id}/joining`, { into });
const person = (input: object) => owner.send('POST', '/api/v1/people', input);
const personOf = (id: string) => owner.json<PersonView>('GET', `/api/v1/people/${id}`);
const added = (of: DepartmentView | null, more: object = {}) =>
  services.addPerson({ department: of?.name ?? '', ...more });
const found = async (query: string) =>
  (await owner.json<{ people: PersonView[] }>('GET', `/api/v1/people?${query}`)).people.map(({ id }) => id);

async function rota(): Promise<string> {
  const week = Array.from({ length: 7 }, () => []);
  const input = { name: `Rota ${++names}`, weeks: [week], anchor: '2026-01-05' };
  return (await owner.json<RotaView>('POST', '/api/v1/rotas', input)).id;
}

/** An account that sees the department. */
async function manager({ name }: DepartmentView): Promise<string> {
  const input = { username: `manager-${++names}`, name: 'Mona', role: 'manager', department: name };
  return (await owner.json<InvitationView>('POST', '/api/v1/accounts', input)).account.id;
}

/** The same, signed in. */
async function managerOf({ name }: DepartmentView): Promise<{ browser: Browser; id: string }> {
  const browser = await rest.member(owner, 'manager', name);
  const { actor } = await browser.json<{ actor: { accountId: string } }>('GET', '/api/v1/session');
  return { browser, id: actor.accountId };
}

describe('the list of departments', () => {
  it('a name is that of one department, whatever its capitals and spaces', async () => {
    const { name } = await department('Größe & Maß');
    expect(name).toBe('Größe & Maß');
    for (const same of ['größe & maß', '  GRÖSSE & MASS ', 'Größe & Maß'.normalize('NFD')]) {
      const refused = await owner.send('POST', '/api/v1/departments', { name: same });
      expect(refused.status).toBe(409);
      expect(await problemOf(refused)).toMatchObject({
        faults: [{ path: 'name', message: 'is the name of another department' }],
      });
    }
    expect((await owner.send('POST', '/api/v1/departments', { name: ' ' })).status).toBe(422);
    await department('Grosse & Mass');
  });

  it('is sorted as people read, and comes in pages', async () => {
    const own = ['Zeta 10', 'Zeta 9', 'Äpfel', 'Zeta 2'];
    for (const name of own) await department(name);
    const all: string[] = [];
    let after = '';
    do {
      const page = await owner.json<{ departments: DepartmentView[]; next: string | null }>(
        'GET',
        `/api/v1/departments?limit=3${after}`,
      );
      all.push(...page.departments.map(({ name }) => name));
      after = page.next === null ? '' : `&after=${page.next}`;
    } while (after !== '');
    expect(all.filter((name) => own.includes(name))).toEqual(['Äpfel', 'Zeta 2', 'Zeta 9', 'Zeta 10']);
  });

  it('HR keeps it, managers and viewers do not see it', async () => {
    const hr = await rest.member(owner, 'hr');
    const { id } = await hr.json<DepartmentView>('POST', '/api/v1/departments', { name: 'By HR' });
    expect((await hr.send('DELETE', `/api/v1/departments/${id}`)).status).toBe(204);
    const viewer = await rest.member(owner, 'viewer');
    expect((await viewer.send('GET', '/api/v1/departments')).status).toBe(403);
  });
});

describe('a person, a manager and a rota', () => {
  it('are given a department of the list, written as the list writes it', async () => {
    const { name } = await department('Precision Works');
    const made = await added(null);
    const url = `/api/v1/people/${made.id}`;
    expect(await owner.json('PATCH', url, { department: 'precision WORKS' })).toMatchObject({
      department: name,
    });
    const assignment = { rotaId: await rota(), department: 'PRECISION works', from: '2026-01-05' };
    expect(await owner.json('POST', '/api/v1/assignments', assignment)).toMatchObject({ department: name });
    const account = { username: 'precise', name: 'Precise', role: 'manager', department: 'precision works' };
    expect(await owner.json('POST', '/api/v1/accounts', account)).toMatchObject({
      account: { department: name },
    });
  });

  it('are refused with a department that is not in the list', async () => {
    const fault = { faults: [{ path: 'department', message: 'is not in the list of departments' }] };
    const { id } = await added(null);
    const account = { username: 'nowhere', name: 'Nobody', role: 'manager', department: 'Nowhere' };
    const assignment = { rotaId: await rota(), department: 'Nowhere', from: '2026-01-05' };
    for (const refused of [
      await person({ number: 'N-1', familyName: 'Nobody', department: 'Nowhere' }),
      await owner.send('PATCH', `/api/v1/people/${id}`, { department: 'Nowhere' }),
      await owner.send('POST', '/api/v1/accounts', account),
      await owner.send('POST', '/api/v1/assignments', assignment),
      await owner.send('POST', '/api/v1/closings', { month: '2026-01', department: 'Nowhere', accept: true }),
    ]) {
      expect(refused.status).toBe(422);
      expect(await problemOf(refused)).toMatchObject(fault);
    }
  });
});

describe('a new name', () => {
  it('counts for everybody in the department, and the former one still finds it', async () => {
    const lab = await department('Old lab');
    const made = await added(lab);
    const { browser, id: accountId } = await managerOf(lab);
    const assignment = await owner.json<{ id: string }>('POST', '/api/v1/assignments', {
      rotaId: await rota(),
      department: 'Old lab',
      from: '2026-01-05',
    });
    expect((await rename(lab.id, 'New lab')).status).toBe(200);
    expect(await personOf(made.id)).toMatchObject({ department: 'New lab' });
    expect(await found('search=new+lab')).toEqual([made.id]);
    expect(await found('search=old+lab')).toEqual([]);
    expect(await found('department=new+LAB')).toEqual([made.id]);
    expect(await found('department=old+lab')).toEqual([made.id]);
    expect(await owner.json<AccountView>('GET', `/api/v1/accounts/${accountId}`)).toMatchObject({
      department: 'New lab',
    });
    expect(await owner.json('GET', `/api/v1/assignments/${assignment.id}`)).toMatchObject({
      department: 'New lab',
    });
    // The manager is not signed out, and sees the same people.
    expect(await browser.json('GET', '/api/v1/session')).toMatchObject({ actor: { department: 'New lab' } });
    expect(await browser.json<PresenceView>('GET', '/api/v1/presence')).toBeDefined();

    const again = await services.addPerson({ department: '' });
    expect(await owner.json('PATCH', `/api/v1/people/${again.id}`, { department: 'OLD LAB' })).toMatchObject({
      department: 'New lab',
    });
    expect(await get(lab.id)).toMatchObject({ formerNames: ['Old lab'], uses: { people: 2 } });
  });

  it('may differ from the old one in capitals only, and an old name may come back', async () => {
    const { id } = await department('press');
    await rename(id, 'Press');
    expect(await get(id)).toMatchObject({ name: 'Press', formerNames: [] });
    await rename(id, 'Media');
    await rename(id, 'Press');
    expect(await get(id)).toMatchObject({ name: 'Press', formerNames: ['Media'] });
    // Whoever really has a name takes it from whoever had it.
    await department('media');
    expect(await get(id)).toMatchObject({ formerNames: [] });
  });

  it('is refused where another department has it, or somebody else was faster', async () => {
    const [first, second] = [await department(), await department()];
    expect((await rename(first.id, second.name.toUpperCase())).status).toBe(409);
    await rename(first.id, 'Faster');
    const late = await rename(first.id, 'Slower', { 'if-match': `"${first.version}"` });
    expect(late.status).toBe(412);
    expect((await rename('00000000-0000-4000-8000-000000000000', 'Nothing')).status).toBe(404);
  });

  it('lets a manager see the months that were closed under the old one', async () => {
    const lab = await department('Closed lab');
    await added(lab);
    const { browser } = await managerOf(lab);
    const closing = await owner.json<ClosingView>('POST', '/api/v1/closings', {
      month: '2026-02',
      department: 'closed lab',
      accept: true,
    });
    expect(closing.department).toBe('Closed lab');
    await rename(lab.id, 'Opened lab');
    const listed = await browser.json<ClosingsView>('GET', '/api/v1/closings');
    expect(listed.closings.map(({ id }) => id)).toEqual([closing.id]);
    const { name } = await department();
    expect((await services.closings.list({ limit: 9 }, [name])).closings).toEqual([]);
  });
});

describe('joining two departments', () => {
  it('gives everybody to the one that stays, whose name the other one finds from then on', async () => {
    const [gone, stays] = [await department('Sales north'), await department('Sales')];
    const made = await added(gone);
    const accountId = await manager(gone);
    await rename(gone.id, 'Northern sales');
    const reply = await join(gone.id, stays.id);
    expect(reply.status).toBe(200);
    expect(await reply.json()).toMatchObject({
      id: stays.id,
      name: 'Sales',
      formerNames: ['Northern sales', 'Sales north'],
      uses: { people: 1, managers: ['Mona'] },
    });
    expect((await owner.send('GET', `/api/v1/departments/${gone.id}`)).status).toBe(404);
    expect(await personOf(made.id)).toMatchObject({ department: 'Sales' });
    const account = await owner.json<AccountView>('GET', `/api/v1/accounts/${accountId}`);
    expect(account.department).toBe('Sales');
  });

  it('keeps one exception of two on a date: that of the department that stays', async () => {
    const [gone, stays] = [await department(), await department()];
    for (const [of, reason] of [
      [gone, 'goes'],
      [stays, 'stays'],
    ] as const) {
      const input = { department: of.name, date: '2026-03-03', shiftIds: [], reason };
      await owner.json('POST', '/api/v1/exceptions', input);
    }
    await join(gone.id, stays.id);
    const { exceptions } = await owner.json<{ exceptions: { reason: string }[] }>(
      'GET',
      '/api/v1/exceptions?from=2026-03-03&to=2026-03-03',
    );
    expect(exceptions.map(({ reason }) => reason)).toEqual(['stays']);
  });

  it('a department is not joined into itself, nor into one that is not there', async () => {
    const { id } = await department();
    expect((await join(id, id)).status).toBe(409);
    expect((await join(id, '00000000-0000-4000-8000-000000000000')).status).toBe(404);
  });
});

describe('removing a department', () => {
  it('is refused while somebody is in it, and says by whom it is used', async () => {
    const of = await department();
    const made = await added(of);
    await manager(of);
    const url = `/api/v1/departments/${of.id}`;
    const refused = await owner.send('DELETE', url);
    expect(refused.status).toBe(409);
    expect(await get(of.id)).toMatchObject({ uses: { people: 1, managers: ['Mona'] } });

    const empty = await department();
    await owner.json('PATCH', `/api/v1/people/${made.id}`, { department: empty.name });
    await owner.json('PATCH', `/api/v1/people/${made.id}`, { department: '' });
    expect((await owner.send('DELETE', `/api/v1/departments/${empty.id}`)).status).toBe(204);
    expect((await owner.send('GET', `/api/v1/departments/${empty.id}`)).status).toBe(404);
  });

  it('people of no department are found by an empty name', async () => {
    const { id } = await added(null, { familyName: 'Homeless' });
    await added(await department(), { familyName: 'Homeless' });
    expect(await services.people.page({ search: 'Homeless', department: '', limit: 5 })).toMatchObject({
      people: [{ id }],
    });
  });
});

/** Minutes after a beginning. */
const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 0, minute));

it('an upgrade makes a list of what was typed: equal but for capitals, spaces and composition is one', async () => {
  const own = await createTestDatabase();
  const log = pino({ level: 'silent' });
  const before = await Database.open({ url: own.url, log, migrate: false });
  await before.orm.migrator.up({ to: '0039-look-alikes' });
  const typed = ['Café', ' CAFÉ', 'Cafe\u0301', 'Lab', '', 'lab '];
  await before.transaction(async (em) => {
    for (const [i, name] of typed.entries()) {
      await em.execute(
        `insert into person (id, number, given_name, family_name, department, job_title, email, phone, status, created_at)
         values (gen_random_uuid(), ?, 'Old', ?, ?, '', '', '', 'active', ?)`,
        [`U-${i}`, `Person ${i}`, name, at(i)],
      );
    }
    await em.execute(
      `insert into account (id, username, name, role, department, created_at)
       values (gen_random_uuid(), 'mia', 'Mia', 'manager', 'LAB', ?), (gen_random_uuid(), 'max', 'Max', 'manager', 'Only Max', ?)`,
      [at(0), at(9)],
    );
  });
  await before.close();
  const upgraded = await openDataServices({ url: own.url });
  // The account is older than the people of that department: the first spelling wins.
  expect(
    (await upgraded.departments.list()).map(({ name, uses }) => [name, uses.people, uses.managers]),
  ).toEqual([
    ['Café', 3, []],
    ['LAB', 2, ['Mia']],
    ['Only Max', 0, ['Max']],
  ]);
  const { people } = await upgraded.people.page({ limit: 10, sort: 'number' });
  expect(people.map(({ department: of }) => of)).toEqual(['Café', 'Café', 'Café', 'LAB', '', 'LAB']);
  await upgraded.close();
  await own.drop();
});
