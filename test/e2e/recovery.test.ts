/** Faults that a station meets in weeks of operation. In these tests the page is never reloaded. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase } from '../support/database.ts';
import { fakeCamera } from '../fixtures/clips.ts';
import { facesIn, Office } from './office.ts';
import { childrenOf } from '../support/processes.ts';

const camera = await fakeCamera({ clip: 'cap13', from: 0, to: 10, width: 640, height: 480, fps: 15 });

let office: Office;
let station: Page;

beforeAll(async () => {
  office = await Office.open(await createTestDatabase());
  const admin = await office.setUp(await office.browser());
  station = await office.device({ admin, kind: 'station', name: 'Front door', camera });
  await watched(station);
  // A reload would lose this mark, so it proves that the page recovered without one.
  await station.evaluate(() => Object.assign(window, { neverReloaded: true }));
});
afterAll(() => office.close());

/** Live, with a face that the analyzer has found. */
async function watched(page: Page): Promise<void> {
  await page.locator('muster-station[data-connection=live]').waitFor();
  await facesIn(page, 'unknown').first().waitFor();
}

/** The old boxes are gone: what is seen from now on comes from the new path. */
async function interrupted(page: Page): Promise<void> {
  // Asked often: an analyzer may be back within half a second of that, the pace at which a locator waits.
  const boxes = () => page.locator('[data-test=face]').count();
  await expect.poll(boxes, { interval: 20, timeout: 60_000 }).toBe(0);
}

describe('a station after a failure', { timeout: 180_000 }, () => {
  it('a station comes back after the server restarts', async () => {
    await office.server.down();
    await interrupted(station);
    await office.server.up();
    await watched(station);
  });

  it('a station comes back after the server is killed', async () => {
    await office.server.down('SIGKILL');
    await interrupted(station);
    await office.server.up();
    await watched(station);
  });

  it('a station comes back after the media worker is killed', async () => {
    const [worker] = childrenOf(office.server.pid, 'mediasoup-worker');
    expect(worker).toBeGreaterThan(0);
    process.kill(worker!, 'SIGKILL');
    await interrupted(station);
    await watched(station);
    expect(childrenOf(office.server.pid, 'mediasoup-worker')).not.toContain(worker);
  });

  it('a station comes back after the analyzer is killed', async () => {
    const [analyzer] = childrenOf(office.server.pid, 'analyzer/program');
    expect(analyzer).toBeGreaterThan(0);
    process.kill(analyzer!, 'SIGKILL');
    await interrupted(station);
    await watched(station);
  });

  it('the station page was never reloaded and had no uncaught error', async () => {
    expect(await station.evaluate(() => 'neverReloaded' in window)).toBe(true);
    expect(office.faults).toEqual([]);
  });
});
