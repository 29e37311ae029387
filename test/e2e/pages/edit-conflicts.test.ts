/** Two people who edit the same thing in two browsers: the second is told what changed, and loses nothing that was typed. */
import path from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Chromium } from '../../support/chromium.ts';
import { type DataServices, openDataServices, PASSWORD } from '../../support/data-services.ts';
import { RestServer } from '../../support/rest-server.ts';
import { fill, signInAt } from '../office.ts';

let services: DataServices;
let rest: RestServer;
const browsers: Chromium[] = [];
/** Of Ada, who saves second. */
let ada: Page;
/** Of Bob, who saves first. */
let bob: Page;
const faults: string[] = [];

async function signedIn(username: string): Promise<Page> {
  const browser = await Chromium.launch({ size: { width: 1100, height: 900 } });
  browsers.push(browser);
  browser.context.on('weberror', (error) => faults.push(error.error().message));
  return signInAt(browser, rest.origin, { username, password: PASSWORD });
}

beforeAll(async () => {
  services = await openDataServices();
  rest = await RestServer.start(services, { client: { directory: path.resolve('dist/client') } });
  const owner = await rest.staff();
  await rest.member(owner, 'owner');
  ada = await signedIn('ada');
  bob = await signedIn('member-1');
});
afterAll(async () => {
  await Promise.all(browsers.map((browser) => browser.close()));
  rest?.stop();
  await services?.close();
});

const notice = (page: Page) => page.locator('[data-test=edit-notice]');
const conflict = (page: Page, field: string) => page.locator(`[data-test=conflict][data-field=${field}]`);
const take = (of: Locator, side: 'mine' | 'theirs') => of.locator(`wa-radio[value=${side}]`).click();
const valueOf = (page: Page, name: string) => page.locator(`[data-test=${name}] input`).inputValue();
const both = (work: (page: Page) => Promise<void>) => Promise.all([work(ada), work(bob)]);
/** A message at the edge of the page; a screen reader hears it from another element. */
const said = (page: Page, text: string) => page.locator('wa-toast-item', { hasText: text });
const shot = (page: Page, name: string) =>
  process.env['SHOTS'] ? page.screenshot({ path: `${process.env['SHOTS']}/${name}.png` }) : undefined;

const dialog = (page: Page) => page.locator('[data-test=edit-person], [data-test=site-dialog]');
const save = (page: Page) => dialog(page).locator('[data-test=save]').click();
const setting = (page: Page, key: string) => page.locator(`[data-setting=${key}]`);
const days = (page: Page, key: string) => setting(page, key).locator('input');
const saveSettings = (page: Page, part: string) => page.locator(`[data-test=save-${part}]`).click();

describe('a person', () => {
  let id: string;

  beforeEach(async () => {
    id = (await services.addPerson({ phone: '+1 555 0100', jobTitle: 'Admiral' })).id;
    await both(async (page) => {
      await page.goto(`${rest.origin}/people/${id}`);
      await page.locator('[data-test=edit]').first().click();
      await dialog(page).locator('[data-test=phone] input').waitFor();
    });
  });

  it('what only the other one changed is taken over, and said', async () => {
    await fill(bob, { jobTitle: 'Rear admiral' });
    await save(bob);
    await dialog(bob).waitFor({ state: 'detached' });
    await fill(ada, { phone: '+1 555 0199' });
    await save(ada);
    await said(ada, 'member-1 has changed meanwhile: Job title.').waitFor();
    const person = await services.people.get(id);
    expect(person).toMatchObject({ phone: '+1 555 0199', jobTitle: 'Rear admiral' });
  });

  it('of a field that both changed, the second sees both values, keeps the typed one and saves it knowingly', async () => {
    await fill(bob, { phone: '+1 555 0111', email: 'grace@example.org' });
    await save(bob);
    await dialog(bob).waitFor({ state: 'detached' });
    await fill(ada, { phone: '+1 555 0199', jobTitle: 'Professor' });
    await save(ada);
    await notice(ada).getByText('member-1 has changed this while you were editing').waitFor();
    await conflict(ada, 'phone').getByText('Before: +1 555 0100').waitFor();
    await conflict(ada, 'phone').getByText('Mine: +1 555 0199').waitFor();
    await conflict(ada, 'phone').getByText('By member-1: +1 555 0111').waitFor();
    await notice(ada).getByText('Email: from empty to grace@example.org').waitFor();
    expect(await ada.locator('[data-test=conflict]').count()).toBe(1);
    expect(await valueOf(ada, 'phone')).toBe('+1 555 0199');
    expect(await valueOf(ada, 'jobTitle')).toBe('Professor');
    expect(await valueOf(ada, 'email')).toBe('grace@example.org');
    // Nothing was saved yet.
    expect(await services.people.get(id)).toMatchObject({ phone: '+1 555 0111', jobTitle: 'Admiral' });
    await shot(ada, 'person');
    await save(ada);
    await dialog(ada).waitFor({ state: 'detached' });
    expect(await services.people.get(id)).toMatchObject({
      phone: '+1 555 0199',
      jobTitle: 'Professor',
      email: 'grace@example.org',
    });
  });

  it('or takes the other value, and what was typed elsewhere stays', async () => {
    await fill(bob, { phone: '+1 555 0111' });
    await save(bob);
    await dialog(bob).waitFor({ state: 'detached' });
    await fill(ada, { phone: '+1 555 0199' });
    await ada.keyboard.press('Enter');
    await conflict(ada, 'phone').waitFor();
    await fill(ada, { jobTitle: 'Teacher' });
    await take(conflict(ada, 'phone'), 'theirs');
    await expect.poll(() => valueOf(ada, 'phone')).toBe('+1 555 0111');
    await take(conflict(ada, 'phone'), 'mine');
    await expect.poll(() => valueOf(ada, 'phone')).toBe('+1 555 0199');
    await take(conflict(ada, 'phone'), 'theirs');
    await expect.poll(() => valueOf(ada, 'phone')).toBe('+1 555 0111');
    await save(ada);
    await dialog(ada).waitFor({ state: 'detached' });
    expect(await services.people.get(id)).toMatchObject({ phone: '+1 555 0111', jobTitle: 'Teacher' });
  });

  it('a third change in between is shown as well, before anything is saved over it', async () => {
    await fill(bob, { phone: '+1 555 0111' });
    await save(bob);
    await dialog(bob).waitFor({ state: 'detached' });
    await fill(ada, { phone: '+1 555 0199' });
    await save(ada);
    await conflict(ada, 'phone').getByText('By member-1: +1 555 0111').waitFor();
    await services.people.update(id, { phone: '+1 555 0122' });
    await save(ada);
    await conflict(ada, 'phone').getByText('Theirs: +1 555 0122').waitFor();
    expect(await valueOf(ada, 'phone')).toBe('+1 555 0199');
    await save(ada);
    await dialog(ada).waitFor({ state: 'detached' });
    expect((await services.people.get(id))!.phone).toBe('+1 555 0199');
  });

  it('one that was removed in the meantime is said, and the typed text stays', async () => {
    await services.people.erase(id);
    await fill(ada, { phone: '+1 555 0199' });
    await save(ada);
    await dialog(ada).locator('[data-test=alert]').waitFor();
    expect(await valueOf(ada, 'phone')).toBe('+1 555 0199');
  });
});

const radio = (page: Page, name: string, value: string) =>
  dialog(page).locator(`wa-radio-group[name=${name}] wa-radio[value=${value}]`);

describe('a site', () => {
  it('its rules are merged by field, and their effect is shown again before they are saved', async () => {
    const site = await services.sites.create({ name: 'Lyon', timeZone: 'Europe/Paris' });
    await both(async (page) => {
      await page.goto(`${rest.origin}/sites`);
      await page.locator(`[data-site="${site.id}"] [data-test=edit]`).click();
      await dialog(page).locator('[data-test=turnsAt]').waitFor();
    });
    await dialog(bob).locator('[data-test=turnsAt] input').fill('2');
    await radio(bob, 'approval', 'all').click();
    await save(bob);
    await dialog(bob).locator('[data-test=save-rules]').click();
    await dialog(bob).waitFor({ state: 'detached' });

    await dialog(ada).locator('[data-test=longestStay] input').fill('10');
    await radio(ada, 'approval', 'off').click();
    await save(ada);
    await dialog(ada).locator('[data-test=save-rules]').click();
    await conflict(ada, 'approval').getByText('Before: Corrections by managers').waitFor();
    await conflict(ada, 'approval').getByText('By member-1: All corrections').waitFor();
    await notice(ada).getByText('A work day turns at: from 4:00 to 2:00').waitFor();
    await shot(ada, 'site');
    await take(conflict(ada, 'approval'), 'theirs');
    const chosen = () =>
      dialog(ada)
        .locator('wa-radio-group[name=approval]')
        .evaluate((group) => (group as HTMLInputElement).value);
    await expect.poll(chosen).toBe('all');
    await save(ada);
    await dialog(ada).locator('[data-test=save-rules]').click();
    await dialog(ada).waitFor({ state: 'detached' });
    expect(await services.sites.get(site.id)).toMatchObject({
      turnsAt: 2,
      longestStay: 10 * 3_600_000,
      approval: 'all',
    });
  });
});

const allowance = (page: Page) => page.locator('[data-test=allowance-dialog]');

describe('the vacation days of a person', () => {
  it('are merged by field, also where nobody had entered any before', async () => {
    const { id } = await services.addPerson();
    await both(async (page) => {
      await page.goto(`${rest.origin}/people/${id}`);
      await page.locator('[data-test=set-allowance]').click();
      await allowance(page).locator('[data-test=days] input').waitFor();
    });
    await allowance(bob).locator('[data-test=days] input').fill('28');
    await allowance(bob).locator('[data-test=carried] input').fill('2.5');
    await allowance(bob).locator('[data-test=save]').click();
    await allowance(bob).waitFor({ state: 'detached' });
    await allowance(ada).locator('[data-test=days] input').fill('30');
    await allowance(ada).locator('[data-test=save]').click();
    await conflict(ada, 'days').getByText('By member-1: 28').waitFor();
    await notice(ada).getByText('Days left from the year before: from 0 to 2.5').waitFor();
    await shot(ada, 'allowance');
    await allowance(ada).locator('[data-test=save]').click();
    await allowance(ada).waitFor({ state: 'detached' });
    const { allowance: saved } = await services.absences.vacation(id);
    expect(saved).toEqual({ days: 30, carried: 2.5, carriedUntil: null });
  });
});

describe('a device', () => {
  it('switches and choices of the other one are taken over, and shown in the form', async () => {
    const { deviceId: id } = await services.addDevice('Gate');
    await ada.goto(`${rest.origin}/devices`);
    await ada.locator(`[data-device="${id}"] [data-test=edit]`).click();
    const dialog = ada.locator('[data-test=device-settings]');
    await dialog.locator('wa-input[name=minGap]').waitFor();
    await services.devices.update(id, { settings: { sound: false, mode: 'in', minGap: 30_000 } });
    await dialog.locator('wa-input[name=minGap] input').fill('45');
    await dialog.locator('[data-test=save]').click();
    await conflict(ada, 'minGap').getByText('Theirs: 30 seconds').waitFor();
    await notice(ada).getByText('Play a short sound: from On to Off').waitFor();
    const sound = await dialog
      .locator('wa-switch[name=sound]')
      .evaluate((one) => (one as HTMLInputElement).checked);
    expect(sound).toBe(false);
    await shot(ada, 'device');
    await dialog.locator('[data-test=save]').click();
    await dialog.waitFor({ state: 'detached' });
    const device = (await services.devices.list()).find((one) => one.id === id)!;
    expect(device.settings).toMatchObject({ minGap: 45_000, sound: false, mode: 'in' });
  });
});

describe('the settings page', () => {
  it('settings of the other one appear by themselves; of the same setting, the second decides', async () => {
    await both(async (page) => {
      await page.goto(`${rest.origin}/settings`);
      await days(page, 'MUSTER_KEEP_PUNCHES_DAYS').waitFor();
    });
    await days(bob, 'MUSTER_KEEP_PUNCHES_DAYS').fill('1000');
    await days(bob, 'MUSTER_KEEP_AUDIT_DAYS').fill('900');
    await saveSettings(bob, 'retention');
    await said(bob, 'Settings saved').waitFor();

    // Another part: nothing is asked.
    await days(ada, 'MUSTER_KEEP_PUNCHES_DAYS').fill('800');
    await days(ada, 'MUSTER_ENROLLMENT_TIMEOUT_SECONDS').fill('75');
    await saveSettings(ada, 'enrollment');
    await said(ada, 'Settings saved').waitFor();
    // What was typed elsewhere and is not saved yet is shown there with what the other one saved.
    await conflict(ada, 'MUSTER_KEEP_PUNCHES_DAYS').getByText('Mine: 800 days').waitFor();
    expect(await days(ada, 'MUSTER_KEEP_AUDIT_DAYS').inputValue()).toBe('900');
    await shot(ada, 'settings');
    await take(conflict(ada, 'MUSTER_KEEP_PUNCHES_DAYS'), 'theirs');
    await expect.poll(() => days(ada, 'MUSTER_KEEP_PUNCHES_DAYS').inputValue()).toBe('1000');
    await take(conflict(ada, 'MUSTER_KEEP_PUNCHES_DAYS'), 'mine');
    await expect.poll(() => days(ada, 'MUSTER_KEEP_PUNCHES_DAYS').inputValue()).toBe('800');
    await saveSettings(ada, 'retention');
    await expect.poll(() => services.settings.now.keepDays.punches).toBe(800);
    await notice(ada).waitFor({ state: 'detached' });
    expect(services.settings.now.keepDays.audit).toBe(900);
  });
  it('no page has thrown anything', () => {
    expect(faults).toEqual([]);
  });
});
