/** Files for payroll over the API, with PostgreSQL. */
import { readXlsx } from 'hucre/xlsx';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PayrollProfileView } from '#protocol/payroll.ts';
import type { PersonView } from '#protocol/people.ts';
import type { RotaView, ShiftView } from '#protocol/schedules.ts';
import { AuditEvent } from '../../server/db/entities/audit-event.ts';
import { type DataServices, openDataServices } from '../support/data-services.ts';
import { type Browser, problemOf, RestServer } from '../support/rest-server.ts';

/** Noon in Paris, in the month after. */
const NOW = Date.parse('2026-12-02T11:00:00Z');
const COLUMNS = [
  { field: 'fixed', header: 'Company', text: '04711' },
  { field: 'number', header: 'Number' },
  { field: 'familyName', header: 'Name' },
  { field: 'month', header: 'Month' },
  { field: 'worked', header: 'Hours' },
  { field: 'overtime', header: 'Overtime' },
  { field: 'vacation', header: 'Vacation' },
  { field: 'state', header: 'State' },
];

let services: DataServices;
let rest: RestServer;
let owner: Browser;
let zoe: PersonView;
let profiles = 0;

const profile = async (more: object = {}) =>
  owner.json<PayrollProfileView>('POST', '/api/v1/payroll-profiles', {
    name: `Payroll ${++profiles}`,
    lines: 'person',
    columns: COLUMNS,
    ...more,
  });
const file = async ({ id }: PayrollProfileView, query = 'month=2026-11') => {
  const response = await owner.send('GET', `/api/v1/payroll-profiles/${id}/file?${query}`);
  expect(response.status).toBe(200);
  return Buffer.from(await response.arrayBuffer());
};
const linesOf = async (of: PayrollProfileView, query?: string) =>
  (await file(of, query)).toString('utf8').replace(/\r\n$/, '').split('\r\n');

beforeAll(async () => {
  services = await openDataServices({ now: () => NOW });
  rest = await RestServer.start(services);
  owner = await rest.staff();
  zoe = await services.addPerson({ givenName: 'Zoë', familyName: 'Öz', number: '0007', department: 'Lab' });
  const breaks = { steps: [], punchedCount: true };
  const shift = await owner.json<ShiftView>('POST', '/api/v1/shifts', {
    name: 'Day',
    begin: '08:00',
    end: '16:00',
    breaks,
  });
  const free: string[] = [];
  const weeks = [[[shift.id], [shift.id], [shift.id], free, free, free, free]];
  const rota = await owner.json<RotaView>('POST', '/api/v1/rotas', { name: 'Three days', weeks });
  await owner.json('POST', '/api/v1/assignments', {
    rotaId: rota.id,
    personId: zoe.id,
    from: '2026-11-23',
    until: '2026-11-29',
  });
  const siteId = (await services.sites.list())[0]!.id;
  // Monday: 20 minutes too many. Tuesday: vacation. Wednesday: half an hour too few.
  for (const text of ['23 08:00 in', '23 16:20 out', '25 08:00 in', '25 15:30 out']) {
    const [day, time, says] = text.split(' ');
    const of = { kind: 'add', number: '0007', siteId, date: `2026-11-${day}`, time, says };
    await owner.json('POST', '/api/v1/corrections', { ...of, reason: 'for the test' });
  }
  const absence = { personId: zoe.id, kind: 'vacation', from: '2026-11-24', to: '2026-11-24' };
  await owner.json('POST', '/api/v1/absences', absence);
});
afterAll(async () => {
  rest.stop();
  await services.close();
});

describe('a payroll file', () => {
  it('has a line for each person, in the columns and formats of the profile', async () => {
    expect(await linesOf(await profile())).toEqual([
      '\uFEFFCompany;Number;Name;Month;Hours;Overtime;Vacation;State',
      '04711;0007;Öz;2026-11;15,83;-0,17;1;open',
    ]);
    const formats = {
      delimiter: 'comma',
      decimal: 'point',
      hours: 'clock',
      dates: 'german',
      headings: false,
    };
    expect(await linesOf(await profile(formats))).toEqual(['\uFEFF04711,0007,Öz,11.2026,15:50,-0:10,1,open']);
    expect(await linesOf(await profile({ hours: 'minutes', dates: 'compact', headings: false }))).toEqual([
      '\uFEFF04711;0007;Öz;202611;950;-10;1;open',
    ]);
  });

  it('has a line for each date', async () => {
    const columns = ['number', 'date', 'worked', 'credited', 'vacation'].map((field) => ({
      field,
      header: field,
    }));
    const more = { lines: 'date', columns, dates: 'american', headings: false };
    expect(await linesOf(await profile(more))).toEqual([
      '\uFEFF0007;11/23/2026;8,33;0;0',
      '0007;11/24/2026;0;8;1',
      '0007;11/25/2026;7,5;0;0',
    ]);
  });

  it('has a line for each amount, with its wage type', async () => {
    const columns = [
      { field: 'number', header: 'Number' },
      { field: 'worked', header: '1000' },
      { field: 'sick', header: '2000' },
      { field: 'vacation', header: '3000' },
    ];
    expect(await linesOf(await profile({ lines: 'amount', columns, headings: false }))).toEqual([
      '\uFEFF0007;1000;15,83',
      '0007;3000;1',
    ]);
  });

  it('in Windows-1252 has one byte for each letter', async () => {
    const columns = [{ field: 'name', header: 'Name' }];
    const bytes = await file(await profile({ columns, encoding: 'windows-1252', headings: false }));
    expect(bytes.toString('latin1')).toBe('Zoë Öz\r\n');
  });

  it('as a workbook keeps zeros, has dates as dates and hours as numbers', async () => {
    const columns = ['number', 'date', 'worked'].map((field) => ({ field, header: field }));
    const bytes = await file(await profile({ format: 'xlsx', lines: 'date', columns, hours: 'minutes' }));
    const { rows } = (await readXlsx(bytes)).sheets[0]!;
    expect(rows.slice(0, 2)).toEqual([
      ['number', 'date', 'worked'],
      ['0007', new Date('2026-11-23T00:00:00Z'), 500],
    ]);
  });

  it('has the frozen hours of a closed month, and the balance at its end', async () => {
    const columns = ['number', 'worked', 'balance', 'state'].map((field) => ({ field, header: field }));
    const of = await profile({ columns, headings: false });
    expect(await linesOf(of)).toEqual(['\uFEFF0007;15,83;-0,17;open']);
    await owner.json('POST', '/api/v1/closings', { month: '2026-11', department: 'Lab', accept: true });
    expect(await linesOf(of)).toEqual(['\uFEFF0007;15,83;-0,17;closed']);
  });

  it('of another department has nobody of this one, and who took it is written down', async () => {
    const of = await profile({ headings: false });
    expect(await linesOf(of, 'month=2026-11&department=Sales')).toEqual(['\uFEFF']);
    const [event] = await services.database
      .fork()
      .find(AuditEvent, { act: 'payroll.exported' }, { orderBy: { seq: 'desc' }, limit: 1 });
    expect(JSON.parse(event!.detail)).toMatchObject({
      after: { profile: of.name, month: '2026-11', department: 'Sales' },
    });
  });
});

describe('a payroll profile', () => {
  it('is listed by name, changed by whoever saw its state, and removed', async () => {
    const first = await profile({ name: 'A first' });
    const { profiles: listed } = await owner.json<{ profiles: PayrollProfileView[] }>(
      'GET',
      '/api/v1/payroll-profiles',
    );
    expect(listed[0]).toEqual(first);
    const path = `/api/v1/payroll-profiles/${first.id}`;
    const changed = await owner.json<PayrollProfileView>('PATCH', path, { hours: 'clock' });
    expect(changed).toMatchObject({ name: 'A first', hours: 'clock', columns: first.columns });
    const stale = await owner.send('PATCH', path, { hours: 'minutes' }, { 'If-Match': `"${first.version}"` });
    expect(await problemOf(stale)).toMatchObject({ code: 'precondition-failed' });
    expect((await owner.send('DELETE', path)).status).toBe(204);
    expect(await problemOf(await owner.send('GET', path))).toMatchObject({ code: 'not-found' });
  });

  it.each([
    ['of a name that another one has', { name: 'Twice' }, 'conflict', 'name'],
    ['without columns', { columns: [] }, 'validation-failed', 'columns'],
    [
      'with an unknown field',
      { columns: [{ field: 'salary', header: 'x' }] },
      'validation-failed',
      'columns.0.field',
    ],
    [
      'with a date in lines for a person',
      { columns: [{ field: 'date', header: 'x' }] },
      'validation-failed',
      'columns.0.field',
    ],
    [
      'with a balance in lines for a date',
      { lines: 'date', columns: [{ field: 'balance', header: 'x' }] },
      'validation-failed',
      'columns.0.field',
    ],
    [
      'for amounts without an amount',
      { lines: 'amount', columns: [{ field: 'number', header: 'x' }] },
      'validation-failed',
      'columns',
    ],
  ])('%s is refused', async (_what, more, code, path) => {
    if (code === 'conflict') await profile({ name: 'twice' });
    const input = { name: 'Refused', lines: 'person', columns: COLUMNS, ...more };
    const problem = await problemOf(await owner.send('POST', '/api/v1/payroll-profiles', input));
    expect(problem).toMatchObject({ code, faults: [{ path }] });
  });
});
