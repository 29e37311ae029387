/** Sign-in by a real OpenID provider: Muster's own routes, a real provider on loopback, a real database. */
import { createServer } from 'node:http';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createApp } from '../../server/http/app.ts';
import { AuditEvent } from '../../server/db/entities/audit-event.ts';
import type { SessionView } from '../../server/protocol/api.ts';
import { OidcSignIn } from '../../server/security/oidc/oidc-sign-in.ts';
import { type DataServices, openDataServices } from '../data-services.ts';
import { OpenIdProvider, throughProvider } from '../openid-provider.ts';
import { appServices, Browser, listen } from '../rest-server.ts';

const CLIENT = { id: 'muster', secret: 'a secret between the two' };
let services: DataServices;
let provider: OpenIdProvider;
let server: ReturnType<typeof createServer>;
let origin: string;
let now = Date.now();

beforeAll(async () => {
  services = await openDataServices({ now: () => now });
  await services.accountId();
  server = createServer();
  origin = await listen(server, 'http');
  provider = await OpenIdProvider.start({ ...CLIENT, redirectUris: [`${origin}/api/oidc/callback`] });
  const { accounts, database, keys, log } = services;
  const oidc = new OidcSignIn({
    settings: {
      issuer: provider.issuer,
      clientId: CLIENT.id,
      clientSecret: CLIENT.secret,
      name: 'Example Ltd',
      roleClaim: 'groups',
      roles: { owner: ['admins'], hr: ['people-team'], manager: ['leads'] },
    },
    database,
    keys,
    sessions: accounts.sessions,
    log,
    now: () => now,
  });
  server.on('request', createApp(appServices(services, { oidc })));
});
afterAll(async () => {
  provider.stop();
  server.closeAllConnections();
  server.close();
  await services.close();
});

let browser: Browser;
beforeEach(() => {
  now = Date.now();
  browser = new Browser(origin);
});
afterEach(() => provider.people.clear());

const location = (response: Response) => response.headers.get('location') ?? '';
const pathOf = (url: string) => url.slice(origin.length);

/** As far as the provider's answer: the address that it sends the browser back to. */
async function atProvider(login: string | null, query = ''): Promise<string> {
  const away = location(await browser.send('GET', `/api/oidc/sign-in${query}`, undefined, {}, 'manual'));
  expect(away).toContain(`${provider.issuer}/auth?`);
  return pathOf(await throughProvider(away, login, `${origin}/api/oidc/callback`));
}

async function signIn(login: string | null, query = ''): Promise<string> {
  return finish(await atProvider(login, query));
}

const finish = async (path: string) => location(await browser.send('GET', path, undefined, {}, 'manual'));

const session = async () => (await browser.json<SessionView>('GET', '/api/session')).actor;

describe('sign-in by a provider', () => {
  it('is offered by name', async () => {
    expect(await browser.json('GET', '/api/oidc')).toEqual({ name: 'Example Ltd' });
  });

  it('makes an account with the role of the claims, and finds it again', async () => {
    provider.add({
      subject: 'g-1',
      claims: { name: 'Grace Hopper', preferred_username: 'Grace', groups: ['staff', 'people-team'] },
    });
    expect(await signIn('g-1', '?return=/people')).toBe('/people');
    const first = await session();
    expect(first).toMatchObject({ kind: 'account', username: 'grace', name: 'Grace Hopper', role: 'hr' });
    browser = new Browser(origin);
    await signIn('g-1');
    expect(await session()).toEqual(first);
    const events = await services.database
      .fork()
      .find(AuditEvent, { act: { $in: ['account.created', 'session.opened'] } });
    expect(
      events.filter(({ objectId }) => objectId === (first as { accountId: string }).accountId),
    ).toHaveLength(1);
    expect(events.some(({ act, actorName }) => act === 'session.opened' && actorName === 'grace')).toBe(true);
  });

  it('follows the claims: another role, another department', async () => {
    provider.add({
      subject: 'm-1',
      claims: { preferred_username: 'mary', groups: ['leads'], department: 'Lab' },
    });
    await signIn('m-1');
    expect(await session()).toMatchObject({ role: 'manager', department: 'Lab' });
    provider.add({ subject: 'm-1', claims: { preferred_username: 'mary', groups: ['people-team'] } });
    browser = new Browser(origin);
    await signIn('m-1');
    expect(await session()).toMatchObject({ username: 'mary', role: 'hr', department: null });
  });

  it('gives nobody the account of somebody else by its name', async () => {
    provider.add({ subject: 'x-1', claims: { preferred_username: 'ada', groups: ['people-team'] } });
    await signIn('x-1');
    expect(await session()).toMatchObject({ username: 'ada-2', role: 'hr' });
  });

  it('lets nobody in without a role', async () => {
    provider.add({ subject: 'n-1', claims: { preferred_username: 'nobody', groups: ['guests'] } });
    expect(await signIn('n-1')).toBe('/sign-in?failed=no-role');
    expect(await session()).toBeNull();
  });

  it('lets nobody in whose account is disabled', async () => {
    provider.add({ subject: 'd-1', claims: { preferred_username: 'dora', groups: ['people-team'] } });
    await signIn('d-1');
    const { accountId } = (await session()) as { accountId: string };
    await services.accounts.directory.change(
      accountId,
      { disabled: true },
      { accountId: await services.accountId() },
    );
    browser = new Browser(origin);
    expect(await signIn('d-1')).toBe('/sign-in?failed=disabled');
  });

  it('says so where the person gives up', async () => {
    expect(await signIn(null)).toBe('/sign-in?failed=refused');
  });

  it('goes to a page of its own only', async () => {
    provider.add({ subject: 'g-2', claims: { preferred_username: 'gil', groups: ['people-team'] } });
    expect(await signIn('g-2', '?return=//evil.example')).toBe('/');
  });
});

describe('an answer of the provider', () => {
  beforeEach(() => {
    provider.add({ subject: 'a-1', claims: { preferred_username: 'alan', groups: ['people-team'] } });
  });

  it('is worth nothing in another browser', async () => {
    const back = await atProvider('a-1');
    browser = new Browser(origin);
    expect(await finish(back)).toBe('/sign-in?failed=expired');
    expect(await session()).toBeNull();
  });

  it('is worth nothing with another state, or a second time', async () => {
    const back = await atProvider('a-1');
    const cookies = new Map(browser.cookies);
    expect(await finish(back.replace(/state=[^&]+/, 'state=forged'))).toBe('/sign-in?failed=invalid');
    for (const [name, value] of cookies) browser.cookies.set(name, value);
    expect(await finish(back)).toBe('/');
    browser.cookies.delete('muster_session');
    for (const [name, value] of cookies) browser.cookies.set(name, value);
    expect(await finish(back)).toBe('/sign-in?failed=invalid');
  });

  it('is worth nothing too late', async () => {
    const back = await atProvider('a-1');
    now += 11 * 60_000;
    expect(await finish(back)).toBe('/sign-in?failed=expired');
  });
});

describe('a proof by the provider', () => {
  it('renews the session of the same person, and of no other', async () => {
    provider.add({ subject: 'p-1', claims: { preferred_username: 'petra', groups: ['admins'] } });
    provider.add({ subject: 'p-2', claims: { preferred_username: 'paul', groups: ['admins'] } });
    await signIn('p-1');
    const before = browser.cookies.get('muster_session');
    now += 11 * 60_000;
    const needed = await browser.send('POST', '/api/accounts', {
      username: 'new',
      name: 'New',
      role: 'viewer',
    });
    expect(await needed.json()).toMatchObject({
      code: 'reauthentication-needed',
      details: { password: false },
    });

    expect(await signIn('p-2', '?proof=1&return=/accounts')).toBe('/sign-in?failed=other-person');
    expect(await session()).toMatchObject({ username: 'petra' });

    expect(await signIn('p-1', '?proof=1&return=/accounts')).toBe('/accounts');
    expect(browser.cookies.get('muster_session')).not.toBe(before);
    const made = await browser.send('POST', '/api/accounts', {
      username: 'new',
      name: 'New',
      role: 'viewer',
    });
    expect(made.status).toBe(201);
  });
});
