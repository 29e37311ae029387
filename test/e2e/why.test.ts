/** Why a face was recognized or not, from the camera to the page; and a security level that the running analyzer follows. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DecisionsView } from '#protocol/decisions.ts';
import { createTestDatabase } from '../support/database.ts';
import { fakeCamera } from '../fixtures/clips.ts';
import { enrollFrom } from './known-face.ts';
import { Office, resultOf } from './office.ts';

const VGA = { width: 640, height: 480, fps: 15 };
const arriving = await fakeCamera({ clip: 'cap13', from: 0, to: 20, ...VGA });
const stranger = await fakeCamera({ clip: 'franck', from: 10, to: 14, boomerang: true, ...VGA });

let office: Office;
let admin: Page;

beforeAll(async () => {
  office = await Office.open(await createTestDatabase());
  admin = await office.setUp(await office.browser());
}, 60_000);
afterAll(() => office.close());

const list = async (query = ''): Promise<DecisionsView['decisions']> => {
  const reply = await admin.request.get(`${office.server.url}/api/v1/decisions?${query}`);
  return ((await reply.json()) as DecisionsView).decisions;
};

describe('why', { timeout: 180_000 }, () => {
  it('the punch of a recognized person shows its numbers over what was needed', async () => {
    await enrollFrom(
      office,
      admin,
      { number: 'E-1', givenName: 'Alan', familyName: 'Adams' },
      { clip: 'cap12', from: 19, to: 31 },
    );
    const door = await office.device({ admin, kind: 'station', name: 'Front door', camera: arriving });
    await resultOf(door, 'Alan Adams')
      .getByText(/Checked in/)
      .waitFor();
    await door.context().browser()!.close();
    await admin.goto(`${office.server.url}/attendance`);
    await admin.locator('[data-test=punches] [data-test=punch]').click();
    await admin.locator('[data-test=why-punch]').click();
    const sentence = await admin.locator('[data-test=why-sentence]').innerText();
    const [, reached, needed] = /similarity of (0\.\d\d), where (0\.\d\d) is needed/.exec(sentence)!;
    expect(Number(reached)).toBeGreaterThan(Number(needed));
    expect(await admin.locator('[data-test=why-measures] [data-short]').count()).toBe(0);
  });

  it('an unknown face is listed with what it lacked, and nobody is named', async () => {
    const door = await office.device({ admin, kind: 'station', name: 'Side door', camera: stranger });
    await expect.poll(() => list('kind=unknown').then((all) => all.length), { timeout: 30_000 }).toBe(1);
    const [unknown] = await list('kind=unknown');
    expect(unknown!.best!.similarity).toBeLessThan(unknown!.thresholds.similarity);
    await door.context().browser()!.close();
    await admin.goto(`${office.server.url}/decisions?kind=unknown`);
    const row = admin.locator('[data-test=decision]');
    await row
      .locator('[data-test=sentence]')
      .getByText(/most similar enrolled person reached/)
      .waitFor();
    expect(await row.innerText()).not.toContain('Alan');
    await row.locator('[data-test=why]').click();
    await admin.locator('[data-test=why-measures] [data-short]').first().waitFor();
    expect(await admin.locator('[data-test=why-dialog]').innerText()).not.toContain('Alan');
  });

  it('the running analyzer follows another security level that an owner sets on the page', async () => {
    const [before] = await list('kind=unknown');
    await admin.goto(`${office.server.url}/settings`);
    const level = admin.locator('[data-setting=MUSTER_FAR]');
    await level.locator('[part=combobox]').click();
    await level.locator('wa-option', { hasText: 'Strict' }).first().click();
    await admin.locator('[data-test=save-recognition]').click();
    await level.getByText('Changed by').waitFor();
    const door = await office.device({ admin, kind: 'station', name: 'Back door', camera: stranger });
    await expect.poll(() => list('kind=unknown').then((all) => all.length), { timeout: 30_000 }).toBe(2);
    await door.context().browser()!.close();
    const [after] = await list('kind=unknown');
    expect(after!.thresholds.similarity).toBeGreaterThan(before!.thresholds.similarity);
    expect(office.faults).toEqual([]);
  });
});
