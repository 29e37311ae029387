/** Elements of the station's page, each by itself: the labels of faces, and the buttons in the corner. */
import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Chromium } from '../../support/chromium.ts';
import { type DataServices, openDataServices } from '../../support/data-services.ts';
import { RestServer } from '../../support/rest-server.ts';

const CLIENT = path.resolve(import.meta.dirname, '../../../dist/client');
const VIEW = { width: 1000, height: 600 };
const LONG = 'Alexandra Montgomery-Richardson-Washington';

let services: DataServices;
let rest: RestServer;
let browser: Chromium;
let page: Page;

beforeAll(async () => {
  services = await openDataServices();
  rest = await RestServer.start(services, { client: { directory: CLIENT } });
  browser = await Chromium.launch();
  // This page brings the elements.
  page = await browser.open(`${rest.origin}/station`);
  await page.waitForFunction(() => customElements.get('muster-live-view') !== undefined);
}, 120_000);
afterAll(async () => {
  await browser?.close();
  rest?.stop();
  await services?.close();
});

/** The sides of the label of one face, of whose box the sides are given too: pixels of the picture. */
async function label(name: string, face: { left: number; right: number }) {
  await page.evaluate(
    ({ view, words, box }) => {
      const element = document.createElement('muster-live-view');
      Object.assign(element.style, { width: `${view.width}px`, height: `${view.height}px` });
      const faces = [{ track: 1, state: 'recognized', name: words, box, landmarks: [] }];
      document.body.replaceChildren(Object.assign(element, { picture: view, faces }));
    },
    {
      view: VIEW,
      words: name,
      box: [face.left / VIEW.width, 0.3, (face.right - face.left) / VIEW.width, 0.2],
    },
  );
  const shown = await page.getByText(name).boundingBox();
  const view = await page.locator('muster-live-view').boundingBox();
  const left = shown!.x - view!.x;
  return { left, right: left + shown!.width };
}

it('a short name is centered below its face, wherever that is', async () => {
  for (const middle of [110, 500, 890]) {
    const { left, right } = await label('Ann', { left: middle - 50, right: middle + 50 });
    expect((left + right) / 2).toBeCloseTo(middle, 0);
  }
});

it('a long name at an edge begins or ends there, and is all in the picture', async () => {
  const atLeft = await label(LONG, { left: 0, right: 100 });
  const atRight = await label(LONG, { left: VIEW.width - 100, right: VIEW.width });
  for (const { left, right } of [atLeft, atRight]) {
    expect(right - left).toBeGreaterThan(200);
    expect(left).toBeGreaterThanOrEqual(0);
    expect(right).toBeLessThanOrEqual(VIEW.width);
  }
});

/** Whether the buttons of the station offer full screen, in a browser that has it or not. */
async function offersFullScreen(has: boolean): Promise<boolean> {
  await page.evaluate((enabled) => {
    Object.defineProperty(document, 'fullscreenEnabled', { value: enabled, configurable: true });
    const capture = { state: { value: { state: 'idle' }, subscribe: () => () => {} } };
    const buttons = document.createElement('muster-station-buttons');
    document.body.replaceChildren(Object.assign(buttons, { capture }));
  }, has);
  await page.getByRole('button', { name: 'Turn sound off' }).waitFor();
  return (await page.getByRole('button', { name: 'Full screen' }).count()) === 1;
}

it('full screen is offered only where the browser has it, as an iPhone has not', async () => {
  expect(await offersFullScreen(true)).toBe(true);
  expect(await offersFullScreen(false)).toBe(false);
});
