/** A socket is closed when its session or its device ends. Sessions, devices and the socket are real. */
import type { IncomingMessage } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { audit } from '../../server/audit/audit.ts';
import { AuditFeed } from '../../server/audit/audit-feed.ts';
import { openAccess } from '../../server/composition/access.ts';
import { followers } from '../../server/composition/followers.ts';
import { DeviceService } from '../../server/devices/device-service.ts';
import { CLOSE } from '#protocol/limits.ts';
import type { Actor } from '#protocol/session.ts';
import { Authenticator } from '../../server/perimeter/authenticator.ts';
import { DEVICE_COOKIE, SESSION_COOKIE } from '../../server/perimeter/cookies.ts';
import { type DataServices, openDataServices, PASSWORD } from '../support/data-services.ts';
import { RestServer } from '../support/rest-server.ts';
import { SignalingHarness } from '../support/signaling-harness.ts';

const HOUR = 3_600_000;
const IDLE = 12 * HOUR;
/** Heartbeats every 300 ms, each of which asks about every socket. */
const OFTEN = { silenceTimeout: 900, sessionCheck: 0 };

const ACCESS = { session: { idle: IDLE, life: 14 * IDLE }, oidc: null, origins: [], proxies: [] };

let services: DataServices;
/** Of another server on the same database. */
let other: Awaited<ReturnType<typeof openAccess>>;
let harness: SignalingHarness;
let authenticator: Authenticator;
let time: number;
/** Number of calls of `authenticate`. */
let asked: number;
/** Wraps the real reply of `authenticate`, so that a test can delay or replace it. */
let around: (answer: () => Promise<Actor | null>) => Promise<Actor | null>;

beforeEach(async () => {
  time = Date.parse('2026-11-23T08:00:00Z');
  services = await openDataServices({ now: () => time, sessionIdle: IDLE });
  authenticator = new Authenticator(services);
  asked = 0;
  around = (answer) => answer();
});
afterEach(async () => {
  await harness.close();
  await services.close();
});

async function open(limits = {}): Promise<void> {
  harness = await SignalingHarness.create({
    limits,
    authenticate: (request: IncomingMessage) => {
      asked += 1;
      return around(() => authenticator.authenticate(request, { touch: false }));
    },
  });
  services.accountFeed.on('account.changed', (accountId) => harness.signaling.recheckAccount(accountId));
}

async function signIn(): Promise<{ cookie: string; token: string }> {
  await services.accountId();
  const { token } = await services.accounts.signIn({ username: 'ada', password: PASSWORD });
  return { cookie: `${SESSION_COOKIE}=${token}`, token };
}

async function pair() {
  const by = { accountId: await services.accountId() };
  const { code } = await services.devices.createPairing({ kind: 'station', name: 'Door', settings: {} }, by);
  const { token, actor } = await services.devices.pair(code);
  return { cookie: `${DEVICE_COOKIE}=${token}`, deviceId: actor.deviceId };
}

/** All that was asked is answered, and was asked about again. */
async function checks(count: number): Promise<void> {
  const until = asked + count;
  await expect.poll(() => asked, { timeout: 10_000 }).toBeGreaterThanOrEqual(until);
}

describe('sockets of ended sessions', () => {
  it('signing out closes the sockets of that session and of no other session', async () => {
    await open();
    const [here, there] = [await signIn(), await signIn()];
    const [one, two, other] = await Promise.all([
      harness.connectWith(here.cookie),
      harness.connectWith(here.cookie),
      harness.connectWith(there.cookie),
    ]);
    const closed = Promise.all([one.until('close'), two.until('close')]);
    await services.accounts.signOut(here.token);
    expect((await closed).map(({ code }) => code)).toEqual([CLOSE.unauthenticated, CLOSE.unauthenticated]);
    await other.request('ping', {});
    expect(harness.signaling.connections).toBe(1);
  });

  it('signing in again in the same browser closes the sockets of the old session', async () => {
    await open();
    const rest = await RestServer.start(services);
    try {
      const browser = await rest.staff();
      const peer = await harness.connectWith(`${SESSION_COOKIE}=${browser.cookies.get(SESSION_COOKIE)}`);
      const closed = peer.until('close');
      await browser.json('POST', '/api/v1/session', { username: 'ada', password: PASSWORD });
      expect(await closed).toMatchObject({ code: CLOSE.unauthenticated });
    } finally {
      rest.stop();
    }
  });

  it('an unused session expires with its sockets, which do not keep it alive', async () => {
    await open(OFTEN);
    const peer = await harness.connectWith((await signIn()).cookie);
    const closed = peer.until('close');
    time += IDLE - 1;
    await checks(3);
    await peer.request('ping', {});
    time += 1;
    expect(await closed).toMatchObject({ code: CLOSE.unauthenticated });
  });

  it('ending a session does not leave the socket open as the device in the same browser', async () => {
    await open();
    const session = await signIn();
    const peer = await harness.connectWith(`${session.cookie}; ${(await pair()).cookie}`);
    const closed = peer.until('close');
    await services.accounts.signOut(session.token);
    expect(await closed).toMatchObject({ code: CLOSE.unauthenticated });
  });
});

describe('sockets of devices', () => {
  it('a device that is revoked while it connects is disconnected', async () => {
    await open();
    const { cookie, deviceId } = await pair();
    around = async (answer) => {
      const actor = await answer();
      around = (again) => again();
      await services.devices.revoke(deviceId);
      return actor;
    };
    const peer = await harness.openWith(cookie);
    expect(await peer.until('close')).toMatchObject({ code: CLOSE.revoked });
  });

  it('a device that is revoked or renamed at another server is told within two looks at the audit trail', async () => {
    await open();
    const { database, keys, log, devices } = services;
    const feed = await AuditFeed.open({ database, log, period: 100 });
    feed.start(followers(services));
    devices.on('device.revoked', ({ deviceId }) => harness.signaling.disconnectDevice(deviceId));
    devices.on('device.changed', (device) => harness.signaling.pushDevice(device));
    const { cookie, deviceId } = await pair();
    const peer = await harness.connectWith(cookie);
    const other = await DeviceService.create({
      database,
      keys,
      log,
      defaults: () => ({ minGap: 0, minFace: 0.1 }),
    });

    const settings = peer.until('notification', ({ notify }) => notify === 'device.settings');
    await other.update(deviceId, { settings: { sound: false } });
    expect(await settings).toMatchObject({ data: { settings: { sound: false } } });
    expect(devices.cameras).toHaveLength(1);

    const gone = peer.until('close');
    await other.revoke(deviceId);
    expect(await gone).toMatchObject({ code: CLOSE.revoked });
    expect(devices.cameras).toEqual([]);
    await feed.close();
  });

  it('a device paired at another server is listed here', async () => {
    await open();
    const { database, keys, log, devices } = services;
    const feed = await AuditFeed.open({ database, log });
    feed.start(followers(services));
    const other = await DeviceService.create({
      database,
      keys,
      log,
      defaults: () => ({ minGap: 0, minFace: 0.1 }),
    });
    const by = { accountId: await services.accountId() };
    const { code } = await other.createPairing({ kind: 'station', name: 'Gate', settings: {} }, by);
    await other.pair(code);
    await feed.look();
    expect(devices.cameras).toMatchObject([{ name: 'Gate', status: 'offline' }]);
    await feed.close();
  });

  it('an account that is disabled at another server loses its sockets here', async () => {
    await open();
    const { database, log } = services;
    const feed = await AuditFeed.open({ database, log, period: 100 });
    feed.start(followers(services));
    const { cookie } = await signIn();
    const peer = await harness.connectWith(cookie);
    const gone = peer.until('close');
    // What the other server does, with a feed of its own that nobody listens to here.
    await database.transaction(async (em) => {
      await em.execute('delete from session');
      const object = { kind: 'account' as const, id: await services.accountId() };
      await audit(em, { act: 'account.disabled', object });
    });
    expect(await gone).toMatchObject({ code: CLOSE.unauthenticated });
    await feed.close();
  });

  it.each([
    ['is signed out', (_id: string, token: string) => other.accounts.signOut(token)],
    [
      'is ended from elsewhere',
      async (id: string) => other.accounts.endSession(await services.accountId(), id),
    ],
    [
      'loses to "end all others"',
      async () => {
        const kept = await other.accounts.signIn({ username: 'ada', password: PASSWORD });
        const current = await other.accounts.sessions.current(kept.token);
        await other.accounts.endOtherSessions(current!);
      },
    ],
  ])('a session that %s at another server loses its sockets here', async (_how, end) => {
    await open();
    const { database, log } = services;
    await using opened = new AsyncDisposableStack();
    // By the notification alone: the looks by the clock would come too late for this test.
    const feed = await AuditFeed.open({ database, log, period: 3_600_000 });
    opened.defer(() => feed.close());
    other = await openAccess(ACCESS, { ...services, log, now: () => time }, opened);
    feed.start(followers(services));
    const { cookie, token } = await signIn();
    const peer = await harness.connectWith(cookie);
    const gone = peer.until('close');
    const session = await services.accounts.sessions.current(token, { touch: false });
    await end(session!.id, token);
    expect(await gone).toMatchObject({ code: CLOSE.unauthenticated });
  });

  it('a feed that was cut off from its channel hears of the next change on a new connection', async () => {
    await open();
    const { database, log } = services;
    const feed = await AuditFeed.open({ database, log, period: 3_600_000 });
    const told: string[] = [];
    feed.start({ ...followers(services), account: async (id) => void told.push(id) });
    const change = (id: string) =>
      database.transaction((em) => audit(em, { act: 'account.changed', object: { kind: 'account', id } }));
    await change('before');
    await expect.poll(() => told, { timeout: 10_000 }).toEqual(['before']);
    await database.fork().execute(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and query like 'listen %'`,
    );
    await change('after');
    await expect.poll(() => told, { timeout: 10_000 }).toEqual(['before', 'after']);
    await feed.close();
  });

  it('a device renamed by another server has its new name after the next check', async () => {
    await open(OFTEN);
    const { cookie, deviceId } = await pair();
    const peer = await harness.connectWith(cookie);
    await services.devices.update(deviceId, { name: 'Gate' });
    await checks(2);
    expect((await peer.request('hello', { protocol: 1 })).actor).toMatchObject({ name: 'Gate' });
  });
});

describe('periodic session checks', () => {
  it('a failed session check leaves all sockets open', async () => {
    await open(OFTEN);
    const [staff, device] = await Promise.all([
      harness.connectWith((await signIn()).cookie),
      harness.connectWith((await pair()).cookie),
    ]);
    around = () => Promise.reject(new Error('no database'));
    await checks(4);
    await Promise.all([staff.request('ping', {}), device.request('ping', {})]);
    expect(harness.signaling.connections).toBe(2);
  });

  it('session checks run in small batches and reach every socket', async () => {
    await open();
    const session = await signIn();
    for (let i = 0; i < 8; i += 1) await harness.connectWith(session.cookie);
    let running = 0;
    let most = 0;
    around = async (answer) => {
      running += 1;
      most = Math.max(most, running);
      const actor = await answer();
      running -= 1;
      return actor;
    };
    await services.accounts.signOut(session.token);
    await expect.poll(() => harness.signaling.connections).toBe(0);
    expect(most).toBe(4);
  });
});
