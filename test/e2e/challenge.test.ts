/**
 * Stations that ask for movements: browser, media server, analyzer and back. The person in front of the camera sees what the
 * station asks for and does it; the server draws it by chance. A photograph of the person that somebody holds up does not.
 */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Chromium } from '../support/chromium.ts';
import { createTestDatabase } from '../support/database.ts';
import { DEFAULT_CHALLENGE } from '../support/muster-server.ts';
import { fakeCamera } from '../fixtures/clips.ts';
import { swungPrintCamera } from '../fixtures/swung-print.ts';
import { movementsAsked, obey, present } from './obedient-camera.ts';
import { enrollFrom } from './known-face.ts';
import { facesIn, fill, Office, OFFICE_PASSWORD, resultOf, signInAt } from './office.ts';
import { agreeAndCapture, invite } from './self-enrollment-pages.ts';

/** The man in the clip never closes his eyes, so a challenge that asks for it times out and another one follows. */
const TRIES = { timeout: 200_000 };
const VGA = { width: 640, height: 480, fps: 15 };

let office: Office;
let admin: Page;
/** A film of a man who turns his head in a circle, there and back. */
let turning: string;

beforeAll(async () => {
  office = await Office.open(await createTestDatabase(), {
    MUSTER_ENROLLMENT_BINS: '1',
    ...DEFAULT_CHALLENGE,
    MUSTER_LIVENESS: 'off',
    MUSTER_MIN_GAP_SECONDS: '0',
  });
  turning = await fakeCamera({ clip: 'cap12', from: 19, to: 31, boomerang: true, ...VGA });
  admin = await office.setUp(await office.browser());
  const alan = { number: 'E-1', givenName: 'Alan', familyName: 'Adams' };
  await enrollFrom(office, admin, alan, { clip: 'cap12', from: 19, to: 31 });
});
afterAll(() => office?.close());

describe('a station as it is set up', { timeout: 240_000 }, () => {
  it('a photograph that is held up gets nowhere, and the person right after it is asked for one movement at most', async () => {
    const browser = await office.browser();
    await obey(browser, 'photograph');
    const door = await stationAt('Back door', browser);
    await facesIn(door, 'challenge').first().waitFor();
    await facesIn(door, 'not-live').first().waitFor();
    expect(await facesIn(door, 'recognized').count()).toBe(0);
    expect(await door.locator('muster-result-card').count()).toBe(0);
    expect(await office.punches()).toEqual([]);
    await present(door, 'nobody');
    await door.locator('[data-test=face]').first().waitFor({ state: 'detached' });
    const before = (await movementsAsked(door)).length;
    await present(door, 'person');
    await resultOf(door, 'Alan Adams').waitFor();
    expect(await office.punches()).toMatchObject([{ number: 'E-1', device: 'Back door' }]);
    expect((await movementsAsked(door)).slice(before).length).toBeLessThanOrEqual(1);
    await browser.close();
  });
});

describe('an enrollment', { timeout: 240_000 }, () => {
  it('a print that is turned in a circle fills the ring, and nobody is enrolled from it', async () => {
    const print = await swungPrintCamera({ bend: 0, angle: 55, seconds: 14, fps: 15 });
    const desk = await office.browser(print);
    const { url } = office.server;
    const page = await signInAt(desk, url, { username: 'ada', password: OFFICE_PASSWORD });
    await page.goto(`${url}/enroll`);
    await fill(page, { number: 'E-2', givenName: 'Paula', familyName: 'Print' });
    await page.locator('[data-test=person-form] [data-test=next]').click();
    await page.locator('[data-test=consent]').click();
    await page.locator('[data-test=consent-form] [data-test=next]').click();
    await page.locator('[data-test=doubt]').waitFor();
    expect(await page.locator('muster-capture-step').getAttribute('data-acceptable')).toBe('false');
    if (process.env['SHOTS']) await page.screenshot({ path: `${process.env['SHOTS']}/flat.png` });
    await page.locator('[data-test=cancel]').click();
    await expect.poll(doubts).toMatchObject([{ actorKind: 'account' }]);
    const people = await page.request.get(`${url}/api/v1/people?enrolled=true`);
    expect(((await people.json()) as { people: unknown[] }).people).toHaveLength(1);
    await desk.close();
  });
});

describe('an enrollment by link', { timeout: 240_000 }, () => {
  const PHONE = { size: { width: 390, height: 844 } };

  beforeAll(() => admin.goto(`${office.server.url}/people`));

  it('a film of somebody who turns the head fills the ring, does not do what is asked then, and HR sees it', async () => {
    const handset = await office.browser(turning, PHONE);
    const phone = await handset.open(await invite(admin, await addPerson('E-3', 'Fay')));
    await phone.locator('[data-test=agree]').click();
    await phone.locator('[data-test=start-camera]').click();
    const doubt = phone.locator('[data-test=doubt][data-doubt=unmoved]');
    await doubt.waitFor();
    await doubt.getByText('Movements made: 0 of 3').waitFor();
    await doubt.getByText('That was not what was asked for').waitFor(TRIES);
    if (process.env['SHOTS']) await phone.screenshot({ path: `${process.env['SHOTS']}/wrong.png` });
    expect(await phone.locator('muster-capture-step').getAttribute('data-acceptable')).toBe('false');
    await phone.locator('[data-test=stop]').click();
    await expect.poll(async () => (await doubts())[0]).toMatchObject({ actorKind: 'invitation' });
    await handset.close();
  });

  it('a person who does what is asked hands in their face', async () => {
    const handset = await office.browser(undefined, PHONE);
    await obey(handset, 'person');
    const phone = await handset.open(await invite(admin, await addPerson('E-4', 'Ben')));
    const before = (await doubts()).length;
    // Alan, who is enrolled, again: HR decides.
    await agreeAndCapture(phone, 'see-hr');
    expect((await movementsAsked(phone)).length).toBeGreaterThanOrEqual(4);
    expect(await doubts()).toHaveLength(before);
    await handset.close();
  });
});

describe('a station that challenges everyone', { timeout: 240_000 }, () => {
  it('the station shows the name only after the person completes the challenge', async () => {
    const before = await office.punches();
    await office.change(admin, { MUSTER_CHALLENGE: 'always' });
    const browser = await office.browser();
    await obey(browser, 'person');
    const door = await stationAt('Front door', browser);
    await facesIn(door, 'challenge').first().waitFor();
    await door.locator('muster-challenge-card').first().waitFor();
    expect(await facesIn(door, 'recognized').count()).toBe(0);
    expect(await office.punches()).toEqual(before);
    await resultOf(door, 'Alan Adams').waitFor(TRIES);
    await facesIn(door, 'recognized').first().waitFor();
    const punches = await office.punches();
    expect(punches.slice(before.length)).toMatchObject([{ number: 'E-1', says: null, device: 'Front door' }]);
    expect((await movementsAsked(door)).length).toBeGreaterThanOrEqual(2);
    await browser.close();
  });

  it('the page of decisions tells a quick check that was passed from one that failed, and says how far it came', async () => {
    const sentence = async (kind: string) => {
      await admin.goto(`${office.server.url}/decisions?kind=${kind}`);
      const decision = admin.locator('[data-test=decision]').first();
      await decision.getByText('Alan Adams').first().waitFor();
      return decision.locator('[data-test=sentence]').innerText();
    };
    expect(await sentence('challenge-passed')).toMatch(/The movements of the quick check were made\.$/);
    expect(await sentence('challenge-failed')).toMatch(
      /^\d of [12] movements of the quick check were made\./,
    );
    await admin.locator('[data-test=decision] [data-test=why]').first().click();
    await admin.locator('[data-test=why-measures]').waitFor();
  });

  it('no page had an uncaught error', () => {
    expect(office.faults).toEqual([]);
  });
});

async function addPerson(number: string, givenName: string): Promise<string> {
  const added = await admin.request.post(`${office.server.url}/api/v1/people`, {
    data: { number, givenName, familyName: 'Brown' },
    headers: { origin: office.server.url },
  });
  return ((await added.json()) as { id: string }).id;
}

/** The captures that may not have been of a person, in the audit trail, the latest first. */
async function doubts(): Promise<{ actorKind: string }[]> {
  const reply = await admin.request.get(`${office.server.url}/api/v1/audit?limit=50`);
  const { events } = (await reply.json()) as { events: { act: string; actorKind: string }[] };
  return events.filter(({ act }) => act === 'enrollment.flat');
}

/** Between two movements the film stands still, as no person does: a kiosk would take it for a thing. */
function stationAt(name: string, browser: Chromium): Promise<Page> {
  return office.device({ admin, kind: 'station', name, camera: browser, wish: 'everyone' });
}
