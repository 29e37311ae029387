/** Check-in with the clips of MUSTER_TEST_MODELS: other people and another camera. Left out without these clips. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase } from '../support/database.ts';
import { fakeCamera } from '../fixtures/clips.ts';
import { sharedClips } from '../fixtures/pictures.ts';
import { enrollFrom } from './known-face.ts';
import { facesIn, Office, resultOf } from './office.ts';
import { NEEDS_TEST_MODELS } from '../fixtures/test-models.ts';

let office: Office;
let admin: Page;

describe.skipIf(sharedClips === null)(`further clips (${NEEDS_TEST_MODELS})`, { timeout: 180_000 }, () => {
  const { man, both, walking } = sharedClips ?? { man: null, both: null, walking: null };
  const shown = { boomerang: true, width: 960, height: 540, fps: 12 };

  beforeAll(async () => {
    office = await Office.open(await createTestDatabase());
    admin = await office.setUp(await office.browser());
    const max = { number: 'M-1', givenName: 'Max', familyName: 'Mann' };
    await enrollFrom(office, admin, max, { clip: man!, from: 0, to: 5 });
  });
  afterAll(() => office?.close());

  it('an enrolled man is recognized next to a woman who is not enrolled and stays unknown', async () => {
    const camera = await fakeCamera({ file: both!.file, to: 4.5, ...shown });
    const door = await office.device({ admin, kind: 'station', name: 'Both', camera });
    await resultOf(door, 'Max Mann').waitFor();
    await facesIn(door, 'unknown').first().waitFor();
    expect(await office.punches()).toMatchObject([{ number: 'M-1', says: null, device: 'Both' }]);
    await door.context().browser()!.close();
  });

  it('strangers who walk past stay unknown', async () => {
    const before = await office.punches();
    const camera = await fakeCamera({ file: walking!.file, to: 3.4, ...shown });
    const door = await office.device({ admin, kind: 'station', name: 'Walk', camera });
    await facesIn(door, 'unknown').first().waitFor();
    expect(await facesIn(door, 'recognized').count()).toBe(0);
    expect(await office.punches()).toEqual(before);
  });
});
