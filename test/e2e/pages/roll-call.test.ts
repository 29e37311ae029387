/**
 * A roll call with two wardens, each with a browser of their own, and the server that goes away in between. The browsers, the
 * server and PostgreSQL are real. Each test continues the last one.
 */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PersonView } from '#protocol/people.ts';
import type { RollCallTicksView } from '#protocol/roll-calls.ts';
import type { SiteView } from '#protocol/sites.ts';
import { createTestDatabase } from '../../support/database.ts';
import { Office, OFFICE_PASSWORD } from '../office.ts';

const PHONE = { width: 390, height: 844 };

let office: Office;
let admin: Page;
/** The page of the first warden on a phone, and of the second on a tablet. */
let phone: Page;
let tablet: Page;

async function api<T>(method: string, path: string, data?: object): Promise<T> {
  const response = await admin.request.fetch(`${office.server.url}/api/v1${path}`, {
    method,
    ...(data && { data }),
    headers: { origin: office.server.url },
  });
  if (!response.ok()) throw new Error(`${path}: ${await response.text()}`);
  return (await response.json()) as T;
}

/** A punch that staff add by hand: the doors need no camera for this test. */
async function comesIn(number: string): Promise<void> {
  const site = (await api<{ sites: SiteView[] }>('GET', '/sites')).sites[0]!;
  const at = Date.now() - 60_000;
  const part = (options: Intl.DateTimeFormatOptions, epoch: number) =>
    new Intl.DateTimeFormat('sv-SE', { ...options, timeZone: site.timeZone }).format(epoch);
  await api('POST', '/corrections', {
    kind: 'add',
    number,
    siteId: site.id,
    // The work day, which turns some hours after midnight.
    date: part({ dateStyle: 'short' }, at - site.turnsAt * 3_600_000),
    time: part({ timeStyle: 'short' }, at),
    says: 'in',
    reason: 'Forgot the badge',
  });
}

async function warden(username: string, name: string): Promise<void> {
  const { token } = await api<{ token: string }>('POST', '/accounts', { username, name, role: 'hr' });
  const data = { token, password: OFFICE_PASSWORD };
  await admin.request.post(`${office.server.url}/api/v1/invitation`, {
    data,
    headers: { origin: office.server.url },
  });
}

const NAMES = ['Ada', 'Alan', 'Emma', 'Grace'];

beforeAll(async () => {
  office = await Office.open(await createTestDatabase());
  admin = await office.setUp(await office.browser());
  for (const [i, givenName] of NAMES.entries()) {
    await api<PersonView>('POST', '/people', { number: `${i + 1}`, givenName, familyName: 'Test' });
  }
  await warden('wilma', 'Wilma Warden');
  await warden('walter', 'Walter Warden');
  for (const number of ['1', '2', '3']) await comesIn(number);
  phone = await office.signIn(await office.browser(undefined, { size: PHONE }), 'wilma');
  tablet = await office.signIn(
    await office.browser(undefined, { size: { width: 820, height: 1180 } }),
    'walter',
  );
});
afterAll(() => office.close());

const row = (page: Page, name: string) => page.locator('[data-test=row]', { hasText: `${name} Test` });
const tick = (page: Page, name: string, what: 'safe' | 'missing') =>
  row(page, name).locator(`[data-test=${what}]`).click();
const shows = (page: Page, name: string, what: 'safe' | 'missing' | 'open') =>
  page.locator(`[data-test=row][data-tick=${what}]`, { hasText: `${name} Test` }).waitFor();
const counts = (page: Page, which: string, count: number) =>
  page.locator(`[data-test=count-${which}][data-count="${count}"]`).waitFor();
const isLive = (page: Page) => page.locator('[data-test=roll-call][data-live=true]').waitFor();
const isAway = (page: Page) => page.locator('[data-test=status][data-away]').waitFor();
const waits = (page: Page, ticks: number) =>
  page.locator(`[data-test=status][data-waiting="${ticks}"]`).waitFor();

describe('a roll call', { timeout: 180_000 }, () => {
  it('the page of those in the building is pushed: who comes in appears without a reload', async () => {
    await phone.goto(`${office.server.url}/presence`);
    await phone.locator('[data-test=presence-page][data-live=true][data-count="3"]').waitFor();
    await comesIn('4');
    await phone.locator('[data-test=presence-page][data-count="4"]').waitFor();
    await phone.locator('[data-test=search] input').fill('gra');
    await expect.poll(() => phone.locator('[data-test=present]').count()).toBe(1);
    expect(new URL(phone.url()).searchParams.get('search')).toBe('gra');
  });

  it('one warden starts, the other one finds it, and both see the ticks of both', async () => {
    await phone.locator('[data-test=roll-call-start]').click();
    await isLive(phone);
    await counts(phone, 'expected', 4);
    await tablet.goto(`${office.server.url}/rollcall`);
    await isLive(tablet);
    await counts(tablet, 'open', 4);
    await tick(phone, 'Ada', 'safe');
    await shows(tablet, 'Ada', 'safe');
    await tick(tablet, 'Alan', 'missing');
    await shows(phone, 'Alan', 'missing');
    await phone.locator('[data-test=count-open]').click();
    await expect.poll(() => phone.locator('[data-test=row]').count()).toBe(2);
    await phone.locator('[data-test=count-expected]').click();
    // The buttons are large enough for a thumb and within a phone's width.
    const box = (await row(phone, 'Emma').locator('[data-test=missing]').boundingBox())!;
    expect(box.height).toBeGreaterThanOrEqual(48);
    expect(box.x + box.width).toBeLessThanOrEqual(PHONE.width);
  });

  it('the server goes away: both continue, and the page says how old its list is', async () => {
    for (const page of [phone, tablet]) {
      // The phone came here from another page, whose address has no worker: `ready` would wait for that one.
      const isReady = () =>
        page.evaluate(
          async () => (await navigator.serviceWorker.getRegistration('/rollcall'))?.active?.state,
        );
      await expect.poll(isReady, { timeout: 30_000 }).toBe('activated');
    }
    await office.server.down('SIGKILL');
    await isAway(phone);
    await isAway(tablet);
    await phone.locator('[data-test=status]', { hasText: /List of .+, server not reachable for/ }).waitFor();
    await tick(phone, 'Emma', 'missing');
    await waits(phone, 1);
    await tick(tablet, 'Alan', 'safe');
    await tick(tablet, 'Grace', 'safe');
    await waits(tablet, 2);
    await shows(phone, 'Emma', 'missing');
  });

  it('the page opens again without the server, with the list and the ticks that wait', async () => {
    await tablet.reload();
    await waits(tablet, 2);
    await isAway(tablet);
    await shows(tablet, 'Ada', 'safe');
    await shows(tablet, 'Alan', 'safe');
    await counts(tablet, 'expected', 4);
    // Later than the tick of the phone, which is still away as well.
    await tick(tablet, 'Emma', 'safe');
    await waits(tablet, 3);
  });

  it('the server is back: the ticks of both are merged, and each is there once', async () => {
    await office.server.up();
    for (const page of [phone, tablet]) {
      await isLive(page);
      await waits(page, 0);
      for (const name of ['Ada', 'Alan', 'Emma', 'Grace']) await shows(page, name, 'safe');
      await counts(page, 'open', 0);
    }
    const { rollCalls } = await api<{ rollCalls: { id: string }[] }>('GET', '/roll-calls');
    expect(rollCalls).toHaveLength(1);
    const { ticks } = await api<RollCallTicksView>('GET', `/roll-calls/${rollCalls[0]!.id}/ticks`);
    expect(ticks.map(({ says, person, by }) => `${by}: ${says} ${person.displayName}`)).toEqual([
      'Wilma Warden: safe Ada Test',
      'Walter Warden: missing Alan Test',
      'Wilma Warden: missing Emma Test',
      'Walter Warden: safe Alan Test',
      'Walter Warden: safe Grace Test',
      'Walter Warden: safe Emma Test',
    ]);
  });

  it('prints as a plain table with boxes, and ends for both', async () => {
    await phone.evaluate(() => dispatchEvent(new Event('beforeprint')));
    const sheet = phone.locator('muster-printed-list');
    expect(await sheet.locator('tbody tr').count()).toBe(4);
    await sheet.getByText(/^List of /).waitFor({ state: 'attached' });
    await phone.evaluate(() => dispatchEvent(new Event('afterprint')));
    expect(await sheet.count()).toBe(0);
    await phone.locator('[data-test=end]').click();
    await phone.locator('[data-test=confirm-act]').click();
    await tablet.locator('[data-test=status][data-over]').waitFor();
    expect(await tablet.locator('[data-test=safe]').count()).toBe(0);
  });

  it('a roll call that begins without the server reaches it later, and no names stay after the end', async () => {
    await tablet.locator('[data-test=another]').click();
    await tablet.locator('[data-test=begin]').waitFor();
    await office.server.down('SIGKILL');
    await isAway(tablet);
    await tablet.locator('[data-test=start]').click();
    await counts(tablet, 'expected', 4);
    await tick(tablet, 'Grace', 'missing');
    await waits(tablet, 1);
    await tablet.reload();
    await waits(tablet, 1);
    await shows(tablet, 'Grace', 'missing');
    await office.server.up();
    await isLive(tablet);
    await waits(tablet, 0);
    await shows(tablet, 'Grace', 'missing');
    const { rollCalls } = await api<{ rollCalls: { missing: number; ended: unknown }[] }>(
      'GET',
      '/roll-calls',
    );
    expect(rollCalls.map(({ missing, ended }) => [missing, ended !== null])).toEqual([
      [1, false],
      [0, true],
    ]);
    await tablet.locator('[data-test=end]').click();
    await tablet.locator('[data-test=confirm-act]').click();
    await tablet.locator('[data-test=status][data-over]').waitFor();
    const kept = () =>
      tablet.evaluate(
        () =>
          new Promise<boolean>((resolve) => {
            const open = indexedDB.open('muster-roll-call');
            open.addEventListener('success', () => {
              const values = open.result.transaction('values').objectStore('values').get('rollCall');
              values.addEventListener('success', () => resolve(values.result !== undefined));
            });
          }),
      );
    await expect.poll(kept).toBe(false);
    expect(office.faults).toEqual([]);
  });
});
