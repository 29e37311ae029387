/** Sign-in with a real OpenID provider on the loopback interface, Muster's real routes and a real database. */
import { createServer } from 'node:http';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createApp } from '../../server/http/app.ts';
import { AuditEvent } from '../../server/db/entities/audit-event.ts';
import type { SessionView } from '#protocol/session.ts';
import { OidcSignIn } from '../../server/accounts/oidc/oidc-sign-in.ts';
import { type DataServices, openDataServices } from '../support/data-services.ts';
import { OpenIdProvider, throughProvider } from '../support/openid-provider.ts';
import { appServices, Browser, listen } from '../support/rest-server.ts';

const CLIENT = { id: 'muster', secret: 'a secret between the two' };
let services: DataServices;
let provider: OpenIdProvider;
let server: ReturnType<typeof createServer>;
let oidc: OidcSignIn;
let origin: string;
let now = Date.now();

beforeAll(async () => {
  services = await openDataServices({ now: () => now });
  await services.accountId();
  server = createServer();
  origin = await listen(server, 'http');
  provider = await OpenIdProvider.start({ ...CLIENT, redirectUris: [`${origin}/api/oidc/callback`] });
  const { accounts, accountFeed, database, keys, log } = services;
  oidc = new OidcSignIn({
    settings: {
      issuer: provider.issuer,
      clientId: CLIENT.id,
      clientSecret: CLIENT.secret,
      name: 'Example Ltd',
      roleClaim: 'groups',
      roles: { owner: ['admins'], hr: ['people-team'], manager: ['leads'], employee: ['staff'] },
      person: { by: 'number', claim: 'employee_number' },
    },
    database,
    keys,
    sessions: accounts.sessions,
    feed: accountFeed,
    log,
    now: () => now,
  });
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
  // A new one has full rate-limit buckets.
  server
    .removeAllListeners('request')
    .on('request', createApp(appServices(services, { access: { ...services, oidc } })));
});
afterEach(() => provider.people.clear());

const location = (response: Response) => response.headers.get('location') ?? '';
const pathOf = (url: string) => url.slice(origin.length);

/** As far as the provider's answer: the address that it sends the browser back to. */
async function atProvider(login: string | null, query = ''): Promise<string> {
  const away = location(await browser.send('GET', `/api/v1/oidc/sign-in${query}`, undefined, {}, 'manual'));
  expect(away).toContain(`${provider.issuer}/auth?`);
  return pathOf(await throughProvider(away, login, `${origin}/api/oidc/callback`));
}

async function signIn(login: string | null, query = ''): Promise<string> {
  return finish(await atProvider(login, query));
}

const finish = async (path: string) => location(await browser.send('GET', path, undefined, {}, 'manual'));

const session = async () => (await browser.json<SessionView>('GET', '/api/v1/session')).actor;

describe('sign-in with an identity provider', () => {
  it('the identity provider is offered by name', async () => {
    expect(await browser.json('GET', '/api/v1/oidc')).toEqual({ name: 'Example Ltd' });
  });

  it('a first sign-in creates an account with the role from the claims, and the next one finds it', async () => {
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

  it('a sign-in takes over a changed role and department from the claims', async () => {
    await services.addDepartment('Lab');
    await services.addDepartment('Office');
    provider.add({
      subject: 'm-1',
      claims: { preferred_username: 'mary', groups: ['leads'], department: 'Lab' },
    });
    await signIn('m-1');
    expect(await session()).toMatchObject({ role: 'manager', department: 'Lab' });
    provider.add({ subject: 'm-1', claims: { preferred_username: 'mary', groups: ['people-team'] } });
    browser = new Browser(origin);
    await signIn('m-1');
    // What the provider does not tell stays as it was.
    expect(await session()).toMatchObject({ username: 'mary', role: 'hr', department: 'Lab' });
    provider.add({
      subject: 'm-1',
      claims: { preferred_username: 'mary', groups: ['people-team'], department: 'Office' },
    });
    browser = new Browser(origin);
    await signIn('m-1');
    expect(await session()).toMatchObject({ department: 'Office' });
    // An identity provider adds no department to the list.
    provider.add({
      subject: 'm-1',
      claims: { preferred_username: 'mary', groups: ['people-team'], department: 'Nowhere' },
    });
    browser = new Browser(origin);
    await signIn('m-1');
    expect(await session()).toMatchObject({ department: 'Office' });
  });

  it('a sign-in never takes over another account with the same user name', async () => {
    provider.add({ subject: 'x-1', claims: { preferred_username: 'ada', groups: ['people-team'] } });
    await signIn('x-1');
    expect(await session()).toMatchObject({ username: 'ada-2', role: 'hr' });
  });

  it('a sign-in without a role claim is refused', async () => {
    provider.add({ subject: 'n-1', claims: { preferred_username: 'nobody', groups: ['guests'] } });
    expect(await signIn('n-1')).toBe('/sign-in?failed=no-role');
    expect(await session()).toBeNull();
  });

  it('a sign-in to a disabled account is refused', async () => {
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

  it('a sign-in canceled at the provider is reported', async () => {
    expect(await signIn(null)).toBe('/sign-in?failed=refused');
  });

  it('a sign-in ends the previous session of the browser', async () => {
    provider.add({ subject: 's-1', claims: { preferred_username: 'sue', groups: ['people-team'] } });
    await signIn('s-1');
    const before = browser.cookies.get('muster_session')!;
    await signIn('s-1');
    expect(await session()).toMatchObject({ username: 'sue' });
    const thief = new Browser(origin);
    thief.cookies.set('muster_session', before);
    expect((await thief.json<SessionView>('GET', '/api/v1/session')).actor).toBeNull();
  });

  it('after the sign-in only pages of this server are opened', async () => {
    provider.add({ subject: 'g-2', claims: { preferred_username: 'gil', groups: ['people-team'] } });
    expect(await signIn('g-2', '?return=//evil.example')).toBe('/');
  });
});

const employee = (subject: string, more: object) =>
  provider.add({ subject, claims: { preferred_username: subject, groups: ['staff'], ...more } });

describe('employees', () => {
  it('a first sign-in as an employee gets the account of the person whose number the provider sends', async () => {
    const { id } = await services.addPerson({ number: 'Lab-1', givenName: 'Eve', familyName: 'Ng' });
    employee('e-1', { name: 'Somebody Else', employee_number: 'LAB-1', department: 'Lab' });
    expect(await signIn('e-1')).toBe('/');
    const first = await session();
    expect(first).toMatchObject({ role: 'employee', name: 'Eve Ng', department: null });
    expect(first).toMatchObject({ person: { id, status: 'active' } });
    const changes = (await trail('account.changed')).length;
    browser = new Browser(origin);
    await signIn('e-1');
    expect(await session()).toEqual(first);
    expect(await trail('account.changed')).toHaveLength(changes);
  });

  it('an employee who was invited keeps that account at the first sign-in with the provider', async () => {
    const { id } = await services.addPerson({ number: 'Lab-2' });
    const { account } = await services.employees.give(id, { username: 'lab-2' });
    employee('e-2', { employee_number: 'Lab-2' });
    await signIn('e-2');
    expect(await session()).toMatchObject({ accountId: account.id, username: 'lab-2' });
    // The number may have been given to another identity: it does not get the account as well.
    browser = new Browser(origin);
    employee('e-3', { employee_number: 'Lab-2' });
    expect(await signIn('e-3')).toBe('/sign-in?failed=no-person');
  });

  it.each([
    ['without the claim', {}],
    ['with the number of nobody', { employee_number: 'Lab-99' }],
    ['with a pattern in place of a number', { employee_number: 'Lab-%' }],
    ['with the name of a person only', { name: 'Grace Hopper', preferred_username: 'Grace Hopper' }],
    ['with an address, where numbers bind', { email: 'grace@example.org', email_verified: true }],
  ])('a sign-in as an employee %s is refused', async (_what, claims) => {
    await services.addPerson({ number: `Lab-9-${Math.random()}`, email: 'grace@example.org' });
    employee('e-4', claims);
    expect(await signIn('e-4')).toBe('/sign-in?failed=no-person');
    expect(await session()).toBeNull();
  });

  it('a sign-in with the number of a person who is suspended is refused', async () => {
    await services.addPerson({ number: 'Lab-5', status: 'suspended' });
    employee('e-5', { employee_number: 'Lab-5' });
    expect(await signIn('e-5')).toBe('/sign-in?failed=no-person');
  });

  it('an employee who gets another role by the claims is no longer bound to the person, and the other way round', async () => {
    const { id } = await services.addPerson({ number: 'Lab-6' });
    employee('e-6', { employee_number: 'Lab-6' });
    await signIn('e-6');
    employee('e-6', { employee_number: 'Lab-6', groups: ['people-team'] });
    browser = new Browser(origin);
    await signIn('e-6');
    expect(await session()).toMatchObject({ role: 'hr' });
    expect(await session()).not.toHaveProperty('person');
    employee('e-6', { employee_number: 'Lab-6' });
    browser = new Browser(origin);
    await signIn('e-6');
    expect(await session()).toMatchObject({ role: 'employee', person: { id } });
  });
});

const trail = async (act: string) =>
  (await services.database.fork().find(AuditEvent, { act }, { orderBy: { seq: 'asc' } })).map(({ detail }) =>
    JSON.parse(detail),
  ) as unknown[];

describe('changed claims', () => {
  it('fewer rights in the claims end the sessions and sockets of the account', async () => {
    provider.add({ subject: 'r-1', claims: { preferred_username: 'rosa', groups: ['people-team'] } });
    await signIn('r-1');
    const { accountId } = (await session()) as { accountId: string };
    const before = browser;
    const reported: string[] = [];
    services.accountFeed.on('account.changed', (changed) => reported.push(changed));
    provider.add({ subject: 'r-1', claims: { preferred_username: 'rosa', groups: ['leads'] } });
    browser = new Browser(origin);
    await signIn('r-1');
    expect(await session()).toMatchObject({ role: 'manager' });
    browser = before;
    expect(await session()).toBeNull();
    expect(reported).toContain(accountId);
  });

  it('claims never demote the last owner with a password', async () => {
    const by = { accountId: await services.accountId() };
    provider.add({ subject: 'o-1', claims: { preferred_username: 'olga', groups: ['admins'] } });
    await signIn('o-1');
    await services.accounts.directory.invite({
      username: 'late',
      name: 'Late',
      role: 'owner',
      department: '',
    });
    // As a database that was meddled with, or restored from a backup, may have it.
    const em = services.database.fork();
    await em.execute('update account set disabled_at = now() where id = ?', [by.accountId]);
    provider.add({ subject: 'o-1', claims: { preferred_username: 'olga', groups: ['leads'] } });
    browser = new Browser(origin);
    await signIn('o-1');
    expect(await session()).toMatchObject({ username: 'olga', role: 'owner' });
    await em.execute('update account set disabled_at = null where id = ?', [by.accountId]);
    browser = new Browser(origin);
    await signIn('o-1');
    expect(await session()).toMatchObject({ username: 'olga', role: 'manager' });
  });

  it('a refused sign-in with the provider is in the audit trail', async () => {
    const before = (await trail('session.failed')).length;
    provider.add({ subject: 't-1', claims: { preferred_username: 'tom', groups: ['guests'] } });
    await signIn('t-1');
    provider.add({ subject: 't-2', claims: { preferred_username: 'tina', groups: ['people-team'] } });
    provider.add({ subject: 't-3', claims: { preferred_username: 'theo', groups: ['people-team'] } });
    await signIn('t-2');
    await signIn('t-3', '?proof=1');
    const { accountId } = (await session()) as { accountId: string };
    const by = { accountId: await services.accountId() };
    await services.accounts.directory.change(accountId, { disabled: true }, by);
    browser = new Browser(origin);
    await signIn('t-2');
    expect((await trail('session.failed')).slice(before)).toEqual(
      ['no-role', 'other-person', 'disabled'].map((why) => ({
        after: { by: 'oidc', issuer: provider.issuer, why },
      })),
    );
  });
});

describe('replies of the identity provider', () => {
  beforeEach(() => {
    provider.add({ subject: 'a-1', claims: { preferred_username: 'alan', groups: ['people-team'] } });
  });

  it('a provider reply is refused in another browser', async () => {
    const back = await atProvider('a-1');
    browser = new Browser(origin);
    expect(await finish(back)).toBe('/sign-in?failed=expired');
    expect(await session()).toBeNull();
  });

  it('a provider reply is refused with a wrong state and on its second use', async () => {
    const back = await atProvider('a-1');
    const cookies = new Map(browser.cookies);
    expect(await finish(back.replace(/state=[^&]+/, 'state=forged'))).toBe('/sign-in?failed=invalid');
    for (const [name, value] of cookies) browser.cookies.set(name, value);
    expect(await finish(back)).toBe('/');
    browser.cookies.delete('muster_session');
    for (const [name, value] of cookies) browser.cookies.set(name, value);
    expect(await finish(back)).toBe('/sign-in?failed=invalid');
  });

  it('a provider reply is refused after 10 minutes', async () => {
    const inTime = await atProvider('a-1');
    now += 10 * 60_000 - 1;
    expect(await finish(inTime)).toBe('/');
    const late = await atProvider('a-1');
    now += 10 * 60_000;
    expect(await finish(late)).toBe('/sign-in?failed=expired');
  });
});

describe('confirming identity with the provider', () => {
  it('a confirmation renews the session of the same person only', async () => {
    provider.add({ subject: 'p-1', claims: { preferred_username: 'petra', groups: ['admins'] } });
    provider.add({ subject: 'p-2', claims: { preferred_username: 'paul', groups: ['admins'] } });
    await signIn('p-1');
    const before = browser.cookies.get('muster_session');
    now += 11 * 60_000;
    const needed = await browser.send('POST', '/api/v1/accounts', {
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
    const made = await browser.send('POST', '/api/v1/accounts', {
      username: 'new',
      name: 'New',
      role: 'viewer',
    });
    expect(made.status).toBe(201);
  });
});
