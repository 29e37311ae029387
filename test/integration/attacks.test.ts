/** Attacks on the REST API that a penetration tester found, and that must fail. */
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { originCheck } from '../../server/perimeter/origins.ts';
import { type DataServices, newTemplate, openDataServices, PASSWORD } from '../support/data-services.ts';
import { type Browser, problemOf, RestServer, SITE } from '../support/rest-server.ts';

let services: DataServices;
let rest: RestServer;
let owner: Browser;

beforeAll(async () => {
  services = await openDataServices();
});
afterAll(() => services.close());
beforeEach(async () => {
  rest = await RestServer.start(services);
  owner = await rest.staff();
});
afterEach(() => rest.stop());

describe('an identifier in capital letters', () => {
  it('an identifier in capital letters is not found, because galleries, key stores and envelopes compare bytes', async () => {
    const { id } = await services.addConsentedPerson();
    await services.enroll(id, [newTemplate('aggregate', 3)]);
    const changed: string[] = [];
    services.templates.on('gallery.changed', ({ personId }) => changed.push(personId));
    const shout = id.toUpperCase();
    for (const [method, url] of [
      ['GET', `/api/v1/people/${shout}`],
      ['PATCH', `/api/v1/people/${shout}`],
      ['DELETE', `/api/v1/people/${shout}`],
      ['DELETE', `/api/v1/people/${shout}/consents/current`],
      ['PUT', `/api/v1/people/${shout}/pin`],
    ] as const) {
      const body = method === 'PATCH' ? { status: 'suspended' } : undefined;
      expect([method, url, (await owner.send(method, url, body)).status]).toEqual([method, url, 404]);
    }
    expect(changed).toEqual([]);
    await owner.json('DELETE', `/api/v1/people/${id}/consents/current`);
    expect(changed).toEqual([id]);
  });
});

describe('text that PostgreSQL cannot store', () => {
  it('text that PostgreSQL cannot store is answered as a fault of the request', async () => {
    const lines: string[] = [];
    const log = pino({ level: 'error' }, { write: (line: string) => void lines.push(line) });
    const server = await RestServer.start(services, { log });
    const staff = await server.staff();
    const stranger = server.stranger();
    const nul = '\0';
    const half = '\ud800';
    try {
      const answers = await Promise.all([
        stranger.send('POST', '/api/v1/session', { username: `a${nul}`, password: 'x' }),
        stranger.send('POST', '/api/v1/device', { code: nul }),
        staff.send('GET', '/api/v1/people?search=%00'),
        staff.send('POST', '/api/v1/people', { number: 'H-1', givenName: half, familyName: 'b' }),
        staff.send('GET', '/api/v1/audit?act=%00'),
        staff.send('GET', '/api/v1/audit?object=%00'),
        staff.send('POST', '/api/v1/devices/pairing-codes', { kind: 'station', name: `a${nul}b` }),
        staff.send('POST', '/api/v1/accounts', { username: 'bo', name: `B${half}`, role: 'hr' }),
        staff.send('POST', '/api/v1/tokens', { name: nul + 't', scopes: ['people:read'], days: 3 }),
        staff.send('POST', '/api/v1/corrections', {
          kind: 'add',
          number: 'E-1',
          siteId: '00000000-0000-4000-8000-000000000000',
          date: '2026-11-20',
          time: '08:00',
          says: 'in',
          reason: `for${nul}got`,
        }),
        staff.send('GET', '/api/v1/attendance?date=0000-01-01'),
        staff.send('GET', '/api/v1/audit?from=0000-01-01'),
      ]);
      for (const answer of answers) {
        expect({ url: answer.url, ...(await problemOf(answer)) }).toMatchObject({ status: 422 });
      }
      expect(lines).toEqual([]);
    } finally {
      server.stop();
    }
  });
});

describe('a database error', () => {
  it('a database error is logged without the values of its row', async () => {
    const { id } = await services.addPerson({ givenName: 'Unmistakable', familyName: 'Name' });
    const lines: string[] = [];
    const write = (line: string) => void lines.push(line);
    const log = pino({ level: 'error' }, { write });
    for (const sql of [
      `update person set created_at = null where id = '${id}'`,
      `insert into person select * from person where id = '${id}'`,
    ]) {
      const error: unknown = await services.database
        .transaction((em) => em.execute(sql))
        .catch((why: unknown) => why);
      expect(error).toBeInstanceOf(Error);
      log.error({ err: error });
      log.error({ err: new Error('outside', { cause: error }) });
    }
    expect(lines.join('')).toMatch(/violates not-null constraint/);
    expect(lines.join('')).not.toMatch(/Unmistakable|Failing row|already exists/);
  });
});

describe('a session behind a proxy that ends TLS', () => {
  it('behind a proxy that ends TLS, the session cookie is marked Secure', async () => {
    const { username, password } = { username: 'ada', password: PASSWORD };
    const login = (headers: Record<string, string>) =>
      fetch(`${proxied.origin}/api/v1/session`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ username, password }),
      });
    const originAllowed = originCheck(['https://muster.example']);
    const proxied = await RestServer.start(services, {
      access: { ...services, originAllowed },
      site: { ...SITE, origins: ['https://muster.example'] },
    });
    try {
      for (const [name, value] of [
        ['origin', 'https://muster.example'],
        ['x-forwarded-proto', 'https'],
      ] as const) {
        const cookies = (await login({ [name]: value })).headers.getSetCookie();
        expect(cookies).toHaveLength(2);
        expect(cookies.every((cookie) => cookie.includes('; Secure'))).toBe(true);
      }
      const [plain] = (await login({})).headers.getSetCookie();
      expect(plain).not.toContain('Secure');
    } finally {
      proxied.stop();
    }
  });
});
