/** Tokens of integrations, over the real REST API. */
import { once } from 'node:events';
import http from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ApiTokenView, NewApiTokenView } from '#protocol/tokens.ts';
import { AuditEvent } from '../../server/db/entities/audit-event.ts';
import { Authenticator } from '../../server/perimeter/authenticator.ts';
import { SESSION_COOKIE } from '../../server/perimeter/cookies.ts';
import { originCheck } from '../../server/perimeter/origins.ts';
import { type DataServices, openDataServices } from '../support/data-services.ts';
import { type Browser, problemOf, RestServer } from '../support/rest-server.ts';

const DAY = 24 * 3_600_000;
let time: number;
let services: DataServices;
let rest: RestServer;
let owner: Browser;

beforeEach(async () => {
  time = Date.parse('2026-11-23T08:00:00Z');
  services = await openDataServices({ now: () => time, sessionIdle: 30 * DAY });
  rest = await RestServer.start(services);
  owner = await rest.staff();
});
afterEach(async () => {
  rest.stop();
  await services.close();
});

const make = (more: object = {}) =>
  owner.json<NewApiTokenView>('POST', '/api/v1/tokens', {
    name: 'Payroll',
    scopes: ['attendance:read'],
    days: 30,
    ...more,
  });
const list = async () => (await owner.json<{ tokens: ApiTokenView[] }>('GET', '/api/v1/tokens')).tokens;
const use = (secret: string, url = '/api/v1/attendance', headers: Record<string, string> = {}) =>
  rest.stranger().send('GET', url, undefined, { authorization: `Bearer ${secret}`, ...headers });

describe('API tokens', () => {
  it('a token can read what its scopes allow and nothing else', async () => {
    const { secret, token } = await make();
    expect(secret).toMatch(/^muster_[\w-]{43}$/);
    expect(token).toMatchObject({ name: 'Payroll', createdBy: 'Ada', state: 'active', lastUsedAt: null });
    expect((await use(secret)).status).toBe(200);
    expect(await problemOf(await use(secret, '/api/v1/people'))).toMatchObject({
      status: 403,
      code: 'forbidden',
    });
    expect((await use(secret, '/api/v1/account')).status).toBe(403);
    expect((await list())[0]!.lastUsedAt).toBe(new Date(time).toISOString());
  });

  it('a token with write scopes writes under its own name, once for each Idempotency-Key', async () => {
    const { secret, token } = await make({ scopes: ['people:write'] });
    const write = (method: string, url: string, body: unknown, key: string) =>
      rest.stranger().send(method, url, body, {
        authorization: `Bearer ${secret}`,
        'idempotency-key': key,
      });
    const grace = { number: '17', givenName: 'Grace' };
    const [first, again, other] = [
      await write('POST', '/api/v1/people', grace, 'a-key-of-16-chars'),
      await write('POST', '/api/v1/people', grace, 'a-key-of-16-chars'),
      await write('POST', '/api/v1/people', grace, 'another-key-of-16'),
    ];
    const person = (await first.json()) as { id: string; version: string };
    expect([first.status, await again.json(), other.status]).toEqual([201, person, 409]);
    const events = await services.database.fork().find(AuditEvent, { objectId: person.id });
    expect(
      events.map(({ act, actorKind, actorId, actorName }) => [act, actorKind, actorId, actorName]),
    ).toEqual([['person.created', 'token', token.id, 'Payroll']]);
    // It adds people. It lets nobody in, reads no list, and has no say about what a person must answer for.
    for (const [method, url] of [
      ['PUT', `/api/v1/people/${person.id}/pin`],
      ['PUT', `/api/v1/people/${person.id}/badge`],
      ['DELETE', `/api/v1/people/${person.id}`],
      ['GET', '/api/v1/people'],
      ['POST', '/api/v1/absences'],
    ] as const) {
      const problem = await problemOf(await write(method, url, undefined, 'a-third-key-of-16'));
      expect([method, url, problem.code]).toEqual([method, url, 'forbidden']);
    }
  });

  it('a token is shown once and stored as a hash', async () => {
    const { secret } = await make();
    expect(JSON.stringify(await list())).not.toContain(secret);
    const rows = await services.database
      .fork()
      .execute<{ row: string }[]>('select t::text "row" from api_token t');
    const plain = secret.replace('muster_', '');
    for (const form of [plain, Buffer.from(plain).toString('hex'), Buffer.from(secret).toString('hex')]) {
      expect(JSON.stringify(rows)).not.toContain(form);
    }
  });

  it('a token ends on its expiry date, on revocation, and when its creator loses the permission', async () => {
    const [expiring, revoked, orphaned] = [await make({ days: 1 }), await make(), await make()];
    time += DAY;
    expect((await use(expiring.secret)).status).toBe(401);
    await owner.json('POST', '/api/v1/session/proof', { password: 'correct horse battery' });
    expect((await owner.send('DELETE', `/api/v1/tokens/${revoked.token.id}`)).status).toBe(204);
    expect(await problemOf(await use(revoked.secret))).toMatchObject({
      status: 401,
      code: 'unauthenticated',
    });
    expect((await owner.send('DELETE', `/api/v1/tokens/${revoked.token.id}`)).status).toBe(404);
    expect((await use(orphaned.secret)).status).toBe(200);
    await services.database.fork().execute("update account set role = 'hr' where username = 'ada'");
    expect((await use(orphaned.secret)).status).toBe(401);
  });

  it.each(['', 'muster_', `muster_${'A'.repeat(43)}`, 'x'.repeat(300), 'Basic'])(
    'an invalid token is refused, even by an endpoint that needs no sign-in: “%s”',
    async (secret) => {
      expect((await use(secret)).status).toBe(401);
      expect((await use(secret, '/api/v1/session')).status).toBe(401);
    },
  );

  it('a token cannot be created with an unknown scope or a lifetime over the limit', async () => {
    const problem = await problemOf(
      await owner.send('POST', '/api/v1/tokens', { name: ' ', scopes: ['people:erase'], days: 1000 }),
    );
    expect(problem.faults!.map(({ path }) => path)).toEqual(['name', 'scopes.0', 'days']);
    expect((await owner.send('POST', '/api/v1/tokens', { name: 'x', scopes: [], days: 1 })).status).toBe(422);
  });

  it('creating and revoking a token are in the audit trail', async () => {
    const { token } = await make();
    await owner.send('DELETE', `/api/v1/tokens/${token.id}`);
    const events = await services.database
      .fork()
      .find(AuditEvent, { objectId: token.id }, { orderBy: { seq: 'asc' } });
    expect(events.map(({ act, detail }) => [act, detail])).toEqual([
      ['token.created', '{"after":{"scopes":["attendance:read"],"days":30}}'],
      ['token.revoked', '{}'],
    ]);
  });
});

/** Sends a write that must be refused, and returns the text of the refusal. */
async function post(headers: Record<string, string>): Promise<string> {
  const request = http.request(`${rest.origin}/api/v1/people`, { method: 'POST', headers });
  request.end();
  const [response] = (await once(request, 'response')) as [http.IncomingMessage];
  const chunks = await response.toArray();
  return (JSON.parse(Buffer.concat(chunks as Buffer[]).toString()) as { detail: string }).detail;
}

/** The request of a WebSocket upgrade. */
const request = (headers: Record<string, string>) =>
  ({ url: '/socket', headers, socket: {} }) as unknown as http.IncomingMessage;

describe('requests with a token and cookies', () => {
  it('a request with a token ignores the cookies it carries', async () => {
    const { secret } = await make();
    const cookie = `${SESSION_COOKIE}=${owner.cookies.get(SESSION_COOKIE)}`;
    expect(await problemOf(await use(secret, '/api/v1/attendance', { cookie }))).toMatchObject({
      status: 400,
      code: 'bad-request',
    });
  });

  it('a token request passes the origin check from any origin without cookies, but not with cookies', async () => {
    const { secret } = await make();
    const authorization = `Bearer ${secret}`;
    const origin = 'https://elsewhere.example';
    expect(await post({ authorization, origin })).toContain('needs the permission');
    const cookie = `${SESSION_COOKIE}=${owner.cookies.get(SESSION_COOKIE)}`;
    expect(await post({ authorization, origin, cookie })).toContain('from another site');
  });

  it('a token opens no socket', async () => {
    const { secret } = await make();
    const cookie = `${SESSION_COOKIE}=${owner.cookies.get(SESSION_COOKIE)}`;
    const authenticator = new Authenticator(services);
    expect(await authenticator.authenticate(request({ cookie }))).not.toBeNull();
    const authorization = `Bearer ${secret}`;
    expect(await authenticator.authenticate(request({ authorization }))).toBeNull();
    expect(await authenticator.authenticate(request({ authorization, cookie }))).toBeNull();
    expect(originCheck([])(request({ authorization, cookie, origin: 'https://elsewhere.example' }))).toBe(
      false,
    );
  });
});
