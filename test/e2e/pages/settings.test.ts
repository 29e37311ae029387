/** The page with the settings: what follows from a value, and what a variable fixes. */
import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SettingKey } from '#protocol/settings.ts';
import { Chromium } from '../../support/chromium.ts';
import { type DataServices, openDataServices } from '../../support/data-services.ts';
import { type Browser, RestServer } from '../../support/rest-server.ts';

let services: DataServices;
let rest: RestServer;
let staff: Browser;
let chromium: Chromium;
let page: Page;

beforeAll(async () => {
  services = await openDataServices({ env: { MUSTER_CHALLENGE: 'never' } });
  rest = await RestServer.start(services, { client: { directory: path.resolve('dist/client') } });
  staff = await rest.staff();
  chromium = await Chromium.launch();
  const cookies = [...staff.cookies].map(([name, value]) => ({ name, value, url: rest.origin }));
  await chromium.context.addCookies(cookies);
  page = await chromium.context.newPage();
});
afterAll(async () => {
  await chromium?.close();
  rest?.stop();
  await services?.close();
});

const setting = (key: SettingKey) => page.locator(`[data-setting=${key}]`);
const save = (part: string) => page.locator(`[data-test=save-${part}]`);

async function choose(key: SettingKey, option: string) {
  await setting(key).locator('[part=combobox]').click();
  await setting(key).locator('wa-option', { hasText: option }).click();
}

describe('the settings page', () => {
  it('says what follows from a value before it is saved, and follows it at once afterwards', async () => {
    await page.goto(`${rest.origin}/settings`);
    await setting('MUSTER_FAR').getByText('once in 10,000 comparisons').waitFor();
    await choose('MUSTER_FAR', 'Strictest');
    await setting('MUSTER_FAR').getByText('once in 1,000,000 comparisons').waitFor();
    expect(services.settings.now.models.far).toBe('1e-4');
    await save('recognition').click();
    await setting('MUSTER_FAR').getByText('Changed by Ada').waitFor();
    expect(services.settings.now.models.far).toBe('1e-6');
    await setting('MUSTER_FAR').getByText('Default: Balanced').waitFor();
  });

  it('what a variable sets is shown as fixed by it', async () => {
    const fixed = setting('MUSTER_CHALLENGE');
    await fixed.getByText('Set by MUSTER_CHALLENGE on the server').waitFor();
    expect(await fixed.locator('wa-select').evaluate((e) => (e as HTMLSelectElement).disabled)).toBe(true);
  });

  it('a number out of range is refused below its field, with what it may be', async () => {
    await setting('MUSTER_KEEP_PUNCHES_DAYS').locator('input').fill('7');
    await save('retention').click();
    await setting('MUSTER_KEEP_PUNCHES_DAYS').getByText('Enter a number from 31 to 36,500').waitFor();
    await setting('MUSTER_KEEP_PUNCHES_DAYS').locator('input').fill('730');
    await setting('MUSTER_KEEP_PUNCHES_DAYS').locator('input').press('Enter');
    await setting('MUSTER_KEEP_PUNCHES_DAYS').getByText('Changed by Ada').waitFor();
    expect(services.settings.now.keepDays.punches).toBe(730);
  });

  it('the retention page leads to the days', async () => {
    await page.goto(`${rest.origin}/retention`);
    await page.locator('muster-retention p a').click();
    await page.locator('[data-part=retention]').waitFor();
    await expect.poll(() => page.evaluate(() => scrollY)).toBeGreaterThan(200);
  });
});
