/**
 * Two people with one face, which is what twins are to a model: enrolled both, and told apart by their numbers at the station.
 * Each test depends on the ones before it.
 */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fakeCamera } from '../fixtures/clips.ts';
import { createTestDatabase } from '../support/database.ts';
import { facesIn, Office, resultOf } from './office.ts';

const VGA = { width: 640, height: 480, fps: 15 };
const turning = await fakeCamera({ clip: 'cap12', from: 19, to: 31, boomerang: true, ...VGA });
const NAMES = /Ann|Amy/;

let office: Office;
let admin: Page;
let door: Page;

beforeAll(async () => {
  office = await Office.open(await createTestDatabase(), { MUSTER_ENROLLMENT_BINS: '1' });
  admin = await office.setUp(await office.browser(turning));
  const bob = { number: 'E-3', givenName: 'Bob', familyName: 'Brown' };
  await admin.request.post(`${office.server.url}/api/v1/people`, {
    data: bob,
    headers: { origin: office.server.url },
  });
  await office.enroll(admin, { number: 'E-1', givenName: 'Ann', familyName: 'Twin' });
}, 180_000);
afterAll(() => office?.close());

/** All text on the station, with that of the boxes. */
const textOf = (page: Page) =>
  page.locator('muster-station').evaluate((host) => {
    const text = (root: Node): string =>
      [...root.childNodes]
        .map((node) => {
          if (node instanceof Text) return node.data;
          if (!(node instanceof Element) || node.localName === 'style') return '';
          return [...node.getAttributeNames().map((name) => node.getAttribute(name)), text(node)]
            .concat(node.shadowRoot ? text(node.shadowRoot) : '')
            .join(' ');
        })
        .join(' ');
    return text(host.shadowRoot!);
  });

async function answer(page: Page, number: string): Promise<void> {
  if ((await page.locator('muster-number-panel').count()) === 0) {
    await page.locator('muster-ask-card [data-test=answer]').click();
    await page.locator('[data-test=number-panel]').waitFor();
  }
  await page.keyboard.type(number);
  await page.keyboard.press('Enter');
}

describe('two people who look alike', { timeout: 240_000 }, () => {
  it('the enrollment of the second one is saved with a reason, and says what will happen at the station', async () => {
    await office.beginEnrollment(admin, { number: 'E-2', givenName: 'Amy', familyName: 'Twin' });
    await admin.locator('muster-capture-step[data-acceptable=true]').waitFor();
    // A full ring is saved by itself.
    const duplicate = admin.locator('[data-test=duplicate-name]');
    if (!(await duplicate.isVisible())) await admin.locator('[data-test=save-now]').click();
    await duplicate.waitFor();
    await admin.locator('[data-test=reason] textarea').fill('Twins, both with a passport');
    await admin.locator('[data-test=override]').click();
    const said = admin.locator('[data-test=enrolled] [data-test=look-alikes]');
    await said.getByText('Looks like Ann Twin').waitFor();
    await said.getByText(/A station then asks for the employee number/).waitFor();
  });

  it('the page of a person and the list of people say who looks like whom', async () => {
    await admin.goto(`${office.server.url}/people?show=look-alike`);
    const rows = admin.locator('[data-test=person]');
    await expect.poll(() => rows.count()).toBe(2);
    const ann = rows.filter({ has: admin.getByRole('link', { name: 'Ann Twin' }) });
    await ann.getByText('Looks like Amy Twin').last().waitFor();
    await ann.locator('[data-test=open]').click();
    await admin.locator('[data-test=person-page] [data-test=look-alikes] a').click();
    await admin.locator('h1', { hasText: 'Amy Twin' }).waitFor();
    await admin.locator('[data-test=look-alikes] a', { hasText: 'Ann Twin' }).waitFor();
  });

  it('the station asks for a number, and shows the name of neither before that', async () => {
    // The camera would show the same person at the enrollment page.
    await admin.goto(`${office.server.url}/people`);
    door = await office.device({
      admin,
      kind: 'station',
      name: 'Front door',
      camera: turning,
      wish: 'everyone',
    });
    await facesIn(door, 'one-of-two').first().waitFor();
    await door.locator('muster-ask-card').waitFor();
    expect(await textOf(door)).not.toMatch(NAMES);
    expect(await office.punches()).toEqual([]);
  });

  it('the number of somebody else is refused in the words for one that nobody has', async () => {
    const words: (string | null)[] = [];
    for (const number of ['E-3', 'E-77']) {
      await answer(door, number);
      await door.locator('[data-test=number-fault]').waitFor();
      words.push(await door.locator('[data-test=number-fault]').textContent());
      expect(await textOf(door)).not.toMatch(/Ann|Amy|Bob/);
    }
    expect(words[0]).toBe(words[1]);
    expect(await office.punches()).toEqual([]);
  });

  it('the number of the first books a punch of the first, by face and number', async () => {
    await answer(door, 'E-1');
    await resultOf(door, 'Ann Twin').waitFor();
    await door.locator('[data-test=face][data-name="Ann Twin"]').first().waitFor();
    expect(await textOf(door)).not.toMatch(/Amy/);
    const [punch, ...others] = await office.punches();
    expect(others).toEqual([]);
    expect(punch).toMatchObject({ number: 'E-1', device: 'Front door' });
    expect(punch!.similarity).toBeGreaterThan(0.4);
    await door.context().browser()!.close();
    await admin.goto(`${office.server.url}/attendance`);
    await admin.locator('[data-test=day]').getByText('Ann Twin').waitFor();
  });

  it('the number of the second books a punch of the second', async () => {
    const side = await office.device({
      admin,
      kind: 'station',
      name: 'Side door',
      camera: turning,
      wish: 'everyone',
    });
    await side.locator('muster-ask-card').waitFor();
    await answer(side, 'e2');
    await resultOf(side, 'Amy Twin').waitFor();
    expect(await textOf(side)).not.toMatch(/Ann/);
    expect((await office.punches()).map(({ number }) => number)).toEqual(['E-1', 'E-2']);
    await side.context().browser()!.close();
  });

  it('a camera without a screen asks nobody: somebody decides about the passing later', async () => {
    const corridor = await office.device({
      admin,
      kind: 'camera',
      name: 'Corridor',
      camera: turning,
      wish: 'everyone',
    });
    await admin.goto(`${office.server.url}/corrections`);
    await expect
      .poll(
        async () => {
          await admin.reload();
          await admin.locator('h1').first().waitFor();
          return admin.locator('[data-test=refused-punch][data-why=look-alikes]').count();
        },
        { timeout: 60_000, interval: 2_000 },
      )
      .toBe(1);
    await corridor.context().browser()!.close();
    await admin.locator('[data-test=decide-refused]').click();
    await admin
      .getByText(/Amy Twin \(E-2\).*Ann Twin \(E-1\)|Ann Twin \(E-1\).*Amy Twin \(E-2\)/)
      .first()
      .waitFor();
    expect(await office.punches()).toHaveLength(2);
  });

  it('no page had an uncaught error', () => {
    expect(office.faults).toEqual([]);
  });
});
