import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { Database } from '../../server/db/database.ts';
import { ServerLease } from '../../server/servers/server-lease.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

const log = pino({ level: 'silent' });
/** ms. A lease of three of them is longer than a busy machine stands still. */
const BEAT = 500;
let own: TestDatabase;
let database: Database;
let leases: ServerLease[] = [];

beforeAll(async () => {
  own = await createTestDatabase({ migrated: true });
  database = await Database.open({ url: own.url, log });
});
afterEach(async () => {
  await Promise.all(leases.map((lease) => lease.close()));
  leases = [];
  await database.fork().execute('delete from server');
});
afterAll(async () => {
  await database.close();
  await own.drop();
});

async function open(addresses: string[] = []): Promise<ServerLease> {
  const lease = await ServerLease.open({ database, addresses: () => addresses, log, beat: BEAT });
  leases.push(lease);
  return lease;
}

/** A server that was killed: its row is there, and nobody renews it. */
async function killed(): Promise<string> {
  const [row] = await database.fork().execute<[{ id: string }]>(
    `insert into server (id, host, version, addresses, started_at, seen_at)
     values (gen_random_uuid(), 'elsewhere', '0.0.1', '[]', now() - interval '1 hour', now() - interval '1 hour')
     returning id`,
  );
  return row.id;
}

it('a server sees the others on its database, with their versions and addresses', async () => {
  const one = await open();
  const other = await open(['https://muster.example.org']);
  const seen = await one.others();
  expect(seen).toMatchObject([{ id: other.id, addresses: ['https://muster.example.org'], state: 'running' }]);
  expect(seen[0]!.startedAt).toBeInstanceOf(Date);
  expect(await one.gone()).toEqual([]);
});

it('a server that drains says so, and one that has ended in order is gone at once', async () => {
  const one = await open();
  const other = await open();
  await other.drain();
  expect(await one.others()).toMatchObject([{ id: other.id, state: 'draining' }]);
  await other.close();
  expect(await one.gone()).toEqual([other.id]);
});

it('a server that died is gone once its lease has run out, and not before all others could renew theirs', async () => {
  const dead = await killed();
  const one = await open();
  // The database may have been away until just now: then nobody has renewed.
  expect(await one.others()).toMatchObject([{ id: dead, state: 'running' }]);
  await expect.poll(() => one.gone(), { interval: BEAT / 5, timeout: 30_000 }).toEqual([dead]);
});

it('a lease comes back after a backup was restored that knows nothing of its server', async () => {
  const one = await open();
  const other = await open();
  await database.fork().execute('delete from server where id = ?', [other.id]);
  await other.renew();
  expect(await one.others()).toMatchObject([{ id: other.id, state: 'running' }]);
});

it('rows of servers that have been gone for a week are removed by the next start', async () => {
  const old = await killed();
  await database.fork().execute(`update server set seen_at = now() - interval '8 days' where id = ?`, [old]);
  const one = await open();
  expect(await one.others()).toEqual([]);
});
