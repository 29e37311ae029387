/**
 * The rights of people: consent in their language, its withdrawal on every camera, another way to punch, and a copy of
 * all their data. There is one office, and each test depends on the ones before it.
 */
import { strFromU8, unzipSync } from 'fflate';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase } from '../support/database.ts';
import { badgeClip } from '../fixtures/badge-clip.ts';
import { fakeCamera } from '../fixtures/clips.ts';
import { facesIn, fill, Office, resultOf, savedBy } from './office.ts';

const VGA = { width: 640, height: 480, fps: 15 };
const turning = await fakeCamera({ clip: 'cap12', from: 19, to: 31, boomerang: true, ...VGA });
const arriving = await fakeCamera({ clip: 'cap13', from: 0, to: 20, ...VGA });

let office: Office;
let admin: Page;
let door: Page;

beforeAll(async () => {
  office = await Office.open(await createTestDatabase(), { MUSTER_ENROLLMENT_BINS: '2' });
  admin = await office.setUp(await office.browser(turning));
});
afterAll(() => office.close());

/** The person's page, by the list. */
async function openPerson(): Promise<void> {
  await admin.goto(`${office.server.url}/people`);
  await admin.locator('[data-test=open]').first().click();
  await admin.locator('[data-test=consent-card]').waitFor();
}

async function type(keys: readonly string[]): Promise<void> {
  for (const key of keys) await door.locator(`[data-test="key-${key}"]`).click();
}

describe('people and their data', { timeout: 180_000 }, () => {
  it('the consent text is shown in the language of the person', async () => {
    await admin.goto(`${office.server.url}/enroll`);
    await fill(admin, { number: 'E-1', givenName: 'Alan', familyName: 'Adams' });
    await admin.locator('[data-test=person-form] [data-test=next]').click();
    await admin.locator('[data-test=consent-text]').getByText('Your employer').waitFor();
    await admin.locator('[data-test=consent-language]').click();
    await admin.locator('wa-option[value=de]').click();
    await admin.locator('[data-test=consent-text]').getByText('Ihr Arbeitgeber').waitFor();
    await admin.locator('[data-test=consent]').click();
    await admin.locator('[data-test=consent-form] [data-test=next]').click();
    await office.captureAndSave(admin);

    await openPerson();
    await admin.locator('[data-test=consent-history]').getByText('Deutsch').waitFor();
    await admin.locator('[data-test=consent-history]').getByText('recorded by Ada Admin').waitFor();
  });

  it('withdrawing the consent removes the face everywhere, and the page says so once it is confirmed', async () => {
    door = await office.device({ admin, kind: 'station', name: 'Front door', camera: arriving });
    await resultOf(door, 'Alan Adams').waitFor();
    await facesIn(door, 'recognized').first().waitFor();

    await admin.locator('[data-test=withdraw]').click();
    await admin.locator('[data-test=consent-card] ~ muster-confirm [data-test=confirm-act]').click();
    const removal = admin.locator('[data-test=removal][data-everywhere=yes]');
    await removal.getByText(/the analyzer confirmed/).waitFor();
    await admin.locator('[data-test=consent-state]').getByText('None').waitFor();
    await admin.locator('[data-test=enrollment]').getByText('Not enrolled').waitFor();

    // The face is still in the picture, but it is no longer recognized.
    await facesIn(door, 'unknown').first().waitFor();
    expect(await facesIn(door, 'recognized').count()).toBe(0);
  });

  it('a person can punch with number and PIN', async () => {
    await admin.locator('[data-test=set-pin]').click();
    await admin
      .locator('[data-test=pin]')
      .getByText(/^\d{6}$/)
      .waitFor();
    const pin = (await admin.locator('[data-test=pin]').textContent())!.trim();
    await admin.locator('[data-test=pin-done]').click();

    await door.locator('[data-test=pass]').click();
    await door.locator('[data-test=letters]').click();
    await type(['E']);
    await door.locator('[data-test=letters]').click();
    await type(['1', 'Enter']);
    const wrong = String((Number(pin) + 1) % 1_000_000).padStart(6, '0');
    await type(Array.from(wrong));
    await door.locator('[data-test=pass-fault]').getByText('Number and PIN don’t match.').waitFor();
    await type(Array.from(pin));
    // Checked in by the face a moment ago.
    await door.locator('muster-result-card[data-person="Alan Adams"][data-result=already-in]').waitFor();
    await door.locator('[data-test=pass-panel]').waitFor({ state: 'detached' });
  });

  it('a person can punch by holding a printed badge in front of the camera', async () => {
    await admin.locator('[data-test=issue-badge]').click();
    const card = admin.locator('[data-test=badge-dialog] [data-test=badge-code]');
    await card.waitFor();
    const code = (await card.textContent())!.replaceAll(/\s/g, '');
    await admin.locator('[data-test=badge-done]').click();

    const lobby = await office.device({
      admin,
      kind: 'station',
      name: 'Lobby',
      camera: await badgeClip(code),
    });
    await lobby.locator('[data-test=pass]').click();
    await lobby.locator('[data-test=use-badge]').click();
    await lobby.locator('muster-result-card[data-person="Alan Adams"]').waitFor();
    await lobby.context().browser()!.close();
  });

  it('the record of a person can be edited', async () => {
    await office.addDepartment(admin, 'Laboratory');
    await admin.locator('[data-test=edit]').click();
    await fill(admin, { department: 'Laboratory', email: 'alan@example.org', phone: 'none' });
    await admin.locator('[data-test=edit-person] [data-test=save]').click();
    await admin.getByText('Enter a phone number').waitFor();
    await fill(admin, { phone: '' });
    await admin.locator('[data-test=edit-person] [data-test=save]').click();
    await admin.locator('[data-test=edit-person]').waitFor({ state: 'detached' });
    await admin.locator('[data-test=person-page] dd').getByText('alan@example.org').waitFor();
    await admin.locator('[data-test=person-page] dd').getByText('Laboratory').waitFor();
  });

  it('a person gets one file with all their data and is then erased', async () => {
    const { content } = await savedBy(admin, () => admin.locator('[data-test=export]').click());
    const files = unzipSync(new Uint8Array(content));
    const all = JSON.parse(strFromU8(files['person.json']!)) as {
      person: { number: string };
      consents: { language: string; withdrawnAt: string | null }[];
      audit: { act: string }[];
    };
    expect(all.person.number).toBe('E-1');
    expect(all.consents).toMatchObject([{ language: 'de', withdrawnAt: expect.any(String) as string }]);
    expect(all.audit.map(({ act }) => act)).toContain('consent.withdrawn');

    await admin.locator('[data-test=erase]').click();
    await admin.locator('[data-test=data-card] ~ muster-confirm [data-test=confirm-act]').click();
    await admin.waitForURL(`${office.server.url}/people`);
    await admin.getByText('No one yet').waitFor();
  });

  it('the retention page shows the owner how long data is kept', async () => {
    await admin.goto(`${office.server.url}/retention`);
    await admin.locator('[data-test=retention] [data-what=templates]').getByText('30 days').waitFor();
    await admin.locator('[data-test=runs]').getByText('nothing was due').waitFor();
  });

  it('no page had an uncaught error', () => {
    expect(office.faults).toEqual([]);
  });
});
