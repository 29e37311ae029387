/**
 * A picture of an enrolled person is shown to a station that requires live people, through Chromium, the media server and
 * the analyzer. Needs the liveness models and a photograph of an attack from MUSTER_TEST_MODELS; left out without them.
 */
import { cp, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LIVE_SCORE } from '#protocol/face.ts';
import { loadLivenessPack } from '../../server/vision/liveness-pack.ts';
import type { LivenessPack } from '../../server/vision/liveness-pack.ts';
import { createTestDatabase } from '../support/database.ts';
import { fakeCamera } from '../fixtures/clips.ts';
import { facesIn, Office, resultOf } from './office.ts';
import { defaultModels } from '../fixtures/default-pack.ts';
import { NEEDS_TEST_MODELS, hasTestModels, testModel } from '../fixtures/test-models.ts';

const WEIGHTS = testModel('weights');
/** A photograph of an attack on a camera, from the authors of the liveness models. */
const ATTACK = testModel('data/spoof/silent_F2.jpg');

const installer = path.resolve(import.meta.dirname, '../../scripts/models/install.mjs');
/** The set-up is plain JavaScript, because it runs before any package is installed. So its types are declared here. */
const { installPack } = (await import(/* @vite-ignore */ pathToFileURL(installer).href)) as {
  installPack: (manifest: LivenessPack, folder: string, options: { from: string }) => Promise<number>;
};

describe.skipIf(!hasTestModels)(`a picture (${NEEDS_TEST_MODELS})`, { timeout: 180_000 }, () => {
  let office: Office;
  let admin: Page;
  let cache: string;
  const size = { width: 640, height: 480, fps: 15 };

  beforeAll(async () => {
    cache = await mkdtemp(path.join(os.tmpdir(), 'muster-models-'));
    await cp(path.join(defaultModels.cacheDir, 'faceplugin'), path.join(cache, 'faceplugin'), {
      recursive: true,
    });
    const part = await loadLivenessPack();
    await installPack(part, path.join(cache, part.id), { from: WEIGHTS });
    office = await Office.open(await createTestDatabase(), {
      MUSTER_LIVENESS: 'require',
      MUSTER_MODEL_CACHE: cache,
      MUSTER_ENROLLMENT_BINS: '0',
    });
    const desk = await office.browser(
      await fakeCamera({ clip: 'franck', from: 5, to: 9, boomerang: true, ...size }),
    );
    admin = await office.setUp(desk);
    await office.enroll(admin, { number: 'L-1', givenName: 'Frank', familyName: 'Live' });
    // The person in the photograph is enrolled from it. An enrollment does not check liveness, because staff are present.
    const second = await office.browser(await fakeCamera({ file: ATTACK, seconds: 2, ...size }));
    const page = await office.signIn(second);
    await office.enroll(page, { number: 'P-1', givenName: 'Paul', familyName: 'Picture' });
    await page.goto('about:blank');
    await admin.goto('about:blank');
  });
  afterAll(async () => {
    await office?.close();
    await rm(cache, { recursive: true, force: true });
  });

  it('a picture of an enrolled person is refused, and the station says why', async () => {
    const camera = await fakeCamera({ file: ATTACK, seconds: 2, ...size });
    const door = await office.device({ admin, kind: 'station', name: 'Picture', camera });
    await facesIn(door, 'not-live').first().waitFor();
    expect(await door.locator('.hint').textContent()).toBe('Please look at the camera yourself');
    expect(await resultOf(door, 'Paul Picture').count()).toBe(0);
    expect(await office.punches()).toEqual([]);
    await door.context().browser()!.close();
  });

  it('a picture does not keep a real person out', async () => {
    const camera = await fakeCamera({ clip: 'franck', from: 12, to: 16, boomerang: true, ...size });
    const door = await office.device({ admin, kind: 'station', name: 'Person', camera });
    await resultOf(door, 'Frank Live').waitFor();
    const punches = await office.punches();
    expect(punches).toMatchObject([{ number: 'L-1', says: null, device: 'Person' }]);
    expect(punches[0]!.live).toBeGreaterThanOrEqual(LIVE_SCORE);
    expect(office.faults).toEqual([]);
  });
});
