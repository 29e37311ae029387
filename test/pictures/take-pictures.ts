/**
 * Takes the screenshots that the documents show, into `docs/pictures`: a real server on a fresh database, real Chromium,
 * and the test clips as its camera. About a minute. Names on the command line take only these; everything that a picture
 * needs is done all the same, because each one shows the office in the state that the ones before it left.
 */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { openBenchOffice } from '../bench/bench-office.ts';
import { DEFAULT_CHALLENGE } from '../support/muster-server.ts';
import { resultOf, type Visitor } from '../e2e/office.ts';
import { fakeCamera } from '../fixtures/clips.ts';
import { addColleagues, morningZone } from './morning.ts';

const FOLDER = path.resolve(import.meta.dirname, '../../docs/pictures');
/** CSS pixels, of every picture. */
const SIZE = { width: 1280, height: 800 };
const CAMERA = { width: 640, height: 480, fps: 15 };
/** The ring is shown when this many of its nine angles are filled: it explains itself best half way. */
const HALF_WAY = 3;

const wanted = new Set(process.argv.slice(2));
const timeZone = morningZone(new Date());
await mkdir(FOLDER, { recursive: true });

async function take(page: Page, name: string, ready: Locator): Promise<void> {
  await ready.waitFor();
  if (wanted.size > 0 && !wanted.has(name)) return;
  await page.evaluate(() => document.fonts.ready);
  await page.screenshot({ path: path.join(FOLDER, `${name}.png`), animations: 'disabled' });
  console.log(`docs/pictures/${name}.png`);
}

const turning = await fakeCamera({ clip: 'cap12', from: 19, to: 31, boomerang: true, ...CAMERA });
const speaking = await fakeCamera({
  clip: 'franck',
  from: 95,
  to: 105,
  speed: 0.5,
  boomerang: true,
  ...CAMERA,
});
const arriving = await fakeCamera({ clip: 'cap13', from: 0, to: 12, boomerang: true, ...CAMERA });

// No angle beside the front is demanded, so that a photograph can be enrolled as well.
const office = await openBenchOffice({
  MUSTER_TIME_ZONE: timeZone,
  MUSTER_ENROLLMENT_BINS: '0',
  ...DEFAULT_CHALLENGE,
});
try {
  const { url } = office.server;
  const open = async (camera: string) => office.browser(camera, { size: SIZE, timeZone });

  const desk = await open(turning);
  const page = await office.setUp(desk);
  await take(page, 'first-steps', page.locator('[data-test=first-steps]'));
  // The pages are shown as they are by default, but nobody in these films and photographs can follow an instruction.
  await office.change(page, { MUSTER_CHALLENGE: 'never' });

  await office.beginEnrollment(page, {
    number: '1004',
    givenName: 'Thomas',
    familyName: 'Lindqvist',
    department: 'Office',
    jobTitle: 'Buyer',
  });
  const halfWay = Array.from(
    { length: 9 - HALF_WAY },
    (_, i) => `muster-capture-step[data-captured="${HALF_WAY + i}"]`,
  );
  await take(page, 'enrollment', page.locator(halfWay.join()).first());
  await office.captureAndSave(page);

  await enrollAs(speaking, {
    number: '1007',
    givenName: 'Daniel',
    familyName: 'Moreau',
    department: 'Production',
    jobTitle: 'Electrician',
  });
  for (const [still, number, givenName, familyName, jobTitle] of [
    ['audrey', '1002', 'Helen', 'Ashworth', 'Managing director'],
    ['connery', '1009', 'Robert', 'Keane', 'Sales'],
  ] as const) {
    const person = { number, givenName, familyName, department: 'Office', jobTitle };
    await enrollAs(await fakeCamera({ still, ...CAMERA }), person);
  }
  await addColleagues(page, url);

  const door = await open(arriving);
  const station = await office.device({ admin: page, kind: 'station', name: 'Main entrance', camera: door });
  await take(station, 'station', resultOf(station, 'Thomas Lindqvist'));
  await office.change(page, { MUSTER_CHALLENGE: 'auto' });
  await page.goto(`${url}/devices`);
  await take(page, 'devices', page.getByText(/[1-9][\d.]*\s[kM]bit\/s/).first());

  await page.goto(`${url}/`);
  await page.locator('[data-test=put-away]').click();
  await take(page, 'today', page.getByText('Main entrance').first());
  await page.goto(`${url}/people`);
  await take(page, 'people', page.locator('[data-test=person]').first());
  await page.goto(`${url}/attendance`);
  await take(page, 'attendance', page.locator('[data-test=day]').first());

  async function enrollAs(camera: string, person: Visitor) {
    const browser = await open(camera);
    await office.enroll(await office.signIn(browser), person);
    await browser.close();
  }
  if (office.faults.length > 0) throw new Error(`A page reported: ${office.faults.join('; ')}`);
} finally {
  await office.close();
}
