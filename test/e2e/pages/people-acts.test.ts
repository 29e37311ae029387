/** Acts on many people in a real browser, with the keyboard where it matters. */
import path from 'node:path';
import { readXlsx } from 'hucre/xlsx';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Chromium } from '../../support/chromium.ts';
import { type DataServices, openDataServices, PASSWORD } from '../../support/data-services.ts';
import { RestServer } from '../../support/rest-server.ts';
import { fill, savedBy } from '../office.ts';

const CLIENT = path.resolve(import.meta.dirname, '../../../dist/client');
const PEOPLE = 70;
let services: DataServices;
let rest: RestServer;
let browser: Chromium;
let page: Page;
const faults: string[] = [];

beforeAll(async () => {
  services = await openDataServices();
  await services.accountId();
  await services.addDepartment('Lab');
  for (let i = 0; i < PEOPLE; i += 1) {
    await services.addPerson({
      givenName: 'Zoë',
      familyName: `Number ${i}`,
      status: i === 3 ? 'left' : 'active',
    });
  }
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

const chosen = () => page.locator('[data-test=chosen]');
const tick = (name: string) =>
  page
    .locator('[data-test=person]', { has: page.getByText(name, { exact: true }) })
    .locator('[data-test=tick]');
const inLab = async () => (await services.people.page({ department: 'Lab', limit: 200 })).people.length;

it('all people of a list, loaded or not, get a department, but for the one that is taken out', async () => {
  await page.goto(`${rest.origin}/people?search=zoe`);
  await page.locator('[data-test=person]').first().waitFor();
  await page.locator('[data-test=tick-all]').focus();
  await page.keyboard.press('Space');
  await chosen().getByText(`All ${PEOPLE} people of this list`).waitFor();
  await tick('Zoë Number 1').click();
  await chosen()
    .getByText(`${PEOPLE - 1} of ${PEOPLE} people selected`)
    .waitFor();
  await page.locator('[data-test=act-department]').focus();
  await page.keyboard.press('Enter');
  await fill(page, { department: 'Lab' });
  await page.locator('[data-test=people-act] [data-test=act]').click();
  await page
    .locator('[data-test=act-result]')
    .getByText(`${PEOPLE - 1} people were changed.`)
    .waitFor();
  expect(await inLab()).toBe(PEOPLE - 1);
  await page.locator('[data-test=people-act] [data-test=close]').click();
  await page.locator('[data-test=people-act]').waitFor({ state: 'detached' });
  await page.locator('[data-test=person]').getByText('Lab').first().waitFor();
  // Another search would make “all of this list” others.
  await page.locator('[data-test=search] input').fill('number');
  await chosen().waitFor({ state: 'detached' });
});

it('a few people are suspended, and the list shows it', async () => {
  await page.goto(`${rest.origin}/people`);
  await tick('Zoë Number 0').click();
  await tick('Zoë Number 1').click();
  await page.locator('[data-test=act-status]').click();
  await page.locator('[data-test=people-act] wa-radio[value=suspended]').click();
  await page.locator('[data-test=people-act] [data-test=act]').click();
  await page.locator('[data-test=act-result]').getByText('2 people were changed.').waitFor();
  await page.locator('[data-test=people-act] [data-test=close]').click();
  await page.locator('[data-test=people-act]').waitFor({ state: 'detached' });
  await expect.poll(() => page.locator('[data-test=person] .chip', { hasText: 'Suspended' }).count()).toBe(2);
});

it('invitations are printed and saved as a list, and who cannot be invited is named', async () => {
  await page.goto(`${rest.origin}/people`);
  for (const name of ['Zoë Number 0', 'Zoë Number 1', 'Zoë Number 3']) await tick(name).click();
  await page.locator('[data-test=act-invitations]').click();
  await page.locator('[data-test=people-act] [data-test=act]').click();
  await page.locator('[data-test=act-result]').getByText('2 links were made.').waitFor();
  await page.locator('[data-test=failed]').getByText('Zoë Number 3').waitFor();
  await page.locator('[data-test=failed]').getByText('This person has left.').waitFor();

  const { content } = await savedBy(page, () => page.locator('[data-test=links-xlsx]').click());
  const { sheets } = await readXlsx(content);
  const [, first, second] = sheets[0]!.rows;
  expect([first?.[0], second?.[0]]).toEqual(['Zoë Number 0', 'Zoë Number 1']);
  const link = String(first?.[2]);
  const token = link.split('#token=')[1];
  const opened = await rest
    .stranger()
    .json<{ person: { displayName: string } }>('POST', '/api/v1/self-enrollment/session', { token });
  expect(opened.person.displayName).toBe('Zoë Number 0');

  await page.evaluate(() => {
    window.print = () => {};
  });
  await page.locator('[data-test=print-slips]').click();
  await page.locator('muster-invitation-slips').waitFor({ state: 'attached' });
  await expect.poll(() => page.locator('[data-test=slip]').count()).toBe(2);
  expect(await page.locator('[data-test=slip] code').allTextContents()).toContain(link);
  expect(faults).toEqual([]);
});
