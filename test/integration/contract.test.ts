/** What every endpoint promises: pages, versions, idempotency keys; and that the client's own proxy understands it. */
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { api } from '../../client/src/session/api.ts';
import { ClientError } from '../../client/src/session/client-error.ts';
import { IdempotentReply } from '../../server/db/entities/idempotent-reply.ts';
import { Idempotency } from '../../server/http/idempotency.ts';
import type { PunchView } from '#protocol/attendance.ts';
import type { PeoplePage, PersonView } from '#protocol/people.ts';
import { type DataServices, openDataServices } from '../support/data-services.ts';
import { type Browser, problemOf, RestServer } from '../support/rest-server.ts';

let services: DataServices;
let rest: RestServer;
let staff: Browser;

beforeAll(async () => {
  services = await openDataServices();
});
afterAll(() => services.close());
beforeEach(async () => {
  rest = await RestServer.start(services);
  staff = await rest.staff();
});
afterEach(() => {
  rest.stop();
  vi.unstubAllGlobals();
});

describe('the list of people', () => {
  it('paging through people returns everyone once and in order, even with equal names', async () => {
    for (let i = 0; i < 5; i += 1) await services.addPerson({ familyName: 'Paged', givenName: `P${i % 2}` });
    const seen: PersonView[] = [];
    let after: string | null = '';
    while (after !== null) {
      const page: PeoplePage = await staff.json(
        'GET',
        `/api/v1/people?search=Paged&limit=2${after && `&after=${after}`}`,
      );
      expect(page.people.length).toBeLessThanOrEqual(2);
      seen.push(...page.people);
      after = page.next;
    }
    expect(seen.map(({ givenName }) => givenName)).toEqual(['P0', 'P0', 'P0', 'P1', 'P1']);
    expect(new Set(seen.map(({ id }) => id)).size).toBe(5);
  });

  it('the server filters the list of people', async () => {
    const left = await services.addPerson({ familyName: 'Filtered', status: 'left', department: 'Lab' });
    await services.addPerson({ familyName: 'Filtered', department: 'Hall' });
    const find = async (query: string) =>
      (await staff.json<PeoplePage>('GET', `/api/v1/people?search=Filtered&${query}`)).people.length;
    expect(
      (await staff.json<PeoplePage>('GET', '/api/v1/people?status=left')).people.map(({ id }) => id),
    ).toContain(left.id);
    expect(await find('status=left')).toBe(1);
    expect(await find('department=lab')).toBe(1);
    expect(await find('enrolled=true')).toBe(0);
    expect(await find('enrolled=false')).toBe(2);
    expect(await find('reenroll=true')).toBe(0);
  });

  it.each(['x', Buffer.from('["a","b","c","d"]').toString('base64url')])(
    'the list of people refuses the cursor %s',
    async (cursor) => {
      const response = await staff.send('GET', `/api/v1/people?after=${cursor}`);
      expect((await problemOf(response)).faults).toEqual([
        { path: 'after', message: 'is no cursor of this list' },
      ]);
    },
  );
});

describe('a record that two people edit', () => {
  it('a person cannot be changed with an outdated version', async () => {
    const { id } = await services.addPerson();
    const url = `/api/v1/people/${id}`;
    const read = await staff.send('GET', url);
    const tag = read.headers.get('etag')!;
    expect(tag).toBe(`"${((await read.json()) as PersonView).version}"`);
    const first = await staff.send('PATCH', url, { phone: '112' }, { 'if-match': tag });
    expect(first.status).toBe(200);
    expect(first.headers.get('etag')).not.toBe(tag);
    const second = await staff.send('PATCH', url, { phone: '110' }, { 'if-match': tag });
    expect(second.status).toBe(412);
    expect((await problemOf(second)).code).toBe('precondition-failed');
    expect((await staff.send('DELETE', url, undefined, { 'if-match': tag })).status).toBe(412);
    expect((await services.people.get(id))?.phone).toBe('112');
    const third = await staff.send(
      'PATCH',
      url,
      { phone: '110' },
      { 'if-match': first.headers.get('etag')! },
    );
    expect(third.status).toBe(200);
  });

  it('a consent does not change the version of a person', async () => {
    const { id, version } = await services.addPerson();
    await services.giveConsent(id);
    expect((await services.people.get(id))?.version).toBe(version);
  });

  it('a device cannot be changed with an outdated version', async () => {
    const device = await services.addDevice();
    const url = `/api/v1/devices/${device.deviceId}`;
    const tag = (await staff.send('GET', url)).headers.get('etag')!;
    expect((await staff.send('PATCH', url, { settings: { sound: false } }, { 'if-match': tag })).status).toBe(
      200,
    );
    expect((await staff.send('PATCH', url, { name: 'Hall' }, { 'if-match': tag })).status).toBe(412);
    expect((await staff.send('DELETE', url, undefined, { 'if-match': tag })).status).toBe(412);
  });
});

const newcomer = () => ({ number: `I-${randomUUID().slice(0, 8)}`, givenName: 'Ida', familyName: 'Once' });
const create = (body: object, key: string) =>
  staff.send('POST', '/api/v1/people', body, { 'idempotency-key': key });

describe('an Idempotency-Key', () => {
  it('a repeated request with the same Idempotency-Key creates once and gets the same reply', async () => {
    const [body, key] = [newcomer(), randomUUID()];
    const [first, second] = [await create(body, key), await create(body, key)];
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.headers.get('location')).toBe(first.headers.get('location'));
    expect(await second.json()).toEqual(await first.json());
    expect((await services.people.page({ search: body.number, limit: 9 })).people).toHaveLength(1);
  });

  it('an Idempotency-Key with another body is refused', async () => {
    const key = randomUUID();
    expect((await create(newcomer(), key)).status).toBe(201);
    const other = await create(newcomer(), key);
    expect(other.status).toBe(422);
    expect((await problemOf(other)).faults?.[0]?.path).toBe('Idempotency-Key');
  });

  it('of two concurrent requests with one Idempotency-Key only one creates', async () => {
    const [body, key] = [newcomer(), randomUUID()];
    const statuses = (await Promise.all([create(body, key), create(body, key)])).map(({ status }) => status);
    expect(Math.min(...statuses)).toBe(201);
    expect([201, 409]).toContain(Math.max(...statuses));
    expect((await services.people.page({ search: body.number, limit: 9 })).people).toHaveLength(1);
  });

  it('an Idempotency-Key can be used again after a refused request', async () => {
    const key = randomUUID();
    expect((await create({ ...newcomer(), number: '' }, key)).status).toBe(422);
    expect((await create(newcomer(), key)).status).toBe(201);
  });

  it('a write that fails after its key was taken over leaves the reply of the repetition alone', async () => {
    let now = Date.now();
    const { database, log } = services;
    const idempotency = new Idempotency({ database, keys: services.keys, log, now: () => now });
    const request = { caller: 'account/slow', key: 'a-key-of-sixteen-or-more', content: { slow: true } };
    const slow = Promise.withResolvers<never>();
    const first = idempotency.once(request, () => slow.promise);
    await expect.poll(() => database.fork().count(IdempotentReply, { caller: request.caller })).toBe(1);
    now += 61_000;
    expect(await idempotency.once(request, async () => 'second')).toBe('second');
    slow.reject(new Error('too slow'));
    await expect(first).rejects.toThrow('too slow');
    expect(await idempotency.once(request, async () => 'third')).toBe('second');
  });

  it('the stored reply of an Idempotency-Key opens with neither the database nor the master key alone', async () => {
    const [body, key] = [newcomer(), randomUUID()];
    await create(body, key);
    const rows = await services.database
      .fork()
      .execute<{ sealed: Buffer; hash: Buffer }[]>('select sealed, key_hash hash from idempotent_reply');
    expect(rows.length).toBeGreaterThan(0);
    for (const { sealed, hash } of rows) {
      expect(Buffer.from(sealed).includes(body.number)).toBe(false);
      expect(Buffer.from(hash).includes(key)).toBe(false);
    }
  });
});

describe('the proxy of the pages', () => {
  /** The pages call addresses of their own server, with its cookies. */
  beforeEach(() => {
    const { fetch } = globalThis;
    vi.stubGlobal('fetch', (path: string, init: RequestInit) => {
      const cookie = [...staff.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
      const headers = { ...(init.headers as Record<string, string>), origin: rest.origin, cookie };
      return fetch(new URL(path, rest.origin), { ...init, headers });
    });
  });

  it('the client proxy returns the correction with the punch that it wrote', async () => {
    const person = await services.addPerson();
    const { sites } = await api.sites.list();
    const correction = await api.corrections.create({
      body: {
        kind: 'add',
        number: person.number,
        siteId: sites[0]!.id,
        date: '2026-01-05',
        time: '08:30',
        says: 'in',
        reason: 'The door was off',
      },
    });
    const [punch] = correction.punches;
    expect(punch).toMatchObject({ says: 'in', source: 'correction', localTime: '08:30' });
    const again = await staff.json<PunchView>('GET', `/api/v1/punches/${punch!.id}`);
    expect(again).toEqual(punch);
  });

  it('the client proxy reads, changes and lists people', async () => {
    const { id, version } = await services.addPerson({ familyName: 'Proxied' });
    expect(await api.people.get({ params: { id } })).toMatchObject({ id, version });
    const changed = await api.people.update({ params: { id }, body: { jobTitle: 'Chief' }, version });
    expect(changed.jobTitle).toBe('Chief');
    const { people } = await api.people.list({ query: { search: 'Proxied', limit: 1 } });
    expect(people).toEqual([changed]);
    const late = api.people.update({ params: { id }, body: { jobTitle: '' }, version });
    await expect(late).rejects.toMatchObject({ code: 'precondition-failed' });
  });

  it('the client proxy returns undefined for a reply without a body', async () => {
    const { id } = await services.addPerson();
    await api.passes.setPin({ params: { id } });
    expect(await api.passes.removePin({ params: { id } })).toBeUndefined();
  });

  it('the client proxy turns every refusal into a ClientError with its faults', async () => {
    const error = await api.people
      .create({ body: { number: '', givenName: 'A', familyName: 'B' } })
      .catch((fault: unknown) => ClientError.of(fault));
    expect(error).toBeInstanceOf(ClientError);
    expect((error as ClientError).fault('number')?.message).toBe('is missing');
  });
});
