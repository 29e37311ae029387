/** Two servers on one PostgreSQL behind HAProxy, with the file that the documents recommend. */
import { randomBytes, randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Database } from '../../server/db/database.ts';
import { migrations } from '../../server/db/migrations/index.ts';
import type { EncoderView } from '#protocol/devices.ts';
import { CLOSE } from '#protocol/limits.ts';
import type { PinView } from '#protocol/passes.ts';
import type { PersonView } from '#protocol/people.ts';
import { vp8Clip } from '../fixtures/clips.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { HaProxy } from '../support/haproxy.ts';
import { Keypad } from '../support/keypad.ts';
import { MusterServer } from '../support/muster-server.ts';
import { hasProgram, needsProgram } from '../support/programs.ts';
import { Browser } from '../support/rest-server.ts';
import { loadRtpClip } from '../support/rtp-publisher.ts';
import { WhipClient } from '../support/whip-client.ts';

const ADA = { username: 'ada', password: 'correct horse battery' };

let own: TestDatabase;
let database: Database;
let proxy: HaProxy;
let a: MusterServer;
let b: MusterServer;
/** Signed in through the proxy. */
let owner: Browser;

async function open(): Promise<void> {
  own = await createTestDatabase();
  proxy = await HaProxy.on();
  const env = {
    MUSTER_MASTER_KEY: randomBytes(32).toString('base64'),
    MUSTER_ORIGINS: proxy.url,
    MUSTER_PROXIES: '127.0.0.1',
    MUSTER_DRAIN_SECONDS: '300',
  };
  const start = () => MusterServer.start({ databaseUrl: own.url, env });
  [a, b] = await Promise.all([start(), start()]);
  proxy.up([a.httpsAddress, b.httpsAddress]);
  database = await Database.open({ url: own.url, log: pino({ level: 'silent' }), migrate: false });
  await ready(proxy.url);
  // Each server prints a token of its own until there is an account.
  const first = new Browser(a.url);
  await first.json('POST', '/api/v1/setup', { token: a.setupToken, name: 'Ada', ...ADA });
  owner = new Browser(proxy.url);
  await owner.json('POST', '/api/v1/session', ADA);
}

const statusOf = async (url: string) => (await fetch(url).catch(() => null))?.status;
const ready = (url: string) =>
  vi.waitFor(async () => expect(await statusOf(`${url}/readyz`)).toBe(200), {
    timeout: 60_000,
    interval: 200,
  });

/** The same browser as it talks to another address: the cookies of its session are those of all servers. */
function at(url: string, browser: Browser): Browser {
  const other = new Browser(url);
  for (const [name, value] of browser.cookies) other.cookies.set(name, value);
  return other;
}

async function pair(name: string): Promise<{ id: string; browser: Browser }> {
  const { code } = await owner.json<{ code: string }>('POST', '/api/v1/devices/pairing-codes', {
    kind: 'station',
    name,
  });
  const browser = new Browser(proxy.url);
  const { actor } = await browser.json<{ actor: { deviceId: string } }>('POST', '/api/v1/device', { code });
  return { id: actor.deviceId, browser };
}

async function somebody(number: string): Promise<{ id: string; pin: string }> {
  const person = { number, givenName: 'Grace', familyName: 'Hopper' };
  const { id } = await owner.json<PersonView>('POST', '/api/v1/people', person);
  return { id, ...(await owner.json<PinView>('PUT', `/api/v1/people/${id}/pin`)) };
}

/** Connects as often as it takes, as a page does. */
async function reconnected(url: string, station: Browser): Promise<Keypad> {
  let keypad: Keypad | undefined;
  await expect
    .poll(
      async () => {
        keypad = await Keypad.open(url, station).catch(() => undefined);
        return keypad !== undefined;
      },
      { timeout: 60_000 },
    )
    .toBe(true);
  return keypad!;
}

const opened = (server: MusterServer, device: string) =>
  server.output.filter((line) => line.includes('"socket.opened"') && line.includes(device)).length;

async function count(statement: string): Promise<number> {
  const [row] = await database.fork().execute<[{ n: number }]>(`select count(*)::int n from ${statement}`);
  return row.n;
}

describe.skipIf(!hasProgram('haproxy'))(`two servers behind a proxy (${needsProgram('haproxy')})`, () => {
  beforeAll(open, 240_000);
  afterAll(async () => {
    await Promise.all([a?.down('SIGKILL'), b?.down('SIGKILL')]);
    await Promise.all([a?.close(), b?.close(), proxy?.close(), database?.close()]);
    await own?.drop();
  });

  it('two servers that start at the same moment on an empty database migrate it once', async () => {
    expect(await count('mikro_orm_migrations')).toBe(migrations.length);
    const applied = [a, b].flatMap(({ output }) =>
      output.filter((line) => line.includes('"migration.applied"')),
    );
    expect(applied).toHaveLength(migrations.length);
  });

  it('the work of the day is done once', async () => {
    await expect.poll(() => count(`audit_event where act = 'retention.run'`)).toBe(1);
    expect(await count('retention_run')).toBe(1);
  });

  it('who signed in through the proxy is signed in at both servers, and signed out at both', async () => {
    const visitor = new Browser(proxy.url);
    await visitor.json('POST', '/api/v1/session', ADA);
    for (const { url } of [a, b])
      expect((await at(url, visitor).send('GET', '/api/v1/people')).status).toBe(200);
    await at(b.url, visitor).send('DELETE', '/api/v1/session');
    for (const { url } of [a, b])
      expect((await at(url, visitor).send('GET', '/api/v1/people')).status).toBe(401);
  });

  it('failed sign-ins at both servers add up', async () => {
    const wrong = { username: 'eve', password: 'not the right one' };
    const statuses: number[] = [];
    for (let i = 0; i < 7; i += 1) {
      const server = i % 2 === 0 ? a : b;
      statuses.push((await new Browser(server.url).send('POST', '/api/v1/session', wrong)).status);
    }
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429, 429]);
  });

  it('wrong PINs at both servers lock one number', async () => {
    const { pin } = await somebody('200');
    const doors = [await pair('North'), await pair('South')];
    const keypads = await Promise.all([
      Keypad.open(a.url, at(a.url, doors[0]!.browser)),
      Keypad.open(b.url, at(b.url, doors[1]!.browser)),
    ]);
    const wrong = pin === '000000' ? '000001' : '000000';
    for (let i = 0; i < 6; i += 1) await keypads[i % 2]!.type('200', wrong).catch(() => {});
    for (const keypad of keypads) await expect(keypad.type('200', pin)).rejects.toThrow('do not go together');
    for (const keypad of keypads) keypad.close();
  });

  it('a device that is revoked at one server is cut off at the other', async () => {
    const { id, browser } = await pair('Gate');
    const keypad = await Keypad.open(b.url, at(b.url, browser));
    const [told, closed] = [keypad.told('device.revoked'), keypad.closed()];
    expect((await at(a.url, owner).send('DELETE', `/api/v1/devices/${id}`)).status).toBe(204);
    await told;
    expect(await closed).toBe(CLOSE.revoked);
  });

  it('an encoder whose token is replaced at one server ends at the other', async () => {
    const added = at(a.url, owner);
    const { device, token } = await added.json<EncoderView>('POST', '/api/v1/devices/encoders', {
      name: 'Studio',
    });
    const file = await vp8Clip({ clip: 'franck', from: 10, to: 12, width: 320, height: 240, fps: 10 });
    const clip = { codec: 'vp8' as const, clip: await loadRtpClip(file, 10) };
    const encoder = await WhipClient.publish(`${b.url}/api/whip`, token, clip);
    const ended = encoder.ended();
    await added.json<EncoderView>('POST', `/api/v1/devices/${device.id}/token`);
    await ended;
    encoder.close();
    await expect.poll(() => b.output.join('\n')).toContain('"event":"whip.ended"');
    await expect(WhipClient.publish(`${b.url}/api/whip`, token, clip)).rejects.toThrow('401');
  });

  it(
    'a server that is killed leaves its stations to the other, which knows what was punched',
    { timeout: 240_000 },
    async () => {
      const person = await somebody('300');
      const { id, browser } = await pair('Hall');
      const keypad = await Keypad.open(proxy.url, browser);
      const requestId = randomUUID();
      const before = await keypad.type('300', person.pin, requestId);
      expect(before.result).toBe('checked-in');
      const holder = opened(a, id) > 0 ? a : b;
      const other = holder === a ? b : a;
      const closed = keypad.closed();
      await holder.down('SIGKILL');
      await closed;

      const again = await reconnected(proxy.url, browser);
      expect(opened(other, id)).toBeGreaterThan(0);
      // The station has not heard the answer, and asks again.
      expect(await again.type('300', person.pin, requestId)).toEqual(before);
      expect(await count(`punch where person_id = '${person.id}'`)).toBe(1);
      again.close();
      await holder.up();
      await ready(holder.url);
    },
  );

  it(
    'a server that is told to end says that it is not ready, serves who is there, and takes nobody new',
    { timeout: 120_000 },
    async () => {
      const { id, browser } = await pair('Yard');
      const here = await Keypad.open(b.url, at(b.url, browser));
      process.kill(b.pid, 'SIGTERM');
      await expect.poll(() => statusOf(`${b.url}/readyz`)).toBe(503);
      expect(await (await fetch(`${b.url}/readyz`)).json()).toMatchObject({
        problems: expect.arrayContaining(['draining']),
      });
      expect(await statusOf(`${b.url}/healthz`)).toBe(200);
      expect(await count('server where draining_at is not null')).toBe(1);
      const person = await somebody('400');
      expect((await here.type('400', person.pin)).result).toBe('checked-in');

      // The proxy looks once a second: from then on everybody new comes to the other server.
      await expect
        .poll(
          async () => {
            const seen = opened(a, id);
            const one = await Keypad.open(proxy.url, browser).catch(() => undefined);
            one?.close();
            return opened(a, id) > seen;
          },
          { timeout: 60_000, interval: 500 },
        )
        .toBe(true);
    },
  );
});
