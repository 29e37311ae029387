/** What docs/limits.md says about requests, measured over HTTP and a real database. Only time is replaced. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { HTTP_LIMITS } from '../../server/http/limits.ts';
import { addressReader } from '../../server/perimeter/client-address.ts';
import { RATE_LIMITS } from '../../server/perimeter/rate-limit.ts';
import type { TokenBucketOptions } from '../../server/perimeter/token-bucket.ts';
import { CLAIM_LIMITS } from '#protocol/claims.ts';
import type { EncoderView } from '#protocol/devices.ts';
import { PASSWORD_LENGTH, type SessionView } from '#protocol/session.ts';
import type { NewApiTokenView } from '#protocol/tokens.ts';
import { type DataServices, openDataServices } from '../support/data-services.ts';
import { KeepingStation } from '../support/kept-claims.ts';
import { type Browser, problemOf, RestServer } from '../support/rest-server.ts';

const HOUR = 3_600_000;
const AT_ONCE = 8;
let services: DataServices;
let rest: RestServer;
/** Of the services, epoch ms. */
let clock = Date.parse('2026-11-23T08:00:00Z');
/** Of the rate limits, ms: it stands still, so that a burst is counted exactly, however busy the machine is. */
let monotonic = 0;

beforeAll(async () => {
  services = await openDataServices({ now: () => clock });
});
afterAll(() => services.close());
beforeEach(async () => {
  vi.spyOn(performance, 'now').mockImplementation(() => monotonic);
  const access = { ...services, readAddress: addressReader(['127.0.0.1']), sharedNow: () => clock };
  // A new server finds there what the tests before have used.
  clock += HOUR;
  rest = await RestServer.start(services, { access });
});
afterEach(() => {
  rest.stop();
  vi.restoreAllMocks();
});

/** Limits of one server go by its monotonic clock, those that servers share by the time of the services. */
function pass(time: number): void {
  monotonic += time;
  clock += time;
}

/** A request from an address on the other side of a proxy. */
const from = (address: string) => ({ 'x-forwarded-for': address });

type Send = (i: number) => Promise<Response>;

/** How many of this many requests are let through. The clock stands still, so that some may be sent at the same time. */
async function letThrough(count: number, send: Send, first = 0): Promise<number> {
  let through = 0;
  for (let i = 0; i < count; i += AT_ONCE) {
    const some = Array.from({ length: Math.min(AT_ONCE, count - i) }, async (_, n) => {
      const response = await send(first + i + n);
      await response.arrayBuffer();
      if (response.status !== 429) through += 1;
    });
    await Promise.all(some);
  }
  return through;
}

/** How many requests are let through at once, and after how many ms exactly one more is; null if it is none or more. */
async function measured({ burst, refill }: TokenBucketOptions, send: Send) {
  const atOnce = await letThrough(burst + 1, send);
  const refused = await send(burst + 1);
  expect(refused.headers.get('retry-after')).toBe(String(Math.ceil(refill / 1_000)));
  expect(await problemOf(refused)).toMatchObject({ status: 429, code: 'rate-limited' });
  pass(refill / 2);
  const early = await letThrough(1, send, burst + 2);
  pass(refill / 2);
  const later = await letThrough(2, send, burst + 3);
  return { atOnce, every: early === 0 && later === 1 ? refill : null };
}

/** Whether the server finds a password of so many characters too short or too long. */
async function refusesPassword(length: number): Promise<boolean> {
  const password = 'a moth in relay '.repeat(20).slice(0, length).replace(/ $/, 's');
  const input = { token: 'x', username: 'eve', name: 'Eve', password };
  const problem = await problemOf(await rest.stranger().send('POST', '/api/v1/setup', input));
  return problem.code === 'validation-failed' && JSON.stringify(problem).includes('"password"');
}

const actorOf = async (browser: Browser) => (await browser.json<SessionView>('GET', '/api/v1/session')).actor;

const pair = (address: string) =>
  rest.stranger().send('POST', '/api/v1/device', { code: 'A'.repeat(8) }, from(address));

/** The i-th address of some thousands that are on the Internet. */
const outside = (i: number) => `203.0.${Math.floor(i / 250)}.${1 + (i % 250)}`;

describe('requests', () => {
  it('one address gets 200 API requests at once, then 40 a second', async () => {
    const stranger = rest.stranger();
    expect(await measured(RATE_LIMITS.api, () => stranger.send('GET', '/api/v1/oidc'))).toEqual({
      atOnce: 200,
      every: 25,
    });
    expect((await stranger.send('GET', '/api/v1/oidc', undefined, from('192.0.2.9'))).status).toBe(200);
  });

  it('one encoder begins or ends 20 sessions at once, then one every 2 s', async () => {
    const owner = await rest.staff();
    const added = await owner.json<EncoderView>('POST', '/api/v1/devices/encoders', { name: 'Yard' });
    const other = await owner.json<EncoderView>('POST', '/api/v1/devices/encoders', { name: 'Gate' });
    const begin = (token: string, i: number) =>
      fetch(`${rest.origin}/api/whip`, {
        method: i % 2 ? 'DELETE' : 'POST',
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': 'application/sdp',
          'x-forwarded-for': outside(i),
        },
        body: i % 2 ? null : 'v=0',
      });
    expect(await measured(RATE_LIMITS.whip, (i) => begin(added.token, i))).toEqual({
      atOnce: 20,
      every: 2_000,
    });
    expect((await begin(other.token, 0)).status).toBe(503);
  });

  it('one account, device or token gets 100 API requests at once, then 20 a second', async () => {
    const owner = await rest.staff();
    const station = await rest.station(owner);
    const { secret } = await owner.json<NewApiTokenView>('POST', '/api/v1/tokens', {
      name: 'Payroll',
      scopes: ['people:read'],
      days: 1,
    });
    // A full bucket again for the owner, who has asked for these two.
    monotonic += 2 * RATE_LIMITS.caller.refill;
    expect(await measured(RATE_LIMITS.caller, () => owner.send('GET', '/api/v1/session'))).toEqual({
      atOnce: 100,
      every: 50,
    });
    const elsewhere = from('192.0.2.1');
    expect(
      await measured(RATE_LIMITS.caller, () => station.send('GET', '/api/v1/session', undefined, elsewhere)),
    ).toEqual({ atOnce: 100, every: 50 });
    const authorization = { authorization: `Bearer ${secret}`, ...from('192.0.2.2') };
    expect(
      await measured(RATE_LIMITS.caller, () =>
        rest.stranger().send('GET', '/api/v1/people?limit=1', undefined, authorization),
      ),
    ).toEqual({ atOnce: 100, every: 50 });
  });

  it('a body may have 64 KiB and not a byte more, and files are not accepted', async () => {
    const owner = await rest.staff();
    const send = (bytes: number) => {
      const empty = JSON.stringify({ number: '' });
      const body = JSON.stringify({ number: 'x'.repeat(bytes - empty.length) });
      expect(Buffer.byteLength(body)).toBe(bytes);
      return owner.send('POST', '/api/v1/people', body);
    };
    expect((await send(HTTP_LIMITS.bodyBytes)).status).toBe(422);
    expect(await problemOf(await send(HTTP_LIMITS.bodyBytes + 1))).toMatchObject({ code: 'too-large' });
    const file = '--x\r\ncontent-disposition: form-data; name="f"; filename="f.png"\r\n\r\nabc\r\n--x--\r\n';
    const type = { 'content-type': 'multipart/form-data; boundary=x' };
    expect(await problemOf(await owner.send('POST', '/api/v1/people', file, type))).toMatchObject({
      code: 'bad-request',
    });
  });
});

describe('signing in', () => {
  it('one address gets 10 sign-ins at once, then one every 6 s', async () => {
    expect(
      await measured(RATE_LIMITS.signIn, (i) =>
        rest.stranger().send('POST', '/api/v1/session', { username: `nobody-${i}`, password: 'wrong' }),
      ),
    ).toEqual({ atOnce: 10, every: 6_000 });
  });

  it('one address gets 40 sign-ins through the identity provider at once, then one every 3 s', async () => {
    const stranger = rest.stranger();
    expect(
      await measured(RATE_LIMITS.oidc, (i) =>
        stranger.send('GET', i % 2 === 0 ? '/api/v1/oidc/sign-in' : '/api/v1/oidc/callback'),
      ),
    ).toEqual({ atOnce: 40, every: 3_000 });
  });

  it('one address gets 5 set-ups and invitations at once, then one every 12 s', async () => {
    const stranger = rest.stranger();
    const password = 'a moth in relay seventy';
    expect(
      await measured(RATE_LIMITS.setup, (i) =>
        i % 2 === 0
          ? stranger.send('POST', '/api/v1/setup', { token: 'x', username: 'eve', name: 'Eve', password })
          : stranger.send('POST', '/api/v1/invitation', { token: 'x', password }),
      ),
    ).toEqual({ atOnce: 5, every: 12_000 });
  });

  it('one address gets 30 openings of links to enroll at once, then one every 6 s', async () => {
    const stranger = rest.stranger();
    expect(
      await measured(RATE_LIMITS.invitation, () =>
        stranger.send('POST', '/api/v1/self-enrollment/session', { token: 'x' }),
      ),
    ).toEqual({ atOnce: 30, every: 6_000 });
  });

  it('a password has 12 to 256 characters', async () => {
    const { least, most } = PASSWORD_LENGTH;
    expect([least - 1, least, most, most + 1]).toEqual([11, 12, 256, 257]);
    expect(await refusesPassword(least - 1)).toBe(true);
    expect(await refusesPassword(least)).toBe(false);
    expect(await refusesPassword(most)).toBe(false);
    expect(await refusesPassword(most + 1)).toBe(true);
  });

  it('a session expires after 12 hours without use, and after 7 days however much it is used', async () => {
    const idle = await rest.staff();
    clock += 12 * HOUR - 1;
    expect(await actorOf(idle)).not.toBeNull();
    clock += 12 * HOUR;
    expect(await actorOf(idle)).toBeNull();

    const used = await rest.staff();
    const end = clock + 7 * 24 * HOUR;
    while (clock + 11 * HOUR < end) {
      clock += 11 * HOUR;
      expect(await actorOf(used)).not.toBeNull();
    }
    clock = end - 1;
    expect(await actorOf(used)).not.toBeNull();
    clock = end;
    expect(await actorOf(used)).toBeNull();
  });
});

describe('pairing', { timeout: 180_000 }, () => {
  it('one address gets 10 pairing attempts at once, then one every 12 s', async () => {
    expect(await measured(RATE_LIMITS.pairing, () => pair(outside(0)))).toEqual({
      atOnce: 10,
      every: 12_000,
    });
  });

  it('the first three attempts of all addresses are 1,000 at once, then 5 a second', async () => {
    expect(RATE_LIMITS.pairingFew.burst).toBe(3);
    expect(await measured(RATE_LIMITS.pairingFirst, (i) => pair(outside(Math.floor(i / 3))))).toEqual({
      atOnce: 1_000,
      every: 200,
    });
  });

  it('the further attempts of all addresses are 30 at once, then one every 2 s', async () => {
    const few = RATE_LIMITS.pairingFew.burst;
    const each = RATE_LIMITS.pairing.burst - few;
    for (let i = 0; i < 10; i += 1) expect(await letThrough(few, () => pair(outside(i)))).toBe(few);
    expect(await measured(RATE_LIMITS.pairingOverall, (i) => pair(outside(Math.floor(i / each))))).toEqual({
      atOnce: 30,
      every: 2_000,
    });
  });

  it('the attempts of all private addresses are 30 at once, then one every 2 s', async () => {
    const each = RATE_LIMITS.pairing.burst;
    expect(
      await measured(RATE_LIMITS.pairingOverall, (i) => pair(`10.0.0.${1 + Math.floor(i / each)}`)),
    ).toEqual({ atOnce: 30, every: 2_000 });
  });
});

describe('kept punches', () => {
  it('one address gets 60 deliveries of kept punches at once, then one every 1 s', async () => {
    const stranger = rest.stranger();
    expect(await measured(RATE_LIMITS.claims, () => stranger.send('POST', '/api/v1/claims', {}))).toEqual({
      atOnce: 60,
      every: 1_000,
    });
  });

  it('a delivery has at most 20 kept punches', async () => {
    const station = await KeepingStation.open(services, clock);
    const claim = () => station.claim({ type: 'badge', code: 'unknown' }, clock);
    const claims = await Promise.all(Array.from({ length: CLAIM_LIMITS.batch + 1 }, claim));
    const deliver = (count: number) =>
      rest.stranger().send('POST', '/api/v1/claims', station.delivery(claims.slice(0, count), clock));
    expect(await problemOf(await deliver(CLAIM_LIMITS.batch + 1))).toMatchObject({
      code: 'validation-failed',
    });
    const taken = await deliver(CLAIM_LIMITS.batch);
    expect(((await taken.json()) as { answers: unknown[] }).answers).toHaveLength(CLAIM_LIMITS.batch);
  });

  it('a kept punch is booked up to an age of 14 days', async () => {
    const began = clock;
    const station = await KeepingStation.open(services, began);
    const { id } = await services.addPerson();
    const { code } = await services.passes.issueBadge(id);
    const claims = [
      await station.claim({ type: 'badge', code }, began + 1),
      await station.claim({ type: 'badge', code }, began),
    ];
    clock = began + 1 + CLAIM_LIMITS.oldest;
    expect(CLAIM_LIMITS.oldest).toBe(336 * HOUR);
    expect(await station.deliver(claims, clock)).toEqual([
      { outcome: 'booked' },
      { outcome: 'refused', why: 'too-old' },
    ]);
  });
});
