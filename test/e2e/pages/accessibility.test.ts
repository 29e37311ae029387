/** Every page on the demonstration office and its dialogs, judged by axe: no serious and no critical violation of
 * WCAG 2.2 AA, and no table that is cut off on a phone. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { routes } from '../../../client/src/app/routes.ts';
import { Chromium } from '../../support/chromium.ts';
import { createTestDatabase } from '../../support/database.ts';
import { type DemoServer, openDemoServer } from '../../support/demo-server.ts';
import { signInAt, signInIn } from '../office.ts';
import { withEachDialog } from './route-dialogs.ts';
import { cutTables, openRoute } from '../route-pages.ts';

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

let office: DemoServer;
beforeAll(async () => {
  office = await openDemoServer(await createTestDatabase(), { people: 40 });
}, 180_000);
afterAll(async () => {
  await office?.[Symbol.asyncDispose]();
});

/**
 * Each violation within an element as one line: the rule, and where. The name of a drop-down list is the label that its
 * `aria-labelledby` names. axe does not take it for one while it is scrolled out of sight or for screen readers only; a list
 * without any label still violates the rule `label`.
 */
async function violations(within: Locator): Promise<string[]> {
  await within.page().evaluate(axe);
  const { violations: found } = await within.evaluate(
    async (element, tags) =>
      (
        globalThis as unknown as { axe: { run: (on: Element, options: object) => Promise<AxeResults> } }
      ).axe.run(element, { runOnly: tags, resultTypes: ['violations'] }),
    TAGS,
  );
  return found
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes
        .filter(({ target }) => !(id === 'label-title-only' && String(target).includes('.display-input')))
        .map(({ target, failureSummary }) => `${id} at ${JSON.stringify(target)}: ${failureSummary}`),
    );
}

describe.each([
  { colorScheme: 'light', locale: 'en-US', size: { width: 1440, height: 900 } },
  { colorScheme: 'dark', locale: 'de-DE', size: { width: 390, height: 844 } },
] as const)('$colorScheme, $locale', { timeout: 300_000 }, ({ colorScheme, locale, size }) => {
  let browser: Chromium;
  let staff: Page;
  let employee: Page;
  let nobody: Page;
  let personId: string;

  beforeAll(async () => {
    browser = await Chromium.launch({ locale, size });
    browser.context.setDefaultTimeout(60_000);
    staff = await signInAt(browser, office.url, office.accountOf('owner'));
    const { people } = (await (await staff.request.get(`${office.url}/api/v1/people?limit=1`)).json()) as {
      people: { id: string }[];
    };
    personId = people[0]!.id;
    const stranger = await staff
      .context()
      .browser()!
      .newContext({ locale, viewport: size, permissions: ['camera'] });
    nobody = await stranger.newPage();
    const own = await staff.context().browser()!.newContext({ locale, viewport: size });
    employee = await signInIn(own, office.url, office.accountOf('employee'));
    for (const page of [staff, employee, nobody])
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
  });

  // The set-up is gone once there is an account.
  it.each(routes.filter(({ path }) => path !== '/setup').map((route) => [route.path, route] as const))(
    '%s',
    async (_path, route) => {
      const { needs } = route;
      const page = needs === 'nobody' ? nobody : needs.startsWith('own:') ? employee : staff;
      await openRoute(page, office.url, route, personId);
      expect(await violations(page.locator('html'))).toEqual([]);
      expect(await cutTables(page)).toEqual([]);
      await withEachDialog(page, route.path, async (dialog, opener) =>
        expect(await violations(dialog), `the dialog of ${opener}`).toEqual([]),
      );
    },
  );
});
