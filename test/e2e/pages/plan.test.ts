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
import { addDays } from '../../../server/time/zoned.ts';
import { createTestDatabase } from '../../support/database.ts';
import { fill, Office, OFFICE_PASSWORD, signInAt } from '../office.ts';
import { tabTo } from '../keyboard.ts';

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
    await dayOf(phone, monday).getByText('Vacation').filter({ visible: true }).waitFor();
    await goTo(phone, '/my/requests');
    await ownAbsence('approved').getByText('by Mona Manager').waitFor();
    await goTo(hr, `/people/${person.id}/month?month=${monday.slice(0, 7)}`);
    await dayOf(hr, monday).getByText('Vacation').filter({ visible: true }).waitFor();
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
});

describe('what is entered for one person', { timeout: 180_000 }, () => {
  it('HR plans another shift on one day with a reason, and neither of two changes of it is lost', async () => {
    const date = addDays(monday, 1);
    await goTo(hr, `/people/${person.id}`);
    await test(hr, 'no-exceptions').waitFor();
    await tabTo(hr, '[data-test=add-exception]');
    await hr.keyboard.press('Enter');
    const dialog = test(hr, 'exception-dialog');
    await dialog.locator('[data-test=shift-1]').waitFor();
    await fill(hr, { date, reason: 'st' });
    await hr.keyboard.press('Enter');
    await dialog.getByText('Please give a longer reason').waitFor();
    await fill(hr, { reason: 'Stocktaking' });
    await hr.keyboard.press('Enter');
    const row = hr.locator(`[data-test=exception][data-date="${date}"]`);
    await row.getByText('free').waitFor();

    await row.locator('[data-test=edit]').click();
    const url = `${office.server.url}/api/v1/exceptions`;
    const listed = await admin.request.get(`${url}?from=${date}&to=${date}`);
    const { exceptions } = (await listed.json()) as { exceptions: { id: string }[] };
    await admin.request.patch(`${url}/${exceptions[0]!.id}`, {
      data: { reason: 'Inventory' },
      headers: { origin: office.server.url },
    });
    await choose(hr, '[data-test=shift-1]', 'Early');
    await dialog.locator('[data-test=save]').click();
    await row.getByText('Early').waitFor();
    await row.getByText('Inventory').waitFor();
    await row.locator('[data-test=remove]').click();
    await test(hr, 'confirm-act').filter({ visible: true }).click();
    await test(hr, 'no-exceptions').waitFor();
  });

  it('HR enters an opening balance and a payout, and the account shows them', async () => {
    const enter = async (kind: string, hours: string) => {
      await test(hr, 'add-balance-entry').click();
      await hr.locator(`[data-test=balance-dialog] wa-radio[value=${kind}]`).click();
      const first = `${addDays(monday, -7).slice(0, 7)}-01`;
      await fill(hr, { date: first, hours, reason: 'From the spreadsheet' });
      await hr.keyboard.press('Enter');
      await hr.locator(`[data-test=balance-entry][data-kind=${kind}]`).waitFor();
    };
    await goTo(hr, `/people/${person.id}`);
    await enter('start', '12.5');
    await enter('payout', '4');
    await hr.locator('[data-test=balance-entry][data-kind=payout]').getByText('−4 h 00 min').waitFor();
    await hr.locator('[data-test=balance-entry][data-kind=start]').getByText('Hanna HR').waitFor();
    await hr.locator('[data-test=balance-entry][data-kind=payout] [data-test=remove]').click();
    await test(hr, 'confirm-act').filter({ visible: true }).click();
    await hr.locator('[data-test=balance-entry][data-kind=payout]').waitFor({ state: 'detached' });
  });
});

const holiday = (page: Page, date: string) => page.locator(`[data-test=holiday][data-date="${date}"]`);
const CALENDAR = [
  ['DTSTART;VALUE=DATE:20301224', 'SUMMARY:Christmas Eve'],
  ['DTSTART;VALUE=DATE:20301003', 'SUMMARY:Outing'],
  ['DTSTART:20301220T160000Z', 'SUMMARY:Party'],
].flatMap((event) => ['BEGIN:VEVENT'].concat(event, 'END:VEVENT'));

describe('the holidays of a site', { timeout: 180_000 }, () => {
  it('the owner gives the site a country and a region, and its public holidays are listed', async () => {
    await goTo(hr, '/plan');
    await test(hr, 'plan-holidays').click();
    await test(hr, 'no-holidays').waitFor();
    await hr.getByText('has no country yet').waitFor();
    expect(await test(hr, 'site-settings').count()).toBe(0);

    await goTo(admin, '/plan/holidays?year=2030');
    await test(admin, 'site-settings').click();
    const dialog = test(admin, 'site-dialog');
    await dialog.locator('[data-test=country]').waitFor();
    await choose(admin, '[data-test=country]', 'Germany');
    await choose(admin, '[data-test=region]', 'Bayern');
    await dialog.locator('[data-test=save]').click();
    await dialog.waitFor({ state: 'detached' });
    await test(admin, 'holidays').click();
    await test(admin, 'place').getByText('Germany, Bayern').waitFor();
    await goTo(admin, '/plan/holidays?year=2030');
    await holiday(admin, '2030-10-03').getByText('Tag der Deutschen Einheit').waitFor();
    expect(await holiday(admin, '2030-10-03').getAttribute('data-source')).toBe('public');
  });

  it('HR replaces a public holiday by keyboard only, adds one, and takes nothing over from somebody else', async () => {
    await goTo(hr, '/plan/holidays?year=2030');
    await holiday(hr, '2030-01-06').waitFor();
    await tabTo(hr, '[data-test=holiday][data-date="2030-01-06"] [data-test=edit]');
    await hr.keyboard.press('Enter');
    await test(hr, 'replaces').waitFor();
    await tabTo(hr, '[data-test=off] wa-radio[value=day]');
    await hr.keyboard.press('ArrowDown');
    await hr.keyboard.press('ArrowDown');
    await tabTo(hr, '[data-test=holiday-dialog] [data-test=save]');
    await hr.keyboard.press('Enter');
    await hr.locator('[data-test=holiday][data-date="2030-01-06"][data-off=nothing]').waitFor();

    await test(hr, 'add-holiday').click();
    await fill(hr, { name: 'Brewery fair', date: '2030-07-15' });
    await hr.keyboard.press('Enter');
    await holiday(hr, '2030-07-15').getByText('Brewery fair').waitFor();
    await holiday(hr, '2030-07-15').locator('[data-test=edit]').click();
    const url = `${office.server.url}/api/v1/holidays`;
    const listed = await admin.request.get(`${url}?from=2030-07-15&to=2030-07-15`);
    const { holidays } = (await listed.json()) as { holidays: { id: string }[] };
    await admin.request.patch(`${url}/${holidays[0]!.id}`, {
      data: { off: 'afternoon' },
      headers: { origin: office.server.url },
    });
    await fill(hr, { name: 'Beer fair' });
    await hr.locator('[data-test=holiday-dialog] [data-test=save]').click();
    await holiday(hr, '2030-07-15').getByText('Beer fair').waitFor();
    expect(await holiday(hr, '2030-07-15').getAttribute('data-off')).toBe('afternoon');
  });

  it('a calendar file is shown date by date, with what is left out, before anything is saved', async () => {
    await goTo(hr, '/plan/holidays?year=2030');
    await test(hr, 'import-holidays').click();
    const dialog = test(hr, 'holiday-import');
    const give = (text: string) =>
      dialog
        .locator('input[type=file]')
        .setInputFiles({ name: 'closed.ics', mimeType: 'text/calendar', buffer: Buffer.from(text) });
    await give('no calendar');
    await test(hr, 'check').click();
    await dialog.getByText('This is not a calendar file').waitFor();
    await give(['BEGIN:VCALENDAR', ...CALENDAR, 'END:VCALENDAR'].join('\r\n'));
    await test(hr, 'check').click();
    await dialog
      .locator('[data-date="2030-10-03"]')
      .getByText('In place of Tag der Deutschen Einheit')
      .waitFor();
    await test(hr, 'preview-left-out').getByText('Party (Dec 20, 2030): has a time of day').waitFor();
    expect(await holiday(hr, '2030-12-24').count()).toBe(0);
    await test(hr, 'import').click();
    await holiday(hr, '2030-12-24').getByText('Christmas Eve').waitFor();
    await holiday(hr, '2030-10-03').locator('[data-test=remove]').click();
    await test(hr, 'confirm-act').click();
    await holiday(hr, '2030-10-03').getByText('Tag der Deutschen Einheit').waitFor();
  });

  it('a manager reads the holidays and changes nothing', async () => {
    await goTo(manager, '/plan/holidays?year=2030');
    await holiday(manager, '2030-12-24').waitFor();
    expect(await manager.locator('[data-test=add-holiday], [data-test=edit]').count()).toBe(0);
  });

  it('no page had an uncaught error', () => {
    expect(office.faults).toEqual([]);
  });
});
