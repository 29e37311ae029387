/** Sightings while the database is away, takes no changes or refuses a row, and while the server is killed. */
import { type ChildProcess, execFile, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Sighting } from '#protocol/analyzer.ts';
import type { RefusedPunchesView } from '#protocol/refused-punches.ts';
import type { DeviceActor } from '#protocol/session.ts';
import { Database } from '../../server/db/database.ts';
import { EmbeddedDatabase } from '../../server/db/embedded.ts';
import { Punch } from '../../server/db/entities/punch.ts';
import { type DataServices, openDataServices } from '../support/data-services.ts';
import { type Browser, RestServer } from '../support/rest-server.ts';
import type { SightingServerReport } from '../support/sighting-server.ts';

const log = pino({ level: 'silent' });
const MINUTE = 60_000;
const MORNING = Date.parse('2026-11-20T07:00:00Z');
let dataDir: string;
let postgres: EmbeddedDatabase;
let stopped = false;
let services: DataServices;
let station: DeviceActor;
let server: SightingServer;

beforeAll(async () => {
  dataDir = await mkdtemp(path.join(os.tmpdir(), 'muster-sightings-'));
  postgres = await EmbeddedDatabase.start({ dataDir, port: 0, log, durable: false });
  services = await openDataServices({ url: postgres.url });
  station = await services.addDevice();
}, 60_000);
afterEach(async () => {
  await server?.kill('SIGKILL');
  if (stopped) await startPostgres();
});
afterAll(async () => {
  await services?.close();
  await postgres?.close();
  await rm(dataDir, { recursive: true, force: true });
});

/** A server in a process of its own, on the data folder of `services`. */
class SightingServer {
  readonly #child: ChildProcess;
  readonly #safe = new Set<string>();
  readonly told: string[] = [];

  private constructor(child: ChildProcess) {
    this.#child = child;
    child.on('message', (report: SightingServerReport) => {
      if (report.type === 'safe') this.#safe.add(report.id);
      if (report.type === 'told') this.told.push(report.event.result);
    });
  }

  static async start(): Promise<SightingServer> {
    const child = fork(path.resolve(import.meta.dirname, '../support/sighting-server.ts'), {
      execArgv: [],
      env: {
        ...process.env,
        DATABASE_URL: postgres.url,
        MUSTER_DATA_DIR: services.keysFolder,
        MUSTER_KEY_STORE: path.join(services.keysFolder, 'keys'),
      },
    });
    const started = new SightingServer(child);
    await Promise.race([
      once(child, 'message'),
      once(child, 'exit').then(() => {
        throw new Error('the server ended before it was ready');
      }),
    ]);
    return started;
  }

  get pid(): number {
    return this.#child.pid!;
  }

  isSafe(id: string): boolean {
    return this.#safe.has(id);
  }

  sight(sighting: Sighting): void {
    this.#child.send(sighting);
  }

  async kill(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exit = once(this.#child, 'exit');
    this.#child.kill(signal);
    await exit;
  }
}

/** The server has confirmed all of them. */
async function untilSafe(sightings: readonly Sighting[]): Promise<void> {
  await expect
    .poll(() => sightings.filter(({ id }) => !server.isSafe(id)).length, { timeout: 20_000 })
    .toBe(0);
}

/** The station has been told just these results, in this order. A sighting is confirmed before it is told. */
async function untilTold(results: readonly string[]): Promise<void> {
  await expect.poll(() => server.told).toEqual(results);
}

/** So many people who pass the door, a minute apart. */
async function passing(count: number): Promise<Sighting[]> {
  const people = await Promise.all(Array.from({ length: count }, () => services.addPerson()));
  return people.map(({ id: personId }, i) => ({
    id: `run/${station.deviceId}/${i}/${personId}`,
    cameraId: station.deviceId,
    track: i,
    personId,
    at: MORNING + i * MINUTE,
    similarity: 0.7,
    margin: 0.3,
    frames: 3,
    live: null,
  }));
}

/** Every one of them is a punch, once, at its own time; and nothing waits any more. */
async function expectBooked(sightings: readonly Sighting[]): Promise<void> {
  const ids = sightings.map(({ personId }) => personId);
  const punches = () =>
    services.database.fork().find(Punch, { personId: { $in: ids } }, { orderBy: { at: 'asc' } });
  await expect
    .poll(async () => (await punches().catch(() => [])).length, { timeout: 30_000 })
    .toBe(sightings.length);
  expect((await punches()).map(({ sightingId, at }) => [sightingId, at.getTime()])).toEqual(
    sightings.map(({ id, at }) => [id, at]),
  );
  await expect.poll(() => journals(), { timeout: 20_000 }).toEqual([]);
}

const journals = async () =>
  (await readdir(services.keysFolder)).filter((name) => name.startsWith('sightings.journal'));

async function stopPostgres(): Promise<void> {
  stopped = true;
  await postgres.close();
}

async function startPostgres(): Promise<void> {
  postgres = await EmbeddedDatabase.start({ dataDir, port: postgres.port, log, durable: false });
  stopped = false;
}

describe('sightings', () => {
  it.each(['SIGKILL', 'SIGTERM'] as const)(
    'a server that ends by %s while PostgreSQL is stopped loses no sighting that was confirmed, and books none twice',
    async (signal) => {
      const all = await passing(12);
      server = await SightingServer.start();
      server.sight(all[0]!);
      await expect.poll(() => server.told).toContain('checked-in');
      await stopPostgres();
      server.told.length = 0;
      for (const one of all.slice(1)) server.sight(one);
      await untilSafe(all);
      await untilTold(Array(11).fill('saved'));
      await server.kill(signal);
      expect(await journals()).toEqual(['sightings.journal']);
      await startPostgres();
      server = await SightingServer.start();
      // The analyzer of a server that lives on reports some of them again.
      for (const one of all.slice(8)) server.sight(one);
      await expectBooked(all);
    },
    60_000,
  );

  it('a server that is killed while it books loses nothing that it confirmed', async () => {
    const all = await passing(40);
    server = await SightingServer.start();
    for (const one of all) server.sight(one);
    await expect.poll(() => all.filter(({ id }) => server.isSafe(id)).length).toBeGreaterThan(5);
    await server.kill('SIGKILL');
    const confirmed = all.filter(({ id }) => server.isSafe(id));
    server = await SightingServer.start();
    await expect
      .poll(
        async () => {
          const punches = await services.database
            .fork()
            .find(Punch, { personId: { $in: all.map((s) => s.personId) } });
          return confirmed.filter(({ id }) => punches.filter((p) => p.sightingId === id).length !== 1);
        },
        { timeout: 20_000 },
      )
      .toEqual([]);
  }, 60_000);

  it('sightings wait while the database takes no changes, as after a failover, and are booked afterwards', async () => {
    const all = await passing(5);
    server = await SightingServer.start();
    const admin = await Database.open({ url: postgres.url, log, migrate: false });
    const everyone = (statement: string) =>
      admin.transaction(async (em) => {
        await em.execute('set transaction read write');
        await em.execute(statement);
      });
    const reconnect =
      'select pg_terminate_backend(pid, 5000) from pg_stat_activity where pid <> pg_backend_pid() and datname = current_database()';
    try {
      await everyone(`alter database muster set default_transaction_read_only = on`);
      await admin.fork().execute(reconnect);
      for (const one of all) server.sight(one);
      await untilSafe(all);
      await untilTold(Array(5).fill('saved'));
      expect(await services.database.state()).toBe('read-only');
      const rest = await RestServer.start(services);
      const refused = await rest
        .stranger()
        .send('POST', '/api/v1/session', { username: 'ada', password: 'x' });
      expect([refused.status, await refused.json()]).toEqual([
        503,
        expect.objectContaining({
          code: 'database-unavailable',
          details: { why: 'read-only' },
          retryable: true,
        }),
      ]);
      expect((await rest.stranger().send('GET', '/readyz')).status).toBe(503);
      expect((await rest.stranger().send('GET', '/healthz')).status).toBe(200);
      const health = await rest.stranger().send('GET', '/api/v1/health');
      expect(await health.json()).toMatchObject({
        status: 'degraded',
        problems: ['database-read-only'],
        database: true,
        writable: false,
      });
      rest.stop();
    } finally {
      await everyone(`alter database muster reset default_transaction_read_only`);
      await admin.fork().execute(reconnect);
      await admin.close();
    }
    await expectBooked(all);
    await untilTold([...Array(5).fill('saved'), ...Array(5).fill('checked-in')]);
  }, 60_000);

  it.runIf(process.platform === 'linux')(
    'where the disk takes nothing either, a sighting is told as not saved, stays with the analyzer, and follows later',
    async () => {
      const all = await passing(3);
      server = await SightingServer.start();
      await stopPostgres();
      server.sight(all[0]!);
      await untilSafe(all.slice(0, 1));
      // A fault of the kernel, for any user: no file of this process may grow (EFBIG).
      const limit = (bytes: string) =>
        promisify(execFile)('prlimit', ['--pid', String(server.pid), `--fsize=${bytes}:`]);
      await limit('100');
      for (const one of all.slice(1)) server.sight(one);
      await untilTold(['saved', 'unsaved', 'unsaved']);
      expect(server.isSafe(all[1]!.id)).toBe(false);
      await limit('unlimited');
      await untilSafe(all);
      await untilTold(['saved', 'unsaved', 'unsaved', 'saved', 'saved']);
      await startPostgres();
      await expectBooked(all);
    },
    60_000,
  );

  it('a sighting that PostgreSQL refuses is on the list, and is booked as a correction or dismissed by people', async () => {
    const [booked, dismissed] = (await passing(2)) as [Sighting, Sighting];
    const em = services.database.fork();
    await em.execute(
      `alter table punch add constraint refused check (sighting_id is null or sighting_id not in (?, ?))`,
      [booked.id, dismissed.id],
    );
    try {
      server = await SightingServer.start();
      for (const one of [booked, dismissed]) server.sight(one);
      await untilSafe([booked, dismissed]);
      const rest = await RestServer.start(services);
      const owner: Browser = await rest.staff();
      const list = async () =>
        (await owner.json<RefusedPunchesView>('GET', '/api/v1/refused-punches')).refused;
      await expect.poll(async () => (await list()).length, { timeout: 20_000 }).toBe(2);
      const [first, second] = await list();
      expect(first).toMatchObject({
        person: { id: booked.personId },
        device: station.name,
        at: new Date(booked.at).toISOString(),
        localTime: '2026-11-20 08:00',
        why: 'database',
        code: '23514',
      });
      expect(await journals()).toEqual([]);
      const decide = (id: string, body: object) =>
        owner.send('POST', `/api/v1/refused-punches/${id}/decision`, body);
      const booking = { decision: 'book', says: 'in', reason: 'The door saw her' };
      expect((await decide(first!.id, booking)).status).toBe(204);
      expect((await decide(first!.id, booking)).status).toBe(409);
      expect((await decide(second!.id, { decision: 'dismiss', reason: '' })).status).toBe(422);
      expect((await decide(second!.id, { decision: 'dismiss', reason: 'A test' })).status).toBe(204);
      expect((await decide(randomUUID(), booking)).status).toBe(404);
      expect(await list()).toEqual([]);
      const punches = await services.database
        .fork()
        .find(Punch, { personId: { $in: [booked.personId, dismissed.personId] } });
      expect(punches.map(({ at, says, source }) => [at.getTime(), says, source])).toEqual([
        [booked.at, 'in', 'correction'],
      ]);
      rest.stop();
    } finally {
      await em.execute('alter table punch drop constraint refused');
    }
  }, 60_000);
});
