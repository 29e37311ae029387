/** Absences that employees ask for, over the API, with PostgreSQL: from the request to the month. */
import { strFromU8, unzipSync } from 'fflate';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AbsenceRequestsView, AbsenceRequestView } from '#protocol/absence-requests.ts';
import type { InvitationView } from '#protocol/accounts.ts';
import type { ClosingPreviewView, ClosingView } from '#protocol/closings.ts';
import type { MergePreviewView } from '#protocol/people-merge.ts';
import type { PersonView } from '#protocol/people.ts';
import type { MonthSheetView } from '#protocol/reports.ts';
import type { AbsenceView } from '#protocol/schedules.ts';
import { REQUESTS_A_DAY } from '../../server/attendance/correction-service.ts';
import { AbsenceRequest } from '../../server/db/entities/absence-request.ts';
import { AuditEvent } from '../../server/db/entities/audit-event.ts';
import { type DataServices, openDataServices } from '../support/data-services.ts';
import { type Browser, problemOf, RestServer } from '../support/rest-server.ts';

/** Monday noon in Paris. */
const NOW = Date.parse('2026-11-23T11:00:00Z');
const PASSWORD = 'a moth in relay seventy';
let services: DataServices;
let rest: RestServer;
let owner: Browser;
let accounts = 0;

beforeAll(async () => {
  services = await openDataServices({ now: () => NOW });
});
afterAll(() => services.close());
beforeEach(async () => {
  // With full rate-limit buckets.
  rest?.stop();
  rest = await RestServer.start(services);
  owner = await rest.staff();
});

async function joined(username: string, token: string): Promise<Browser> {
  const browser = rest.stranger();
  await browser.json('POST', '/api/v1/invitation', { token, password: PASSWORD });
  await browser.json('POST', '/api/v1/session', { username, password: PASSWORD });
  return browser;
}

async function managerOf(department: string): Promise<Browser> {
  await services.addDepartment(department);
  const username = `manager-${++accounts}`;
  const account = { username, name: username, role: 'manager', department };
  const { token } = await owner.json<InvitationView>('POST', '/api/v1/accounts', account);
  return joined(username, token);
}

async function employee(
  department = 'Lab',
): Promise<{ person: PersonView; browser: Browser; accountId: string }> {
  const person = await services.addPerson({ department });
  const username = `employee-${++accounts}`;
  const path = `/api/v1/people/${person.id}/account`;
  const { account, token } = await owner.json<InvitationView>('POST', path, { username });
  return { person, browser: await joined(username, token), accountId: account.id };
}

const OWN = '/api/v1/own/absence-requests';
const vacation = (from: string, to: string, more: object = {}) => ({ kind: 'vacation', from, to, ...more });
const ask = (browser: Browser, body: object) => browser.json<AbsenceRequestView>('POST', OWN, body);
const refusedRequest = async (browser: Browser, body: object) =>
  problemOf(await browser.send('POST', OWN, body));
const send = (browser: Browser, { id }: { id: string }, body: object) =>
  browser.send('POST', `/api/v1/absence-requests/${id}/decision`, body);
const decide = (browser: Browser, { id }: { id: string }, body: object) =>
  browser.json<AbsenceRequestView>('POST', `/api/v1/absence-requests/${id}/decision`, body);
const requests = async (browser: Browser, query = '') =>
  (await browser.json<AbsenceRequestsView>('GET', `/api/v1/absence-requests?limit=200${query}`)).requests;
const absencesOf = async ({ id }: PersonView) =>
  (
    await owner.json<{ absences: AbsenceView[] }>(
      'GET',
      `/api/v1/absences?from=2026-11-01&to=2027-06-30&person=${id}`,
    )
  ).absences;
const leaveOf = async (browser: Browser, month: string) =>
  (await browser.json<MonthSheetView>('GET', `/api/v1/own/month?month=${month}`)).days
    .filter(({ leave }) => leave.length > 0)
    .map(({ date, leave }) => `${date} ${leave[0]!.kind}`);

describe('a request for absence', () => {
  it('waits until the manager of the department approves it, and is then in the month', async () => {
    const manager = await managerOf('Lab');
    const { browser, person } = await employee('Lab');
    const made = await ask(browser, vacation('2026-12-03', '2026-12-04', { note: 'Moving house' }));
    expect(made).toMatchObject({
      state: 'waiting',
      person: { id: person.id },
      note: 'Moving house',
      decision: null,
      mayDecide: false,
      mayWithdraw: true,
    });
    expect(await leaveOf(browser, '2026-12')).toEqual([]);
    const [waiting] = await requests(manager, '&state=waiting');
    expect(waiting).toMatchObject({ id: made.id, mayDecide: true, mayWithdraw: false });

    const approved = await decide(manager, made, { decision: 'approve', answer: 'Good luck' });
    expect(approved).toMatchObject({ state: 'approved', answer: 'Good luck', mayDecide: false });
    expect(await absencesOf(person)).toMatchObject([
      { kind: 'vacation', from: '2026-12-03', to: '2026-12-04', note: 'Moving house' },
    ]);
    expect(await leaveOf(browser, '2026-12')).toEqual(['2026-12-03 vacation', '2026-12-04 vacation']);
    expect(await browser.json('GET', `${OWN}/${made.id}`)).toMatchObject({
      state: 'approved',
      answer: 'Good luck',
      mayWithdraw: false,
    });
  });

  it('is refused with a reason that the employee reads, and changes nothing', async () => {
    const { browser, person } = await employee();
    const made = await ask(browser, vacation('2026-12-07', '2026-12-08'));
    expect(await problemOf(await send(owner, made, { decision: 'refuse' }))).toMatchObject({
      code: 'validation-failed',
      faults: [{ path: 'answer' }],
    });
    await decide(owner, made, { decision: 'refuse', answer: 'Inventory week' });
    const { requests: own } = await browser.json<AbsenceRequestsView>('GET', OWN);
    expect(own).toMatchObject([{ state: 'refused', answer: 'Inventory week' }]);
    expect(await absencesOf(person)).toEqual([]);
  });

  it('is withdrawn by its author only, and only while it waits', async () => {
    const { browser } = await employee();
    const other = await employee();
    const made = await ask(browser, vacation('2026-12-07', '2026-12-08'));
    const path = `${OWN}/${made.id}`;
    expect((await other.browser.send('DELETE', path)).status).toBe(404);
    expect((await other.browser.send('GET', path)).status).toBe(404);
    expect((await browser.send('DELETE', path)).status).toBe(204);
    expect((await browser.send('DELETE', path)).status).toBe(409);
    expect((await send(owner, made, { decision: 'approve' })).status).toBe(409);
    expect(await browser.json('GET', path)).toMatchObject({ state: 'withdrawn' });
  });

  it('is neither seen nor decided by the manager of another department', async () => {
    const stranger = await managerOf('Hall');
    const { browser } = await employee('Kitchen');
    const made = await ask(browser, vacation('2026-12-07', '2026-12-08'));
    expect((await requests(stranger)).map(({ id }) => id)).not.toContain(made.id);
    expect((await stranger.send('GET', `/api/v1/absence-requests/${made.id}`)).status).toBe(404);
    expect((await send(stranger, made, { decision: 'approve' })).status).toBe(404);
  });

  it.each([
    ['to', 'the end before the beginning', vacation('2026-12-08', '2026-12-07')],
    [
      'endsAtNoon',
      'nothing of a day',
      vacation('2026-12-08', '2026-12-08', { beginsAtNoon: true, endsAtNoon: true }),
    ],
    ['to', 'more than a year', vacation('2026-12-08', '2027-12-09')],
    ['kind', 'an unknown kind', { ...vacation('2026-12-08', '2026-12-09'), kind: 'party' }],
    ['from', 'no date', { kind: 'vacation', to: '2026-12-09' }],
  ])('is refused at %s for %s', async (path, _what, body) => {
    const { browser } = await employee();
    expect(await refusedRequest(browser, body)).toMatchObject({
      code: 'validation-failed',
      faults: [{ path }],
    });
  });

  it('cannot overlap an absence or another request; half days and sickness go together', async () => {
    const { browser, person } = await employee();
    await ask(browser, vacation('2026-12-07', '2026-12-10', { endsAtNoon: true }));
    expect(await refusedRequest(browser, vacation('2026-12-10', '2026-12-11', {}))).toMatchObject({
      code: 'conflict',
      faults: [{ path: 'from', message: 'is within another request' }],
    });
    await ask(browser, vacation('2026-12-10', '2026-12-11', { beginsAtNoon: true }));
    await ask(browser, { kind: 'sick', from: '2026-12-08', to: '2026-12-08' });
    await owner.json('POST', '/api/v1/absences', {
      personId: person.id,
      ...vacation('2027-01-04', '2027-01-05'),
    });
    expect(await refusedRequest(browser, vacation('2027-01-05', '2027-01-06'))).toMatchObject({
      code: 'conflict',
      faults: [{ path: 'from', message: 'is within another absence' }],
    });
  });

  it('that no longer fits is not approved, and goes on waiting', async () => {
    const { browser, person } = await employee();
    const made = await ask(browser, vacation('2026-12-07', '2026-12-08'));
    await owner.json('POST', '/api/v1/absences', {
      personId: person.id,
      ...vacation('2026-12-08', '2026-12-09'),
    });
    expect(await problemOf(await send(owner, made, { decision: 'approve' }))).toMatchObject({
      code: 'conflict',
    });
    expect(await browser.json('GET', `${OWN}/${made.id}`)).toMatchObject({
      state: 'waiting',
      decision: null,
    });
    expect(await absencesOf(person)).toHaveLength(1);
  });

  it('of several at once for the same days only one waits, and two decisions at once make one absence', async () => {
    const { browser, person } = await employee();
    const made = await Promise.all(
      [1, 2, 3].map(() => browser.send('POST', OWN, vacation('2026-12-07', '2026-12-08'))),
    );
    expect(made.map(({ status }) => String(status)).toSorted()).toEqual(['201', '409', '409']);
    const { requests: own } = await browser.json<AbsenceRequestsView>('GET', OWN);
    const [waiting] = own;
    const decided = await Promise.all([1, 2].map(() => send(owner, waiting!, { decision: 'approve' })));
    expect(decided.map(({ status }) => String(status)).toSorted()).toEqual(['200', '409']);
    expect(await absencesOf(person)).toHaveLength(1);
  });

  it('is not about a closed month, neither when it is asked for nor when it is approved', async () => {
    const { browser, person } = await employee('Closing');
    const made = await ask(browser, vacation('2026-10-29', '2026-11-02'));
    const preview = await owner.json<ClosingPreviewView>(
      'GET',
      '/api/v1/closings/preview?month=2026-10&department=Closing',
    );
    expect(preview.openItems).toMatchObject([
      { kind: 'absence-waiting', date: '2026-10-29', person: { id: person.id } },
    ]);
    await owner.json<ClosingView>('POST', '/api/v1/closings', {
      month: '2026-10',
      department: 'Closing',
      accept: true,
    });
    const closed = { code: 'conflict', faults: [{ path: 'from', message: 'is in a closed month' }] };
    expect(await problemOf(await send(owner, made, { decision: 'approve' }))).toMatchObject(closed);
    expect(await refusedRequest(browser, vacation('2026-09-28', '2026-10-01'))).toMatchObject(closed);
    await decide(owner, made, { decision: 'refuse', answer: 'Too late' });
    await ask(browser, vacation('2026-11-02', '2026-11-03'));
  });

  it('an employee asks for 50 absences within 24 hours at most, withdrawn ones included', async () => {
    const { browser, person, accountId } = await employee();
    const by = { accountId, role: 'employee' as const, departments: [], personId: person.id };
    for (let i = 0; i < REQUESTS_A_DAY; i += 1) {
      const day = `2027-0${1 + Math.floor(i / 25)}-${String(1 + (i % 25)).padStart(2, '0')}`;
      const body = {
        kind: 'trip' as const,
        from: day,
        to: day,
        beginsAtNoon: false,
        endsAtNoon: false,
        note: '',
      };
      const { id } = await services.absenceRequests.create(body, by);
      if (i % 2 === 0) await services.absenceRequests.withdraw(id, by);
    }
    expect(await refusedRequest(browser, vacation('2027-05-03', '2027-05-03'))).toMatchObject({
      code: 'conflict',
      detail: expect.stringContaining('as many absences as anybody may') as string,
    });
  });

  it('pages through the requests, newest first, and finds those of one person', async () => {
    const { browser, person } = await employee();
    const made: string[] = [];
    for (const day of ['2027-03-01', '2027-03-02', '2027-03-03']) {
      made.unshift((await ask(browser, vacation(day, day))).id);
    }
    const seen: string[] = [];
    let after: string | null = '';
    while (after !== null) {
      const query: string = after ? `&after=${after}` : '';
      const page: AbsenceRequestsView = await owner.json<AbsenceRequestsView>(
        'GET',
        `/api/v1/absence-requests?limit=2&person=${person.id}${query}`,
      );
      seen.push(...page.requests.map(({ id }) => id));
      after = page.next;
    }
    // All were made at one instant of the clock of this test.
    expect(seen.toSorted()).toEqual(made.toSorted());
  });
});

describe('the personal data of a request for absence', () => {
  it('belongs to the record that stays where two records of the person are merged', async () => {
    const { browser, person } = await employee();
    const made = await ask(browser, vacation('2027-01-11', '2027-01-12'));
    const stays = await services.addPerson({ department: 'Lab' });
    const path = `/api/v1/people/${stays.id}/merge`;
    const { version } = await owner.json<MergePreviewView>('GET', `${path}?goes=${person.id}`);
    await owner.json('POST', path, { goes: person.id, version, reason: 'Imported twice' });
    await decide(owner, made, { decision: 'approve' });
    expect(await absencesOf(stays)).toMatchObject([{ from: '2027-01-11', to: '2027-01-12' }]);
  });

  it('is in the export, not in the audit trail, and goes with an erasure', async () => {
    const { browser, person } = await employee();
    await ask(browser, { kind: 'sick', from: '2026-12-01', to: '2026-12-01', note: 'Dentist' });
    const response = await browser.send('POST', '/api/v1/own/export', {});
    const files = unzipSync(new Uint8Array(await response.arrayBuffer()));
    expect(strFromU8(files['absenceRequests.csv']!)).toContain('Dentist');
    const em = services.database.fork();
    const events = await em.find(AuditEvent, { objectId: person.id, act: 'absence-request.requested' });
    expect(events).toHaveLength(1);
    expect(JSON.stringify(events)).not.toMatch(/sick|Dentist/);
    expect((await owner.send('DELETE', `/api/v1/people/${person.id}`)).ok).toBe(true);
    expect(await em.count(AbsenceRequest, { personId: person.id })).toBe(0);
  });
});
