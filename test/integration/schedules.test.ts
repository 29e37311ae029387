/** Shifts, rotas, absences and balances over the API, with PostgreSQL. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { InvitationView } from '#protocol/accounts.ts';
import type { CorrectionView } from '#protocol/corrections.ts';
import type { PersonView } from '#protocol/people.ts';
import type {
  AbsenceView,
  AssignmentView,
  BalanceEntryView,
  BalanceView,
  ExceptionView,
  PlanView,
  RotaView,
  ShiftView,
  VacationView,
} from '#protocol/schedules.ts';
import type { SiteView } from '#protocol/sites.ts';
import { AuditEvent } from '../../server/db/entities/audit-event.ts';
import { type DataServices, openDataServices, PASSWORD } from '../support/data-services.ts';
import { type Browser, problemOf, RestServer } from '../support/rest-server.ts';

/** Wednesday noon in Paris. */
const NOW = Date.parse('2026-11-25T11:00:00Z');
const HOUR = 3_600_000;
const NOBODY = '00000000-0000-4000-8000-000000000000';
let services: DataServices;
let rest: RestServer;
let owner: Browser;
let day: ShiftView;
let night: ShiftView;
let office: RotaView;
let nights: RotaView;

const get = <T>(path: string, as = owner) => as.json<T>('GET', `/api/v1/${path}`);
const post = <T>(path: string, body: object) => owner.json<T>('POST', `/api/v1/${path}`, body);
const refused = async (path: string, body: object, method = 'POST') =>
  problemOf(await owner.send(method, `/api/v1/${path}`, body));
const planOf = async ({ id }: PersonView, from: string, to = from) =>
  (await get<PlanView>(`people/${id}/plan?from=${from}&to=${to}`)).days;
const balanceOf = ({ id }: PersonView) => get<BalanceView>(`people/${id}/balance?year=2026`);
const assign = (rota: RotaView, { id }: PersonView, from = '2026-11-01') =>
  post('assignments', { rotaId: rota.id, personId: id, from });

async function punch({ number }: PersonView, date: string, time: string, says: string): Promise<void> {
  const { sites } = await get<{ sites: SiteView[] }>('sites');
  const input = { kind: 'add', number, siteId: sites[0]!.id, date, time, says, reason: 'for the test' };
  await post<CorrectionView>('corrections', input);
}

const enter = ({ id }: PersonView, kind: string, from: string, to: string, more: object = {}) =>
  post<AbsenceView>('absences', { personId: id, kind, from, to, ...more });

let members = 0;
async function managerOf(department: string): Promise<Browser> {
  await services.addDepartment(department);
  const username = `manager-${++members}`;
  const { token } = await post<InvitationView>('accounts', {
    username,
    name: username,
    role: 'manager',
    department,
  });
  const browser = rest.stranger();
  await browser.json('POST', '/api/v1/invitation', { token, password: PASSWORD });
  await browser.json('POST', '/api/v1/session', { username, password: PASSWORD });
  return browser;
}

beforeAll(async () => {
  services = await openDataServices({ now: () => NOW });
  rest = await RestServer.start(services);
  owner = await rest.staff();
  day = await post('shifts', { name: 'Day', begin: '08:00', end: '16:00' });
  night = await post('shifts', { name: 'Night', begin: '18:00', end: '06:00' });
  const free: string[] = [];
  const week = (id: string) => [[id], [id], [id], [id], [id], free, free];
  office = await post('rotas', { name: 'Office', weeks: [week(day.id)], carryOver: 10 * HOUR });
  nights = await post('rotas', { name: 'Nights', weeks: [week(night.id)], worksOnHolidays: true });
});
afterAll(async () => {
  rest.stop();
  await services.close();
});

describe('shifts and rotas', () => {
  it('a flexible shift keeps its core and its break rule', async () => {
    const input = {
      name: 'Flexible',
      begin: '06:00',
      end: '20:00',
      flexible: { planned: 8 * HOUR, core: { begin: '10:00', end: '15:00' } },
      breaks: { steps: [{ after: 6 * HOUR, required: HOUR / 2 }], punchedCount: true },
    };
    const made = await post<ShiftView>('shifts', input);
    expect(await get(`shifts/${made.id}`)).toEqual(made);
    expect(made).toMatchObject(input);
  });

  it.each([
    [
      'a core outside',
      { flexible: { planned: HOUR, core: { begin: '05:00', end: '15:00' } } },
      'flexible.core',
    ],
    ['more work than time', { flexible: { planned: 20 * HOUR, core: null } }, 'flexible.planned'],
    ['a time that does not exist', { begin: '24:00' }, 'begin'],
    ['no name', { name: ' ' }, 'name'],
  ])('a shift with %s is refused', async (_, change, path) => {
    const problem = await refused('shifts', { name: 'X', begin: '08:00', end: '16:00', ...change });
    expect(problem).toMatchObject({ code: 'validation-failed', faults: [{ path }] });
  });

  it('a second shift of the same name is refused', async () => {
    expect(await refused('shifts', { name: 'DAY', begin: '08:00', end: '16:00' })).toMatchObject({
      code: 'conflict',
      faults: [{ path: 'name' }],
    });
  });

  it('a rota with a shift that there is not, or with shifts that overlap, is refused', async () => {
    const rest6 = [[], [], [], [], [], []];
    const faults = async (ids: string[]) =>
      (await refused('rotas', { name: 'X', weeks: [[ids, ...rest6]] })).faults?.map(({ path }) => path);
    expect(await faults([NOBODY])).toEqual(['weeks.0.0']);
    const late = await post<ShiftView>('shifts', { name: 'Late', begin: '15:00', end: '23:00' });
    expect(await faults([late.id, day.id])).toEqual(['weeks.0.0']);
  });

  it('a shift in a rota and a rota of a person stay', async () => {
    expect(await problemOf(await owner.send('DELETE', `/api/v1/shifts/${day.id}`))).toMatchObject({
      code: 'conflict',
    });
    await assign(office, await services.addPerson());
    expect(await problemOf(await owner.send('DELETE', `/api/v1/rotas/${office.id}`))).toMatchObject({
      code: 'conflict',
    });
  });

  it('a rota cannot be changed with an outdated version', async () => {
    const made = await post<RotaView>('rotas', { name: 'Versioned', weeks: office.weeks });
    const change = (name: string) =>
      owner.send('PATCH', `/api/v1/rotas/${made.id}`, { name }, { 'if-match': `"${made.version}"` });
    expect((await change('First')).status).toBe(200);
    expect((await change('Second')).status).toBe(412);
  });
});

describe('the plan of a person', () => {
  it("the person's rota wins over the department's, from its date on", async () => {
    const person = await services.addPerson({ department: 'Ward' });
    await post('assignments', { rotaId: nights.id, department: 'WARD', from: '2026-11-01' });
    await assign(office, person, '2026-11-24');
    const days = await planOf(person, '2026-11-23', '2026-11-24');
    expect(days.map(({ why, shifts }) => [why, shifts.map(({ name }) => name)])).toMatchObject([
      [{ by: 'rota', scope: 'department', rotaId: nights.id }, ['Night']],
      [{ by: 'rota', scope: 'person', rotaId: office.id }, ['Day']],
    ]);
    expect(days[1]!.shifts[0]).toMatchObject({
      begin: '2026-11-24T07:00:00.000Z',
      end: '2026-11-24T15:00:00.000Z',
    });
  });

  it('two assignments of a person from one date are refused', async () => {
    const person = await services.addPerson();
    await assign(office, person);
    const again = { rotaId: nights.id, personId: person.id, from: '2026-11-01' };
    expect(await refused('assignments', again)).toMatchObject({
      code: 'conflict',
      faults: [{ path: 'from' }],
    });
  });

  it.each([
    [{}, 'personId'],
    [{ personId: NOBODY }, 'personId'],
    [{ department: 'Lab', rotaId: NOBODY }, 'rotaId'],
    [{ department: 'Lab', until: '2025-01-01' }, 'until'],
  ])('an assignment with %j is refused', async (change, path) => {
    await services.addDepartment('Lab');
    const problem = await refused('assignments', { rotaId: office.id, from: '2026-01-01', ...change });
    expect(problem).toMatchObject({ code: 'validation-failed', faults: [{ path }] });
  });

  it('an exception plans another shift on one date, or none', async () => {
    const person = await services.addPerson();
    await assign(office, person);
    const exception = {
      personId: person.id,
      date: '2026-11-23',
      shiftIds: [night.id],
      reason: 'stocktaking',
    };
    await post('exceptions', exception);
    expect(await refused('exceptions', { ...exception, shiftIds: [] })).toMatchObject({ code: 'conflict' });
    const [found] = await planOf(person, '2026-11-23');
    expect(found).toMatchObject({ why: { by: 'exception', reason: 'stocktaking' }, planned: 12 * HOUR });
    const { exceptions } = await get<{ exceptions: object[] }>(
      `exceptions?from=2026-11-01&to=2026-11-30&person=${person.id}`,
    );
    expect(exceptions).toMatchObject([exception]);
  });

  it('an exception is changed once where two people change it', async () => {
    const person = await services.addPerson();
    await assign(office, person);
    const input = { personId: person.id, date: '2026-11-23', shiftIds: [], reason: 'stocktaking' };
    const { id, version } = await post<ExceptionView>('exceptions', input);
    const change = (body: object) =>
      owner.send('PATCH', `/api/v1/exceptions/${id}`, body, { 'if-match': `"${version}"` });
    expect(await (await change({ shiftIds: [night.id], date: '2026-11-24' })).json()).toMatchObject({
      shiftIds: [night.id],
      date: '2026-11-24',
      reason: 'stocktaking',
    });
    expect((await problemOf(await change({ reason: 'inventory' }))).code).toBe('precondition-failed');
    const [monday, tuesday] = await planOf(person, '2026-11-23', '2026-11-24');
    expect([monday!.why.by, tuesday!.why.by]).toEqual(['rota', 'exception']);
  });

  it('a night of twelve hours is one work day where a shift says so', async () => {
    const person = await services.addPerson();
    await assign(nights, person);
    await punch(person, '2026-11-23', '17:55', 'in');
    await punch(person, '2026-11-24', '06:05', 'out');
    await punch(person, '2026-11-24', '18:20', 'in');
    const [monday, tuesday] = await planOf(person, '2026-11-23', '2026-11-24');
    expect(monday).toMatchObject({ worked: 12 * HOUR + HOUR / 6, incomplete: false, flags: [] });
    expect(tuesday).toMatchObject({
      worked: 0,
      incomplete: true,
      flags: [
        {
          kind: 'late',
          planned: '2026-11-24T17:00:00.000Z',
          arrival: '2026-11-24T17:20:00.000Z',
          by: HOUR / 3,
        },
        {
          kind: 'missing-departure',
          arrival: '2026-11-24T17:20:00.000Z',
          proposed: '2026-11-25T05:00:00.000Z',
        },
      ],
    });
  });

  it('a person who did not come is absent, and a proposed time counts nothing', async () => {
    const person = await services.addPerson();
    await assign(office, person);
    await punch(person, '2026-11-23', '08:00', 'in');
    const [monday, tuesday, today] = await planOf(person, '2026-11-23', '2026-11-25');
    expect(monday).toMatchObject({
      worked: 0,
      flags: [{ kind: 'missing-departure', proposed: '2026-11-23T15:00:00.000Z' }],
    });
    expect(tuesday!.flags).toMatchObject([{ kind: 'absent' }]);
    expect(today!.flags).toEqual([]);
  });
});

describe('absences and vacation', () => {
  it('half days count half, and sickness gives vacation days back', async () => {
    const person = await services.addPerson();
    await assign(office, person, '2026-01-01');
    await enter(person, 'vacation', '2026-11-16', '2026-11-20', { beginsAtNoon: true });
    await enter(person, 'sick', '2026-11-19', '2026-11-20');
    await enter(person, 'vacation', '2026-12-21', '2026-12-22');
    await owner.json('PUT', `/api/v1/people/${person.id}/vacation?year=2026`, {
      days: 30,
      carried: 3,
      carriedUntil: '2026-03-31',
    });
    expect(await get<VacationView>(`people/${person.id}/vacation`)).toEqual({
      year: 2026,
      version: expect.any(String),
      allowance: { days: 30, carried: 3, carriedUntil: '2026-03-31' },
      taken: 2.5,
      booked: 2,
      lapsed: 3,
      left: 25.5,
    });
    expect(await planOf(person, '2026-11-16')).toMatchObject([
      {
        planned: 8 * HOUR,
        toWork: 4 * HOUR,
        credited: 4 * HOUR,
        absences: [{ halves: ['second'], days: 0.5 }],
      },
    ]);
  });

  it('of two people who set the allowance of a year at once, the second is told', async () => {
    const person = await services.addPerson();
    const path = `people/${person.id}/vacation`;
    const { version: first, allowance } = await get<VacationView>(path);
    expect(allowance).toBeNull();
    const answers = await Promise.all(
      [28, 30].map((days) => owner.send('PUT', `/api/v1/${path}`, { days }, { 'if-match': `"${first}"` })),
    );
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 412]);
    const saved = answers.find(({ status }) => status === 200)!;
    const { version, allowance: kept } = (await saved.json()) as VacationView;
    expect(saved.headers.get('etag')).toBe(`"${version}"`);
    expect(await get<VacationView>(path)).toMatchObject({ version, allowance: kept });
    const refused = answers.find(({ status }) => status === 412)!;
    expect(await refused.json()).toMatchObject({
      code: 'precondition-failed',
      details: { changedBy: 'Ada' },
    });
  });

  it.each([
    ['overlapping', '2026-10-07', '2026-10-08', {}, 'conflict'],
    ['in the same half day', '2026-10-09', '2026-10-09', { endsAtNoon: true }, 'conflict'],
    ['backward', '2026-10-08', '2026-10-01', {}, 'validation-failed'],
    ['of nothing', '2026-10-20', '2026-10-20', { beginsAtNoon: true, endsAtNoon: true }, 'validation-failed'],
  ])('an absence %s is refused', async (_, from, to, more, code) => {
    const person = await services.addPerson();
    await enter(person, 'vacation', '2026-10-05', '2026-10-09', { endsAtNoon: true });
    const input = { personId: person.id, kind: 'unpaid', from, to, ...more };
    expect(await refused('absences', input)).toMatchObject({ code });
    await enter(person, 'unpaid', '2026-10-09', '2026-10-12', { beginsAtNoon: true });
  });

  it('an absence can be changed, and is in the lists of its dates', async () => {
    const person = await services.addPerson();
    const { id, version } = await enter(person, 'trip', '2026-10-05', '2026-10-06');
    const changed = await owner.send(
      'PATCH',
      `/api/v1/absences/${id}`,
      { to: '2026-10-07', note: 'Fair' },
      { 'if-match': `"${version}"` },
    );
    expect(await changed.json()).toMatchObject({ from: '2026-10-05', to: '2026-10-07', note: 'Fair' });
    const list = async (from: string, to: string) =>
      (await get<{ absences: AbsenceView[] }>(`absences?from=${from}&to=${to}&person=${person.id}`)).absences;
    expect(await list('2026-10-07', '2026-10-31')).toHaveLength(1);
    expect(await list('2026-10-08', '2026-10-31')).toEqual([]);
  });

  it('absences are filtered by kind, person and department, and come by their first date', async () => {
    await services.addDepartment('Pier');
    const one = await services.addPerson({ department: 'Pier' });
    const two = await services.addPerson({ department: 'Pier' });
    await enter(two, 'vacation', '2027-02-08', '2027-02-12');
    await enter(one, 'sick', '2027-02-03', '2027-02-04');
    await enter(one, 'trip', '2027-01-30', '2027-02-01');
    const found = async (query: string) =>
      (await get<{ absences: AbsenceView[] }>(`absences?from=2027-02-01&to=2027-02-28${query}`)).absences.map(
        ({ kind, person }) => `${kind} ${person.displayName}`,
      );
    const [first, second] = [one.displayName, two.displayName];
    const all = [`trip ${first}`, `sick ${first}`, `vacation ${second}`];
    expect(await found('&department=pier')).toEqual(all);
    expect(await found(`&person=${one.id}`)).toEqual(all.slice(0, 2));
    expect(await found('&kind=sick&department=Pier')).toEqual(all.slice(1, 2));
    const { departments } = await get<{ departments: { id: string; name: string; version: string }[] }>(
      'departments',
    );
    const pier = departments.find((department) => department.name === 'Pier')!;
    await owner.json('PATCH', `/api/v1/departments/${pier.id}`, { name: 'Quay' });
    // A former name still finds the department.
    expect(await found('&department=Pier')).toEqual(all);
    expect(await found('&department=Nowhere')).toEqual([]);
  });

  it('assignments name the person, and are filtered by rota', async () => {
    const person = await services.addPerson();
    await assign(nights, person, '2027-03-01');
    const { assignments } = await get<{ assignments: AssignmentView[] }>(
      `assignments?rota=${nights.id}&limit=200`,
    );
    expect(assignments.every(({ rotaId }) => rotaId === nights.id)).toBe(true);
    expect(assignments.find(({ personId }) => personId === person.id)?.person).toMatchObject({
      displayName: person.displayName,
      number: person.number,
    });
  });

  it('the audit trail does not say that anybody was sick', async () => {
    await enter(await services.addPerson(), 'sick', '2026-10-05', '2026-10-06', { note: 'A broken leg' });
    const events = await services.database.fork().find(AuditEvent, { act: 'absence.created' });
    expect(events.length).toBeGreaterThan(0);
    for (const { detail } of events) expect(detail).not.toMatch(/sick|leg/);
  });
});

describe('balances', () => {
  it('overtime runs on from its start, with payouts and a cap at the end of a month', async () => {
    const person = await services.addPerson();
    await assign(office, person, '2026-10-01');
    const entry = (kind: string, date: string, hours: number) =>
      post<BalanceEntryView>('balance-entries', {
        personId: person.id,
        kind,
        date,
        amount: hours * HOUR,
        reason: 'agreed on',
      });
    await entry('start', '2026-10-30', 9);
    // A Friday of ten hours: two more than planned, so that 11 are above the cap of 10.
    await punch(person, '2026-10-30', '08:00', 'in');
    await punch(person, '2026-10-30', '18:00', 'out');
    for (const date of ['2026-11-02', '2026-11-03']) {
      await punch(person, date, '08:00', 'in');
      await punch(person, date, '16:30', 'out');
    }
    const payout = await entry('payout', '2026-11-04', 3);
    expect(payout).toMatchObject({ author: 'Ada' });
    await post('absences', { personId: person.id, kind: 'vacation', from: '2026-11-04', to: '2026-11-24' });
    const { through, balance, months, weeks } = await balanceOf(person);
    expect(through).toBe('2026-11-24');
    expect(balance).toBe(8 * HOUR);
    expect(months.map((month) => Object.assign({}, month, inHours(month)))).toMatchObject([
      { span: '2026-10', carried: 9, overtime: 2, forfeited: 1, balance: 10, whole: true },
      { span: '2026-11', carried: 10, overtime: 1, paidOut: 3, forfeited: 0, balance: 8, whole: false },
    ]);
    expect(weeks[0]).toMatchObject({ span: '2026-W44', overtime: 2 * HOUR });
    const { entries } = await get<{ entries: BalanceEntryView[] }>(`balance-entries?person=${person.id}`);
    expect(entries.map(({ kind }) => kind)).toEqual(['payout', 'start']);
    await owner.send('DELETE', `/api/v1/balance-entries/${payout.id}`);
    expect((await balanceOf(person)).balance).toBe(11 * HOUR);
  });

  it('without a rota and without a start there is no balance', async () => {
    const person = await services.addPerson();
    await punch(person, '2026-11-02', '08:00', 'in');
    await punch(person, '2026-11-02', '16:30', 'out');
    expect(await balanceOf(person)).toMatchObject({ balance: 0, months: [], weeks: [] });
  });

  it('a payout is not negative', async () => {
    const person = await services.addPerson();
    const input = { personId: person.id, kind: 'payout', date: '2026-11-04', amount: -1, reason: 'wrong' };
    expect(await refused('balance-entries', input)).toMatchObject({ faults: [{ path: 'amount' }] });
  });
});

function inHours(of: object): Record<string, number> {
  const numbers = Object.entries(of).filter(([, value]) => typeof value === 'number');
  return Object.fromEntries(numbers.map(([name, value]) => [name, (value as number) / HOUR]));
}

describe('a manager', () => {
  it('sees the own department only, and changes nothing', async () => {
    const manager = await managerOf('Kitchen');
    const cook = await services.addPerson({ department: 'kitchen' });
    const other = await services.addPerson({ department: 'Hall' });
    for (const { id } of [cook, other]) {
      await post('absences', { personId: id, kind: 'trip', from: '2026-09-01', to: '2026-09-02' });
      await post('assignments', { rotaId: office.id, personId: id, from: '2026-11-01' });
    }
    const { absences } = await get<{ absences: AbsenceView[] }>(
      'absences?from=2026-09-01&to=2026-09-30',
      manager,
    );
    expect(absences.map(({ personId }) => personId)).toEqual([cook.id]);
    const { assignments } = await get<{ assignments: { personId: string | null }[] }>('assignments', manager);
    expect(assignments.map(({ personId }) => personId)).toEqual([cook.id]);
    for (const path of ['balance', 'vacation', 'plan?from=2026-11-01&to=2026-11-02']) {
      expect((await manager.send('GET', `/api/v1/people/${cook.id}/${path}`)).status).toBe(200);
      expect((await manager.send('GET', `/api/v1/people/${other.id}/${path}`)).status).toBe(404);
    }
    expect((await manager.send('DELETE', `/api/v1/absences/${absences[0]!.id}`)).status).toBe(403);
  });
});

describe('personal data', () => {
  it('an erasure removes absences and balances, and keeps the rota with the pseudonym', async () => {
    const person = await services.addPerson();
    await assign(office, person);
    await post('absences', { personId: person.id, kind: 'sick', from: '2026-09-01', to: '2026-09-02' });
    const exception = { personId: person.id, date: '2026-11-23', shiftIds: [], reason: 'Her wedding' };
    await post('exceptions', exception);
    const files = await services.personalData.export(person.id, { embeddings: false });
    expect(String(files['absences.csv'])).toContain('sick');
    expect(String(files['assignments.csv'])).toContain('Office');
    await services.people.erase(person.id);
    const count = async (table: string) => {
      const [row] = await services.database
        .fork()
        .execute<{ n: number }[]>(`select count(*)::int n from ${table} where person_id = ?`, [person.id]);
      return row!.n;
    };
    expect([await count('absence'), await count('schedule_assignment')]).toEqual([0, 1]);
    const reasons = await services.database
      .fork()
      .execute<{ reason: string }[]>('select reason from schedule_exception where person_id = ?', [
        person.id,
      ]);
    expect(reasons).toEqual([{ reason: '' }]);
  });
});
