/** The list of people with 10,000 of them: it stays small in the document, and Back leads to the same row. */
import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Chromium } from '../../support/chromium.ts';
import { type DataServices, openDataServices, PASSWORD } from '../../support/data-services.ts';
import { RestServer } from '../../support/rest-server.ts';
import { fill } from '../office.ts';

const CLIENT = path.resolve(import.meta.dirname, '../../../dist/client');
const PEOPLE = 10_000;
/** The chunks of 50 rows that may be near a screen, with a generous margin. */
const ROWS_MOST = 250;
let services: DataServices;
let rest: RestServer;
let browser: Chromium;
let page: Page;
const faults: string[] = [];

beforeAll(async () => {
  services = await openDataServices();
  await services.accountId();
  await services.database.fork().execute(
    `insert into person (id, number, given_name, family_name, job_title, email, phone, status, created_at)
     select gen_random_uuid(), 'N-' || i, 'Zoë', 'Number ' || i, '', '', '', 'active', now()
     from generate_series(1, ?::int) i`,
    [PEOPLE],
  );
  rest = await RestServer.start(services, { client: { directory: CLIENT } });
  browser = await Chromium.launch();
  browser.context.on('weberror', (error) => faults.push(error.error().message));
  page = await browser.open(`${rest.origin}/sign-in`);
  await fill(page, { username: 'ada', password: PASSWORD });
  await page.locator('[data-test=submit]').click();
  await page.waitForURL(`${rest.origin}/`);
}, 120_000);
afterAll(async () => {
  await browser.close();
  rest.stop();
  await services.close();
});

const rows = () => page.locator('[data-test=person]').count();
const toEnd = () => page.evaluate(() => scrollTo(0, document.body.scrollHeight));
/** Of the last row that is in the document; the row of the headings is the first. */
const lastIndex = () =>
  page
    .locator('[data-test=person]')
    .last()
    .evaluate((row) => Number(row.getAttribute('aria-rowindex')));

it(
  'holds few of 10,000 rows in the document, and Back leads to the row that was opened',
  { timeout: 240_000 },
  async () => {
    await page.goto(`${rest.origin}/people`);
    await page.locator('[data-test=person]').first().waitFor();
    expect(await page.locator('[data-test=people]').getAttribute('aria-rowcount')).toBe(String(PEOPLE + 1));
    let most = 0;
    await expect
      .poll(
        async () => {
          await toEnd();
          most = Math.max(most, await rows());
          return lastIndex();
        },
        { timeout: 120_000, interval: 50 },
      )
      .toBeGreaterThan(1_500);
    expect(most).toBeLessThan(ROWS_MOST);

    // In the middle of what was loaded.
    await page.evaluate(() => scrollTo(0, document.body.scrollHeight / 2));
    const onScreen = () =>
      page.locator('[data-test=person]').evaluateAll((shown) => {
        const row = shown.find((one) => {
          const { top, bottom } = one.getBoundingClientRect();
          return top > 120 && bottom < innerHeight;
        });
        return row?.getAttribute('data-person') ?? null;
      });
    await expect.poll(onScreen).not.toBeNull();
    const person = await onScreen();
    const name = page.locator(`[data-person="${person}"] [data-test=open]`);
    const before = (await name.boundingBox())!.y;
    await name.click();
    await page.locator('[data-test=person-page]').waitFor();
    await page.goBack();
    await name.waitFor();
    // The same row at the same height, give or take what has loaded above the list since.
    await expect
      .poll(async () => Math.abs(((await name.boundingBox())?.y ?? -999) - before))
      .toBeLessThan(80);
    expect(await rows()).toBeLessThan(ROWS_MOST);

    // A search begins at the first row again.
    await page.locator('[data-test=search] input').fill('N-9999');
    await expect.poll(rows).toBe(1);
    expect(faults).toEqual([]);
  },
);
