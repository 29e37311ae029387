/**
 * Consent texts on pages in a real browser: written, read as people will, released, and agreed to anew by an employee. Each
 * test depends on the ones before it.
 */
// cspell:ignore kurz
import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { InvitationView } from '#protocol/accounts.ts';
import type { ConsentDraftView } from '#protocol/consents.ts';
import { Chromium } from '../../support/chromium.ts';
import { type DataServices, openDataServices, PASSWORD } from '../../support/data-services.ts';
import { type Browser, RestServer } from '../../support/rest-server.ts';
import { signInAt } from '../office.ts';

let services: DataServices;
let rest: RestServer;
let owner: Browser;
let page: Page;
let phone: Page;
const browsers: Chromium[] = [];
const faults: string[] = [];

beforeAll(async () => {
  services = await openDataServices();
  rest = await RestServer.start(services, { client: { directory: path.resolve('dist/client') } });
  owner = await rest.staff();
  page = await signInAt(await browser(), rest.origin, { username: 'ada', password: PASSWORD });
});
afterAll(async () => {
  await Promise.all(browsers.map((one) => one.close()));
  rest?.stop();
  await services?.close();
});

async function browser(size?: { width: number; height: number }): Promise<Chromium> {
  const chromium = await Chromium.launch(size ? { size } : {});
  browsers.push(chromium);
  chromium.context.on('weberror', (error) => faults.push(error.error().message));
  return chromium;
}

const test = (on: Page, name: string) => on.locator(`[data-test=${name}]`);
const draft = (language: string) => page.locator(`[data-test=draft-text][data-language=${language}]`);
const field = (language: string) => draft(language).locator('textarea');
const inForce = (language: string) =>
  services.consentTexts.current.texts.find((text) => text.language === language)!.text;
const reading = () => test(page, 'consent-reading');

describe('consent texts on pages', () => {
  it('a draft begins with the text in force, and is read as people will read it', async () => {
    await page.goto(`${rest.origin}/settings`);
    await test(page, 'consent-texts').click();
    await page.locator('[data-test=version][data-in-force] td.wide').getByText('From a file').waitFor();
    await test(page, 'begin-draft').click();
    await draft('fr').locator('[data-test=leave-out]').click();
    await draft('fr').waitFor({ state: 'detached' });
    await field('de').fill('Zu kurz.');
    await test(page, 'save-draft').click();
    await draft('de').getByText('Write at least 200 characters.').waitFor();
    for (const language of ['en', 'de']) {
      await field(language).fill(`${inForce(language)}\n\nNew in ${language}.`);
    }
    expect(await test(page, 'release').evaluate((button) => button.hasAttribute('disabled'))).toBe(true);
    await draft('de').locator('[data-test=preview]').click();
    await reading().locator('[data-test=consent-text][lang=de]').getByText('New in de.').waitFor();
    expect(await reading().locator('[data-test=agree]').getAttribute('disabled')).not.toBeNull();
    await reading().locator('[data-test=close]').click();
    await reading().waitFor({ state: 'detached' });
    await test(page, 'save-draft').click();
    await test(page, 'consent-draft').getByText('Saved by Ada').waitFor();
    expect(services.consentTexts.current.texts.some(({ text }) => text.includes('New in'))).toBe(false);
  });

  it('who saves second is told, sees what the other one wrote, and loses nothing', async () => {
    const read = await owner.json<ConsentDraftView>('GET', '/api/v1/consent-texts/draft');
    await field('en').fill(`${await field('en').inputValue()} Mine.`);
    const texts = read.texts.map(({ language, text }) => ({ language, text: `${text} Theirs.` }));
    await owner.json('PATCH', '/api/v1/consent-texts/draft', { texts });
    await test(page, 'save-draft').click();
    await test(page, 'consent-draft').locator('[data-test=alert]').waitFor();
    await draft('en').locator('[data-test=others-text] summary').click();
    await draft('en').locator('[data-test=others-text]').getByText('Theirs.').waitFor();
    expect(await field('en').inputValue()).toMatch(/Mine\.$/);
    // What only the other one changed is taken over.
    expect(await field('de').inputValue()).toMatch(/Theirs\.$/);
    expect(await draft('de').locator('[data-test=others-text]').count()).toBe(0);
    await test(page, 'save-draft').click();
    await test(page, 'release').and(page.locator(':not([disabled])')).waitFor();
    const saved = await owner.json<ConsentDraftView>('GET', '/api/v1/consent-texts/draft');
    expect(saved.texts.map(({ text }) => text.slice(-7))).toEqual(['Theirs.', '. Mine.']);
  });

  it('a release is in force at once, and names who released it', async () => {
    const { id } = await services.addConsentedPerson({ givenName: 'Alan', familyName: 'Adams' });
    const { token } = await owner.json<InvitationView>('POST', `/api/v1/people/${id}/account`, {
      username: 'alan',
    });
    await rest.stranger().json('POST', '/api/v1/invitation', { token, password: PASSWORD });
    await page.reload();
    await test(page, 'release').click();
    await test(page, 'consent-release').getByText('the person who has agreed so far').waitFor();
    await test(page, 'send-release').click();
    await test(page, 'consent-release').waitFor({ state: 'detached' });
    await page.locator('[data-test=version][data-in-force] td.wide').getByText('Ada').waitFor();
    await test(page, 'begin-draft').waitFor();
    expect(services.consentTexts.current.texts.map(({ language }) => language)).toEqual(['de', 'en']);
    await page.getByText('1 person agreed to an earlier text and is to agree again.').waitFor();
    // What people agreed to before can still be read.
    await page.locator('[data-test=version]:not([data-in-force]) [data-test=read-version]').click();
    await reading().locator('[data-test=consent-text]').getByText('Your employer').waitFor();
    expect(await reading().getByText('New in').count()).toBe(0);
    await page.keyboard.press('Escape');
  });

  it('an employee is told on the start page, reads the new text and agrees to it', async () => {
    phone = await signInAt(await browser({ width: 390, height: 844 }), rest.origin, {
      username: 'alan',
      password: PASSWORD,
    });
    await test(phone, 'own-newer-text').locator('a').click();
    await test(phone, 'consent-state').getByText('Older consent text').waitFor();
    await test(phone, 'read-newer').click();
    await test(phone, 'renew-consent').getByText('New in en.').waitFor();
    await test(phone, 'agree').click();
    await test(phone, 'consent-state').getByText('Given').waitFor();
    expect(await test(phone, 'newer-text').count()).toBe(0);
    await test(phone, 'consent-history').locator('li').nth(1).waitFor();
    await page.reload();
    await page.getByText('1 person has a consent that counts.', { exact: true }).waitFor();
    expect(faults).toEqual([]);
  });
});
