/**
 * The main job: a face in front of a browser becomes a punch in PostgreSQL, and the name comes back.
 * One office, in the order in which an office is set up; each test depends on the ones before it.
 */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase } from '../support/database.ts';
import { fakeCamera } from '../fixtures/clips.ts';
import { enrollFrom } from './known-face.ts';
import { facesIn, fill, Office, resultOf } from './office.ts';

const SOON = { timeout: 30_000 };

const VGA = { width: 640, height: 480, fps: 15 };
const turning = await fakeCamera({ clip: 'cap12', from: 19, to: 31, boomerang: true, ...VGA });
const arriving = await fakeCamera({ clip: 'cap13', from: 0, to: 20, ...VGA });
const together = await fakeCamera({
  clip: 'cap13',
  from: 0,
  to: 12,
  beside: { clip: 'franck', from: 62, to: 74 },
  width: 1280,
  height: 480,
  fps: 12,
});
const stranger = await fakeCamera({ still: 'audrey', ...VGA });

let office: Office;
let admin: Page;

beforeAll(async () => {
  office = await Office.open(await createTestDatabase(), { MUSTER_ENROLLMENT_BINS: '2' });
});
afterAll(() => office.close());

describe('an office from its first start', { timeout: 180_000 }, () => {
  it('the first owner is created in the browser with the printed token, once', async () => {
    const browser = await office.browser(turning);
    const page = await browser.open(`${office.server.url}/setup`);
    await fill(page, { token: 'WRONG', name: 'Eve', username: 'eve', password: 'correct horse battery' });
    await page.locator('[data-test=submit]').click();
    await page.getByText('This is not the setup token that the server printed.').waitFor();
    await page.close();

    admin = await office.setUp(browser);
    const again = await browser.open(`${office.server.url}/setup`);
    await again.waitForURL(`${office.server.url}/`);
    await again.close();
  });

  it('a person who turns the head in front of the camera is enrolled', async () => {
    await office.enroll(admin, { number: 'E-1', givenName: 'Alan', familyName: 'Adams' });
    await admin.goto(`${office.server.url}/people`);
    await admin.locator('[data-test=person][data-enrolled=yes]').getByText('Alan Adams').waitFor();
  });

  it('a station recognizes the person in another clip and writes exactly one check-in', async () => {
    const door = await office.device({ admin, kind: 'station', name: 'Front door', camera: arriving });
    await resultOf(door, 'Alan Adams').waitFor();
    await resultOf(door, 'Alan Adams')
      .getByText(/^Checked in at \d{1,2}:\d\d [AP]M$/)
      .waitFor();
    await facesIn(door, 'recognized').first().waitFor();
    await door.context().browser()!.close();
    // A second sighting of the same person a moment later, at the door beside it, does not make a second punch.
    const beside = await office.device({ admin, kind: 'station', name: 'Side door', camera: arriving });
    await beside.locator('muster-result-card[data-result=already-in]').waitFor();
    await resultOf(beside, 'Alan Adams')
      .getByText(/^Already checked in at \d{1,2}:\d\d [AP]M$/)
      .waitFor();
    const punches = await office.punches();
    expect(punches).toMatchObject([{ number: 'E-1', says: null, device: 'Front door' }]);
    expect(punches[0]!.similarity).toBeGreaterThan(0.4);
    await beside.context().browser()!.close();
  });

  it('enrolling a known face under another name is refused with the name of the person', async () => {
    await admin.goto(`${office.server.url}/enroll`);
    await fill(admin, { number: 'E-9', givenName: 'Not', familyName: 'Alan' });
    await admin.locator('[data-test=person-form] [data-test=next]').click();
    await admin.locator('[data-test=consent]').click();
    await admin.locator('[data-test=consent-form] [data-test=next]').click();
    await admin.locator('muster-capture-step[data-acceptable=true]').waitFor();
    await admin.locator('[data-test=save-now]').click();
    await expect
      .poll(() => admin.locator('[data-test=duplicate-name]').textContent(), SOON)
      .toContain('Alan Adams');
  });

  it('a second person is enrolled, and each of the two is recognized in one picture', async () => {
    const visitor = { number: 'E-2', givenName: 'Bob', familyName: 'Brown' };
    await enrollFrom(office, admin, visitor, { clip: 'franck', from: 95, to: 105 });

    const lobby = await office.device({ admin, kind: 'station', name: 'Lobby', camera: together });
    const named = (name: string) => lobby.locator(`[data-test=face][data-name="${name}"]`).first();
    await resultOf(lobby, 'Bob Brown').waitFor();
    // One tap says what the passing was in truth.
    await resultOf(lobby, 'Bob Brown').locator('[data-test=offer-out]').click();
    await resultOf(lobby, 'Bob Brown')
      .getByText(/^Checked out at \d{1,2}:\d\d [AP]M$/)
      .waitFor();
    await expect
      .poll(async () => {
        const [alan, bob] = await Promise.all([
          named('Alan Adams')
            .boundingBox({ timeout: 1_000 })
            .catch(() => null),
          named('Bob Brown')
            .boundingBox({ timeout: 1_000 })
            .catch(() => null),
        ]);
        // Mirrored on the screen: who stands on the left of the picture is on the right of the page.
        return alan !== null && bob !== null && alan.x > bob.x + bob.width;
      }, SOON)
      .toBe(true);
    const bob = (await office.punches()).filter(({ number }) => number === 'E-2');
    expect(bob).toMatchObject([{ says: null, said: 'out', device: 'Lobby' }]);
    await lobby.context().browser()!.close();
  });

  it('a stranger stays unknown', async () => {
    const before = await office.punches();
    const door = await office.device({ admin, kind: 'station', name: 'Back door', camera: stranger });
    await facesIn(door, 'unknown').first().waitFor();
    expect(await facesIn(door, 'recognized').count()).toBe(0);
    expect(await door.locator('muster-result-card').count()).toBe(0);
    expect(await office.punches()).toEqual(before);
    await door.context().browser()!.close();
  });

  it('the attendance page lists who is here today', async () => {
    await admin.goto(`${office.server.url}/attendance`);
    await admin.locator('[data-test=day]').getByText('Alan Adams').waitFor();
    await admin.locator('[data-test=day]').getByText('Bob Brown').waitFor();
  });

  it('no page had an uncaught error', () => {
    expect(office.faults).toEqual([]);
  });
});
