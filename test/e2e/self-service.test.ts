/**
 * Self-service in real Chromium: HR gives access, an employee asks for a correction and a manager approves it, both by
 * keyboard only, and the employee withdraws consent. There is one office, and each test depends on the ones before it.
 */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { InvitationView } from '#protocol/accounts.ts';
import type { ConsentTextsView } from '#protocol/consents.ts';
import type { OwnRecordView } from '#protocol/own.ts';
import { addDays } from '../../server/time/zoned.ts';
import { fakeCamera } from '../fixtures/clips.ts';
import { createTestDatabase } from '../support/database.ts';
import { tabTo } from './keyboard.ts';
import { enrollFrom } from './known-face.ts';
import { facesIn, fill, Office, OFFICE_PASSWORD, resultOf } from './office.ts';

const VGA = { width: 640, height: 480, fps: 15 };
const arriving = await fakeCamera({ clip: 'cap13', from: 0, to: 20, ...VGA });
const PHONE = { width: 390, height: 844 };

let office: Office;
let admin: Page;
let manager: Page;
let phone: Page;
let door: Page;
let personId: string;
/** The day before, YYYY-MM-DD. */
let date: string;

beforeAll(async () => {
  office = await Office.open(await createTestDatabase());
  admin = await office.setUp(await office.browser());
  await post('departments', { name: 'Lab' });
  const alan = { number: 'E-1', givenName: 'Alan', familyName: 'Adams', department: 'Lab' };
  personId = await enrollFrom(office, admin, alan, { clip: 'cap12', from: 19, to: 31 });
  const account = { username: 'mona', name: 'Mona Manager', role: 'manager', department: 'Lab' };
  const { token } = (await (await post('accounts', account)).json()) as InvitationView;
  await post('invitation', { token, password: OFFICE_PASSWORD });
  manager = await office.signIn(await office.browser(), 'mona');
}, 180_000);
afterAll(() => office.close());

async function post(path: string, data: object) {
  const headers = { origin: office.server.url };
  const response = await admin.request.post(`${office.server.url}/api/v1/${path}`, { data, headers });
  if (!response.ok()) throw new Error(await response.text());
  return response;
}

const test = (page: Page, name: string) => page.locator(`[data-test=${name}]`);

const day = () => test(phone, 'own-month').locator(`tr[data-date="${date}"]`);

describe('employees', { timeout: 180_000 }, () => {
  it('HR gives access, and the link opens the own pages on the phone of the employee', async () => {
    await admin.goto(`${office.server.url}/people/${personId}`);
    await test(admin, 'give-access-to').click();
    await fill(admin, { username: 'alan' });
    await test(admin, 'create-access').click();
    const link = await test(admin, 'give-access').locator('[data-test=secret]').textContent();
    await test(admin, 'give-access').locator('[data-test=close]').click();
    await test(admin, 'access-card').getByText('Invited').waitFor();

    const browser = await office.browser(undefined, { size: PHONE });
    phone = await browser.open(link!);
    await fill(phone, { password: 'a moth in relay seventy' });
    await test(phone, 'submit').click();
    await phone.waitForURL(`${office.server.url}/my`);
    await test(phone, 'own-today').getByText('Not checked in today').waitFor();
    const links = phone.locator('muster-shell nav a');
    expect((await links.allTextContents()).map((text) => text.trim())).toEqual([
      'Today',
      'My month',
      'My requests',
      'My data',
    ]);
    for (const path of [
      '/people',
      '/attendance',
      '/presence',
      '/reports',
      '/accounts',
      `/people/${personId}`,
    ]) {
      await phone.goto(office.server.url + path);
      await test(phone, 'not-permitted').waitFor();
    }
  });

  it('an employee asks for a correction by keyboard only', async () => {
    const own = await phone.request.get(`${office.server.url}/api/v1/own`);
    date = addDays(((await own.json()) as OwnRecordView).today, -1);
    await phone.goto(`${office.server.url}/my/month?month=${date.slice(0, 7)}`);
    await day().waitFor();
    await tabTo(phone, `tr[data-date="${date}"] button`);
    await phone.keyboard.press('Enter');
    await test(phone, 'ask-add').waitFor();
    await tabTo(phone, '[data-test=ask-add]');
    await phone.keyboard.press('Enter');
    await test(phone, 'send-request').waitFor();
    await tabTo(phone, '[data-test=time]');
    await phone.keyboard.type('0805AM');
    await tabTo(phone, '[data-test=reason]');
    await phone.keyboard.type('I forgot to check in');
    await phone.keyboard.press('Enter');
    await test(phone, 'own-day').waitFor({ state: 'detached' });
    // The reader is back at the day, and nothing has changed yet.
    await tabTo(phone, `tr[data-date="${date}"] button`);
    expect(await day().getByText('8:05').count()).toBe(0);
    await phone.goto(`${office.server.url}/my/requests`);
    await phone.locator('[data-test=own-correction][data-state=waiting]').waitFor();
    await phone.goto(`${office.server.url}/my`);
    await test(phone, 'own-waiting').getByText('Add a check-in').waitFor();
  });

  it('a manager of the department approves it by keyboard only, and the employee sees the day change', async () => {
    await manager.goto(`${office.server.url}/corrections`);
    const waiting = manager.locator('[data-test=corrections-waiting]');
    await waiting.getByText('Alan Adams').first().waitFor();
    await tabTo(manager, '[data-test=approve]');
    await manager.keyboard.press('Enter');
    await test(manager, 'none-waiting').waitFor();

    await phone.goto(`${office.server.url}/my/month?month=${date.slice(0, 7)}`);
    await day().getByText('8:05').waitFor();
    await day().getByText('corrected').filter({ visible: true }).waitFor();
    await phone.goto(`${office.server.url}/my/requests`);
    await phone
      .locator('[data-test=own-correction][data-state=applied]')
      .getByText('by Mona Manager')
      .waitFor();
  });

  it('an employee withdraws consent, and the station no longer knows the face', async () => {
    door = await office.device({ admin, kind: 'station', name: 'Front door', camera: arriving });
    await resultOf(door, 'Alan Adams').waitFor();
    await facesIn(door, 'recognized').first().waitFor();

    await phone.goto(`${office.server.url}/my/data`);
    await test(phone, 'consent-history').locator('summary').click();
    await test(phone, 'consent-history').getByText('Your employer').waitFor();
    await test(phone, 'withdraw-consent').click();
    await test(phone, 'confirm').getByText('You have neither a PIN nor a badge yet').waitFor();
    await test(phone, 'confirm-act').click();
    await test(phone, 'removal')
      .getByText(/the analyzer confirmed/)
      .waitFor();
    await test(phone, 'consent-state').getByText('None').waitFor();

    // The face is still in the picture, but it is no longer recognized.
    await facesIn(door, 'unknown').first().waitFor();
    expect(await facesIn(door, 'recognized').count()).toBe(0);
  });

  it('an employee who is suspended is told so, and can still withdraw consent and take a copy', async () => {
    const texts = await admin.request.get(`${office.server.url}/api/v1/consent-texts`);
    const { version } = (await texts.json()) as ConsentTextsView;
    await post(`people/${personId}/consents`, { version, language: 'en', method: 'on-paper' });
    await admin.request.patch(`${office.server.url}/api/v1/people/${personId}`, {
      data: { status: 'suspended' },
      headers: { origin: office.server.url },
    });
    await phone.goto(`${office.server.url}/`);
    await phone.waitForURL(`${office.server.url}/my/data`);
    await test(phone, 'own-inactive').getByText('You are suspended').waitFor();
    await test(phone, 'consent-state').getByText('Given').waitFor();
    await test(phone, 'withdraw-consent').click();
    await test(phone, 'confirm-act').click();
    await test(phone, 'removal').waitFor();
    await test(phone, 'consent-state').getByText('None').waitFor();
    await test(phone, 'own-consent').getByText('no face data of yours is stored').waitFor();
    const [download] = await Promise.all([phone.waitForEvent('download'), test(phone, 'export').click()]);
    expect(download.suggestedFilename()).toBe(`person-${personId}.zip`);
  });

  it('no page had an uncaught error', () => {
    expect(office.faults).toEqual([]);
  });
});
