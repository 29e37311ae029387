/** Two records of one person in a real browser: found, compared, chosen from and merged. */
import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { doorOf } from '../../../server/attendance/attendance-service.ts';
import { Chromium } from '../../support/chromium.ts';
import { type DataServices, newTemplate, openDataServices, PASSWORD } from '../../support/data-services.ts';
import { RestServer } from '../../support/rest-server.ts';
import { fill, signInAt } from '../office.ts';

let services: DataServices;
let rest: RestServer;
let browser: Chromium;
let page: Page;
const faults: string[] = [];

beforeAll(async () => {
  services = await openDataServices();
  await services.accountId();
  rest = await RestServer.start(services, { client: { directory: path.resolve('dist/client') } });
  browser = await Chromium.launch({ size: { width: 1100, height: 1000 } });
  browser.context.on('weberror', (error) => faults.push(error.error().message));
  page = await signInAt(browser, rest.origin, { username: 'ada', password: PASSWORD });
});
afterAll(async () => {
  await browser?.close();
  rest?.stop();
  await services?.close();
});

const dialog = () => page.locator('[data-test=merge]');
const choose = (field: string, side: 'stays' | 'goes') =>
  dialog().locator(`[data-test=choose-${field}] wa-radio[value=${side}]`).click();
const shot = (name: string) =>
  process.env['SHOTS'] ? page.screenshot({ path: `${process.env['SHOTS']}/${name}.png` }) : undefined;

async function open(id: string, search: string) {
  await page.goto(`${rest.origin}/people/${id}`);
  await page.locator('[data-test=merge-records]').click();
  await dialog().locator('[data-test=search] input').fill(search);
  await dialog().locator('[data-test=other]', { hasText: search }).click();
}

it('HR merges a record that was imported twice, and the page shows what the person has now', async () => {
  const door = doorOf(await services.addDevice());
  const stays = await services.addConsentedPerson({
    number: 'M-1',
    familyName: 'Hopper',
    phone: '+1 555 0100',
  });
  const goes = await services.addConsentedPerson({
    number: 'M-2',
    familyName: 'Hoper',
    phone: '+1 555 0111',
    email: 'grace@example.org',
  });
  await services.enroll(goes.id, [newTemplate('front', 1), newTemplate('aggregate', 2)]);
  for (const days of [3, 2, 1]) {
    await services.attendance.record(
      {
        id: `run/${days}`,
        cameraId: door.id,
        track: days,
        personId: goes.id,
        at: Date.now() - days * 86_400_000,
        similarity: 0.7,
        margin: 0.3,
        frames: 4,
        live: null,
      },
      door,
    );
  }
  await open(stays.id, 'M-2');
  await dialog().getByText('Grace Hopper (M-1) stays.').waitFor();
  await dialog().getByText('This cannot be undone.').waitFor();
  await dialog().locator('[data-test=merge-facts]').getByText('3, from').waitFor();
  await shot('merge');
  await choose('number', 'goes');
  // What only the other record says is taken unless somebody decides otherwise.
  expect(
    await dialog()
      .locator('[data-test=choose-email]')
      .evaluate((group) => (group as HTMLInputElement).value),
  ).toBe('goes');
  await dialog().locator('[data-test=merge-now]').click();
  await page.locator('wa-toast-item', { hasText: '3 punches were taken over' }).waitFor();
  await dialog().waitFor({ state: 'detached' });
  const facts = page.locator('[data-test=person-page] dl');
  await facts.getByText('M-2', { exact: true }).waitFor();
  await facts.getByText('Grace Hopper (M-1) and Grace Hoper (M-2)').waitFor();
  await facts.getByText('grace@example.org').waitFor();
  await facts.getByText('+1 555 0100').waitFor();
  expect((await services.people.get(stays.id))!.enrollment).toMatchObject({ templates: 2 });
  await shot('merged');

  // An old link, and a search for the former name, lead to the record that stays.
  await page.goto(`${rest.origin}/people/${goes.id}`);
  await page.waitForURL(`${rest.origin}/people/${stays.id}`);
  await page.goto(`${rest.origin}/people?q=hoper`);
  await page.goto(`${rest.origin}/corrections`);
  await page.getByText('Take over the punches of another record of this person').waitFor();
  await page.goto(`${rest.origin}/audit`);
  await page.locator('tr', { hasText: 'Two records of a person merged' }).first().waitFor();
});

it('what stands in the way is said, and a change in the meantime shows both again', async () => {
  const [stays, goes] = [
    await services.addConsentedPerson({ number: 'W-1', familyName: 'Stays' }),
    await services.addConsentedPerson({ number: 'W-2', familyName: 'Goes' }),
  ];
  await services.consents.withdraw(goes.id, { accountId: await services.accountId() });
  await open(stays.id, 'W-2');
  await dialog()
    .locator('[data-test=obstacle]')
    .getByText('The consent in one record was withdrawn')
    .waitFor();
  await shot('merge-obstacle');
  await services.giveConsent(stays.id);
  await dialog().locator('[data-test=back]').click();
  await dialog().locator('[data-test=other]', { hasText: 'W-2' }).click();
  await dialog().locator('[data-test=merge-now]').waitFor();
  await services.people.update(goes.id, { phone: '+1 555 0122' });
  await fill(page, { reason: 'Came back after a year' });
  await dialog().locator('[data-test=merge-now]').click();
  await dialog().getByText('Someone else changed one of the two records').waitFor();
  await dialog().locator('[data-test=choose-phone]').waitFor();
  expect(await dialog().locator('[data-test=reason] input').inputValue()).toBe('Came back after a year');
  await dialog().locator('[data-test=merge-now]').click();
  await dialog().waitFor({ state: 'detached' });
  expect((await services.people.get(stays.id))!.phone).toBe('+1 555 0122');
  expect(faults).toEqual([]);
});
