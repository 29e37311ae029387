/** The pages in German: by the browser's language, by the choice of a person, and by the setting of a device. */
// cspell:ignore Anmelden Benutzername Passwort falsch Anwesenheit Personen Ausgewogen Nicht erkannt Nummer eingeben
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fakeCamera } from '../fixtures/clips.ts';
import { createTestDatabase } from '../support/database.ts';
import { Office } from './office.ts';

const camera = await fakeCamera({ still: 'audrey', width: 640, height: 480, fps: 15 });

let office: Office;
let admin: Page;

const html = (page: Page) => page.locator('html');
const item = (page: Page, name: string) => page.locator(`[data-test=${name}]`);

beforeAll(async () => {
  office = await Office.open(await createTestDatabase());
  admin = await office.setUp(await office.browser());
});
afterAll(() => office.close());

describe('the pages in two languages', { timeout: 180_000 }, () => {
  it('a German browser gets German pages, and the sign-in page switches to English and back', async () => {
    const browser = await office.browser(undefined, { locale: 'de-DE' });
    const page = await browser.open(`${office.server.url}/sign-in`);
    await page.getByRole('heading', { name: 'Anmelden' }).waitFor();
    expect(await html(page).getAttribute('lang')).toBe('de');
    expect(await page.title()).toBe('Anmelden · Muster');

    await item(page, 'language-en').click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect(await html(page).getAttribute('lang')).toBe('en');

    // The choice outlives the page, and is in place before anything is drawn.
    await page.reload();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await item(page, 'language-de').click();
    await page.getByRole('heading', { name: 'Anmelden' }).waitFor();
  });

  it('a wrong password is reported in German', async () => {
    const browser = await office.browser(undefined, { locale: 'de-AT' });
    const page = await browser.open(`${office.server.url}/sign-in`);
    await page.locator('wa-input[data-test=username] input').fill('ada');
    await page.locator('wa-input[data-test=password] input').fill('not the password');
    await item(page, 'submit').click();
    await item(page, 'alert').getByText('Benutzername oder Passwort ist falsch.').waitFor();
  });

  it('the pages follow the language chosen in the account menu, what is chosen in a list too', async () => {
    await admin.goto(`${office.server.url}/settings`);
    const chosen = admin.locator('[data-setting=MUSTER_FAR] wa-select').getByRole('combobox');
    await expect.poll(() => chosen.inputValue()).toMatch(/^Balanced/);
    await item(admin, 'account-menu').click();
    await item(admin, 'language').click();
    await item(admin, 'language-de').click();
    await admin.getByRole('link', { name: 'Anwesenheit' }).waitFor();
    await expect.poll(() => chosen.inputValue()).toMatch(/^Ausgewogen/);
    expect(await html(admin).getAttribute('lang')).toBe('de');
    await admin.goto(`${office.server.url}/people`);
    await admin.getByRole('heading', { name: 'Personen', level: 1 }).waitFor();
  });

  it('a station speaks the language of its settings, whatever its browser prefers', async () => {
    const door = await office.device({ admin, kind: 'station', name: 'Tür', camera });
    await door.getByRole('button', { name: 'Not recognized? Use your number' }).waitFor();

    await admin.goto(`${office.server.url}/devices`);
    const id = await admin.evaluate(async () => {
      const response = await fetch('/api/v1/devices');
      return ((await response.json()) as { devices: { id: string }[] }).devices[0]!.id;
    });
    await admin.evaluate(
      (path) =>
        fetch(path, {
          method: 'PATCH',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ settings: { language: 'de' } }),
        }),
      `/api/v1/devices/${id}`,
    );
    await door.getByRole('button', { name: 'Nicht erkannt? Nummer eingeben' }).waitFor();
    await door.reload();
    await door.getByRole('button', { name: 'Nicht erkannt? Nummer eingeben' }).waitFor();
    expect(await html(door).getAttribute('lang')).toBe('de');
  });

  it('no page had an uncaught error', () => {
    expect(office.faults).toEqual([]);
  });
});
