/** A door while the server is away: the tablet, the server process and PostgreSQL are real. Each test continues the last one. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PersonView } from '#protocol/people.ts';
import type { BadgeView, PinView } from '#protocol/passes.ts';
import { badgeText } from '../../client/src/pages/person/badge-text.ts';
import { createTestDatabase } from '../support/database.ts';
import { Office } from './office.ts';

let office: Office;
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
  office = await Office.open(await createTestDatabase(), { MUSTER_MIN_GAP_SECONDS: '0' });
  admin = await office.setUp(await office.browser());
  const person = (number: string) =>
    api<PersonView>('POST', '/people', { number, givenName: 'Grace', familyName: `Hopper ${number}` });
  ({ pin } = await api<PinView>('PUT', `/people/${(await person('101')).id}/pin`));
  ({ code: badge } = await api<BadgeView>('PUT', `/people/${(await person('102')).id}/badge`));
  station = await office.device({
    admin,
    kind: 'station',
    name: 'Front door',
    camera: await office.browser(undefined, { size: { width: 820, height: 1180 } }),
  });
  await station.locator('muster-station[data-connection=live]').waitFor();
});
afterAll(() => office.close());

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
      headers: { origin: office.server.url },
    });
    const { answers } = (await again.json()) as { answers: { outcome: string }[] };
    expect(answers.map(({ outcome }) => outcome)).toEqual(['already', 'refused', 'already', 'already']);
    expect(await office.punchTimes()).toHaveLength(3);
    await station.locator('muster-station[data-connection=live]').waitFor();
    expect(office.faults).toEqual([]);
  });
});
