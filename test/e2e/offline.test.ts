/**
 * A door while the server is away: the tablet, the server process and PostgreSQL are real. Each test continues the last one.
 * Only where days pass are the clocks of both moved by the test.
 */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PersonView } from '#protocol/people.ts';
import type { BadgeView, PinView } from '#protocol/passes.ts';
import { badgeText } from '../../client/src/pages/person/badge-text.ts';
import { Cable } from '../support/cable.ts';
import type { Chromium } from '../support/chromium.ts';
import { createTestDatabase } from '../support/database.ts';
import { MovingClock } from '../support/moving-clock.ts';
import { fill, Office } from './office.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

let office: Office;
/** Of the server. */
let clock: MovingClock;
/** Between tablet and server. */
let cable: Cable;
let adminBrowser: Chromium;
let admin: Page;
let station: Page;
let pin: string;
let badge: string;

async function api<T>(method: string, path: string, data?: object): Promise<T> {
  const response = await admin.request.fetch(`${office.server.url}/api/v1${path}`, {
    method,
    ...(data && { data }),
    headers: { origin: office.server.url },
  });
  if (!response.ok()) throw new Error(`${path}: ${await response.text()}`);
  return (await response.json()) as T;
}

beforeAll(async () => {
  clock = await MovingClock.at(Date.now());
  const env = { MUSTER_MIN_GAP_SECONDS: '0', ...clock.env };
  office = await Office.open(await createTestDatabase(), env);
  cable = await Cable.to(office.server.url);
  adminBrowser = await office.browser();
  admin = await office.setUp(adminBrowser);
  const person = (number: string) =>
    api<PersonView>('POST', '/people', { number, givenName: 'Grace', familyName: `Hopper ${number}` });
  ({ pin } = await api<PinView>('PUT', `/people/${(await person('101')).id}/pin`));
  ({ code: badge } = await api<BadgeView>('PUT', `/people/${(await person('102')).id}/badge`));
  station = await office.device({
    admin,
    kind: 'station',
    name: 'Front door',
    url: cable.url,
    camera: await office.browser(undefined, { size: { width: 820, height: 1180 } }),
  });
  await station.locator('muster-station[data-connection=live]').waitFor();
});
afterAll(async () => {
  cable?.close();
  await office?.close();
  await clock?.close();
});

const notice = () => station.locator('[data-test=offline]');
const waiting = (count: number) => station.locator(`[data-test=offline][data-waiting="${count}"]`).waitFor();

const acts = async () =>
  (await api<{ events: { act: string }[] }>('GET', '/audit')).events.map(({ act }) => act);

async function keys(text: string) {
  for (const key of text) await station.keyboard.press(key);
}

async function typePin(number: string, typed: string) {
  await station.locator('[data-test=pass]').click();
  await keys(number);
  await station.keyboard.press('Enter');
  await keys(typed);
  await station.locator('[data-test=note]').waitFor();
}

describe('a station without the server', { timeout: 180_000 }, () => {
  it('the station registers a key and a worker that serves its page', async () => {
    await station.evaluate(() => navigator.serviceWorker.ready.then(() => {}));
    await expect.poll(acts, { timeout: 30_000 }).toContain('device.key-registered');
  });

  it('the station says that the server is away and keeps a PIN, a wrong PIN and a badge', async () => {
    await office.server.down('SIGKILL');
    await notice().getByText('No connection to the server').waitFor();
    await typePin('101', pin);
    await waiting(1);
    await typePin('101', pin === '000000' ? '000001' : '000000');
    await waiting(2);
    await station.locator('[data-test=pass]').click();
    await keys(badgeText(badge));
    await station.keyboard.press('Enter');
    await waiting(3);
  });

  it('the tablet starts without the server and still holds what waits', async () => {
    await station.reload();
    await notice().getByText('3 punches are waiting').waitFor();
    await typePin('101', pin);
    await waiting(4);
  });

  it('no PIN, number or badge can be read in the storage of the tablet', async () => {
    const kept = await station.evaluate(
      () =>
        new Promise<string>((resolve) => {
          const open = indexedDB.open('muster-station');
          open.addEventListener('success', () => {
            const all = open.result.transaction('claims').objectStore('claims').getAll();
            all.addEventListener('success', () => resolve(JSON.stringify(all.result)));
          });
        }),
    );
    expect(kept).toContain('sealed');
    expect(kept).not.toContain(`"${pin}"`);
    expect(kept).not.toContain(badge);
  });

  it('the server is back: each punch is booked once at its own time, and the wrong PIN is refused', async () => {
    const delivery = station.waitForRequest((request) => request.url().endsWith('/api/v1/claims'));
    const back = Date.now();
    await office.server.up();
    const request = await delivery;
    await notice().getByText('Kept punches booked: 3; refused: 1').waitFor();
    const punches = await office.punchTimes();
    expect(punches.map(({ number }) => number).toSorted()).toEqual(['101', '101', '102']);
    for (const { at } of punches) expect(new Date(at).getTime()).toBeLessThan(back);

    const again = await station.request.post(request.url(), {
      data: request.postDataJSON() as object,
      headers: { origin: cable.url },
    });
    const { answers } = (await again.json()) as { answers: { outcome: string }[] };
    expect(answers.map(({ outcome }) => outcome)).toEqual(['already', 'refused', 'already', 'already']);
    expect(await office.punchTimes()).toHaveLength(3);
    await station.locator('muster-station[data-connection=live]').waitFor();
    expect(office.faults).toEqual([]);
  });

  it('a wall clock of the tablet that is set ahead by an hour while the server is away does not move the punch', async () => {
    await office.server.down('SIGKILL');
    await notice().getByText('No connection to the server').waitFor();
    // What the page reads of a clock that somebody sets; its monotonic clock and all timers run on.
    await station.evaluate((ahead) => {
      const { now } = Date;
      Date.now = () => now() + ahead;
    }, 60 * MINUTE);
    const typed = clock.now();
    await typePin('101', pin);
    await waiting(1);
    await office.server.up();
    await notice().getByText('Kept punches booked: 1').waitFor();
    const punches = await office.punchTimes();
    expect(punches).toHaveLength(4);
    expect(Math.abs(new Date(punches.at(-1)!.at).getTime() - typed)).toBeLessThan(10 * MINUTE);
    await station.reload();
    await station.locator('muster-station[data-connection=live]').waitFor();
  });

  it('a tablet holds a punch for two days, starts without the server meanwhile, and delivers it once with its own date', async () => {
    // Nobody can wait two days: the clocks of the page and of the server are moved. Storage, keys and delivery are real.
    await station.clock.install();
    await station.reload();
    await station.locator('muster-station[data-connection=live]').waitFor();
    await office.server.down('SIGKILL');
    await notice().getByText('No connection to the server').waitFor();
    const typed = clock.now();
    await typePin('101', pin);
    await waiting(1);
    await station.clock.fastForward(2 * DAY);
    clock.set(typed + 2 * DAY);
    await station.reload();
    await notice().getByText('1 punch is waiting').waitFor();

    const delivery = station.waitForRequest((request) => request.url().endsWith('/api/v1/claims'));
    await office.server.up();
    const request = await delivery;
    await notice().getByText('Kept punches booked: 1').waitFor();
    const again = await station.request.post(request.url(), {
      data: request.postDataJSON() as object,
      headers: { origin: cable.url },
    });
    expect(await again.json()).toEqual({ answers: [{ outcome: 'already' }] });
    const punches = await office.punchTimes();
    expect(punches).toHaveLength(5);
    expect(Math.abs(new Date(punches.at(-1)!.at).getTime() - typed)).toBeLessThan(10 * MINUTE);
    await station.locator('muster-station[data-connection=live]').waitFor();
  });

  it('a station that was unpaired while its network was out says that its punch was refused, and HR books it', async () => {
    admin = await office.signIn(adminBrowser);
    cable.pullOut();
    await notice().getByText('No connection to the server').waitFor();
    const typed = clock.now();
    await typePin('101', pin);
    await waiting(1);
    await admin.goto(`${office.server.url}/corrections`);
    // The wrong PIN of before.
    await admin.locator('[data-test=refused-punch][data-why=pass]').getByText('Grace Hopper 101').waitFor();
    const { devices } = await api<{ devices: { id: string }[] }>('GET', '/devices');
    await admin.request.delete(`${office.server.url}/api/v1/devices/${devices[0]!.id}`, {
      headers: { origin: office.server.url },
    });
    cable.plugIn();
    await station.locator('muster-pairing').getByText('Kept punches booked: 0; refused: 1').waitFor();
    expect(await office.punchTimes()).toHaveLength(5);

    await admin.reload();
    expect(await admin.locator('[data-test=waiting-badge]').textContent()).toBe('2');
    const row = admin.locator('[data-test=refused-punch][data-why=device-revoked]');
    await row.getByText('Grace Hopper 101').waitFor();
    await row.locator('[data-test=decide-refused]').click();
    await fill(admin, { reason: 'She was there' });
    await admin.locator('[data-test=send-decision]').click();
    await row.waitFor({ state: 'detached' });
    const punches = await office.punchTimes();
    expect(punches).toHaveLength(6);
    expect(Math.abs(new Date(punches.at(-1)!.at).getTime() - typed)).toBeLessThan(10 * MINUTE);
    expect(office.faults).toEqual([]);
  });
});
