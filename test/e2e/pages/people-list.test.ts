/** The list of people: its search, filters and place are found again after Back, and people are added from it. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase } from '../../support/database.ts';
import { fill, Office } from '../office.ts';

const PEOPLE = 120;
let office: Office;
let page: Page;

beforeAll(async () => {
  office = await Office.open(await createTestDatabase());
  page = await office.setUp(await office.browser());
  for (let i = 0; i < PEOPLE; i += 1) {
    await add({ number: `E-${i}`, givenName: 'Zoë', familyName: `Number ${i}` });
  }
}, 120_000);
afterAll(() => office.close());

/** Waits as the server asks, which limits how fast one account may write. */
async function add(data: object): Promise<void> {
  for (;;) {
    const reply = await page.request.post(`${office.server.url}/api/v1/people`, {
      data,
      headers: { origin: office.server.url },
    });
    if (reply.ok()) return;
    if (reply.status() !== 429) throw new Error(await reply.text());
    const { details } = (await reply.json()) as { details: { retryAfter: number } };
    await sleep(details.retryAfter * 1_000);
  }
}

const rows = () => page.locator('[data-test=person]').count();
const scrolled = () => page.evaluate(() => scrollY);
const toEnd = () => page.evaluate(() => scrollTo(0, document.body.scrollHeight));

it('Back leads to the same search, order and place of the list', { timeout: 120_000 }, async () => {
  await page.goto(`${office.server.url}/people`);
  await page.locator('[data-test=search] input').fill('zoe');
  await expect.poll(() => page.url()).toContain('search=zoe');
  await page.locator('[data-test=filter-sort]').click();
  await page.locator('[data-test=filter-sort] wa-option[value=newest]').click();
  const first = page.locator('[data-test=person]').first();
  await first.getByText(`Number ${PEOPLE - 1}`).waitFor();
  await expect
    .poll(async () => {
      await toEnd();
      return rows();
    })
    .toBeGreaterThan(60);
  const person = page.locator('[data-test=open]', { hasText: 'Number 60' });
  await person.scrollIntoViewIfNeeded();
  const place = await scrolled();
  await person.click();
  await page.locator('[data-test=person-page]').waitFor();
  await page.goBack();
  await person.waitFor();
  await expect.poll(scrolled).toBeCloseTo(place, -2);
  expect(await page.locator('[data-test=search] input').inputValue()).toBe('zoe');
});

it(
  'a person with a single name is added from the list, without an enrollment',
  { timeout: 60_000 },
  async () => {
    await page.goto(`${office.server.url}/people`);
    await page.locator('[data-test=add]').click();
    await fill(page, { familyName: 'Suharto', number: 'N-1' });
    await page.locator('[data-test=add-person] [data-test=save]').click();
    await page
      .locator('[data-test=person-page]')
      .getByRole('heading', { name: 'Suharto', level: 1 })
      .waitFor();
    await page.locator('[data-test=enrollment]').getByText('Not enrolled').waitFor();
    expect(office.faults).toEqual([]);
  },
);
