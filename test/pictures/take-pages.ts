/**
 * `npm run pictures -- --pages [PATH …]`: photographs every page on the demonstration office at three widths, in both themes and
 * both languages, into `test-results/pages`, to be looked at one by one. PATHs such as /people take only these.
 */
// cspell:ignore networkidle
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { openBenchDatabase } from '../bench/bench-database.ts';
import { routes } from '../../client/src/app/routes.ts';
import { openRoute } from '../e2e/route-pages.ts';
import { signInAt, signInIn } from '../e2e/office.ts';
import { Chromium } from '../support/chromium.ts';
import { openDemoServer } from '../support/demo-server.ts';

const FOLDER = path.resolve(import.meta.dirname, '../../test-results/pages');
const WIDTHS = [390, 820, 1440] as const;
const HEIGHT = 900;
const PEOPLE = 120;

const wanted = new Set(process.argv.slice(2).filter((arg) => arg !== '--pages'));
for (const one of wanted) {
  if (!routes.some(({ path: known }) => known === one)) throw new Error(`There is no page ${one}`);
}
await using office = await openDemoServer(await openBenchDatabase(), { people: PEOPLE });
for (const locale of ['en-US', 'de-DE'] as const) {
  const browser = await Chromium.launch({ locale });
  browser.context.setDefaultTimeout(60_000);
  try {
    const staff = await signInAt(browser, office.url, office.accountOf('owner'));
    const reply = await staff.request.get(`${office.url}/api/v1/people?limit=1`);
    const { people } = (await reply.json()) as { people: { id: string }[] };
    const stranger = await staff
      .context()
      .browser()!
      .newContext({ locale, permissions: ['camera'] });
    const own = await staff.context().browser()!.newContext({ locale });
    const employee = await signInIn(own, office.url, office.accountOf('employee'));
    const pages = { staff, employee, nobody: await stranger.newPage() };
    for (const route of routes) {
      // The set-up is gone once there is an account.
      if (route.path === '/setup' || (wanted.size > 0 && !wanted.has(route.path))) continue;
      const { needs } = route;
      const page =
        needs === 'nobody' ? pages.nobody : needs.startsWith('own:') ? pages.employee : pages.staff;
      await openRoute(page, office.url, route, people[0]!.id);
      await page.waitForLoadState('networkidle');
      for (const width of WIDTHS) {
        for (const colorScheme of ['light', 'dark'] as const) {
          await page.setViewportSize({ width, height: HEIGHT });
          await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
          await take(page, `${route.path} ${locale.slice(0, 2)} ${width} ${colorScheme}`);
        }
      }
    }
  } finally {
    await browser.close();
  }
}

async function take(page: Page, what: string): Promise<void> {
  const name = what
    .slice(1)
    .replaceAll(/[^a-z0-9]+/gi, '-')
    .replace(/^-/, 'home-');
  await mkdir(FOLDER, { recursive: true });
  await page.evaluate(() => document.fonts.ready);
  await page.locator('wa-spinner').first().waitFor({ state: 'detached' });
  // Charts follow the theme and the size with the next picture, colors within a moment.
  await page.waitForTimeout(300);
  await page.screenshot({ path: path.join(FOLDER, `${name}.png`), animations: 'disabled', fullPage: true });
  console.log(`test-results/pages/${name}.png`);
}
