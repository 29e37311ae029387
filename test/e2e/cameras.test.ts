/** Several cameras stream to one server at the same time, and staff see each of them live. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase } from '../support/database.ts';
import { fakeCamera } from '../fixtures/clips.ts';
import { facesIn, Office } from './office.ts';

const VGA = { width: 640, height: 480, fps: 15 };
const first = await fakeCamera({ clip: 'cap13', from: 0, to: 10, ...VGA });
const second = await fakeCamera({ clip: 'franck', from: 40, to: 50, ...VGA });

const SOON = { timeout: 30_000 };
let office: Office;
let admin: Page;
let station: Page;
let camera: Page;

beforeAll(async () => {
  office = await Office.open(await createTestDatabase());
  admin = await office.setUp(await office.browser());
  station = await office.device({ admin, kind: 'station', name: 'Front door', camera: first });
  camera = await office.device({ admin, kind: 'camera', name: 'Tripod', camera: second });
});
afterAll(() => office.close());

describe('two cameras at once', { timeout: 180_000 }, () => {
  it('two cameras at once are both analyzed', async () => {
    await facesIn(station, 'unknown').first().waitFor();
    await camera.locator('muster-camera[data-connection=live]:not([data-analyzed="0"])').waitFor();
  });

  it('staff see two live cameras with their media figures', async () => {
    await admin.goto(`${office.server.url}/devices`);
    for (const name of ['Front door', 'Tripod']) {
      const row = admin.locator('[data-test=camera][data-status=live]').filter({ hasText: name });
      await row.waitFor();
      await expect.poll(() => row.textContent(), SOON).toMatch(/640\s*×\s*480/);
    }
  });

  it('a camera without a screen gets no names and no list of people', async () => {
    const people = await camera.request.get(`${office.server.url}/api/v1/people`);
    expect([401, 403]).toContain(people.status());
  });

  it('a revoked device is disconnected at once', async () => {
    const list = await admin.request.get(`${office.server.url}/api/v1/devices`);
    const { devices } = (await list.json()) as { devices: { id: string; name: string }[] };
    const tripod = devices.find(({ name }) => name === 'Tripod');
    const revoked = await admin.request.delete(`${office.server.url}/api/v1/devices/${tripod?.id}`, {
      headers: { origin: office.server.url },
    });
    expect(revoked.ok()).toBe(true);
    await camera.locator('[data-test=pairing]').waitFor();
    await expect
      .poll(
        () => admin.locator('[data-test=camera][data-status=live]').filter({ hasText: 'Tripod' }).count(),
        SOON,
      )
      .toBe(0);
  });
});
