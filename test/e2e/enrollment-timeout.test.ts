/** When the time for an enrollment is up, the page asks: the person continues with all captures, or starts over. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase } from '../support/database.ts';
import { fakeCamera } from '../fixtures/clips.ts';
import { fill, Office } from './office.ts';

/** Looks straight and does not turn: one angle, never enough. */
const still = await fakeCamera({
  clip: 'cap13',
  from: 0,
  to: 4,
  boomerang: true,
  width: 640,
  height: 480,
  fps: 15,
});

let office: Office;
let page: Page;

beforeAll(async () => {
  office = await Office.open(await createTestDatabase(), { MUSTER_ENROLLMENT_TIMEOUT_SECONDS: '10' });
  page = await office.setUp(await office.browser(still));
  await page.goto(`${office.server.url}/enroll`);
  await fill(page, { number: 'E-1', givenName: 'Alan', familyName: 'Adams' });
  await page.locator('[data-test=person-form] [data-test=next]').click();
  await page.locator('[data-test=consent]').click();
  await page.locator('[data-test=consent-form] [data-test=next]').click();
});
afterAll(() => office.close());

const step = (captured: string) =>
  page.locator(`muster-capture-step[data-phase=capturing][data-captured="${captured}"]`);
const question = () => page.locator('[data-test=timed-out]');

describe('an enrollment that timed out', { timeout: 180_000 }, () => {
  it('an enrollment that timed out continues with what was captured', async () => {
    await step('1').waitFor();
    await question().locator('[data-test=go-on]').click();
    await question().waitFor({ state: 'detached' });
    await step('1').waitFor();
  });

  it('an enrollment that timed out can start over from nothing', async () => {
    await question().locator('[data-test=start-over]').click();
    await question().waitFor({ state: 'detached' });
    await step('0').waitFor();
    await step('1').waitFor();
    expect(office.faults).toEqual([]);
  });
});
