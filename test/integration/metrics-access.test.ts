/** Who may read the figures, over the real REST API. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NewApiTokenView } from '#protocol/tokens.ts';
import { type DataServices, openDataServices } from '../support/data-services.ts';
import { type Browser, problemOf, RestServer } from '../support/rest-server.ts';

/** As through a proxy. */
const FROM_ELSEWHERE = { 'x-forwarded-for': '192.0.2.7' };

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

async function tokenFor(...scopes: string[]): Promise<Record<string, string>> {
  const { secret } = await owner.json<NewApiTokenView>('POST', '/api/v1/tokens', {
    name: 'T',
    scopes,
    days: 1,
  });
  return { ...FROM_ELSEWHERE, authorization: `Bearer ${secret}` };
}

describe.each(['/metrics', '/api/v1/metrics'])('the figures at %s', (address) => {
  const ask = (headers?: Record<string, string>) => rest.stranger().send('GET', address, undefined, headers);

  it('a program on the machine itself reads them without a token, as text for Prometheus', async () => {
    const response = await ask();
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(await response.text()).toMatch(/^muster_build_info\{version="test",node="[\d.]+"\} 1$/m);
  });

  it('nobody else reads them without a token', async () => {
    expect(await problemOf(await ask(FROM_ELSEWHERE))).toMatchObject({ status: 401 });
  });

  it('a token with the right reads them, and one without it does not', async () => {
    expect((await ask(await tokenFor('metrics:read'))).status).toBe(200);
    const other = await tokenFor('people:read', 'attendance:read', 'devices:read');
    expect(await problemOf(await ask(other))).toMatchObject({ status: 403 });
  });
});

it('a token for the figures reads nothing else', async () => {
  const token = await tokenFor('metrics:read');
  for (const address of ['/api/v1/people', '/api/v1/devices', '/api/v1/attendance', '/api/v1/audit']) {
    expect((await rest.stranger().send('GET', address, undefined, token)).status).toBe(403);
  }
});

it('requests are counted by endpoint and status, never by the id in their address', async () => {
  const stranger = rest.stranger();
  const { id } = await services.addPerson();
  await owner.json('GET', `/api/v1/people/${id}`);
  await stranger.send('GET', `/api/v1/people/${id}`);
  await stranger.send('GET', '/api/v1/no-such-thing');
  const text = await (await stranger.send('GET', '/metrics')).text();
  expect(text).toMatch(/^muster_http_requests_total\{endpoint="people.get",code="200"\} 1$/m);
  expect(text).toMatch(/^muster_http_requests_total\{endpoint="people.get",code="401"\} 1$/m);
  expect(text).toMatch(/^muster_http_requests_total\{endpoint="none",code="404"\} 1$/m);
  expect(text).not.toContain(id);
});
