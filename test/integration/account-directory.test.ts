/** Accounts as owners see them, and one's own, over the real REST API and the real socket. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AccountView, InvitationView, OwnAccountView } from '#protocol/accounts.ts';
import { doorOf } from '../../server/attendance/attendance-service.ts';
import type { AttendanceView } from '#protocol/attendance.ts';
import { AuditEvent } from '../../server/db/entities/audit-event.ts';
import { CLOSE } from '#protocol/limits.ts';
import type { Role } from '#protocol/permissions.ts';
import { Authenticator } from '../../server/perimeter/authenticator.ts';
import { SESSION_COOKIE } from '../../server/perimeter/cookies.ts';
import { KNOWN_COOKIE } from '../../server/accounts/known-browser-store.ts';
import { type DataServices, openDataServices, PASSWORD } from '../support/data-services.ts';
import { type Browser, problemOf, RestServer } from '../support/rest-server.ts';
import { SignalingHarness } from '../support/signaling-harness.ts';

const MINUTE = 60_000;
const NEW_PASSWORD = 'a moth in relay seventy';
let time: number;
let services: DataServices;
let rest: RestServer;
let owner: Browser;

beforeEach(async () => {
  time = Date.parse('2026-11-23T08:00:00Z');
  services = await openDataServices({ now: () => time });
  rest = await RestServer.start(services);
  owner = await rest.staff();
});
afterEach(async () => {
  rest.stop();
  await services.close();
});

let names = 0;
async function invite(role: Role, department = ''): Promise<InvitationView> {
  names += 1;
  await services.addDepartment(department);
  const input = { username: `somebody.${names}`, name: `Grace ${names}`, role, department };
  return owner.json('POST', '/api/v1/accounts', input);
}

async function signedIn(username: string): Promise<Browser> {
  const browser = rest.stranger();
  await browser.json('POST', '/api/v1/session', { username, password: NEW_PASSWORD });
  return browser;
}

async function member(role: Role, department = ''): Promise<{ account: AccountView; browser: Browser }> {
  const { account, token } = await invite(role, department);
  await rest.stranger().json('POST', '/api/v1/invitation', { token, password: NEW_PASSWORD });
  return { account, browser: await signedIn(account.username) };
}

const change = (id: string, body: object, by = owner) => by.send('PATCH', `/api/v1/accounts/${id}`, body);

const join = ({ token }: InvitationView) =>
  rest.stranger().send('POST', '/api/v1/invitation', { token, password: NEW_PASSWORD });

describe('invitations', () => {
  it('an invitation lets its receiver choose a password once, and no other account can see that password', async () => {
    const { account, token } = await invite('hr');
    expect(account).toMatchObject({ state: 'invited', role: 'hr', secondFactor: false, signedInAt: null });
    const guest = rest.stranger();
    const poor = { token, password: account.username.padEnd(12, '1') };
    expect(await problemOf(await guest.send('POST', '/api/v1/invitation', poor))).toMatchObject({
      code: 'validation-failed',
      faults: [{ path: 'password' }],
    });
    const input = { token, password: NEW_PASSWORD };
    expect(await guest.json('POST', '/api/v1/invitation', input)).toEqual({ username: account.username });
    expect((await guest.send('POST', '/api/v1/invitation', input)).status).toBe(404);
    expect((await (await signedIn(account.username)).send('GET', '/api/v1/people')).status).toBe(200);
    const rows = await services.database.fork().execute('select i::text from invitation i');
    expect(rows).toEqual([]);
  });

  it('an invitation signs in at once, even while strangers fail to sign in under the same user name', async () => {
    const { account, token } = await invite('hr');
    const { username } = account;
    for (let i = 0; i < 6; i++) {
      await rest.stranger().send('POST', '/api/v1/session', { username, password: `wrong ${i}` });
    }
    const guest = rest.stranger();
    const input = { username, password: NEW_PASSWORD };
    await guest.json('POST', '/api/v1/invitation', { token, password: NEW_PASSWORD });
    expect((await rest.stranger().send('POST', '/api/v1/session', input)).status).toBe(429);
    expect((await guest.send('POST', '/api/v1/session', input)).status).toBe(200);
  });

  it('an invitation expires after 72 hours and when a later invitation replaces it', async () => {
    const first = await invite('hr');
    const id = first.account.id;
    const second = await owner.json<InvitationView>('POST', `/api/v1/accounts/${id}/invitation`);
    expect((await join(first)).status).toBe(404);
    const other = await invite('hr');
    time += 72 * 60 * MINUTE - 1;
    expect((await join(other)).ok).toBe(true);
    time += 1;
    expect((await join(second)).status).toBe(404);
  });

  it('a manager without a department is refused, when invited and when changed', async () => {
    const account = { username: 'mia', name: 'Mia', role: 'manager', department: '' };
    const refused = await owner.send('POST', '/api/v1/accounts', account);
    expect(refused.status).toBe(422);
    expect(await problemOf(refused)).toMatchObject({ faults: [{ path: 'department' }] });
    const { account: viewer } = await invite('viewer');
    expect((await change(viewer.id, { role: 'manager' })).status).toBe(422);
    await services.addDepartment('Lab');
    expect((await change(viewer.id, { role: 'manager', department: 'Lab' })).status).toBe(200);
    expect((await change(viewer.id, { department: '' })).status).toBe(422);
    expect((await change(viewer.id, { disabled: true })).status).toBe(200);
  });

  it('an invitation for a user name that is taken is refused', async () => {
    const input = { username: 'ADA', name: 'Another', role: 'viewer' };
    expect(await problemOf(await owner.send('POST', '/api/v1/accounts', input))).toMatchObject({
      code: 'conflict',
      faults: [{ path: 'username' }],
    });
  });
});

describe('accounts', () => {
  it('a disabled account is signed out at once, its sockets included, and cannot sign in again', async () => {
    const authenticator = new Authenticator(services);
    const harness = await SignalingHarness.create({
      authenticate: (request) => authenticator.authenticate(request, { touch: false }),
    });
    try {
      services.accountFeed.on('account.changed', (accountId) => harness.signaling.recheckAccount(accountId));
      const { account, browser } = await member('hr');
      const peer = await harness.connectWith(`${SESSION_COOKIE}=${browser.cookies.get(SESSION_COOKIE)}`);
      const closed = peer.until('close');
      expect((await change(account.id, { disabled: true })).status).toBe(200);
      expect(await closed).toMatchObject({ code: CLOSE.unauthenticated });
      expect((await browser.send('GET', '/api/v1/people')).status).toBe(401);
      await expect(signedIn(account.username)).rejects.toThrow('401');
      expect((await change(account.id, { disabled: false })).status).toBe(200);
      await signedIn(account.username);
    } finally {
      await harness.close();
    }
  });

  it('an account keeps its socket when its session confirms the password and gets a new token', async () => {
    const authenticator = new Authenticator(services);
    const harness = await SignalingHarness.create({
      authenticate: (request) => authenticator.authenticate(request, { touch: false }),
    });
    try {
      services.accountFeed.on('account.changed', (accountId) => harness.signaling.recheckAccount(accountId));
      const peer = await harness.connectWith(`${SESSION_COOKIE}=${owner.cookies.get(SESSION_COOKIE)}`);
      await owner.json('POST', '/api/v1/session/proof', { password: PASSWORD });
      harness.signaling.recheckAccount(await services.accountId());
      await owner.send('PUT', '/api/v1/account/password', { current: PASSWORD, password: NEW_PASSWORD });
      await peer.request('ping', {});
      const closed = peer.until('close');
      await owner.send('DELETE', '/api/v1/session');
      expect(await closed).toMatchObject({ code: CLOSE.unauthenticated });
    } finally {
      await harness.close();
    }
  });

  it('an account whose role changes has to sign in again and then has its new rights', async () => {
    const { account, browser } = await member('hr');
    await services.addDepartment('Navy');
    await change(account.id, { name: 'Grace Brewster', department: 'Navy' });
    expect((await browser.send('GET', '/api/v1/people')).status).toBe(200);
    await change(account.id, { role: 'viewer' });
    expect((await browser.send('GET', '/api/v1/attendance')).status).toBe(401);
    expect((await (await signedIn(account.username)).send('GET', '/api/v1/people')).status).toBe(403);
    const { accounts } = await owner.json<{ accounts: AccountView[] }>('GET', '/api/v1/accounts');
    expect(accounts.find(({ id }) => id === account.id)).toMatchObject({
      name: 'Grace Brewster',
      department: 'Navy',
      role: 'viewer',
      state: 'active',
    });
  });

  it('an account that was reset has no password until the new link is used', async () => {
    const { account, browser } = await member('hr');
    const { token } = await owner.json<InvitationView>('POST', `/api/v1/accounts/${account.id}/invitation`);
    expect((await browser.send('GET', '/api/v1/people')).status).toBe(401);
    await expect(signedIn(account.username)).rejects.toThrow('401');
    await rest.stranger().json('POST', '/api/v1/invitation', { token, password: NEW_PASSWORD });
    await signedIn(account.username);
  });

  it('the last owner can be neither disabled nor demoted, not even by themselves', async () => {
    const ada = await services.accountId();
    for (const body of [{ disabled: true }, { role: 'hr' }]) {
      expect(await problemOf(await change(ada, body))).toMatchObject({ code: 'wrong-state' });
    }
    // An invited owner does not count, because the invitation may never be used.
    const { account, token } = await invite('owner');
    await rest.stranger().json('POST', '/api/v1/invitation', { token, password: NEW_PASSWORD });
    const other = await signedIn(account.username);
    const both = await Promise.all([
      change(ada, { role: 'hr' }, other),
      change(account.id, { disabled: true }, owner),
    ]);
    expect(both.map(({ status }) => status).filter((status) => status === 200)).toHaveLength(1);
    const { accounts } = await (both[0].status === 200 ? other : owner).json<{ accounts: AccountView[] }>(
      'GET',
      '/api/v1/accounts',
    );
    expect(accounts.filter(({ role, state }) => role === 'owner' && state === 'active')).toHaveLength(1);
  });

  it('every change of an account is in the audit trail, without names', async () => {
    const { account } = await member('hr');
    await change(account.id, { role: 'viewer', name: 'Secret Name' });
    await change(account.id, { disabled: true });
    const events = await services.database
      .fork()
      .find(AuditEvent, { objectId: account.id }, { orderBy: { seq: 'asc' } });
    expect(events.map(({ act, actorName }) => `${act} ${actorName}`)).toEqual([
      'account.created ada',
      'account.joined ',
      'account.changed ada',
      'account.disabled ada',
    ]);
    expect(JSON.stringify(events.map(({ detail }) => detail))).not.toContain('Secret Name');
  });
});

describe('sensitive acts', () => {
  it('a sensitive act asks for the password again when the last proof is old, and continues under a new cookie', async () => {
    time += 10 * MINUTE;
    const input = { username: 'grace', name: 'Grace', role: 'hr' };
    expect(await problemOf(await owner.send('POST', '/api/v1/accounts', input))).toMatchObject({
      status: 401,
      code: 'reauthentication-needed',
      details: { secondFactor: false },
    });
    expect((await owner.send('GET', '/api/v1/accounts')).status).toBe(200);
    const old = owner.cookies.get(SESSION_COOKIE);
    const wrong = await problemOf(await owner.send('POST', '/api/v1/session/proof', { password: 'wrong' }));
    expect(wrong).toMatchObject({ status: 422, faults: [{ path: 'password' }] });
    await owner.json('POST', '/api/v1/session/proof', { password: PASSWORD });
    expect(owner.cookies.get(SESSION_COOKIE)).not.toBe(old);
    expect((await owner.send('POST', '/api/v1/accounts', input)).status).toBe(201);
  });
});

describe('an idle page', () => {
  it('an open page without a user does not keep its session alive by polling', async () => {
    for (let hour = 0; hour < 11; hour++) {
      time += 60 * MINUTE;
      const still = { 'muster-still': '1' };
      expect((await owner.send('GET', '/api/v1/attendance', undefined, still)).status).toBe(200);
    }
    time += 60 * MINUTE;
    expect((await owner.send('GET', '/api/v1/attendance')).status).toBe(401);
  });
});

describe('the page of one’s own account', () => {
  it('the account lists its own sessions and can end any of them', async () => {
    const [here, there, elsewhere] = await Promise.all([1, 2, 3].map(() => rest.staff()));
    await here!.send('GET', '/api/v1/account', undefined, {
      'user-agent': 'ignored: only the opening counts',
    });
    const own = await here!.json<OwnAccountView>('GET', '/api/v1/account');
    expect(own.account).toMatchObject({ username: 'ada', role: 'owner' });
    expect(own.recoveryCodes).toBeNull();
    // With those of the set-up and of `owner`.
    expect(own.sessions).toHaveLength(5);
    expect(own.sessions.filter(({ current }) => current)).toHaveLength(1);
    expect(own.sessions.find(({ current }) => current)).toMatchObject({
      address: '127.0.0.1',
      userAgent: 'node',
    });
    const thereId = (await there!.json<OwnAccountView>('GET', '/api/v1/account')).sessions.find(
      (s) => s.current,
    )!.id;
    expect((await here!.send('DELETE', `/api/v1/account/sessions/${thereId}`)).status).toBe(204);
    expect((await there!.send('GET', '/api/v1/account')).status).toBe(401);
    expect((await elsewhere!.send('GET', '/api/v1/account')).status).toBe(200);
    expect((await here!.send('DELETE', '/api/v1/account/sessions')).status).toBe(204);
    expect((await elsewhere!.send('GET', '/api/v1/account')).status).toBe(401);
    expect((await here!.send('GET', '/api/v1/account')).status).toBe(200);
  });

  it('an account cannot end a session of another account', async () => {
    const { browser } = await member('viewer');
    const { sessions } = await owner.json<OwnAccountView>('GET', '/api/v1/account');
    expect((await browser.send('DELETE', `/api/v1/account/sessions/${sessions[0]!.id}`)).status).toBe(404);
    expect((await owner.send('GET', '/api/v1/account')).status).toBe(200);
  });

  it('a browser remembers its account in a cookie that grants no access', async () => {
    const cookies = new Map(owner.cookies);
    expect(cookies.has(KNOWN_COOKIE)).toBe(true);
    await owner.send('DELETE', '/api/v1/session');
    expect(owner.cookies.get(KNOWN_COOKIE)).toBe(cookies.get(KNOWN_COOKIE));
    expect((await owner.send('GET', '/api/v1/account')).status).toBe(401);
  });
});

async function seen(browser: Browser) {
  const { days, figures } = await browser.json<AttendanceView>('GET', '/api/v1/attendance');
  return { present: days.map(({ person }) => person.displayName.split(' ')[0]), absent: figures.absent };
}

describe('managers', () => {
  let people: Record<string, string>;

  beforeEach(async () => {
    people = {};
    for (const [name, department] of [
      ['Ann', 'Radio'],
      ['Ben', 'radio'],
      ['Cyd', 'Kitchen'],
      ['Dan', ''],
    ] as const) {
      people[name] = (await services.addPerson({ givenName: name, department })).id;
    }
    const device = await services.addDevice();
    for (const who of ['Ann', 'Cyd', 'Dan']) {
      await services.attendance.record(
        {
          id: `s-${who}`,
          personId: people[who]!,
          cameraId: device.deviceId,
          track: 1,
          at: time,
          similarity: 0.9,
          margin: 0.3,
          frames: 4,
        } as Parameters<typeof services.attendance.record>[0],
        doorOf(device),
      );
    }
  });

  it('a manager sees the attendance of their own department only', async () => {
    const { browser } = await member('manager', 'Radio');
    expect(await seen(browser)).toEqual({ present: ['Ann'], absent: 1 });
    expect(await seen((await member('viewer', 'Radio')).browser)).toEqual({
      present: ['Ann', 'Cyd', 'Dan'],
      absent: 1,
    });
  });

  it('a manager without a department sees no people, not even those without a department', async () => {
    const { account, browser } = await member('manager', 'Radio');
    // As an identity provider may report one.
    await services.database.fork().execute('update account set department = null where id = ?', [account.id]);
    expect(await seen(browser)).toEqual({ present: [], absent: 0 });
  });
});
