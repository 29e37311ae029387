/** Cameras that run but show nothing, and faults of the page itself: the station says so, and tries only what can help. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { createTestDatabase } from '../support/database.ts';
import { drawCameras, show, silence, timesAsked } from '../support/drawn-camera.ts';
import { Office } from './office.ts';

let office: Office;
let admin: Page;

beforeAll(async () => {
  office = await Office.open(await createTestDatabase());
  admin = await office.setUp(await office.browser());
});
afterAll(() => office.close());

/** A running station with a drawn camera. */
async function open(name: string) {
  const browser = await office.browser();
  await drawCameras(browser.context);
  // As in browsers before Safari 17.4 and Chrome 116: once, a page without it never got beyond "Starting …".
  await browser.context.addInitScript(() => Reflect.deleteProperty(AbortSignal, 'any'));
  const station = await office.device({ admin, kind: 'station', name, camera: browser });
  const trouble = (problem: string) => station.locator(`[data-test=trouble][data-problem=${problem}]`);
  /** The server receives pictures, and the page says so. */
  const live = () => station.locator('muster-station[data-connection=live]').waitFor();
  await live();
  return { station, trouble, live };
}

// They mostly wait, each at a door of its own.
describe.concurrent('a station whose camera shows nothing', { timeout: 120_000 }, () => {
  it('a camera that freezes without ending is "No picture", is asked for again, and comes back by itself', async ({
    expect,
  }) => {
    const { station, trouble, live } = await open('Frozen');
    expect(await station.evaluate(() => 'any' in AbortSignal)).toBe(false);
    const before = await timesAsked(station);
    await show(station, 'freeze');
    await trouble('no-picture').getByText('No picture').waitFor();
    await expect.poll(() => timesAsked(station), { timeout: 60_000 }).toBeGreaterThan(before + 1);
    await show(station, 'move');
    await live();
    await expect.poll(() => trouble('no-picture').count(), { timeout: 30_000 }).toBe(0);
  });

  it('a black picture is named, and the camera stays on until somebody opens its lid', async () => {
    const { station, trouble, live } = await open('Dark');
    await show(station, 'dark');
    await trouble('dark').getByText('The picture is black').waitFor();
    await show(station, 'move');
    await live();
  });

  it('the server tells a station whose pictures do not arrive, although its page sees them', async ({
    expect,
  }) => {
    const { station, trouble, live } = await open('Silent');
    const before = await timesAsked(station);
    await silence(station);
    await trouble('no-picture').waitFor();
    await live();
    expect(await timesAsked(station)).toBeGreaterThan(before);
    expect(office.server.output.join('\n')).toContain('"event":"camera.silent"');
  });

  it('a camera that another program has taken is asked for until it is free', async () => {
    const { station, trouble, live } = await open('Busy');
    await show(station, 'freeze');
    await trouble('no-picture').waitFor();
    await show(station, 'busy');
    await trouble('busy').waitFor();
    await show(station, 'move');
    await live();
  });

  it('a mistake in the page is not retried: it is in the server’s log once, and the page offers to reload', async ({
    expect,
  }) => {
    const { station, trouble, live } = await open('Faulty');
    await show(station, 'freeze');
    await trouble('no-picture').waitFor();
    await show(station, 'fault');
    await trouble('page-fault').getByText('This page has a fault').waitFor();
    const asked = await timesAsked(station);
    const faults = () =>
      office.server.output
        .filter((line) => line.includes('"event":"client.fault"') && line.includes('TypeError'))
        .map((line) => JSON.parse(line) as Record<string, unknown>);
    await expect.poll(() => faults().length, { timeout: 30_000 }).toBeGreaterThan(0);
    expect(faults()).toMatchObject([
      {
        caller: 'device',
        page: '/station',
        fault: { name: 'TypeError', message: 'the page calls what is not there' },
      },
    ]);
    expect(await timesAsked(station)).toBe(asked);
    await station.locator('[data-test=reload]').click();
    await live();
    expect(office.faults).toEqual(['the page calls what is not there']);
  });
});
