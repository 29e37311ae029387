import { randomUUID } from 'node:crypto';
import http from 'node:http';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { doorOf, type SightingDevice } from '../../server/attendance/attendance-service.ts';
import { Database } from '../../server/db/database.ts';
import { Outbox } from '../../server/outbox/outbox.ts';
import { EVENT_TYPES, type EventType } from '#protocol/events.ts';
import {
  type DeliveryView,
  WEBHOOK_LIMITS,
  type WebhookSecretView,
  type WebhookTestView,
  type WebhookView,
} from '#protocol/webhooks.ts';
import { allowedAddresses } from '../../server/webhooks/allowed-addresses.ts';
import { callWebhook } from '../../server/webhooks/webhook-call.ts';
import { WebhookSecrets } from '../../server/webhooks/webhook-secrets.ts';
import { WebhookSender } from '../../server/webhooks/webhook-sender.ts';
import { type DataServices, openDataServices } from '../support/data-services.ts';
import { type Browser, listen, problemOf, RestServer } from '../support/rest-server.ts';
import { WebhookReceiver } from '../support/webhook-receiver.ts';

let services: DataServices;
let rest: RestServer;
let owner: Browser;
let door: SightingDevice;
let receiver: WebhookReceiver;
let hook: WebhookView;
const opened: WebhookReceiver[] = [];

beforeAll(async () => {
  services = await openDataServices({ env: { MUSTER_WEBHOOK_ALLOW: '127.0.0.1' } });
  door = doorOf(await services.addDevice());
  rest = await RestServer.start(services);
  owner = await rest.staff();
  services.outbox.start();
  services.webhookSender.start();
});
afterAll(async () => {
  rest.stop();
  await services.close();
});
beforeEach(async () => {
  ({ receiver, hook } = await newHook());
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((one) => one.down()));
  for (const { id } of (await owner.json<{ webhooks: WebhookView[] }>('GET', '/api/v1/webhooks')).webhooks) {
    await owner.send('DELETE', `/api/v1/webhooks/${id}`);
  }
});

async function newHook(types: readonly EventType[] = EVENT_TYPES) {
  const made = await WebhookReceiver.start();
  opened.push(made);
  const { webhook, secret } = await owner.json<WebhookSecretView>('POST', '/api/v1/webhooks', {
    name: 'Payroll',
    url: made.url,
    types,
  });
  made.secrets = [secret];
  return { receiver: made, hook: webhook };
}

async function punch(personId: string): Promise<void> {
  const face = { track: 1, similarity: 0.7, margin: 0.3, frames: 4, live: null };
  const one = { id: randomUUID(), cameraId: door.id, personId, at: Date.now(), ...face };
  await services.attendance.record(one, { ...door, settings: { ...door.settings, minGap: 0 } });
}

const view = () => owner.json<WebhookView>('GET', `/api/v1/webhooks/${hook.id}`);
const deliveries = async () =>
  (await owner.json<{ deliveries: DeliveryView[] }>('GET', `/api/v1/webhooks/${hook.id}/deliveries`))
    .deliveries;

/** Ends the wait for the next try. */
async function tryNow(): Promise<void> {
  await services.database.fork().execute('update webhook_endpoint set next_try_at = null');
  services.webhookSender.wake();
}

/** Resolves once a try has ended and is written down; call it before the try. */
async function tried(count = 1): Promise<string[]> {
  const outcomes: string[] = [];
  const done = Promise.withResolvers<string[]>();
  const listener = (outcome: string) => {
    outcomes.push(outcome);
    if (outcomes.length >= count) done.resolve(outcomes);
  };
  services.webhookSender.on('webhook.tried', listener);
  try {
    return await done.promise;
  } finally {
    services.webhookSender.off('webhook.tried', listener);
  }
}

const idsOf = (of: WebhookReceiver) => of.received.map(({ id }) => id);

describe('webhooks', () => {
  it('a receiver is told each event once, in order, signed so that the published library verifies it', async () => {
    const { id } = await services.addPerson({ givenName: 'Ada', familyName: 'Lovelace' });
    const done = tried(5);
    for (let i = 0; i < 5; i += 1) await punch(id);
    expect(await done).toEqual(Array.from({ length: 5 }, () => 'delivered'));
    const numbers = receiver.received.map(({ event }) => event.sequence);
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
    expect(new Set(idsOf(receiver)).size).toBe(5);
    expect(receiver.unverified).toBe(0);
    expect(receiver.received[0]).toMatchObject({
      event: { type: 'punch.created', data: { punch: { person: { id, displayName: 'Ada Lovelace' } } } },
    });
    expect(receiver.received[0]!.id).toBe(receiver.received[0]!.event.id);
    expect((await view()).waiting).toBe(0);
  });

  it('a receiver gets only the events that it asked for, and none from before it was there', async () => {
    const { receiver: other } = await newHook(['person.erased']);
    const { id } = await services.addPerson();
    const done = tried(3);
    await punch(id);
    await services.people.erase(id);
    await done;
    expect(receiver.received.map(({ event }) => event.type)).toEqual(['punch.created', 'person.erased']);
    expect(other.received.map(({ event }) => event.type)).toEqual(['person.erased']);
  });

  it('a failed event holds back later ones of its receiver, but not of others, and keeps its id', async () => {
    const other = await newHook();
    receiver.answers = [{ status: 500, body: 'Out of <b>paper</b>\u0007' }];
    const { id } = await services.addPerson();
    const first = tried(4);
    await punch(id);
    await punch(id);
    await punch(id);
    expect((await first).toSorted()).toEqual(['delivered', 'delivered', 'delivered', 'refused']);
    expect(receiver.received).toHaveLength(1);
    expect(other.receiver.received).toHaveLength(3);
    const { waiting, failures, nextTryAt } = await view();
    expect([waiting, failures]).toEqual([3, 1]);
    expect(Date.parse(nextTryAt ?? '')).toBeGreaterThan(Date.now());
    expect((await deliveries()).at(-1)).toMatchObject({
      state: 'waiting',
      tries: 1,
      outcome: 'refused',
      status: 500,
      answer: 'Out of <b>paper</b>',
    });

    const then = tried(3);
    await tryNow();
    await then;
    expect(idsOf(receiver)).toEqual([idsOf(receiver)[0], ...idsOf(other.receiver)]);
    expect((await deliveries()).map(({ state, tries }) => [state, tries])).toEqual([
      ['delivered', 1],
      ['delivered', 1],
      ['delivered', 2],
    ]);
  });

  it.each([
    ['408', { status: 408 }, 'refused'],
    ['429', { status: 429 }, 'refused'],
    ['404', { status: 404 }, 'refused'],
    [
      'a redirect to a private address',
      { status: 302, headers: { location: 'http://127.0.0.1:1/' } },
      'redirected',
    ],
  ])('an answer of %s is tried again later, and nothing else is asked', async (_, answer, outcome) => {
    receiver.answers = [answer];
    const { id } = await services.addPerson();
    const first = tried();
    await punch(id);
    expect(await first).toEqual([outcome]);
    expect(await deliveries()).toMatchObject([{ state: 'waiting', outcome, status: answer.status }]);
    const second = tried();
    await tryNow();
    expect(await second).toEqual(['delivered']);
    expect(new Set(idsOf(receiver)).size).toBe(1);
  });

  it('a receiver that is down gets what it missed when it is back', async () => {
    await receiver.down();
    const { id } = await services.addPerson();
    const first = tried();
    await punch(id);
    await punch(id);
    expect(await first).toEqual(['unreachable']);
    await receiver.up();
    const second = tried(2);
    await tryNow();
    expect(await second).toEqual(['delivered', 'delivered']);
    expect(new Set(idsOf(receiver)).size).toBe(2);
  });

  it('410 switches a receiver off; what waits is sent when it is switched on again', async () => {
    receiver.answers = [{ status: 410 }];
    const { id } = await services.addPerson();
    const first = tried();
    await punch(id);
    expect(await first).toEqual(['gone']);
    expect((await view()).disabled).toMatchObject({ why: 'gone' });
    await punch(id);
    const second = tried(2);
    const { name, url, types } = hook;
    await owner.send('PUT', `/api/v1/webhooks/${hook.id}`, { name, url, types, enabled: true });
    expect(await second).toEqual(['delivered', 'delivered']);
    expect(new Set(idsOf(receiver)).size).toBe(2);
  });

  it('after five days an event is given up, with those that waited behind it as long', async () => {
    receiver.answers = [{ status: 500 }, { status: 500 }, { status: 500 }];
    const { id } = await services.addPerson();
    const first = tried();
    await punch(id);
    await punch(id);
    await first;
    await services.outbox.look();
    const age = (hours: number) =>
      services.database.fork().execute(`update outbox_event set at = now() - ? * interval '1 hour'`, [hours]);
    await age(119);
    const still = tried();
    await tryNow();
    await still;
    expect((await deliveries()).map(({ state }) => state)).toEqual(['waiting', 'waiting']);
    await age(121);
    const second = tried();
    await tryNow();
    await second;
    expect((await deliveries()).map(({ state }) => state)).toEqual(['given-up', 'given-up']);
    const third = tried();
    await punch(id);
    await tryNow();
    expect(await third).toEqual(['delivered']);
  });

  it('a receiver that fails is tried again after 5 s, doubling each time up to 10 h', async () => {
    expect(WEBHOOK_LIMITS.retry).toEqual({ first: 5_000, cap: 10 * 3_600_000 });
    const { id } = await services.addPerson();
    for (const [failures, seconds] of [
      [0, 5],
      [1, 10],
      [12, 20_480],
      [13, 36_000],
      [500, 36_000],
    ] as const) {
      receiver.answers = [{ status: 503 }];
      const fork = services.database.fork();
      await fork.execute('update webhook_endpoint set failures = ? where id = ?', [failures, hook.id]);
      const done = tried();
      if (failures === 0) await punch(id);
      else await tryNow();
      await done;
      const [row] = await fork.execute<{ wait: number }[]>(
        `select extract(epoch from next_try_at - tried_at)::float wait from webhook_endpoint where id = ?`,
        [hook.id],
      );
      expect(Math.round(row!.wait)).toBe(seconds);
    }
  });

  it('there may be 20 receivers, and not one more', async () => {
    const body = { name: 'Payroll', url: receiver.url, types: ['device.up'] };
    // One is there.
    for (let i = 1; i < 20; i += 1) await owner.json('POST', '/api/v1/webhooks', body);
    const refused = await owner.send('POST', '/api/v1/webhooks', body);
    expect(await problemOf(refused)).toMatchObject({ status: 429, code: 'rate-limited' });
    expect((await view()).id).toBe(hook.id);
  });

  it('an erasure reaches an event that waits', async () => {
    receiver.answers = [{ status: 503 }];
    const { id } = await services.addPerson({ givenName: 'Quite', familyName: 'Unforgettable' });
    const first = tried();
    await punch(id);
    await first;
    await services.people.erase(id);
    receiver.received.length = 0;
    const then = tried(2);
    await tryNow();
    await then;
    expect(JSON.stringify(receiver.received)).not.toMatch(/Unforgettable/);
    expect(receiver.received[0]!.event).toMatchObject({
      data: { punch: { person: { id, displayName: null, erased: true } } },
    });
  });

  it('after a rotation the former secret and the new one both verify for a day, then only the new one', async () => {
    const [former] = receiver.secrets;
    const { secret, webhook } = await owner.json<WebhookSecretView>(
      'POST',
      `/api/v1/webhooks/${hook.id}/secret`,
    );
    expect(Date.parse(webhook.formerSecretUntil!) - Date.now()).toBeGreaterThan(86_000_000);
    const { id } = await services.addPerson();
    for (const [known, verifies] of [
      [former!, 1],
      [secret, 1],
    ] as const) {
      receiver.received.length = 0;
      receiver.secrets = [known];
      const done = tried();
      await punch(id);
      await done;
      expect(receiver.received).toHaveLength(verifies);
      expect(receiver.received[0]!.signatures).toHaveLength(2);
    }
    await services.database
      .fork()
      .execute(`update webhook_secret set expires_at = now() where expires_at is not null`);
    receiver.secrets = [former!];
    const done = tried();
    await punch(id);
    await done;
    expect(receiver.unverified).toBe(1);
  });

  it('a test message says how it ended, and one delivery is sent again with its id', async () => {
    const test = () => owner.json<WebhookTestView>('POST', `/api/v1/webhooks/${hook.id}/test`);
    expect(await test()).toEqual({ outcome: 'delivered', status: 204, answer: null });
    receiver.answers = [{ status: 403, body: 'No.' }];
    expect(await test()).toEqual({ outcome: 'refused', status: 403, answer: 'No.' });
    expect(receiver.received.map(({ event }) => event.type)).toEqual(['webhook.test', 'webhook.test']);
    receiver.received.length = 0;

    const { id } = await services.addPerson();
    const first = tried();
    await punch(id);
    await first;
    const [delivery] = await deliveries();
    const again = tried();
    await owner.send('POST', `/api/v1/webhook-deliveries/${delivery!.id}/redeliver`);
    expect(await again).toEqual(['delivered']);
    expect(new Set(idsOf(receiver)).size).toBe(1);
    expect(receiver.received).toHaveLength(2);

    receiver.answers = [{ status: 500 }];
    const failed = tried();
    await owner.send('POST', `/api/v1/webhook-deliveries/${delivery!.id}/redeliver`);
    await failed;
    expect(await deliveries()).toMatchObject([{ state: 'given-up', tries: 3, status: 500 }]);
    expect((await view()).nextTryAt).toBeNull();
  });

  it('an event that a receiver never takes is given up by hand, and the next one follows', async () => {
    receiver.answers = [{ status: 422 }];
    const { id } = await services.addPerson();
    const first = tried();
    await punch(id);
    await punch(id);
    await first;
    await services.outbox.look();
    services.webhookSender.wake();
    const waiting = (await deliveries()).at(-1)!;
    const then = tried();
    await owner.send('POST', `/api/v1/webhook-deliveries/${waiting.id}/give-up`);
    expect(await then).toEqual(['delivered']);
    expect((await deliveries()).at(-1)).toMatchObject({ id: waiting.id, state: 'given-up' });
  });

  it('connections to the database that end in the middle of a call lose nothing, and the event comes again with its id', async () => {
    receiver.answers = ['nothing'];
    const { id } = await services.addPerson();
    await punch(id);
    await receiver.has(1);
    const other = await Database.open({ url: services.url, log: services.log });
    await other.fork().execute(
      `select pg_terminate_backend(pid) from pg_stat_activity
         where datname = current_database() and pid <> pg_backend_pid()`,
    );
    await other.close();
    const then = tried();
    await receiver.down();
    await receiver.up();
    expect(await then).toEqual(['delivered']);
    expect(receiver.received.length).toBeGreaterThan(1);
    expect(new Set(idsOf(receiver)).size).toBe(1);
    expect(await deliveries()).toMatchObject([{ state: 'delivered' }]);
  });

  it('two servers deliver every event, each receiver in order and nothing twice', async () => {
    const { database, keys, log } = services;
    const second = await Database.open({ url: services.url, log });
    const outbox = new Outbox({ database: second, log });
    const secrets = new WebhookSecrets({ keys, log });
    const allowed = allowedAddresses(['127.0.0.1']);
    const sender = new WebhookSender({ database: second, outbox, secrets, allowed, log });
    const other = await newHook();
    const { id } = await services.addPerson();
    try {
      outbox.start();
      sender.start();
      for (let i = 0; i < 30; i += 1) await punch(id);
      await Promise.all([receiver.has(30), other.receiver.has(30)]);
      for (const one of [receiver, other.receiver]) {
        const numbers = one.received.map(({ event }) => event.sequence);
        expect(numbers).toEqual([...new Set(numbers)].toSorted((a, b) => a - b));
        expect(numbers).toHaveLength(30);
      }
    } finally {
      await sender.close();
      await outbox.close();
      await second.close();
    }
    expect(await database.healthy()).toBe(true);
  });
});

function call(url: string, named: readonly string[] = [], limit = 2_000): Promise<WebhookTestView> {
  return callWebhook({
    url,
    headers: {},
    body: '{}',
    allowed: allowedAddresses(named),
    signal: new AbortController().signal,
    limit,
  });
}

describe('where webhooks may go', () => {
  it.each([
    'http://127.0.0.1',
    'https://127.0.0.1',
    'http://localhost',
    'https://[::1]',
    'http://[::ffff:127.0.0.1]',
  ])('%s is not asked unless it is named', async (host) => {
    const { port } = new URL(receiver.url);
    expect(await call(`${host}:${port}/`)).toEqual({
      outcome: 'address-not-allowed',
      status: null,
      answer: null,
    });
    expect(receiver.received.length + receiver.unverified).toBe(0);
  });

  it('plain HTTP is for named addresses only, also by a name', async () => {
    const { port } = new URL(receiver.url);
    expect((await call(`http://localhost:${port}/`, ['127.0.0.1', '::1'])).outcome).toBe('delivered');
    expect((await call('http://192.0.2.1/', ['127.0.0.1'])).outcome).toBe('address-not-allowed');
    expect((await call(`https://localhost:${port}/`, ['127.0.0.1', '::1'])).outcome).toBe('certificate');
    expect((await call('https://nobody.invalid/')).outcome).toBe('name-unknown');
  });

  it('a receiver has 10 s for its answer, of which 4 KiB are read and no more is waited for', async () => {
    expect(WEBHOOK_LIMITS).toMatchObject({ call: 10_000, answer: 4_096 });
    // It never ends its answer.
    let bytes = 0;
    const server = http.createServer((_, res) => res.write('x'.repeat(bytes)));
    const origin = await listen(server, 'http');
    for (const [sent, outcome] of [
      [4_096, 'delivered'],
      [4_095, 'timeout'],
    ] as const) {
      bytes = sent;
      expect((await call(origin, ['127.0.0.1'], 500)).outcome).toBe(outcome);
    }
    server.closeAllConnections();
    server.close();
  });

  it('a receiver that does not answer in time has failed, and a long answer is not read to its end', async () => {
    receiver.answers = ['nothing', { status: 200, body: 'x'.repeat(5_000_000) }];
    expect((await call(receiver.url, ['127.0.0.1'], 300)).outcome).toBe('timeout');
    const { outcome, answer } = await call(receiver.url, ['127.0.0.1']);
    expect([outcome, answer?.length]).toEqual(['delivered', 200]);
  });
});
