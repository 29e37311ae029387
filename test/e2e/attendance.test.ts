/** The attendance page in a real browser: corrections by hand, and what it says about incomplete days. */
import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { doorOf } from '../../server/attendance/attendance-service.ts';
import { Chromium } from '../support/chromium.ts';
import { type DataServices, openDataServices, PASSWORD } from '../support/data-services.ts';
import { RestServer } from '../support/rest-server.ts';
import { fill } from './office.ts';

const CLIENT = path.resolve(import.meta.dirname, '../../dist/client');
const DAY = 86_400_000;
let services: DataServices;
let rest: RestServer;
let browser: Chromium;
let page: Page;
const faults: string[] = [];

beforeAll(async () => {
  services = await openDataServices();
  await services.accountId();
  rest = await RestServer.start(services, { client: { directory: CLIENT } });
  browser = await Chromium.launch();
  browser.context.on('weberror', (error) => faults.push(error.error().message));
  page = await browser.open(`${rest.origin}/sign-in`);
  await fill(page, { username: 'ada', password: PASSWORD });
  await page.locator('[data-test=submit]').click();
  await page.waitForURL(`${rest.origin}/`);
});
afterAll(async () => {
  await browser.close();
  rest.stop();
  await services.close();
});

const worked = (state: string) => page.locator(`[data-test=worked][data-state=${state}]`);

const dialog = () => page.locator('[data-test=correction]');

/** Fills in the dialog that is open and sends it. */
async function sendPunch(kind: 'in' | 'out', values: Record<string, string>) {
  await dialog().locator(`wa-radio[value=${kind}]`).click();
  for (const [name, value] of Object.entries({ ...values, reason: 'The station was off' })) {
    await dialog().locator(`wa-input[data-test=${name}] input`).fill(value);
  }
  await page.locator('[data-test=add-punch]').click();
}

async function addPunch(kind: 'in' | 'out', values: Record<string, string>) {
  await sendPunch(kind, values);
  await dialog().waitFor({ state: 'detached' });
}

describe('the attendance page', () => {
  it('the attendance page shows a person who checked in today as here now', async () => {
    const { id: personId } = await services.addPerson({ number: 'E-1', givenName: 'Ann', familyName: 'Lee' });
    const station = await services.addDevice();
    const { deviceId: id } = station;
    const sighting = { id: 'one', cameraId: id, track: 1, personId, at: Date.now(), live: null };
    const evidence = { similarity: 0.9, margin: 0.3, frames: 5 };
    await services.attendance.record({ ...sighting, ...evidence }, doorOf(station));

    await page.goto(`${rest.origin}/attendance`);
    await worked('here').waitFor();
  });

  it('a past day to which a missed check-in is added misses its check-out', async () => {
    const yesterday = new Date(Date.now() - DAY).toISOString().slice(0, 10);
    await page.locator('[data-test=correct]').click();
    await addPunch('in', { number: 'E-1', date: yesterday, time: '09:00' });

    await page.locator('[data-test=date] input').fill(yesterday);
    await page.locator('[data-test=date] input').blur();
    await worked('missing-check-out').waitFor();
    expect(await worked('here').count()).toBe(0);
  });

  it('completes the day with the check-out of that person', async () => {
    await page.locator('[data-test=correct-person]').click();
    await addPunch('out', { time: '17:05' });

    await worked('complete').waitFor();
    expect(await worked('complete').textContent()).toBe('8 h 05 min');
  });

  it('a punch that is added twice is refused, and the dialog stays open', async () => {
    await page.locator('[data-test=correct-person]').click();
    await sendPunch('out', { time: '17:05' });
    await dialog().locator('[data-test=alert]').getByText('This person already has this punch.').waitFor();
    expect(faults).toEqual([]);
  });
});
