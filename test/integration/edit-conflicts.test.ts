/** Every kind of record that two people may edit says to the second who was faster, and when. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Problem, detailsOf } from '#protocol/error.ts';
import { type DataServices, openDataServices } from '../support/data-services.ts';
import { type Browser, RestServer } from '../support/rest-server.ts';

let services: DataServices;
let rest: RestServer;
let ada: Browser;
let bob: Browser;

beforeAll(async () => {
  services = await openDataServices();
  rest = await RestServer.start(services);
  ada = await rest.staff();
  bob = await rest.member(ada, 'owner');
});
afterAll(async () => {
  rest.stop();
  await services.close();
});

interface Edited {
  path: string;
  /** Two changes of the same field. */
  first: object;
  second: object;
}

const week = Array.from({ length: 7 }, () => []);
const made = async (path: string, body: object) => {
  const { id } = await ada.json<{ id: string }>('POST', `/api/v1/${path}`, body);
  return `/api/v1/${path}/${id}`;
};
const KINDS: Record<string, () => Promise<Edited>> = {
  person: async () => ({
    path: `/api/v1/people/${(await services.addPerson()).id}`,
    first: { phone: '111' },
    second: { phone: '222' },
  }),
  site: async () => ({
    path: await made('sites', { name: 'Lyon', timeZone: 'Europe/Paris' }),
    first: { turnsAt: 2 },
    second: { turnsAt: 3 },
  }),
  department: async () => ({
    path: await made('departments', { name: 'Press' }),
    first: { name: 'Media' },
    second: { name: 'News' },
  }),
  device: async () => ({
    path: `/api/v1/devices/${(await services.addDevice()).deviceId}`,
    first: { settings: { sound: false } },
    second: { settings: { minGap: 5000 } },
  }),
  account: async () => {
    const account = { username: 'eve', name: 'Eve', role: 'viewer' };
    const invited = await ada.json<{ account: { id: string } }>('POST', '/api/v1/accounts', account);
    return {
      path: `/api/v1/accounts/${invited.account.id}`,
      first: { name: 'Eva' },
      second: { name: 'Evi' },
    };
  },
  'payroll profile': async () => ({
    path: await made('payroll-profiles', {
      name: 'Payroll',
      lines: 'person',
      columns: [{ field: 'number', header: 'No', text: '' }],
    }),
    first: { hours: 'minutes' },
    second: { hours: 'clock' },
  }),
  rota: async () => ({
    path: await made('rotas', { name: 'Early', weeks: [week], anchor: '2026-01-05' }),
    first: { name: 'Late' },
    second: { name: 'Night' },
  }),
  settings: async () => ({
    path: '/api/v1/settings',
    first: { MUSTER_FAR: '1e-5' },
    second: { MUSTER_FAR: '1e-6' },
  }),
};

const versionOf = async (path: string) => (await ada.json<{ version: string }>('GET', path)).version;
const change = (by: Browser, path: string, body: object, version: string) =>
  by.send('PATCH', path, body, { 'if-match': `"${version}"` });

describe('the second of two editors', () => {
  it.each(Object.keys(KINDS))('is told who was faster: %s', async (kind) => {
    const { path, first, second } = await KINDS[kind]!();
    const version = await versionOf(path);
    expect((await change(bob, path, first, version)).status).toBe(200);
    const late = await change(ada, path, second, version);
    expect(late.status).toBe(412);
    const details = detailsOf((await late.json()) as Problem, 'precondition-failed');
    expect(details).toEqual({ changedBy: 'member-1', changedAt: expect.any(String) as string });
    // Knowingly, with the version that was seen after it.
    expect((await change(ada, path, second, await versionOf(path))).status).toBe(200);
  });

  it('of a person is told who renamed their department', async () => {
    const { id } = await services.addPerson({ department: 'Paint shop' });
    const path = `/api/v1/people/${id}`;
    const version = await versionOf(path);
    const { departments } = await ada.json<{ departments: { id: string; name: string }[] }>(
      'GET',
      '/api/v1/departments?limit=200',
    );
    const paint = departments.find(({ name }) => name === 'Paint shop')!;
    expect((await bob.send('PATCH', `/api/v1/departments/${paint.id}`, { name: 'Colors' })).status).toBe(200);
    const late = await change(ada, path, { department: '' }, version);
    expect(detailsOf((await late.json()) as Problem, 'precondition-failed')).toMatchObject({
      changedBy: 'member-1',
    });
  });

  it('is told nothing wrong where the audit trail does not know', async () => {
    const { id } = await services.addPerson();
    const late = await change(ada, `/api/v1/people/${id}`, { phone: '333' }, 'of-old');
    expect(detailsOf((await late.json()) as Problem, 'precondition-failed')).toEqual({
      changedBy: null,
      changedAt: null,
    });
  });
});
