/** Departments in a real browser: kept as a list, chosen for people and accounts, and added by an import. */
import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Chromium } from '../../support/chromium.ts';
import { type DataServices, openDataServices, PASSWORD } from '../../support/data-services.ts';
import { RestServer } from '../../support/rest-server.ts';
import { fill } from '../office.ts';

const CLIENT = path.resolve(import.meta.dirname, '../../../dist/client');
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

const row = (name: string) => page.locator(`[data-test=department][data-name="${name}"]`);
async function choose(name: string, act: 'rename' | 'join' | 'remove') {
  await row(name).locator('[data-test=acts]').click();
  await row(name).locator(`[data-test=${act}]`).click();
}

it('a department is added with Enter, renamed, joined and removed, and one in use says by whom', async () => {
  await services.addPerson({ familyName: 'Lane', department: 'Sales' });
  await page.goto(`${rest.origin}/people`);
  await page.locator('[data-test=departments]').click();
  await row('Sales').waitFor();
  for (const name of ['Lab', 'Labour', 'Spare']) {
    await page.locator('[data-test=add-department]').click();
    await page.locator('[data-test=name] input').fill(name);
    await page.keyboard.press('Enter');
    await row(name).waitFor();
  }
  await page.locator('[data-test=add-department]').click();
  await page.locator('[data-test=name] input').fill('LAB');
  await page.keyboard.press('Enter');
  await page.getByText('There is a department with this name already.').waitFor();
  await page.keyboard.press('Escape');

  await choose('Labour', 'rename');
  await page.locator('[data-test=name] input').fill('Workshop');
  await page.keyboard.press('Enter');
  await row('Workshop').getByText('Formerly Labour').waitFor();

  await choose('Spare', 'remove');
  await page.locator('[data-test=confirm-act]').click();
  await row('Spare').waitFor({ state: 'detached' });

  await choose('Sales', 'remove');
  await page.getByText('others refer to it: 1 person.').waitFor();
  await page.locator('[data-test=confirm-act]').click();
  await page.locator('[data-test=into]').click();
  await page.locator('[data-test=into] wa-option', { hasText: 'Workshop' }).click();
  await page.locator('[data-test=join-dialog] [data-test=save]').click();
  await row('Sales').waitFor({ state: 'detached' });
  await row('Workshop').getByText('Formerly Labour and Sales').waitFor();
  await row('Workshop').locator('a').click();
  await page.locator('[data-test=person]').getByText('Lane').waitFor();
  expect(new URL(page.url()).searchParams.get('department')).toBe('Workshop');
});

it('a person gets a department of the list, and the list of people is filtered by it', async () => {
  await page.goto(`${rest.origin}/people`);
  await page.locator('[data-test=add]').click();
  await fill(page, { familyName: 'Suharto', number: 'N-1', department: 'Lab' });
  await page.locator('[data-test=add-person] [data-test=save]').click();
  await page.locator('[data-test=person-page] dd').getByText('Lab').waitFor();
  await page.goto(`${rest.origin}/people`);
  await page.locator('[data-test=person]').nth(1).waitFor();
  await page.locator('[data-test=filter-department]').click();
  await page.locator('[data-test=filter-department] wa-option', { hasText: 'Lab' }).click();
  await expect.poll(() => page.locator('[data-test=person]').count()).toBe(1);
  await page.locator('[data-test=filter-department] [part=clear-button]').click();
  await expect.poll(() => page.locator('[data-test=person]').count()).toBe(2);
});

it('an account of a manager is refused without a department, in a plain sentence', async () => {
  await page.goto(`${rest.origin}/accounts`);
  await page.locator('[data-test=new-account]').click();
  await fill(page, { username: 'mia', name: 'Mia' });
  await page.locator('[data-test=role]').click();
  await page.locator('[data-test=role] wa-option[value=manager]').click();
  await page.locator('[data-test=invite]').click();
  await page.getByText('A manager needs a department.').waitFor();
  await fill(page, { department: 'Workshop' });
  await page.locator('[data-test=invite]').click();
  await page.locator('[data-test=secret]').waitFor();
  await page.locator('[data-test=close]').click();
  await page.locator('[data-test=account]', { hasText: 'Workshop' }).waitFor();
});

it('an import says which departments are not in the list, and adds them where that is ticked', async () => {
  await page.goto(`${rest.origin}/people/import`);
  const content = 'number,name,department\nI-1,One,Night shift\nI-2,Two,lab\n';
  const file = { name: 'people.csv', mimeType: 'text/csv', buffer: Buffer.from(content) };
  await page.locator('[data-test=file]').setInputFiles(file);
  await page.locator('[data-test=next]').click();
  await page.getByText('This department is not in the list: Night shift.').waitFor();
  const rows = (act: string) => page.locator(`[data-test=row][data-act=${act}]`).count();
  expect([await rows('create'), await rows('left-out')]).toEqual([1, 1]);
  await page.locator('[data-test=add-departments]').click();
  await expect.poll(() => rows('create')).toBe(2);
  await page.locator('[data-test=run]').click();
  await page.locator('[data-test=done]').waitFor();
  await page.goto(`${rest.origin}/people/departments`);
  await row('Night shift').waitFor();
  expect(faults).toEqual([]);
});

it('whoever is enrolled gets the department that was chosen with their name', async () => {
  await page.goto(`${rest.origin}/enroll`);
  await fill(page, { number: 'E-77', givenName: 'Alan', familyName: 'Adams', department: 'Lab' });
  await page.locator('[data-test=person-form] [data-test=next]').click();
  await page.locator('[data-test=consent-form]').waitFor();
  const { people } = await services.people.page({ search: 'E-77', limit: 1 });
  expect(people).toMatchObject([{ displayName: 'Alan Adams', department: 'Lab' }]);
});
