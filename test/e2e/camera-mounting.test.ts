/** Cameras that hang upside down, and machines with several cameras. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { fakeCamera } from '../fixtures/clips.ts';
import { createTestDatabase } from '../support/database.ts';
import { enrollFrom } from './known-face.ts';
import { facesIn, Office, resultOf } from './office.ts';

const VGA = { width: 640, height: 480, fps: 15 };

let office: Office;
let admin: Page;

beforeAll(async () => {
  office = await Office.open(await createTestDatabase());
  admin = await office.setUp(await office.browser());
  const mara = { number: 'M-1', givenName: 'Mara', familyName: 'Mount' };
  await enrollFrom(office, admin, mara, { clip: 'cap12', from: 19, to: 31 });
}, 180_000);
afterAll(() => office?.close());

async function turn(device: string, turned: string, flipped = false): Promise<void> {
  await admin.goto(`${office.server.url}/devices`);
  await admin.locator('[data-test=device]', { hasText: device }).locator('[data-test=edit]').click();
  const dialog = admin.locator('[data-test=device-settings]');
  await dialog.locator('wa-select[name=turn]').click();
  await dialog.getByRole('option', { name: turned }).click();
  if (flipped) await dialog.locator('wa-switch[name=flipped]').click();
  await dialog.locator('[data-test=save]').click();
  await dialog.waitFor({ state: 'detached' });
}

it.each([
  { turned: 180, choice: 'Upside down' },
  { turned: 270, choice: 'A quarter turn clockwise' },
] as const)(
  'a station whose camera is turned by $turned° recognizes somebody once it is told so, and draws the box on the face',
  { timeout: 180_000 },
  async ({ turned, choice }) => {
    const camera = await fakeCamera({ clip: 'cap13', from: 0, to: 20, ...VGA, turned });
    const name = `Door ${turned}`;
    const door = await office.device({ admin, kind: 'station', name, camera });
    await door.locator('muster-station[data-connection=live]').waitFor();
    await turn(name, choice);
    await resultOf(door, 'Mara Mount').waitFor();
    const { box, video } = await facesIn(door, 'recognized')
      .first()
      .evaluate((face) => {
        const shown = (face.getRootNode() as ShadowRoot).querySelector('video')!;
        const rect = face.getBoundingClientRect();
        const whole = shown.getBoundingClientRect();
        return {
          box: { width: rect.width, height: rect.height, middle: rect.top + rect.height / 2 },
          video: { width: whole.width, height: whole.height },
        };
      });
    // Upright, a face is higher than wide, and the video covers the screen whichever way it was turned.
    expect(box.height).toBeGreaterThan(box.width);
    expect(box.middle).toBeGreaterThan(0.2 * video.height);
    expect(box.middle).toBeLessThan(0.8 * video.height);
    const size = door.viewportSize()!;
    expect([Math.round(video.width), Math.round(video.height)]).toEqual([size.width, size.height]);
    await door.context().browser()!.close();
  },
);

it('a station with two cameras lets one be chosen, and remembers it', { timeout: 120_000 }, async () => {
  const browser = await office.browser(undefined, { cameras: 2 });
  const page = await office.device({ admin, kind: 'station', name: 'Two cameras', camera: browser });
  const camera = () =>
    page.locator('muster-live-view video').evaluate((video) => {
      const stream = (video as HTMLVideoElement).srcObject as MediaStream | null;
      return stream?.getVideoTracks()[0]?.label ?? '';
    });
  await expect.poll(camera, { timeout: 60_000 }).toContain('device_0');
  await page.locator('[data-test=cameras]').click();
  await page.locator('[data-test=camera-choice]').click();
  await page.getByRole('option', { name: 'fake_device_1' }).click();
  await expect.poll(camera, { timeout: 60_000 }).toContain('device_1');
  await page.reload();
  await expect.poll(camera, { timeout: 60_000 }).toContain('device_1');
  // One that is not plugged in any more is replaced by another.
  await page.evaluate(() => localStorage.setItem('muster.station-camera', '"unplugged"'));
  await page.reload();
  await expect.poll(camera, { timeout: 60_000 }).toContain('device_');
});

it('no page had an uncaught error', () => {
  expect(office.faults).toEqual([]);
});
