import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { Database } from '../../server/db/database.ts';
import { MusterError } from '#protocol/error.ts';
import { SharedRateLimit } from '../../server/servers/shared-rate-limit.ts';

let own: TestDatabase;
let database: Database;
let time = Date.parse('2026-11-30T08:00:00Z');

beforeAll(async () => {
  own = await createTestDatabase({ migrated: true });
  database = await Database.open({ url: own.url, log: pino({ level: 'silent' }) });
});
afterEach(() => database.fork().execute('delete from rate_limit'));
afterAll(async () => {
  await database.close();
  await own.drop();
});

/** As one server has it. */
function limit(): SharedRateLimit {
  return new SharedRateLimit({ database, name: 'test', burst: 3, refill: 10_000, now: () => time });
}

async function tries(limits: readonly SharedRateLimit[], count: number, key = 'door'): Promise<number> {
  let passed = 0;
  for (let i = 0; i < count; i += 1) if (await limits[i % limits.length]!.allows(key)) passed += 1;
  return passed;
}

it('tries at two servers add up to those of one', async () => {
  expect(await tries([limit(), limit()], 12)).toBe(3);
});

it('tries at the same moment add up too', async () => {
  const servers = Array.from({ length: 8 }, limit);
  const passed = await Promise.all(servers.map((server) => server.allows('door')));
  expect(passed.filter(Boolean)).toHaveLength(3);
});

it('a try comes back after the time that the refusal names', async () => {
  await tries([limit()], 3);
  time += 4_000;
  const refused = await limit()
    .take('door')
    .catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(MusterError);
  expect(refused).toMatchObject({ code: 'rate-limited', details: { retryAfter: 6 } });
  time += 6_000;
  expect(await tries([limit(), limit()], 4)).toBe(1);
});

it('a try that is given back at one server may be taken at another', async () => {
  const [one, other] = [limit(), limit()];
  await tries([one], 3);
  await one.giveBack('door');
  expect(await tries([other], 2)).toBe(1);
});

it('keys and names have tries of their own', async () => {
  await tries([limit()], 3, 'door');
  expect(await tries([limit()], 1, 'gate')).toBe(1);
  const other = new SharedRateLimit({ database, name: 'other', burst: 1, refill: 10_000, now: () => time });
  expect(await other.allows('door')).toBe(true);
});

it('a clock that was set back locks nobody out', async () => {
  await tries([limit()], 3);
  time -= 3_600_000;
  expect(await tries([limit()], 4)).toBe(3);
});
