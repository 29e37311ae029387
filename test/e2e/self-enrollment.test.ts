/**
 * Self-enrollment in real Chromium: HR makes a link, a phone opens it, the person agrees and captures their face, HR decides,
 * and a station names the person. There is one office, and each test depends on the ones before it.
 */
// cspell:ignore möchte Danke alles Dieser wurde benutzt Bitte melden sich Personalabteilung
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Chromium } from '../support/chromium.ts';
import { createTestDatabase } from '../support/database.ts';
import { fakeCamera } from '../fixtures/clips.ts';
import { facesIn, Office, resultOf } from './office.ts';
import { agreeAndCapture, confirmCapture, invite, makeLink } from './self-enrollment-pages.ts';

const VGA = { width: 640, height: 480, fps: 15 };
const turning = await fakeCamera({ clip: 'cap12', from: 19, to: 31, boomerang: true, ...VGA });
const arriving = await fakeCamera({ clip: 'cap13', from: 0, to: 20, ...VGA });
const PHONE = { size: { width: 390, height: 844 }, locale: 'de-DE' };

let office: Office;
let admin: Page;
let handset: Chromium;

beforeAll(async () => {
  office = await Office.open(await createTestDatabase(), { MUSTER_ENROLLMENT_BINS: '2' });
  admin = await office.setUp(await office.browser());
  handset = await office.browser(turning, PHONE);
});
afterAll(() => office.close());

const test = (page: Page, name: string) => page.locator(`[data-test=${name}]`);
const step = (page: Page, name: string) => page.locator(`muster-self-enrollment[data-step=${name}]`);
const state = (name: string) => test(admin, 'invitation-card').locator(`[data-state=${name}]`);

async function addPerson(number: string, givenName: string, familyName: string): Promise<string> {
  const added = await admin.request.post(`${office.server.url}/api/v1/people`, {
    data: { number, givenName, familyName },
    headers: { origin: office.server.url },
  });
  return ((await added.json()) as { id: string }).id;
}

describe('self-enrollment', { timeout: 240_000 }, () => {
  let alan: string;
  let link: string;
  let door: Page;

  it('the link opens on a phone, in its language, without an account and without its secret in the address', async () => {
    alan = await addPerson('E-1', 'Alan', 'Adams');
    const shown = await makeLink(admin, alan);
    expect([shown.pathname, shown.search]).toEqual(['/self-enrollment', '']);
    const code = test(admin, 'enroll-invite').locator('wa-qr-code');
    expect(await code.getAttribute('value')).toBe(shown.href);
    // A newer link takes the place of the one that was shown.
    link = await invite(admin, alan);
    const phone = await handset.open(link);
    await test(phone, 'own-consent').getByText('Alan Adams, Ihr Arbeitgeber').waitFor();
    await test(phone, 'consent-text').getByText('Ihr Arbeitgeber möchte').waitFor();
    expect(phone.url()).toBe(`${office.server.url}/self-enrollment`);
    await test(phone, 'language-en').click();
    await test(phone, 'consent-text').getByText('Your employer').waitFor();
    await test(phone, 'language-de').click();
    await admin.reload();
    await state('opened').waitFor();
    await phone.close();
  });

  it('the person captures their own face, and is not recognized before HR has confirmed it', async () => {
    const phone = await handset.open(link);
    await agreeAndCapture(phone, 'to-confirm');
    await test(phone, 'result').getByText('Danke, das war alles').waitFor();
    await phone.close();

    door = await office.device({ admin, kind: 'station', name: 'Front door', camera: arriving });
    await facesIn(door, 'unknown').first().waitFor();
    await admin.goto(`${office.server.url}/people`);
    await test(admin, 'waiting-captures').waitFor();
    await test(admin, 'show-waiting').click();
    expect(await facesIn(door, 'recognized').count()).toBe(0);
    await confirmCapture(admin);

    await resultOf(door, 'Alan Adams').waitFor();
    await admin.goto(`${office.server.url}/people/${alan}`);
    await state('enrolled').waitFor();
    await test(admin, 'consent-history').getByText('by invitation').waitFor();
  });

  it('a link that was used opens no more', async () => {
    const phone = await handset.open(link);
    await step(phone, 'closed').waitFor();
    await test(phone, 'closed').getByText('Dieser Link wurde benutzt').waitFor();
    await phone.close();
  });

  it('who looks like somebody else is sent to HR without a name, and HR sees the name and decides', async () => {
    const ben = await addPerson('E-2', 'Ben', 'Brown');
    const phone = await handset.open(await invite(admin, ben));
    await agreeAndCapture(phone, 'see-hr');
    const said = await test(phone, 'result').textContent();
    expect(said).toContain('Bitte melden Sie sich in der Personalabteilung');
    expect(said).not.toMatch(/Alan|Adams/);
    await phone.close();

    await admin.reload();
    await state('waiting').waitFor();
    await test(admin, 'decide').click();
    await test(admin, 'duplicate-name').getByText('Alan Adams').waitFor();
    const confirm = test(admin, 'confirm-capture');
    await expect.poll(() => confirm.evaluate((button) => button.hasAttribute('disabled'))).toBe(true);
    await test(admin, 'decision').locator('wa-textarea textarea').fill('Alan opened the link of Ben');
    await test(admin, 'reject').click();
    await state('rejected').waitFor();
    await test(admin, 'enrollment').getByText('Not enrolled').waitFor();
  });

  it('a second phone takes the link over from the first, and a revoked link ends on the phone at once', async () => {
    const cid = await addPerson('E-3', 'Cid', 'Cole');
    const taken = await invite(admin, cid);
    const first = await handset.open(taken);
    await test(first, 'agree').click();
    await test(first, 'start-camera').click();
    await first.locator('muster-capture-step[data-phase=capturing]').waitFor();
    const other = await office.browser(turning, PHONE);
    const second = await other.open(taken);
    await step(second, 'ready').waitFor();
    await step(first, 'closed').waitFor();
    await test(second, 'start-camera').click();
    await second.locator('muster-capture-step[data-phase=capturing]').waitFor();

    await admin.reload();
    await test(admin, 'revoke-link').click();
    await admin.locator('muster-invitation-card [data-test=confirm-act]').click();
    await step(second, 'closed').waitFor();
    await state('revoked').waitFor();
    await other.close();
    await first.close();
  });

  it('who prefers not to be recognized says so on the phone, and HR knows to hand out a PIN or badge', async () => {
    const dora = await addPerson('E-4', 'Dora', 'Dean');
    const phone = await handset.open(await invite(admin, dora));
    await test(phone, 'decline').click();
    await test(phone, 'confirm-act').click();
    await step(phone, 'declined').waitFor();
    await admin.reload();
    await state('declined').waitFor();
    await test(admin, 'invitation-card').getByText('Give them a PIN or badge.').waitFor();
  });

  it('no page had an uncaught error', () => {
    expect(office.faults).toEqual([]);
  });
});
