/** Opens any page of the table of pages. */
import type { Page } from 'playwright-core';
import type { Route } from '../../client/src/app/routes.ts';

/** Opens the page of a route, and resolves when its element, or one within it, shows a text. */
export async function openRoute(page: Page, url: string, route: Route, personId = ''): Promise<void> {
  await page.goto(url + route.path.replace(':personId', personId));
  await page.locator(`muster-app[data-route="${route.path}"]`).waitFor({ state: 'attached' });
  await page.locator(elementOf(route)).getByText(/\w/).filter({ visible: true }).first().waitFor();
}

/** The element of a page, from its own entry in the table of pages. */
function elementOf(route: Route): string {
  const [, element] = /<(muster-[a-z-]+)/.exec(route.render({}).strings[0] ?? '') ?? [];
  if (element === undefined) throw new Error(`${route.path} renders no element of its own`);
  return element;
}

/** The tables of the page that are wider than the room that they have, by their `data-test`. */
export function cutTables(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const within = (root: Document | ShadowRoot): Element[] =>
      [...root.querySelectorAll('*')].flatMap((one) =>
        [one].concat(one.shadowRoot ? within(one.shadowRoot) : []),
      );
    return within(document)
      .filter((one) => one.matches('.table') && one.scrollWidth > one.clientWidth + 1)
      .map((one) => one.querySelector('table')?.dataset['test'] ?? one.outerHTML.slice(0, 80));
  });
}
