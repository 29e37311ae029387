/** The live wall: what staff see of the cameras, who may see it, and that every look is recorded. */
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase } from '../support/database.ts';
import { fakeCamera } from '../fixtures/clips.ts';
import { connectionsOf, countSentVideo, sentVideo } from '../support/sent-video.ts';
import { OFFICE_PASSWORD, Office } from './office.ts';

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
  const door = await office.browser(first);
  await countSentVideo(door);
  station = await office.device({ admin, kind: 'station', name: 'Front door', camera: door });
  camera = await office.device({ admin, kind: 'camera', name: 'Tripod', camera: second });
  await admin.goto(`${office.server.url}/devices`);
  await admin.locator('[data-test=wall]').click();
}, 180_000);
afterAll(() => office?.close());

const tile = (name: string) => admin.locator('[data-test=tile]', { hasText: name });

/** Pictures that the video of a tile has shown so far. */
function pictures(shown: Locator): Promise<number> {
  return shown
    .locator('video')
    .evaluate((video) => (video as HTMLVideoElement).getVideoPlaybackQuality().totalVideoFrames);
}

/** Of the picture that a tile shows now. */
function widthOf(name: string): Promise<number> {
  return tile(name)
    .locator('video')
    .evaluate((video) => (video as HTMLVideoElement).videoWidth);
}

/** Whether the station sends something of its small layer within a second. */
async function sendsSmall(): Promise<boolean> {
  const [before] = await sentVideo(station);
  await station.waitForTimeout(1_000);
  const [after] = await sentVideo(station);
  return after!.bytes > before!.bytes;
}

async function moves(shown: Locator): Promise<void> {
  const before = await pictures(shown);
  await expect.poll(() => pictures(shown), SOON).toBeGreaterThan(before + 3);
}

/** The acts of this kind in the audit trail, each with its subject. */
async function recorded(act: string): Promise<(string | null)[]> {
  const reply = await admin.request.get(`${office.server.url}/api/v1/audit?act=${act}`);
  const { events } = (await reply.json()) as { events: { objectId: string | null }[] };
  return events.map(({ objectId }) => objectId);
}

async function setViewing(viewing: boolean): Promise<void> {
  const list = await admin.request.get(`${office.server.url}/api/v1/sites`);
  const { sites } = (await list.json()) as { sites: { id: string }[] };
  const changed = await admin.request.patch(`${office.server.url}/api/v1/sites/${sites[0]!.id}`, {
    data: { viewing },
    headers: { origin: office.server.url },
  });
  expect(changed.status()).toBe(200);
}

/** Sends requests over a socket of the page's own account, and returns the code of each answer. */
function ask(page: Page, requests: { method: string; data: unknown }[]): Promise<string[]> {
  return page.evaluate(async (sent) => {
    const socket = new WebSocket(`${location.origin.replace('http', 'ws')}/socket?as=account`);
    await new Promise((resolve) => socket.addEventListener('open', resolve));
    const answers: string[] = [];
    const all = [{ method: 'hello', data: { protocol: 1 } }, ...sent];
    for (const [id, request] of all.entries()) {
      const answer = new Promise<{ ok: boolean; error?: { code: string } }>((resolve) => {
        socket.addEventListener('message', (event) => {
          const reply = JSON.parse(String(event.data)) as { id?: number; ok: boolean };
          if (reply.id === id) resolve(reply);
        });
      });
      socket.send(JSON.stringify({ id, ...request }));
      const { ok, error } = await answer;
      answers.push(ok ? 'ok' : error!.code);
    }
    socket.close();
    return answers.slice(1);
  }, requests);
}

describe('the live wall', { timeout: 180_000 }, () => {
  it('a third browser sees both cameras live, with the faces that are found in them', async () => {
    for (const name of ['Front door', 'Tripod']) {
      await tile(name).and(admin.locator('[data-state=live]')).waitFor();
      await moves(tile(name));
      await tile(name).locator('[data-test=face]').first().waitFor();
      await expect.poll(() => tile(name).locator('[data-test=figures]').textContent(), SOON).toMatch(/fps/);
    }
  });

  it('a tile fills the screen by one tap or key and goes back by Escape, and the others pause meanwhile', async () => {
    await tile('Tripod').locator('[data-test=enlarge]').click();
    await tile('Tripod').and(admin.locator('[large]')).waitFor();
    expect(new URL(admin.url()).searchParams.has('camera')).toBe(true);
    await admin
      .locator('[data-test=tile][data-paused]', { hasText: 'Front door' })
      .waitFor({ state: 'attached' });
    const paused = await pictures(tile('Front door'));
    await moves(tile('Tripod'));
    expect(await pictures(tile('Front door'))).toBeLessThanOrEqual(paused + 1);
    await admin.keyboard.press('ArrowLeft');
    await tile('Front door').and(admin.locator('[large]')).waitFor();
    await moves(tile('Front door'));
    await admin.keyboard.press('Escape');
    await expect.poll(() => admin.locator('[data-test=tile][large]').count()).toBe(0);
    await moves(tile('Tripod'));
    await tile('Front door').locator('[data-test=enlarge]').focus();
    await admin.keyboard.press('Enter');
    await tile('Front door').and(admin.locator('[large]')).waitFor();
    await admin.goBack();
    await expect.poll(() => admin.locator('[data-test=tile][large]').count()).toBe(0);
  });

  it('each camera was recorded once, however often its tile was paused, enlarged or reloaded', async () => {
    await admin.reload();
    await moves(tile('Front door'));
    await moves(tile('Tripod'));
    const ids = await admin
      .locator('[data-test=tile]')
      .evaluateAll((tiles) => tiles.map((one) => (one as HTMLElement).dataset['camera']!));
    const recordedIds = await recorded('camera.viewed');
    expect(recordedIds).toHaveLength(2);
    expect(new Set(recordedIds)).toEqual(new Set(ids));
  });

  it('a small tile gets a small layer, which the camera sends only meanwhile, and recognition goes on', async () => {
    await admin.setViewportSize({ width: 1280, height: 800 });
    await moves(tile('Front door'));
    expect(await widthOf('Front door')).toBe(640);
    const connections = await connectionsOf(station);
    const [unwatched] = await sentVideo(station);
    expect(unwatched).toMatchObject({ bytes: 0, frames: 0 });

    await admin.setViewportSize({ width: 820, height: 620 });
    await expect.poll(() => widthOf('Front door'), SOON).toBe(320);
    await moves(tile('Front door'));
    expect((await sentVideo(station)).map(({ width }) => width)).toEqual([320, 640]);

    await tile('Front door').locator('[data-test=enlarge]').click();
    await expect.poll(() => widthOf('Front door'), SOON).toBe(640);
    // What is analyzed of it.
    await expect
      .poll(() => tile('Front door').locator('[data-test=figures]').textContent(), SOON)
      .toContain('640 × 480');

    await admin.goto(`${office.server.url}/people`);
    await expect.poll(sendsSmall, SOON).toBe(false);
    await station.locator('[data-test=face]').first().waitFor();
    expect(await connectionsOf(station)).toBe(connections);
    await admin.goto(`${office.server.url}/devices/wall`);
  });

  it('a viewer may not watch: neither by the page nor over the socket', async () => {
    const invited = await admin.request.post(`${office.server.url}/api/v1/accounts`, {
      data: { username: 'vera', name: 'Vera Viewer', role: 'viewer' },
      headers: { origin: office.server.url },
    });
    const { token } = (await invited.json()) as { token: string };
    const browser = await office.browser();
    const joined = await browser.context.request.post(`${office.server.url}/api/v1/invitation`, {
      data: { token, password: OFFICE_PASSWORD },
      headers: { origin: office.server.url },
    });
    expect(joined.ok()).toBe(true);
    const viewer = await office.signIn(browser, 'vera');
    const [cameraId = ''] = await recorded('camera.viewed');
    expect(
      await ask(viewer, [
        { method: 'view.join', data: {} },
        { method: 'view.open', data: { cameraId, rtpCapabilities: {} } },
        { method: 'cameras.subscribe', data: {} },
      ]),
    ).toEqual(['forbidden', 'forbidden', 'forbidden']);
    await viewer.goto(`${office.server.url}/devices/wall`);
    await viewer.locator('muster-not-permitted').waitFor();
    await viewer.context().browser()!.close();
  });

  it('switching it off for the site ends the running pictures, says why, and leaves recognition alone', async () => {
    await setViewing(false);
    await expect
      .poll(() => tile('Tripod').locator('[data-test=why]').textContent(), SOON)
      .toMatch(/Live pictures are switched off at/);
    const stopped = await pictures(tile('Front door'));
    expect(await tile('Front door').getAttribute('data-state')).not.toBe('live');
    const ids = await admin
      .locator('[data-test=tile]')
      .evaluateAll((tiles) => tiles.map((one) => (one as HTMLElement).dataset['camera']!));
    const open = { method: 'view.open', data: { cameraId: ids[0], rtpCapabilities: {} } };
    expect(await ask(admin, [open])).toEqual(['viewing-off']);
    await camera.locator('muster-camera[data-connection=live]:not([data-analyzed="0"])').waitFor();
    expect(await pictures(tile('Front door'))).toBe(stopped);
    const changes = await recorded('site.changed');
    expect(changes).toHaveLength(1);
    await setViewing(true);
    await moves(tile('Front door'));
  });

  it('a camera that ends leaves the wall, and the others go on', async () => {
    await camera.context().browser()!.close();
    await expect.poll(() => tile('Tripod').count(), SOON).toBe(0);
    await expect.poll(() => admin.locator('[data-test=away]').textContent()).toMatch(/Tripod/);
    await moves(tile('Front door'));
    await station.locator('[data-test=face]').first().waitFor();
  });

  it('no page had an uncaught error', () => {
    expect(office.faults).toEqual([]);
  });
});
