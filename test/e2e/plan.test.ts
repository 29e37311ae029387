/**
 * Shifts, rotas and absences in real Chromium: HR plans a person's weeks, the employee asks for vacation by keyboard only, a
 * manager approves it by keyboard only, and the month shows it. There is one office, and each test depends on the ones before
 * it.
 */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { InvitationView } from '#protocol/accounts.ts';
import type { OwnRecordView } from '#protocol/own.ts';
import type { PersonView } from '#protocol/people.ts';
import { mondayOf } from '#protocol/rota-weeks.ts';
import { addDays } from '../../server/time/zoned.ts';
import { createTestDatabase } from '../support/database.ts';
import { fill, Office, OFFICE_PASSWORD, signInAt } from './office.ts';
import { tabTo } from './keyboard.ts';

let office: Office;
let admin: Page;
let hr: Page;
let manager: Page;
let phone: Page;
let person: PersonView;
/** Of the week after this one, YYYY-MM-DD. */
let monday: string;

const test = (page: Page, name: string) => page.locator(`[data-test=${name}]`);
const goTo = (page: Page, path: string) => page.goto(office.server.url + path);

async function post<T>(path: string, data: object): Promise<T> {
  const headers = { origin: office.server.url };
  const response = await admin.request.post(`${office.server.url}/api/v1/${path}`, { data, headers });
  if (!response.ok()) throw new Error(await response.text());
  return (await response.json()) as T;
}

async function staff(username: string, name: string, more: object): Promise<Page> {
  const { token } = await post<InvitationView>('accounts', { username, name, ...more });
  await post('invitation', { token, password: OFFICE_PASSWORD });
  return office.signIn(await office.browser(), username);
}

async function choose(page: Page, select: string, option: string): Promise<void> {
  await page.locator(select).click();
  await page.locator(select).locator('wa-option', { hasText: option }).first().click();
}

beforeAll(async () => {
  office = await Office.open(await createTestDatabase());
  admin = await office.setUp(await office.browser());
  await post('departments', { name: 'Lab' });
  person = await post<PersonView>('people', {
    number: 'E-1',
    givenName: 'Alan',
    familyName: 'Adams',
    department: 'Lab',
  });
  hr = await staff('hanna', 'Hanna HR', { role: 'hr' });
  manager = await staff('mona', 'Mona Manager', { role: 'manager', department: 'Lab' });
  const account = await office.letIn(admin, person.id);
  const browser = await office.browser(undefined, { size: { width: 390, height: 844 } });
  phone = await signInAt(browser, office.server.url, account);
  const own = await phone.request.get(`${office.server.url}/api/v1/own`);
  monday = addDays(mondayOf(((await own.json()) as OwnRecordView).today), 7);
}, 180_000);
afterAll(() => office.close());

/** On the page of the own requests. @param days of the next week, from 0 for Monday */
async function askForVacation(days: [number, number], remark: string): Promise<void> {
  const [from, to] = days.map((day) => addDays(monday, day));
  await goTo(phone, '/my/requests');
  await tabTo(phone, '[data-test=ask-absence]');
  await phone.keyboard.press('Enter');
  await test(phone, 'send-absence').waitFor();
  for (const [field, date] of [
    ['from', from!],
    ['to', to!],
  ] as const) {
    await tabTo(phone, `[data-test=${field}]`);
    // As an American types it: month, day, year.
    await phone.keyboard.type(`${date.slice(5, 7)}${date.slice(8)}${date.slice(0, 4)}`);
  }
  await tabTo(phone, '[data-test=note]');
  await phone.keyboard.type(remark);
  await phone.keyboard.press('Enter');
  await test(phone, 'own-absence-dialog').waitFor({ state: 'detached' });
}

const ownAbsence = (state: string) => phone.locator(`[data-test=own-absence][data-state=${state}]`);
const dayOf = (page: Page, date: string) => page.locator(`[data-test=month-day][data-date="${date}"]`);

describe('planning', { timeout: 180_000 }, () => {
  it('HR adds a shift and a rota, sees its next weeks, and gives it to a person', async () => {
    await goTo(hr, '/plan');
    await hr.getByText('A rota is made of shifts. Add the shifts first.').waitFor();
    await test(hr, 'plan-shifts').click();
    await test(hr, 'add-shift').click();
    await fill(hr, { name: 'Early', begin: '06:00', end: '14:00' });
    await hr.keyboard.press('Enter');
    await hr.locator('[data-test=shift][data-name=Early]').getByText('6:00 AM – 2:00 PM').waitFor();

    await test(hr, 'plan-rotas').click();
    await test(hr, 'add-rota').click();
    await fill(hr, { name: 'Weekdays' });
    const dialog = test(hr, 'rota-dialog');
    await choose(hr, '[data-test=rota-dialog] [data-test=day-1]', 'Early');
    await dialog.locator('[data-test=like-monday]').click();
    const preview = (date: string) => dialog.locator(`[data-test=rota-preview] [data-date="${date}"]`);
    await preview(addDays(monday, 4)).getByText('Early').waitFor();
    await preview(addDays(monday, 5)).getByText('free').waitFor();
    await dialog.locator('[data-test=save]').click();
    await hr.locator('[data-test=rota][data-name=Weekdays]').getByText('Mon – Fri Early').waitFor();

    await test(hr, 'assign').click();
    await hr.locator('[data-test=assignment-dialog] wa-radio[value=person]').click();
    await test(hr, 'find-person').locator('input').fill('adams');
    await test(hr, 'found-person').waitFor();
    await hr.keyboard.press('Enter');
    await test(hr, 'chosen-person').getByText('Alan Adams').waitFor();
    await choose(hr, '[data-test=assignment-dialog] [data-test=rota]', 'Weekdays');
    await fill(hr, { from: mondayOf(addDays(monday, -7)) });
    await hr.locator('[data-test=assignment-dialog] [data-test=save]').click();
    await hr.locator('[data-test=assignment][data-name="Alan Adams"]').getByText('Weekdays').waitFor();
    await goTo(phone, '/my');
    await test(phone, 'own-home').getByText('6:00 AM – 2:00 PM').first().waitFor();
  });

  it('what is in use is not removed, in a plain sentence', async () => {
    await goTo(hr, '/plan/shifts');
    await hr.locator('[data-test=shift] [data-test=remove]').click();
    await test(hr, 'confirm-act').click();
    await hr.getByRole('alert').getByText('A rota uses this shift. Remove it there first.').waitFor();
    await goTo(hr, '/plan');
    await hr.locator('[data-test=rota] [data-test=remove]').click();
    await test(hr, 'confirm-act').filter({ visible: true }).click();
    await hr
      .getByRole('alert')
      .getByText('People are assigned to this rota. Assign them to another one first.')
      .waitFor();
  });

  it('a manager sees the plan of the own department and changes nothing', async () => {
    await goTo(manager, '/plan');
    await manager.locator('[data-test=assignment]').getByText('Alan Adams').waitFor();
    expect(await manager.locator('[data-test=edit], [data-test=remove], [data-test=assign]').count()).toBe(0);
  });
});

describe('a request for vacation', { timeout: 180_000 }, () => {
  it('is made by keyboard only, and waits', async () => {
    await askForVacation([0, 1], 'Moving house');
    await ownAbsence('waiting').getByText('Moving house').waitFor();
    await goTo(phone, '/my');
    await test(phone, 'own-waiting').getByText('Vacation').waitFor();
  });

  it('is approved by the manager by keyboard only, and is then in the month', async () => {
    await goTo(manager, '/corrections');
    const waiting = manager.locator('[data-test=corrections-waiting] [data-test=absence]');
    await waiting.getByText('Alan Adams').first().waitFor();
    await test(manager, 'waiting-badge').waitFor();
    await tabTo(manager, '[data-test=approve]');
    await manager.keyboard.press('Enter');
    await test(manager, 'none-waiting').waitFor();
    await manager.locator('[data-test=corrections-past-absences]').getByText('Approved').waitFor();

    await goTo(phone, `/my/month?month=${monday.slice(0, 7)}`);
    await dayOf(phone, monday).getByText('Vacation').waitFor();
    await goTo(phone, '/my/requests');
    await ownAbsence('approved').getByText('by Mona Manager').waitFor();
    await goTo(hr, `/people/${person.id}/month?month=${monday.slice(0, 7)}`);
    await dayOf(hr, monday).getByText('Vacation').waitFor();
  });

  it('is refused with a reason that the employee reads', async () => {
    await askForVacation([3, 3], 'A long weekend');
    await ownAbsence('waiting').waitFor();
    await goTo(manager, '/corrections');
    await test(manager, 'refuse').click();
    await test(manager, 'refusal').locator('input').fill('Inventory');
    await test(manager, 'send-refusal').click();
    await test(manager, 'none-waiting').waitFor();
    await phone.reload();
    await ownAbsence('refused').getByText('Inventory').waitFor();
  });

  it('is withdrawn while it waits', async () => {
    await askForVacation([4, 4], 'Perhaps');
    await ownAbsence('waiting').locator('[data-test=withdraw]').click();
    await ownAbsence('withdrawn').waitFor();
  });
});

const row = (page: Page, kind: string) => page.locator(`[data-test=absence][data-kind=${kind}]`);

describe('the absences of a month', { timeout: 180_000 }, () => {
  it('HR adds, filters, changes and removes them; a manager sees those of the own department', async () => {
    const month = monday.slice(0, 7);
    // Of the same month as the vacation, and not within it.
    const day = `${month}-${/1[0-3]$/.test(monday) ? '20' : '12'}`;
    const url = `/plan/absences?month=${month}`;
    await goTo(hr, url);
    await row(hr, 'vacation').getByText('Alan Adams').waitFor();
    await test(hr, 'add-absence').click();
    const dialog = test(hr, 'absence-dialog');
    await dialog.locator('[data-test=save]').waitFor();
    await fill(hr, { from: day, to: addDays(day, -1) });
    await dialog.locator('[data-test=save]').click();
    await dialog.getByText('Choose a person.').waitFor();
    await test(hr, 'find-person').locator('input').fill('E-1');
    await test(hr, 'found-person').click();
    await choose(hr, '[data-test=absence-dialog] [data-test=kind]', 'Trip');
    await dialog.locator('[data-test=save]').click();
    await dialog.getByText('The end is before the beginning.').waitFor();
    await fill(hr, { to: day });
    await dialog.locator('[data-test=save]').click();
    await row(hr, 'trip').waitFor();

    await choose(hr, '[data-test=filter-kind]', 'Trip');
    await row(hr, 'vacation').waitFor({ state: 'detached' });
    await hr.reload();
    await row(hr, 'trip').waitFor();
    expect(await row(hr, 'vacation').count()).toBe(0);

    // Somebody else writes a remark meanwhile: neither change is lost.
    await row(hr, 'trip').locator('[data-test=edit]').click();
    await test(hr, 'begins-at-noon').click();
    const id = await row(hr, 'trip').getAttribute('data-absence');
    await admin.request.patch(`${office.server.url}/api/v1/absences/${id}`, {
      data: { note: 'To Oslo' },
      headers: { origin: office.server.url },
    });
    await dialog.locator('[data-test=save]').click();
    await row(hr, 'trip').getByText('from noon').waitFor();
    await row(hr, 'trip').getByText('To Oslo').waitFor();
    await row(hr, 'trip').locator('[data-test=remove]').click();
    await test(hr, 'confirm-act').click();
    await test(hr, 'no-absences').waitFor();

    await goTo(manager, url);
    await row(manager, 'vacation').getByText('Alan Adams').waitFor();
    expect(await manager.locator('[data-test=add-absence], [data-test=edit]').count()).toBe(0);
  });

  it('no page had an uncaught error', () => {
    expect(office.faults).toEqual([]);
  });
});
