/** Accounts in a real browser: an invitation, a second factor, a sensitive act that asks for the password, and pages by role. */
import path from 'node:path';
import { Secret, TOTP } from 'otpauth';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AccountView } from '#protocol/accounts.ts';
import { Chromium } from '../../support/chromium.ts';
import { type DataServices, openDataServices, PASSWORD } from '../../support/data-services.ts';
import { RestServer } from '../../support/rest-server.ts';
import { fill, signInAt } from '../office.ts';

const CLIENT = path.resolve(import.meta.dirname, '../../../dist/client');
const MINUTE = 60_000;
const NEW_PASSWORD = 'a moth in relay seventy';
let offset = 0;
const now = () => Date.now() + offset;
let services: DataServices;
let rest: RestServer;
let browser: Chromium;
let owner: Page;
const faults: string[] = [];

beforeAll(async () => {
  services = await openDataServices({ now });
  await services.accountId();
  rest = await RestServer.start(services, { client: { directory: CLIENT } });
  browser = await newBrowser();
  owner = await signIn(browser, 'ada', PASSWORD);
});
afterAll(async () => {
  await browser.close();
  rest.stop();
  await services.close();
});

async function newBrowser(): Promise<Chromium> {
  const opened = await Chromium.launch();
  opened.context.on('weberror', (error) => faults.push(error.error().message));
  return opened;
}

const signIn = (on: Chromium, username: string, password: string) =>
  signInAt(on, rest.origin, { username, password });

const test = (page: Page, name: string) => page.locator(`[data-test=${name}]`);

async function invite(username: string, name: string, role: string): Promise<string> {
  await owner.goto(`${rest.origin}/accounts`);
  await test(owner, 'new-account').click();
  await fill(owner, { username, name });
  await test(owner, 'role').click();
  await owner.locator(`wa-option[value=${role}]`).click();
  await test(owner, 'invite').click();
  const link = await test(owner, 'secret').textContent();
  await test(owner, 'close').click();
  return link!;
}

describe('accounts', () => {
  it('an invitation link lets its receiver choose a password and signs them in', async () => {
    const link = await invite('vera', 'Vera Viewer', 'viewer');
    expect(link).toContain(`${rest.origin}/join#name=vera&token=`);
    const guest = await newBrowser();
    const page = await guest.open(link);
    await fill(page, { password: NEW_PASSWORD });
    await test(page, 'submit').click();
    await page.waitForURL(`${rest.origin}/`);

    const links = page.locator('muster-shell nav a');
    await links.first().waitFor();
    expect((await links.allTextContents()).map((text) => text.trim())).toEqual(['Today', 'Attendance']);
    expect(await test(page, 'enroll-link').count()).toBe(0);
    for (const path of ['/people', '/devices', '/accounts', '/audit', '/enroll']) {
      await page.goto(rest.origin + path);
      await test(page, 'not-permitted').waitFor();
    }
    await guest.close();
  });

  it('a second factor is set up in the browser and asked for at the next sign-in', async () => {
    await owner.goto(`${rest.origin}/account`);
    await test(owner, 'turn-on').click();
    const secret = (await test(owner, 'secret').textContent())!.replaceAll(' ', '');
    const code = (step: number) =>
      TOTP.generate({ secret: Secret.fromBase32(secret), timestamp: now() + step * 30_000 });
    await fill(owner, { code: code(0) });
    await test(owner, 'confirm-code').click();
    await test(owner, 'kept').waitFor();
    expect((await test(owner, 'secret').textContent())!.split('\n')).toHaveLength(10);
    await test(owner, 'kept').click();
    await expect.poll(() => test(owner, 'second-factor-state').textContent()).toBe('On');

    const elsewhere = await newBrowser();
    const page = await elsewhere.open(`${rest.origin}/sign-in`);
    await fill(page, { username: 'ada', password: PASSWORD });
    await test(page, 'submit').click();
    await page.locator('wa-input[name=code]').waitFor();
    await fill(page, { code: code(1) });
    await test(page, 'submit').click();
    await page.waitForURL(`${rest.origin}/`);

    // The account is signed in twice: the second session is listed and can be ended.
    await owner.reload();
    await expect.poll(() => test(owner, 'session').count()).toBe(2);
    await test(owner, 'end').click();
    await expect.poll(() => test(owner, 'session').count()).toBe(1);
    await page.goto(`${rest.origin}/attendance`);
    await page.waitForURL(/\/sign-in/);
    await elsewhere.close();

    await test(owner, 'turn-off').click();
    await test(owner, 'confirm-act').click();
    await expect.poll(() => test(owner, 'second-factor-state').textContent()).toBe('Off');
  });

  it('a sensitive act asks for the password again and then continues', async () => {
    offset += 10 * MINUTE;
    await owner.goto(`${rest.origin}/accounts`);
    await test(owner, 'new-token').click();
    await fill(owner, { name: 'Payroll' });
    await owner.locator('wa-checkbox[name="attendance:read"]').click();
    await test(owner, 'create').click();
    const dialog = owner.locator('muster-reauthentication');
    await dialog.locator('[data-test=password] input').fill('wrong');
    await dialog.locator('[data-test=prove]').click();
    await dialog.getByText('This is not your password.').waitFor();
    await dialog.locator('[data-test=password] input').fill(PASSWORD);
    await dialog.locator('[data-test=prove]').click();
    expect(await test(owner, 'secret').textContent()).toMatch(/^muster_/);
    await test(owner, 'close').click();
    await expect.poll(() => test(owner, 'token').count()).toBe(1);
  });

  it('the start page shows an owner the first steps until they are done or dismissed', async () => {
    await owner.goto(rest.origin);
    const step = (name: string) => owner.locator(`[data-step=${name}]`);
    await step('colleague').waitFor();
    expect(await step('colleague').getAttribute('data-done'), 'a viewer is no second owner').toBeNull();
    const list = await owner.request.get(`${rest.origin}/api/v1/accounts`);
    const { accounts } = (await list.json()) as { accounts: AccountView[] };
    const { id } = accounts.find(({ username }) => username === 'vera')!;
    const promoted = await owner.request.patch(`${rest.origin}/api/v1/accounts/${id}`, {
      data: { role: 'owner' },
      headers: { origin: rest.origin },
    });
    expect(promoted.status()).toBe(200);
    await owner.reload();
    await expect.poll(() => step('colleague').getAttribute('data-done')).toBe('');
    expect(await step('enroll').getAttribute('data-done')).toBeNull();
    await test(owner, 'tick-keys').click();
    await expect.poll(() => step('keys').getAttribute('data-done')).toBe('');
    await owner.reload();
    await expect.poll(() => step('keys').getAttribute('data-done')).toBe('');
    await test(owner, 'put-away').click();
    await test(owner, 'first-steps').waitFor({ state: 'detached' });
  });

  it('no page had an uncaught error', () => {
    expect(faults).toEqual([]);
  });
});
