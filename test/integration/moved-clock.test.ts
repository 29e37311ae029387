/** Somebody sets the clock of the machine while a whole server runs: it answers, says so, and people punch rightly. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { PunchView } from '#protocol/attendance.ts';
import type { HealthView } from '#protocol/health.ts';
import type { PinView } from '#protocol/passes.ts';
import type { PersonView } from '#protocol/people.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { Keypad } from '../support/keypad.ts';
import { MovingClock } from '../support/moving-clock.ts';
import { MusterServer } from '../support/muster-server.ts';
import { Browser } from '../support/rest-server.ts';

const HOUR = 3_600_000;
const MORNING = Date.parse('2030-06-03T08:31:00Z');

let database: TestDatabase;
let clock: MovingClock;
let server: MusterServer;
let owner: Browser;
let keypad: Keypad;

beforeAll(async () => {
  database = await createTestDatabase();
  clock = await MovingClock.at(MORNING);
  server = await MusterServer.start({
    databaseUrl: database.url,
    env: { ...clock.env, MUSTER_TIME_ZONE: 'Europe/Berlin' },
  });
  owner = new Browser(server.url);
  const account = { name: 'Ada', username: 'ada', password: 'correct horse battery' };
  await owner.json('POST', '/api/v1/setup', { token: server.setupToken, ...account });
  const station = new Browser(server.url);
  const input = { kind: 'station', name: 'Front door' };
  const { code } = await owner.json<{ code: string }>('POST', '/api/v1/devices/pairing-codes', input);
  await station.json('POST', '/api/v1/device', { code });
  keypad = await Keypad.open(server.url, station);
}, 120_000);
afterAll(async () => {
  keypad?.close();
  await server?.close();
  await clock?.close();
  await database?.drop();
});

interface Somebody {
  id: string;
  number: string;
  pin: string;
}

async function somebody(number: string): Promise<Somebody> {
  const person = { number, givenName: 'Grace', familyName: `Hopper ${number}` };
  const { id } = await owner.json<PersonView>('POST', '/api/v1/people', person);
  const { pin } = await owner.json<PinView>('PUT', `/api/v1/people/${id}/pin`);
  return { id, number, pin };
}

const passes = ({ number, pin }: Somebody) => keypad.type(number, pin);
const health = () => new Browser(server.url).json<HealthView>('GET', '/api/v1/health');

async function punchesOf({ id }: Somebody): Promise<PunchView[]> {
  const span = 'from=2030-06-03T00:00:00.000Z&to=2030-06-04T00:00:00.000Z';
  const { punches } = await owner.json<{ punches: { punch: PunchView }[] }>(
    'GET',
    `/api/v1/punches?${span}&person=${id}`,
  );
  return punches.map(({ punch }) => punch);
}

it.each([
  ['back', -HOUR, '101'],
  ['forward', HOUR, '102'],
])('the clock is set %s by an hour', { timeout: 60_000 }, async (_, by, number) => {
  const person = await somebody(number);
  expect((await passes(person)).result).toBe('checked-in');
  clock.set(clock.now() + by);

  // As many requests as one browser sends in a burst: nobody is told to wait for an hour.
  const statuses = await Promise.all(
    Array.from({ length: 40 }, async () => (await owner.send('GET', '/api/v1/session')).status),
  );
  expect(new Set(statuses)).toEqual(new Set([200]));
  await expect.poll(async () => (await health()).clock?.by, { timeout: 20_000 }).toBeDefined();
  const { clock: step, problems, status } = await health();
  expect([problems, status]).toEqual([['clock-set'], 'degraded']);
  // The file of the test's clock is read by the server a moment after it was written.
  expect(Math.abs(step!.by - by)).toBeLessThan(10_000);
  expect(server.output.filter((line) => line.includes('"event":"clock.set"'))).toHaveLength(by < 0 ? 1 : 2);

  expect((await passes(person)).result).toMatch(/^already/);
  const other = await somebody(`${number}-B`);
  const after = await passes(other);
  expect(after.result).toBe('checked-in');
  expect(Math.abs(Date.parse(after.at) - clock.now())).toBeLessThan(60_000);
  // The clock that was set back is set right again by the second step: between the two no time can be trusted.
  const [marked] = await punchesOf(person);
  expect(Math.abs(marked!.clock!.by - -HOUR)).toBeLessThan(10_000);
  const [later] = await punchesOf(other);
  expect(later!.clock === undefined).toBe(by > 0);

  await owner.send('POST', `/api/v1/clock-steps/${step!.id}/acknowledgement`);
  await expect.poll(async () => (await health()).status, { timeout: 20_000 }).toBe('ok');
});
