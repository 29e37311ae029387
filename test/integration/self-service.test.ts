/** Employees, with accounts of their own: how they get one, what they see and do, and that it is about nobody else. */
import { strFromU8, unzipSync } from 'fflate';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AccountView, EmployeeAccessView, InvitationView } from '#protocol/accounts.ts';
import type { TimesheetView } from '#protocol/attendance.ts';
import type { CorrectionsView, CorrectionView } from '#protocol/corrections.ts';
import type { OwnConsentView, OwnRecordView } from '#protocol/own.ts';
import type { PersonView } from '#protocol/people.ts';
import type { SessionView } from '#protocol/session.ts';
import { REQUESTS_A_DAY } from '../../server/attendance/correction-service.ts';
import { AuditEvent } from '../../server/db/entities/audit-event.ts';
import { Template } from '../../server/db/entities/template.ts';
import { type DataServices, newTemplate, openDataServices } from '../support/data-services.ts';
import { type Browser, problemOf, RestServer } from '../support/rest-server.ts';

/** Monday noon in Paris. */
const NOW = Date.parse('2026-11-23T11:00:00Z');
const PASSWORD = 'a moth in relay seventy';
let services: DataServices;
let rest: RestServer;
let owner: Browser;
let hr: Browser;
let manager: Browser;
let people = 0;

beforeAll(async () => {
  services = await openDataServices({ now: () => NOW });
});
afterAll(() => services.close());
beforeEach(async () => {
  // With full rate-limit buckets.
  rest?.stop();
  rest = await RestServer.start(services);
  owner = await rest.staff();
  people += 1;
});

async function staff(role: string, department?: string): Promise<Browser> {
  const username = `${role}-${people}-${Math.random()}`;
  const account = { username, name: username, role, ...(department && { department }) };
  const { token } = await owner.json<InvitationView>('POST', '/api/v1/accounts', account);
  return joined(username, token);
}

async function joined(username: string, token: string): Promise<Browser> {
  const browser = rest.stranger();
  await browser.json('POST', '/api/v1/invitation', { token, password: PASSWORD });
  await browser.json('POST', '/api/v1/session', { username, password: PASSWORD });
  return browser;
}

const give = (person: PersonView, by = owner, username = `user-${person.number}`) =>
  by.send('POST', `/api/v1/people/${person.id}/account`, { username });

async function employee(
  input: Partial<Parameters<DataServices['addPerson']>[0]> = {},
): Promise<{ person: PersonView; browser: Browser; accountId: string }> {
  const person = await services.addPerson({ department: 'Lab', ...input });
  const { account, token } = (await (await give(person)).json()) as InvitationView;
  return { person, browser: await joined(account.username, token), accountId: account.id };
}

const addition = (change: object = {}) => ({
  kind: 'add',
  date: '2026-11-20',
  time: '08:05',
  says: 'in',
  reason: 'I forgot to check in',
  ...change,
});
const ask = (browser: Browser, body: object) =>
  browser.json<CorrectionView>('POST', '/api/v1/own/corrections', body);
const decide = (browser: Browser, { id }: { id: string }, decision: string) =>
  browser.json<CorrectionView>('POST', `/api/v1/corrections/${id}/decision`, { decision });
const days = async (browser: Browser) =>
  (await browser.json<TimesheetView>('GET', '/api/v1/own/timesheet?month=2026-11')).days;
const punchesOf = async (browser: Browser, date = '2026-11-20') =>
  (await days(browser)).find((day) => day.date === date)?.punches ?? [];
const standing = async (browser: Browser) =>
  (await punchesOf(browser))
    .filter(({ voided }) => !voided)
    .map(({ localTime, says }) => `${localTime} ${says}`);

const list = async (of: string) =>
  (await owner.json<{ accounts: AccountView[] }>('GET', `/api/v1/accounts?limit=200&of=${of}`)).accounts;

describe('giving access', () => {
  it('HR gives a person access, and the link opens an account that is bound to the person', async () => {
    hr = await staff('hr');
    const person = await services.addPerson({ givenName: 'Eve', familyName: 'Ng' });
    const response = await give(person, hr, 'eve');
    expect(response.status).toBe(201);
    expect(response.headers.get('location')).toBe(`/api/v1/people/${person.id}/account`);
    const { account, token } = (await response.json()) as InvitationView;
    expect(account).toMatchObject({
      name: 'Eve Ng',
      role: 'employee',
      personId: person.id,
      state: 'invited',
    });
    const eve = await joined('eve', token);
    const { actor } = await eve.json<SessionView>('GET', '/api/v1/session');
    expect(actor).toMatchObject({ role: 'employee', person: { id: person.id, status: 'active' } });
    expect(await hr.json<EmployeeAccessView>('GET', `/api/v1/people/${person.id}/account`)).toMatchObject({
      account: { username: 'eve', state: 'active' },
    });
  });

  it('a person has one account at most, also where two are asked for at once', async () => {
    const person = await services.addPerson();
    const [a, b] = await Promise.all([give(person, owner, 'twin-a'), give(person, owner, 'twin-b')]);
    expect([a.status, b.status].toSorted((x, y) => x - y)).toEqual([201, 409]);
    expect(await problemOf(await give(person, owner, 'twin-c'))).toMatchObject({ code: 'wrong-state' });
  });

  it('a user name that is taken is said at its field', async () => {
    const problem = await problemOf(await give(await services.addPerson(), owner, 'ada'));
    expect(problem).toMatchObject({ code: 'conflict', faults: [{ path: 'username' }] });
  });

  it('nobody is let in who is suspended, has left or does not exist', async () => {
    const suspended = await services.addPerson({ status: 'suspended' });
    expect(await problemOf(await give(suspended))).toMatchObject({ code: 'wrong-state' });
    const id = '00000000-0000-4000-8000-000000000000';
    expect((await owner.send('POST', `/api/v1/people/${id}/account`, { username: 'x1' })).status).toBe(404);
    expect((await owner.send('GET', `/api/v1/people/${id}/account`)).status).toBe(404);
  });

  it('HR disables, enables and renews the account of an employee, and no other account', async () => {
    hr = await staff('hr');
    const { person, browser, accountId } = await employee();
    const url = `/api/v1/people/${person.id}/account`;
    await hr.json('PUT', url, { disabled: true });
    expect((await browser.send('GET', '/api/v1/own')).status).toBe(401);
    expect(await problemOf(await hr.send('POST', `${url}/invitation`))).toMatchObject({
      code: 'wrong-state',
    });
    await hr.json('PUT', url, { disabled: false });
    const { account, token } = await hr.json<InvitationView>('POST', `${url}/invitation`);
    expect((await (await joined(account.username, token)).send('GET', '/api/v1/own')).status).toBe(200);
    for (const [method, path] of [
      ['GET', '/accounts'],
      ['GET', `/accounts/${accountId}`],
      ['PATCH', `/accounts/${accountId}`],
      ['POST', `/accounts/${await services.accountId()}/invitation`],
    ] as const) {
      expect((await hr.send(method, `/api/v1${path}`, method === 'PATCH' ? {} : undefined)).status).toBe(403);
    }
    // No other field can be smuggled in.
    expect((await hr.send('PUT', url, { disabled: false, role: 'owner' })).status).toBe(422);
  });

  it('the account of an employee keeps its role, and no other account becomes one', async () => {
    const { accountId } = await employee();
    for (const change of [{ role: 'owner' }, { name: 'Nobody' }, { department: 'Lab' }]) {
      expect(
        await problemOf(await owner.send('PATCH', `/api/v1/accounts/${accountId}`, change)),
      ).toMatchObject({ code: 'wrong-state' });
    }
    const made = await owner.send('POST', '/api/v1/accounts', { username: 'e', name: 'E', role: 'employee' });
    expect(made.status).toBe(422);
    const own = await services.accountId();
    expect((await owner.send('PATCH', `/api/v1/accounts/${own}`, { role: 'employee' })).status).toBe(422);
  });

  it('the list of accounts has staff and employees apart', async () => {
    const { accountId } = await employee();
    expect((await list('employees')).map(({ id }) => id)).toContain(accountId);
    expect(new Set((await list('employees')).map(({ role }) => role))).toEqual(new Set(['employee']));
    expect((await list('staff')).map(({ role }) => role)).not.toContain('employee');
  });

  it('the account has the name of the person, also after that changes', async () => {
    const { person, browser } = await employee();
    await services.people.update(person.id, { familyName: 'Murray' });
    expect((await browser.json<SessionView>('GET', '/api/v1/session')).actor).toMatchObject({
      name: 'Grace Murray',
    });
  });
});

describe('what an employee sees', () => {
  it('an employee sees the month, plan, balance and vacation of the own person as HR sees them', async () => {
    const { person, browser } = await employee();
    const { siteId } = { siteId: (await services.sites.list())[0]!.id };
    for (const [time, says] of [
      ['08:00', 'in'],
      ['16:30', 'out'],
    ]) {
      const body = addition({ number: person.number, siteId, time, says });
      await owner.json('POST', '/api/v1/corrections', body);
    }
    for (const [own, ofHr] of [
      ['month?month=2026-11', 'month?month=2026-11'],
      ['timesheet?month=2026-11', 'timesheet?month=2026-11'],
      ['plan?from=2026-11-01&to=2026-11-30', 'plan?from=2026-11-01&to=2026-11-30'],
      ['balance?year=2026', 'balance?year=2026'],
      ['vacation', 'vacation'],
    ]) {
      expect(await browser.json('GET', `/api/v1/own/${own}`)).toEqual(
        await owner.json('GET', `/api/v1/people/${person.id}/${ofHr}`),
      );
    }
    expect(await standing(browser)).toEqual(['08:00 in', '16:30 out']);
    expect(await browser.json<OwnRecordView>('GET', '/api/v1/own')).toMatchObject({
      id: person.id,
      site: 'Paris',
      today: '2026-11-23',
      consent: 'none',
      face: false,
    });
    const file = await browser.send('GET', '/api/v1/own/month/file?month=2026-11&language=de');
    expect(file.headers.get('content-type')).toBe('application/pdf');
    expect(strFromU8(new Uint8Array(await file.arrayBuffer())).slice(0, 5)).toBe('%PDF-');
  });

  it('the id of another person does nothing in an own endpoint', async () => {
    const { browser } = await employee();
    const other = await employee();
    const mine = await browser.json<OwnRecordView>('GET', '/api/v1/own');
    for (const path of [
      'month?month=2026-11',
      'timesheet?month=2026-11',
      'balance',
      'vacation',
      'corrections',
    ]) {
      for (const name of ['person', 'personId', 'id']) {
        const mark = path.includes('?') ? '&' : '?';
        const response = await browser.send('GET', `/api/v1/own/${path}${mark}${name}=${other.person.id}`);
        expect(response.status).toBe(422);
      }
    }
    expect(await browser.json('GET', `/api/v1/own?person=${other.person.id}`)).toEqual(mine);
    for (const more of [{ number: other.person.number }, { personId: other.person.id }]) {
      expect((await browser.send('POST', '/api/v1/own/corrections', addition(more))).status).toBe(422);
    }
    expect((await browser.send('POST', '/api/v1/own/export', { personId: other.person.id })).status).toBe(
      422,
    );
  });

  it('punches and corrections of another person do not exist for an employee', async () => {
    const { browser } = await employee();
    const other = await employee();
    const theirs = await ask(other.browser, addition());
    await decide(owner, theirs, 'approve');
    const [punch] = await punchesOf(other.browser);
    for (const body of [
      { kind: 'void', punchId: punch!.id, reason: 'It is not mine' },
      { ...addition({ time: '09:00' }), kind: 'change', punchId: punch!.id },
    ]) {
      const problem = await problemOf(await browser.send('POST', '/api/v1/own/corrections', body));
      expect(problem).toMatchObject({ status: 422, faults: [{ message: 'is not the id of any punch' }] });
    }
    const waits = await ask(other.browser, addition({ time: '17:00', says: 'out' }));
    for (const method of ['GET', 'DELETE']) {
      expect((await browser.send(method, `/api/v1/own/corrections/${waits.id}`)).status).toBe(404);
    }
    expect((await browser.json<CorrectionsView>('GET', '/api/v1/own/corrections')).corrections).toEqual([]);
  });

  it('a punch that HR moved to somebody else tells an employee nothing about them', async () => {
    const { person, browser } = await employee();
    const other = await services.addPerson({ givenName: 'Otherwise', number: `X-${people}` });
    await decide(owner, await ask(browser, addition()), 'approve');
    const [punch] = await punchesOf(browser);
    const { number } = other;
    await owner.json('POST', '/api/v1/corrections', {
      kind: 'move',
      punchId: punch!.id,
      number,
      reason: 'It was somebody else',
    });
    const { corrections } = await browser.json<CorrectionsView>('GET', '/api/v1/own/corrections');
    const moved = corrections.find(({ kind }) => kind === 'move')!;
    expect(moved).toMatchObject({ person: { id: person.id }, toPerson: null });
    expect(moved.punches.map(({ person: of }) => of)).toEqual([person.id]);
    expect(JSON.stringify(corrections)).not.toContain(other.id);
  });
});

describe('corrections of an employee', () => {
  it('a request waits, the manager of the department approves it, and the day changes', async () => {
    manager = await staff('manager', 'Lab');
    const { browser, person } = await employee();
    const asked = await ask(browser, addition());
    expect(asked).toMatchObject({
      state: 'waiting',
      person: { id: person.id },
      mayDecide: false,
      mayWithdraw: true,
    });
    expect(await standing(browser)).toEqual([]);
    await services.addDepartment('Kitchen');
    const elsewhere = await staff('manager', 'Kitchen');
    expect((await elsewhere.send('GET', `/api/v1/corrections/${asked.id}`)).status).toBe(404);
    expect(await decide(manager, asked, 'approve')).toMatchObject({ state: 'applied' });
    expect(await standing(browser)).toEqual(['08:05 in']);
    expect(await browser.json('GET', `/api/v1/own/corrections/${asked.id}`)).toMatchObject({
      state: 'applied',
      mayWithdraw: false,
    });
  });

  it('a request waits also at a site where nobody approves corrections', async () => {
    const site = (await services.sites.list())[0]!;
    const { id } = await services.sites.create({ name: `Free ${people}`, timeZone: site.timeZone });
    await services.sites.update(id, { approval: 'off' });
    const { browser } = await employee({ siteId: id });
    expect(await ask(browser, addition())).toMatchObject({ state: 'waiting' });
  });

  it('nobody decides about a request of their own', async () => {
    const { browser } = await employee();
    const { id } = await ask(browser, addition());
    const body = { decision: 'approve' };
    expect((await browser.send('POST', `/api/v1/corrections/${id}/decision`, body)).status).toBe(403);
    expect(await standing(browser)).toEqual([]);
  });

  it('an employee has a punch changed, and another one removed', async () => {
    const { browser } = await employee();
    await decide(owner, await ask(browser, addition()), 'approve');
    await decide(owner, await ask(browser, addition({ time: '16:00', says: 'out' })), 'approve');
    const [arrival, departure] = await punchesOf(browser);
    const changed = {
      ...addition({ time: '07:55', reason: 'Wrong time' }),
      kind: 'change',
      punchId: arrival!.id,
    };
    const asked = await ask(browser, changed);
    expect(asked).toMatchObject({
      kind: 'change',
      localTime: '2026-11-20 07:55',
      punches: [{ id: arrival!.id }],
    });
    await decide(owner, asked, 'approve');
    expect(await standing(browser)).toEqual(['07:55 in', '16:00 out']);
    expect((await punchesOf(browser)).find(({ id }) => id === arrival!.id)?.voided).toMatchObject({
      reason: 'Wrong time',
    });
    await decide(
      owner,
      await ask(browser, { kind: 'void', punchId: departure!.id, reason: 'Not mine' }),
      'approve',
    );
    expect(await standing(browser)).toEqual(['07:55 in']);
    // What was removed cannot be changed any more.
    const again = { ...changed, time: '07:50' };
    expect((await browser.send('POST', '/api/v1/own/corrections', again)).status).toBe(409);
  });

  it.each([
    ['the time that it has already', { time: '08:05' }, 'time'],
    ['a time to come', { date: '2026-11-23', time: '12:01' }, 'time'],
    ['no reason', { reason: '' }, 'reason'],
  ])('a punch is not changed to %s', async (_what, change, path) => {
    const { browser } = await employee();
    await decide(owner, await ask(browser, addition()), 'approve');
    const [punch] = await punchesOf(browser);
    const body = { ...addition(change), kind: 'change', punchId: punch!.id };
    const problem = await problemOf(await browser.send('POST', '/api/v1/own/corrections', body));
    expect(problem.faults?.map((fault) => fault.path)).toEqual([path]);
  });

  it('an employee withdraws a request that waits, and only that', async () => {
    const { browser } = await employee();
    const { id } = await ask(browser, addition());
    expect((await browser.send('DELETE', `/api/v1/own/corrections/${id}`)).status).toBe(204);
    expect(await browser.json('GET', `/api/v1/own/corrections/${id}`)).toMatchObject({ state: 'withdrawn' });
    expect((await browser.send('DELETE', `/api/v1/own/corrections/${id}`)).status).toBe(409);
  });

  it('an employee asks for 50 corrections within 24 hours at most, withdrawn ones included', async () => {
    const { browser, person, accountId } = await employee();
    const { siteId, number } = await services.ownRecord.numberAndSite(person.id);
    const by = { accountId, role: 'employee' as const, departments: [], personId: person.id };
    for (let i = 0; i < REQUESTS_A_DAY; i += 1) {
      const time = `${String(6 + Math.floor(i / 60)).padStart(2, '0')}:${String(i % 60).padStart(2, '0')}`;
      const body = {
        kind: 'add' as const,
        date: '2026-11-19',
        time,
        says: 'in' as const,
        pass: 'first' as const,
      };
      const { id } = await services.corrections.create({ ...body, number, siteId, reason: 'Again' }, by);
      if (i % 2 === 0) await services.corrections.withdraw(id, by);
    }
    expect(await problemOf(await browser.send('POST', '/api/v1/own/corrections', addition()))).toMatchObject({
      code: 'conflict',
      detail: expect.stringContaining('as many corrections as anybody may') as string,
    });
  });
});

describe('the own data of an employee', () => {
  it('an employee withdraws the consent, and the templates are gone at once', async () => {
    const { person, browser } = await employee();
    await services.giveConsent(person.id);
    await services.enroll(person.id, [newTemplate('aggregate', 3), newTemplate('front', 4)]);
    expect(await browser.json<OwnRecordView>('GET', '/api/v1/own')).toMatchObject({
      consent: 'current',
      face: true,
    });
    const { consents } = await browser.json<{ consents: OwnConsentView[] }>('GET', '/api/v1/own/consents');
    expect(consents).toMatchObject([{ method: 'in-person', withdrawnAt: null }]);
    expect(consents[0]!.text).toContain('Your employer');
    expect(await browser.json('DELETE', '/api/v1/own/consents/current')).toMatchObject({ everywhere: true });
    expect(await services.database.fork().count(Template, { personId: person.id })).toBe(0);
    expect(await browser.json<OwnRecordView>('GET', '/api/v1/own')).toMatchObject({
      consent: 'none',
      face: false,
    });
    expect(await services.consents.history(person.id)).toMatchObject([{ withdrawnBy: 'Grace Hopper' }]);
  });

  it('the export has the account, its sessions and what was done with it, without secrets', async () => {
    const { person, browser } = await employee();
    await ask(browser, addition());
    const response = await browser.send('POST', '/api/v1/own/export', {});
    expect(response.headers.get('content-disposition')).toBe(
      `attachment; filename="person-${person.id}.zip"`,
    );
    const files = unzipSync(new Uint8Array(await response.arrayBuffer()));
    const all = JSON.parse(strFromU8(files['person.json']!)) as Record<string, { act: string }[]>;
    expect(all['person']).toMatchObject({ id: person.id });
    expect(all['accounts']).toMatchObject([
      { role: 'employee', username: `user-${person.number}`.toLowerCase() },
    ]);
    expect(all['sessions']).toMatchObject([{ userAgent: 'node', address: '127.0.0.1' }]);
    expect(all['audit']!.map(({ act }) => act)).toEqual(
      expect.arrayContaining(['account.created', 'account.joined', 'session.opened', 'correction.requested']),
    );
    expect(strFromU8(files['person.json']!)).not.toMatch(/argon2|hash/i);
  });

  it('the audit trail names the account of an employee by its id only', async () => {
    const { browser, accountId } = await employee();
    await ask(browser, addition());
    const events = await services.database.fork().find(AuditEvent, { actorId: accountId });
    expect(events.length).toBeGreaterThan(1);
    expect(new Set(events.map(({ actorName }) => actorName))).toEqual(new Set(['']));
  });
});

describe('an employee who is suspended or has left', () => {
  it.each(['suspended', 'left'] as const)(
    'an employee who is %s is told so and can only withdraw consent and take a copy',
    async (status) => {
      const { person, browser } = await employee();
      await services.giveConsent(person.id);
      await services.enroll(person.id, [newTemplate('aggregate', 3), newTemplate('front', 4)]);
      await services.people.update(person.id, { status });
      expect((await browser.json<SessionView>('GET', '/api/v1/session')).actor).toMatchObject({
        person: { status },
      });
      for (const [method, path] of [
        ['GET', ''],
        ['GET', '/month?month=2026-11'],
        ['GET', '/corrections'],
        ['GET', '/consent-texts'],
      ] as const) {
        const problem = await problemOf(await browser.send(method, `/api/v1/own${path}`));
        expect(problem).toMatchObject({
          status: 403,
          detail: expect.stringContaining('suspended or have left') as string,
        });
      }
      expect(await browser.json('GET', '/api/v1/own/consents')).toMatchObject({
        consents: [{ withdrawnAt: null }],
      });
      const removal = await browser.json('DELETE', '/api/v1/own/consents/current');
      expect(removal).toMatchObject({ everywhere: true });
      expect(await services.database.fork().count(Template, { personId: person.id })).toBe(0);
      expect(await services.consents.history(person.id)).toMatchObject([{ withdrawnBy: 'Grace Hopper' }]);
      expect((await browser.send('POST', '/api/v1/own/export', {})).status).toBe(200);
      await services.people.update(person.id, { status: 'active' });
      expect((await browser.send('GET', '/api/v1/own')).status).toBe(200);
    },
  );
});

describe('an employee who is erased', () => {
  it('the account goes with the person: nobody signs in, and nothing says whose it was', async () => {
    const { person, browser, accountId } = await employee({
      givenName: 'Unmistakable',
      email: 'unmistakable@example.org',
    });
    await services.accounts.directory.reset(accountId, { accountId: await services.accountId() });
    const { account, token } = await services.employees.renew(person.id, {
      accountId: await services.accountId(),
    });
    const again = await joined(account.username, token);
    await ask(again, addition());
    await services.people.erase(person.id);
    expect((await again.send('GET', '/api/v1/own')).status).toBe(401);
    expect((await browser.send('GET', '/api/v1/own')).status).toBe(401);
    const stranger = rest.stranger();
    const signIn = { username: account.username, password: PASSWORD };
    expect((await stranger.send('POST', '/api/v1/session', signIn)).status).toBe(401);
    const rows = await services.database.fork().execute<{ row: string }[]>(
      `select a::text "row" from account a where id = :id union all
       select s::text from session s where account_id = :id union all
       select i::text from invitation i where account_id = :id union all
       select n::text from account_identity n where account_id = :id union all
       select e::text from audit_event e where actor_id = :id or object_id = :id`.replaceAll(
        ':id',
        `'${accountId}'`,
      ),
    );
    const text = rows.map(({ row }) => row).join('\n');
    expect(text).toContain(`erased-${accountId}`);
    expect(text).not.toMatch(/unmistakable|argon2/i);
    expect(text).not.toContain(account.username);
    const { accounts } = await owner.json<{ accounts: AccountView[] }>('GET', '/api/v1/accounts?limit=200');
    expect(accounts.map(({ id }) => id)).not.toContain(accountId);
    expect((await owner.send('GET', `/api/v1/people/${person.id}/account`)).status).toBe(404);
  });
});
