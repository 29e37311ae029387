/** A whole server that is killed between any two steps of a delivery, and the recipe of the documents as its receiver. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { PinView } from '#protocol/passes.ts';
import type { PersonView } from '#protocol/people.ts';
import type { SiteView } from '#protocol/sites.ts';
import type { WebhookSecretView } from '#protocol/webhooks.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { Keypad } from '../support/keypad.ts';
import { MusterServer } from '../support/muster-server.ts';
import { Browser } from '../support/rest-server.ts';
import { WebhookReceiver } from '../support/webhook-receiver.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');

let database: TestDatabase;
let server: MusterServer;
let owner: Browser;
let station: Browser;
let receiver: WebhookReceiver;
let folder: string;
let recipe: ChildProcess | undefined;
let people = 0;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'muster-recipe-'));
  database = await createTestDatabase({ migrated: true });
  receiver = await WebhookReceiver.start();
  server = await MusterServer.start({
    databaseUrl: database.url,
    env: { MUSTER_WEBHOOK_ALLOW: '127.0.0.0/8', MUSTER_TIME_ZONE: 'Europe/Berlin' },
  });
  owner = new Browser(server.url);
  const account = { name: 'Ada', username: 'ada', password: 'correct horse battery' };
  await owner.json('POST', '/api/v1/setup', { token: server.setupToken, ...account });
  station = new Browser(server.url);
  const input = { kind: 'station', name: 'Front door' };
  const { code } = await owner.json<{ code: string }>('POST', '/api/v1/devices/pairing-codes', input);
  await station.json('POST', '/api/v1/device', { code });
}, 180_000);
afterAll(async () => {
  recipe?.kill('SIGKILL');
  await server?.close();
  await receiver?.down();
  await database?.drop();
  await rm(folder, { recursive: true, force: true });
});

async function addHook(url: string, types: string[]): Promise<WebhookSecretView> {
  return owner.json('POST', '/api/v1/webhooks', { name: 'Payroll', url, types });
}

/** A new person comes to the station and types number and PIN. Resolves once the server has said that it is booked. */
async function punch(): Promise<PersonView> {
  people += 1;
  const input = { number: `W-${people}`, givenName: 'Grace', familyName: `Hopper ${people}` };
  const person = await owner.json<PersonView>('POST', '/api/v1/people', input);
  const { pin } = await owner.json<PinView>('PUT', `/api/v1/people/${person.id}/pin`);
  const keypad = await Keypad.open(server.url, station);
  try {
    expect((await keypad.type(input.number, pin)).result).toBe('checked-in');
  } finally {
    keypad.close();
  }
  return person;
}

it(
  'a server that is killed before, during and after a delivery loses no event, keeps the order, and repeats the same id',
  { timeout: 240_000 },
  async () => {
    const { webhook, secret } = await addHook(receiver.url, ['punch.created']);
    receiver.secrets = [secret];
    const booked: string[] = [];

    // It has the event, and the server is killed before it can note the answer.
    receiver.answers = ['nothing'];
    booked.push((await punch()).id);
    await receiver.has(1);
    await server.down('SIGKILL');
    await server.up();

    // Committed, and nobody there to take it.
    await receiver.down();
    booked.push((await punch()).id);
    await server.down('SIGKILL');
    await receiver.up();
    await server.up();
    booked.push((await punch()).id);

    const told = () =>
      receiver.received.flatMap(({ id, event }) =>
        event.type === 'punch.created' ? [{ id, person: event.data.punch.person.id }] : [],
      );
    // Waits that the receiver is tried again after a failure, which takes seconds.
    while (new Set(told().map(({ person }) => person)).size < booked.length) {
      await receiver.has(receiver.received.length + 1);
    }
    for (const person of booked) {
      expect(new Set(told().flatMap((one) => (one.person === person ? [one.id] : []))).size).toBe(1);
    }
    const order = [...new Set(told().map(({ person }) => person))];
    expect(order).toEqual(booked);
    expect(receiver.received.length).toBeGreaterThan(booked.length);
    expect(receiver.unverified).toBe(0);
    await owner.send('DELETE', `/api/v1/webhooks/${webhook.id}`);
  },
);

it(
  'the recipe of the documents writes punches and corrections into its file',
  { timeout: 120_000 },
  async () => {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}/`;
    const { secret } = await addHook(url, ['punch.created', 'punch.stated', 'punch.corrected']);
    const file = path.join(folder, 'punches.csv');
    recipe = spawn(process.execPath, ['docs/recipes/push-punches.mjs'], {
      cwd: ROOT,
      env: { PATH: process.env['PATH'], WEBHOOK_SECRET: secret, PORT: String(port), PUNCHES: file },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(createInterface(recipe.stdout!), 'line');
    const { number } = await punch();
    const rows = async () => (await readFile(file, 'utf8')).trim().split('\n').slice(1);
    const until = async (is: (rows: string[]) => boolean) => {
      let now = await rows();
      while (!is(now)) {
        await sleep(50);
        now = await rows();
      }
      return now;
    };
    const [row] = await until(({ length }) => length === 1);
    expect(row).toMatch(new RegExp(`^[0-9a-f-]{36},${number},\\d{4}-\\d\\d-\\d\\d,\\d\\d:\\d\\d,in$`));

    const [site] = (await owner.json<{ sites: SiteView[] }>('GET', '/api/v1/sites')).sites;
    const missed = { kind: 'add', number, siteId: site!.id, date: '2026-01-15', time: '08:30', says: 'in' };
    await owner.json('POST', '/api/v1/corrections', { ...missed, reason: 'Forgot the badge' });
    const added = await until(({ length }) => length === 2);
    expect(added[1]).toContain(`,${number},2026-01-15,08:30,in`);

    await owner.json('POST', '/api/v1/corrections', {
      kind: 'void',
      punchIds: [row!.split(',')[0]],
      reason: 'Came by mistake',
    });
    expect(await until(({ length }) => length === 1)).toEqual([added[1]]);
  },
);

async function freePort(): Promise<number> {
  const probe = await WebhookReceiver.start();
  await probe.down();
  return Number(new URL(probe.url).port);
}
