/** Settings of a camera that reach it while it runs: where faces count, when it recognizes anybody, and what is shown. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { DeviceSettings, DeviceView, WeekHours } from '#protocol/devices.ts';
import { fakeCamera } from '../fixtures/clips.ts';
import { createTestDatabase } from '../support/database.ts';
import { Office } from './office.ts';

const SOON = { timeout: 30_000 };
const NEVER: WeekHours = [null, null, null, null, null, null, null];

let office: Office;
let admin: Page;
let station: Page;

beforeAll(async () => {
  const film = await fakeCamera({ clip: 'cap13', from: 0, to: 10, width: 640, height: 480, fps: 15 });
  office = await Office.open(await createTestDatabase());
  admin = await office.setUp(await office.browser());
  station = await office.device({ admin, kind: 'station', name: 'Front door', camera: film });
  await station.locator('[data-test=face]').first().waitFor();
  // A connection that is made anew would lose this mark.
  await station.evaluate(() => Object.assign(globalThis, { sinceTheStart: true }));
}, 180_000);
afterAll(() => office?.close());

async function change(settings: Partial<DeviceSettings>): Promise<void> {
  const list = await admin.request.get(`${office.server.url}/api/v1/devices`);
  const { devices } = (await list.json()) as { devices: DeviceView[] };
  const changed = await admin.request.patch(`${office.server.url}/api/v1/devices/${devices[0]!.id}`, {
    data: { settings },
    headers: { origin: office.server.url },
  });
  expect(changed.status()).toBe(200);
}

const faces = () => station.locator('[data-test=face]').count();
const analyzed = async () => {
  const row = admin.locator('[data-test=camera]', { hasText: 'Front door' });
  return (await row.getAttribute('data-status')) ?? '';
};

it('a zone that is drawn on the live picture lets a running station ignore the faces outside of it', async () => {
  await admin.goto(`${office.server.url}/devices`);
  await admin.locator('[data-test=edit]').click();
  await admin.locator('[data-test=zone]').click();
  const editor = admin.locator('muster-zone-editor');
  const video = editor.locator('video');
  await expect
    .poll(() => video.evaluate((element) => (element as HTMLVideoElement).videoWidth), SOON)
    .toBe(640);
  await editor.locator('[data-test=draw]').click();
  const corners = editor.locator('[data-test=corner]');
  expect(await corners.count()).toBe(4);
  // A corner to drag, two to move by keys, and one to remove: a triangle at the upper left edge of the picture.
  const picture = (await editor.locator('.picture').boundingBox())!;
  const at = (x: number, y: number) =>
    [picture.x + x * picture.width, picture.y + y * picture.height] as const;
  const drag = async (i: number, x: number, y: number) => {
    const box = (await corners.nth(i).boundingBox())!;
    await admin.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await admin.mouse.down();
    await admin.mouse.move(...at(x, y), { steps: 4 });
    await admin.mouse.up();
  };
  await drag(2, 0.1, 0.2);
  await drag(1, 0.12, 0.02);
  await corners.nth(3).focus();
  await admin.keyboard.press('Delete');
  expect(await corners.count()).toBe(3);
  await corners.nth(0).focus();
  for (let i = 0; i < 4; i += 1) await admin.keyboard.press('Shift+ArrowLeft');
  for (let i = 0; i < 3; i += 1) await admin.keyboard.press('Shift+ArrowUp');
  await admin.keyboard.press('ArrowRight');
  expect(await corners.nth(0).getAttribute('aria-label')).toContain('1 % from the left, 0 % from the top');
  await admin.locator('[data-test=save]').click();
  await admin.locator('[data-test=device-settings]').waitFor({ state: 'detached' });
  await expect.poll(faces, SOON).toBe(0);
  await change({ zone: null });
  await expect.poll(faces, SOON).toBeGreaterThan(0);
}, 120_000);

it('outside of its hours a station says so and nothing is analyzed, and in them it goes on', async () => {
  await admin.goto(`${office.server.url}/devices`);
  await expect.poll(analyzed, SOON).toBe('live');
  await change({ hours: NEVER });
  const sentence = station.locator('[data-test=off-hours]');
  await sentence.waitFor();
  await sentence.getByText('Face recognition is switched off here.').waitFor();
  await expect.poll(faces, SOON).toBe(0);
  await expect.poll(analyzed, SOON).toBe('resting');
  // Somebody without a face can still check in.
  expect(await station.locator('[data-test=pass]').isVisible()).toBe(true);
  await change({ hours: null });
  await sentence.waitFor({ state: 'detached' });
  await expect.poll(faces, SOON).toBeGreaterThan(0);
  await expect.poll(analyzed, SOON).toBe('live');
}, 120_000);

it('all of that reached the station without a new connection or an error', async () => {
  expect(await station.evaluate(() => 'sinceTheStart' in globalThis)).toBe(true);
  expect(await station.locator('muster-station[data-connection=live]').count()).toBe(1);
  expect(office.faults).toEqual([]);
});
