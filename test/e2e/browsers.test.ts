/** The pages in the oldest browsers that they support, and in browsers older than those. */
// cspell:ignore Diesem fehlen Funktionen braucht networkidle
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { routes } from '../../client/src/app/routes.ts';
import { browsersInWords } from '../../config/browsers.ts';
import { fakeCamera } from '../fixtures/clips.ts';
import { createTestDatabase } from '../support/database.ts';
import { makeOldest } from '../support/oldest-browser.ts';
import { Office, resultOf, signInIn } from './office.ts';
import { openRoute } from './route-pages.ts';

const VGA = { width: 640, height: 480, fps: 15 };
const turning = await fakeCamera({ clip: 'cap12', from: 19, to: 31, boomerang: true, ...VGA });
const arriving = await fakeCamera({ clip: 'cap13', from: 0, to: 20, ...VGA });

let office: Office;

beforeAll(async () => {
  office = await Office.open(await createTestDatabase(), { MUSTER_ENROLLMENT_BINS: '2' });
});
afterAll(() => office.close());

/** Both languages, because nothing has asked for one yet. */
async function isRefused(page: Page) {
  const sentences = page.locator('#too-old');
  await sentences.waitFor({ state: 'visible' });
  const [english, german] = await sentences.locator('p').allInnerTexts();
  expect(english).toContain('This browser lacks functions that Muster needs.');
  expect(german).toContain('Diesem Browser fehlen Funktionen, die Muster braucht.');
  for (const text of [english, german]) expect(text).toContain(browsersInWords());
  expect(await page.locator('muster-app').count()).toBe(0);
}

/** How often the page has asked for the camera. */
const asked = (page: Page) => page.evaluate(() => (globalThis as { asked?: number }).asked ?? 0);

describe('the oldest supported browsers', { timeout: 300_000 }, () => {
  let admin: Page;

  beforeAll(async () => {
    const desk = await office.browser(turning);
    await makeOldest(desk.context);
    const page = await desk.open(`${office.server.url}/setup`);
    await openRoute(
      page,
      office.server.url,
      routes.find(({ path }) => path === '/setup')!,
    );
    await page.close();
    admin = await office.setUp(desk);
  });

  it('what is newer is taken from the browser of these tests', async () => {
    const newer = await admin.evaluate(() => ({
      any: 'any' in AbortSignal,
      withResolvers: 'withResolvers' in Promise,
      popover: 'showPopover' in HTMLElement.prototype,
      iterators: 'map' in Object.getPrototypeOf(Object.getPrototypeOf([].values())),
      union: 'union' in Set.prototype,
      states: 'states' in ElementInternals.prototype,
      temporal: 'Temporal' in globalThis,
    }));
    expect(Object.entries(newer).filter(([, there]) => there)).toEqual([]);
    // And no more than that.
    expect(await admin.evaluate(() => 'timeout' in AbortSignal && 'toSorted' in Array.prototype)).toBe(true);
  });

  it('a person is enrolled, and a station goes live and recognizes them', async () => {
    await office.enroll(admin, { number: 'O-1', givenName: 'Olga', familyName: 'Old' });
    await admin.goto('about:blank');
    const door = await office.browser(arriving);
    await makeOldest(door.context);
    const page = await office.device({ admin, kind: 'station', name: 'Old tablet', camera: door });
    await resultOf(page, 'Olga Old').waitFor();
    expect(await office.punches()).toMatchObject([{ number: 'O-1', device: 'Old tablet' }]);
    await page.close();
  });

  it('every page renders', async () => {
    const { people } = (await (await admin.request.get(`${office.server.url}/api/v1/people`)).json()) as {
      people: { id: string }[];
    };
    const stranger = await admin
      .context()
      .browser()!
      .newContext({ permissions: ['camera'] });
    stranger.on('weberror', (error) => office.faults.push(error.error().message));
    await makeOldest(stranger);
    const own = await admin.context().browser()!.newContext();
    own.on('weberror', (error) => office.faults.push(error.error().message));
    await makeOldest(own);
    const pages = {
      staff: admin,
      employee: await signInIn(own, office.server.url, await office.letIn(admin, people[0]!.id)),
      nobody: await stranger.newPage(),
    };
    for (const route of routes) {
      // It is gone once there is an account: `beforeAll` has opened it.
      if (route.path === '/setup') continue;
      const { needs } = route;
      const page =
        needs === 'nobody' ? pages.nobody : needs.startsWith('own:') ? pages.employee : pages.staff;
      await openRoute(page, office.server.url, route, people[0]!.id);
    }
    await stranger.close();
    await own.close();
  });

  it('no page had an uncaught error', () => {
    expect(office.faults).toEqual([]);
  });
});

describe('browsers that are older', { timeout: 120_000 }, () => {
  let context: BrowserContext;

  beforeAll(async () => {
    context = (await office.browser()).context;
  });

  it('one without a function that cannot be added is told so, and is not asked for its camera', async () => {
    const page = await context.newPage();
    await page.addInitScript(() => {
      Reflect.deleteProperty(globalThis, 'RTCPeerConnection');
      const { mediaDevices } = navigator;
      const ask = mediaDevices.getUserMedia.bind(mediaDevices);
      mediaDevices.getUserMedia = (constraints) => {
        const counter = globalThis as { asked?: number };
        counter.asked = (counter.asked ?? 0) + 1;
        return ask(constraints);
      };
    });
    await page.goto(`${office.server.url}/station`);
    await isRefused(page);
    await page.waitForFunction(() => customElements.get('muster-app') !== undefined);
    await page.waitForLoadState('networkidle');
    expect(await asked(page)).toBe(0);
  });

  it('one that cannot read the scripts is told so', async () => {
    const page = await context.newPage();
    await page.route(/\/assets\/index-.*\.js$/, (route) =>
      route.fulfill({ contentType: 'text/javascript', body: 'export const = from the future;' }),
    );
    await page.goto(`${office.server.url}/station`);
    await isRefused(page);
  });
});
