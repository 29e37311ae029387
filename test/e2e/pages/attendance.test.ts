/** Attendance and its corrections in a real browser: added, removed and moved punches, and their approval. */
import path from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AttendanceView, WorkDayView } from '#protocol/attendance.ts';
import type { InvitationView } from '#protocol/accounts.ts';
import type { DeviceActor } from '#protocol/session.ts';
import { doorOf } from '../../../server/attendance/attendance-service.ts';
import { Chromium } from '../../support/chromium.ts';
import { type DataServices, openDataServices, PASSWORD } from '../../support/data-services.ts';
import { type Browser, RestServer } from '../../support/rest-server.ts';
import {
  addPunch,
  chip,
  dialog,
  fillIn,
  fillPunch,
  openDay,
  presence,
  row,
  sendPunch,
} from '../hours-pages.ts';
import { fill } from '../office.ts';

const CLIENT = path.resolve(import.meta.dirname, '../../../dist/client');
const DAY = 86_400_000;
const dateOf = (at: number) => new Date(at).toISOString().slice(0, 10);
/** Over for good, whatever the hour at which the test runs. */
const PAST = dateOf(Date.now() - 2 * DAY);

let services: DataServices;
let rest: RestServer;
let api: Browser;
let station: DeviceActor;
const browsers: Chromium[] = [];
/** Of an owner. */
let page: Page;
const faults: string[] = [];

async function signedIn(username: string): Promise<Page> {
  const browser = await Chromium.launch();
  browsers.push(browser);
  browser.context.on('weberror', (error) => faults.push(error.error().message));
  const opened = await browser.open(`${rest.origin}/sign-in`);
  await fill(opened, { username, password: PASSWORD });
  await opened.locator('[data-test=submit]').click();
  await opened.waitForURL(`${rest.origin}/`);
  return opened;
}

beforeAll(async () => {
  services = await openDataServices();
  await services.accountId();
  station = await services.addDevice();
  rest = await RestServer.start(services, { client: { directory: CLIENT } });
  api = await rest.staff();
  page = await signedIn('ada');
});
afterAll(async () => {
  await Promise.all(browsers.map((browser) => browser.close()));
  rest?.stop();
  await services?.close();
});

let sightings = 0;

async function pass(personId: string, at = Date.now()) {
  sightings += 1;
  const sighting = {
    id: `s${sightings}`,
    cameraId: station.deviceId,
    track: sightings,
    personId,
    at,
    live: null,
  };
  const evidence = { similarity: 0.9, margin: 0.3, frames: 5 };
  await services.attendance.record({ ...sighting, ...evidence }, doorOf(station));
}

async function choose(select: Locator, text: string) {
  await select.locator('[part=combobox]').click();
  await select.locator('wa-option', { hasText: text }).click();
}

async function dayOf(personId: string, date: string): Promise<WorkDayView | undefined> {
  const { days } = await api.json<AttendanceView>('GET', `/api/v1/attendance?date=${date}`);
  return days.find(({ person }) => person.id === personId);
}

let ann: string;

describe('the attendance page', () => {
  it('the attendance page says of a person who passed an automatic door no more than that they were seen', async () => {
    ({ id: ann } = await services.addPerson({
      number: 'E-1',
      givenName: 'Ann',
      familyName: 'Lee',
      department: 'Lab',
    }));
    await pass(ann);

    await page.goto(`${rest.origin}/attendance`);
    await expect.poll(() => presence(row(page, 'Ann Lee'))).toBe('seen');
    expect(await row(page, 'Ann Lee').locator('[data-test=presence]').textContent()).toMatch(/^Seen at \d/);
  });

  it('a past day to which a missed check-in is added by the dialog misses its check-out', async () => {
    await page.locator('[data-test=correct]').click();
    await dialog(page).getByText('Time at Paris (Europe/Paris)').waitFor();
    await addPunch(page, 'in', { number: 'E-1', date: PAST, time: '09:00' });
    await page.locator('wa-toast-item', { hasText: 'Punch added' }).waitFor();

    await openDay(page, PAST);
    await expect.poll(() => presence(row(page, 'Ann Lee'))).toBe('missing-departure');
  });

  it('a day is completed by keyboard with the check-out of its person', async () => {
    await row(page, 'Ann Lee').locator('[data-test=correct-person]').click();
    // The first Tab leads to a field or leaves it, never to the cross of the dialog; Enter in a field sends the form.
    const inForm = () =>
      dialog(page).evaluate((shown) => shown.contains((shown.getRootNode() as ShadowRoot).activeElement));
    await expect.poll(inForm).toBe(true);
    await fillPunch(page, 'out', { time: '17:05' });
    await dialog(page).locator('wa-input[data-test=reason] input').press('Enter');
    await dialog(page).waitFor({ state: 'detached' });

    await expect.poll(() => presence(row(page, 'Ann Lee'))).toBe('complete');
    expect(await row(page, 'Ann Lee').locator('[data-test=worked]').textContent()).toBe('8 h 05 min');
  });

  it('a punch that is added twice is refused, and the dialog stays open', async () => {
    await row(page, 'Ann Lee').locator('[data-test=correct-person]').click();
    await sendPunch(page, 'out', { time: '17:05' });
    await dialog(page)
      .locator('[data-test=alert]')
      .getByText('This person already has this punch.')
      .waitFor();
    await page.keyboard.press('Escape');
    await dialog(page).waitFor({ state: 'detached' });
  });

  it('a punch with a wrong time is changed from the month of its person, and the list of corrections names both times', async () => {
    await page.goto(`${rest.origin}/people/${ann}/month?month=${PAST.slice(0, 7)}`);
    await page.locator(`[data-test=month-day][data-date="${PAST}"] [data-test=day-link]`).click();
    await chip(row(page, 'Ann Lee'), '5:05').locator('[data-test=punch]').click();
    const story = page.locator('[data-test=punch-dialog]');
    await story.locator('[data-test=change]').click();
    await story.getByText('The punch at 5:05 PM stays visible').waitFor();
    expect(await story.locator('wa-radio-group').evaluate((kind: HTMLInputElement) => kind.value)).toBe(
      'out',
    );
    // The same again is no change.
    await story.locator('[data-test=reason] input').fill('The clock was wrong');
    await story.locator('[data-test=send-change]').click();
    await story.locator('[data-test=time]').getByText('This is the time that it already has.').waitFor();
    await story.locator('[data-test=time] input').fill('17:20');
    await story.locator('[data-test=time] input').press('Enter');
    await story.waitFor({ state: 'detached' });
    await page.locator('wa-toast-item', { hasText: 'Punch changed' }).waitFor();

    await expect
      .poll(() => row(page, 'Ann Lee').locator('[data-test=worked]').textContent())
      .toBe('8 h 20 min');
    expect(await chip(row(page, 'Ann Lee'), '5:05').getAttribute('data-voided')).not.toBeNull();
    await page.goto(`${rest.origin}/corrections`);
    const change = page.locator('[data-test=corrections-past] [data-kind=change]');
    expect(await change.textContent()).toMatch(
      /Change 1 punch \([^)]*5:05 PM\) to a check-out at 5:20 PM[^]*The clock was wrong/,
    );
    await page.goBack();
    await chip(row(page, 'Ann Lee'), '5:20').waitFor();
  });

  it('a wrong punch that is removed stays visible, struck through, with who removed it and why', async () => {
    await chip(row(page, 'Ann Lee'), '5:20').locator('[data-test=punch]').click();
    const story = page.locator('[data-test=punch-dialog]');
    await story.getByText('Europe/Paris').waitFor();
    expect(await story.locator('[data-test=added]').textContent()).toMatch(/The clock was wrong/);
    await story.locator('[data-test=void]').click();
    await fill(page, { reason: 'Went home earlier' });
    await story.locator('[data-test=send-void]').click();
    await story.waitFor({ state: 'detached' });

    await expect.poll(() => presence(row(page, 'Ann Lee'))).toBe('missing-departure');
    const struck = chip(row(page, 'Ann Lee'), '5:20');
    expect(await struck.getAttribute('data-voided')).not.toBeNull();
    await struck.locator('[data-test=punch]').click();
    expect(await story.locator('[data-test=voided]').textContent()).toMatch(/Went home earlier[^]*Ada/);
    expect(await story.locator('[data-test=void]').count()).toBe(0);
    await page.keyboard.press('Escape');
    await story.waitFor({ state: 'detached' });
  });

  it('a punch is moved to the person it belongs to', async () => {
    await services.addPerson({ number: 'E-2', givenName: 'Ben', familyName: 'Ray' });
    await chip(row(page, 'Ann Lee'), '9:00').locator('[data-test=punch]').click();
    const story = page.locator('[data-test=punch-dialog]');
    await story.locator('[data-test=move]').click();
    await fill(page, { number: 'E-2', reason: 'It was Ben' });
    await story.locator('[data-test=send-move]').click();
    await story.waitFor({ state: 'detached' });

    await expect.poll(() => presence(row(page, 'Ann Lee'))).toBe('not-seen');
    await expect.poll(() => chip(row(page, 'Ben Ray'), '9:00').count()).toBe(1);
  });

  it('a correction at a site in another time zone is in that zone, which the dialog names', async () => {
    await api.json('POST', '/api/v1/sites', { name: 'Pune', timeZone: 'Asia/Kolkata' });
    await page.reload();
    await page.locator('[data-test=correct]').click();
    await choose(dialog(page).locator('[data-test=site]'), 'Pune');
    await dialog(page).getByText('Time at Pune (Asia/Kolkata)').waitFor();
    await addPunch(page, 'in', { number: 'E-2', date: PAST, time: '10:58' });

    const { punches } = (await dayOf((await personId('E-2'))!, PAST))!;
    expect(punches.map(({ at }) => at)).toContain(`${PAST}T05:28:00.000Z`);
  });

  it('the dialog asks which of the two is meant where the clocks showed a time twice', async () => {
    await page.reload();
    await page.locator('[data-test=correct]').click();
    await fillIn(page, { number: 'E-2', date: '2025-10-25', time: '02:30' });
    await dialog(page).locator('[data-test=next-day]').waitFor();
    await choose(dialog(page).locator('[data-test=pass]'), 'The second');
    await addPunch(page, 'out', {});

    const { punches } = (await dayOf((await personId('E-2'))!, '2025-10-25'))!;
    expect(punches.map(({ at }) => at)).toEqual(['2025-10-26T01:30:00.000Z']);
  });
});

async function personId(number: string): Promise<string | undefined> {
  const { people } = await api.json<{ people: { id: string; number: string }[] }>('GET', '/api/v1/people');
  return people.find((person) => person.number === number)?.id;
}

describe('corrections that need a second person', () => {
  let manager: Page;

  it('a correction that a manager asks for waits, and counts once an owner has approved it', async () => {
    const account = { username: 'mia', name: 'Mia', role: 'manager', department: 'Lab' };
    const { token } = await api.json<InvitationView>('POST', '/api/v1/accounts', account);
    await rest.stranger().json('POST', '/api/v1/invitation', { token, password: PASSWORD });
    manager = await signedIn('mia');

    await openDay(manager, PAST);
    await row(manager, 'Ann Lee').locator('[data-test=correct-person]').click();
    await addPunch(manager, 'in', { time: '08:30' });
    await manager.locator('wa-toast-item', { hasText: 'Sent for approval' }).waitFor();
    expect(await presence(row(manager, 'Ann Lee'))).toBe('not-seen');
    await manager.goto(`${rest.origin}/corrections`);
    await manager.locator('[data-test=corrections-own] [data-test=withdraw]').waitFor();

    await page.goto(`${rest.origin}/corrections`);
    await expect.poll(() => page.locator('[data-test=waiting-badge]').textContent()).toBe('1');
    const waiting = page.locator('[data-test=corrections-waiting] [data-test=correction]');
    expect(await waiting.textContent()).toMatch(/Ann Lee[^]*Add a check-in[^]*8:30/);
    await waiting.locator('[data-test=approve]').click();
    await page.locator('[data-test=none-waiting]').waitFor();
    await page.locator('[data-test=waiting-badge]').waitFor({ state: 'detached' });

    await openDay(page, PAST);
    await expect.poll(() => presence(row(page, 'Ann Lee'))).toBe('missing-departure');
    await chip(row(page, 'Ann Lee'), '8:30').locator('[data-test=punch]').click();
    const added = page.locator('[data-test=punch-dialog] [data-test=added]');
    expect(await added.textContent()).toMatch(/Mia[^]*Approved by Ada/);
  });

  it('a correction is refused with a note that its author reads', async () => {
    await openDay(manager, PAST);
    await row(manager, 'Ann Lee').locator('[data-test=correct-person]').click();
    await addPunch(manager, 'out', { time: '23:00' });

    await page.goto(`${rest.origin}/corrections`);
    await page.locator('[data-test=refuse]').click();
    await fill(page, { note: 'Nobody was there' });
    await page.locator('[data-test=send-refusal]').click();
    await page.locator('[data-test=refusal]').waitFor({ state: 'detached' });

    await manager.goto(`${rest.origin}/corrections`);
    const refused = manager.locator('[data-test=corrections-past] [data-state=refused]');
    expect(await refused.textContent()).toMatch(/by Ada[^]*Nobody was there/);
  });
});

describe('a burst of wrong punches', () => {
  it('a burst of wrong punches is removed as a set after it was looked at', async () => {
    const { id } = await services.addPerson({ number: 'E-3', givenName: 'Cem', familyName: 'Oz' });
    const noon = Date.parse(`${PAST}T12:00:00Z`);
    for (const minutes of [0, 10, 20]) await pass(id, noon + minutes * 60_000);

    await page.goto(`${rest.origin}/corrections/punches`);
    await fill(page, { from: `${PAST}T12:30`, to: `${PAST}T14:30`, number: 'E-3' });
    await page.locator('[data-test=find]').click();
    await expect.poll(() => page.locator('[data-test=found]').count()).toBe(3);
    await page.locator('[data-test=choose]').first().click();
    await fill(page, { reason: 'The clock of the door was wrong' });
    expect(await page.locator('[data-test=remove]').textContent()).toMatch(/Remove 2 punches/);
    await page.locator('[data-test=remove]').click();
    await page.locator('[data-test=confirm-act]').click();
    await page.waitForURL(`${rest.origin}/corrections`);

    const { punches } = (await dayOf(id, PAST))!;
    expect(punches.map(({ voided }) => voided !== undefined)).toEqual([false, true, true]);
  });
});

describe('the start page', () => {
  it('the start page has the figures of the list behind it', async () => {
    const { id } = await services.addPerson({ number: 'E-4', givenName: 'Dee', familyName: 'Fox' });
    await pass(id);
    await page.goto(rest.origin);
    const figure = (name: string) => page.locator(`[data-figure=${name}] b`);
    await expect.poll(() => figure('seen').textContent()).toBe('2');
    const absent = await figure('absent').textContent();
    // Nothing is claimed that an automatic door cannot know.
    expect(await page.locator('[data-figure=left], [data-figure=here]').count()).toBe(0);

    await page.goto(`${rest.origin}/attendance`);
    await expect.poll(() => page.locator('[data-presence=seen]').count()).toBe(2);
    await page.getByText(`${absent} active people have no punch on this day.`).waitFor();
    expect(faults).toEqual([]);
  });
});

describe('the page of sites', () => {
  it('the page of sites shows which days other rules would change before they are saved', async () => {
    await page.goto(`${rest.origin}/sites`);
    await page.locator('[data-test=site]', { hasText: 'Paris' }).locator('[data-test=edit]').click();
    await page.locator('wa-radio[value=in-and-out]').click();
    await page.locator('[data-test=save]').click();
    await page.locator('[data-test=preview]').waitFor();
    await page.locator('[data-test=save-rules]').click();
    await page.locator('[data-test=site-dialog]').waitFor({ state: 'detached' });
    await page.locator('[data-test=site]', { hasText: 'Paris' }).getByText('In and out').waitFor();

    await page.goto(rest.origin);
    await expect.poll(() => page.locator('[data-figure=here] b').textContent()).toBe('2');
    expect(faults).toEqual([]);
  });
});

describe('the page that closes months', () => {
  it('a month is closed after its open items were accepted, and an owner reopens it with a reason', async () => {
    // The one punch of that month is a departure.
    await page.goto(`${rest.origin}/closings?month=2025-10`);
    const item = page.locator('[data-test=open-item]', { hasText: 'Ben Ray' });
    await item.locator('[data-kind=missing-arrival]').waitFor();
    const close = page.locator('[data-test=close-month]');
    expect(await close.getAttribute('disabled')).not.toBeNull();
    await page.locator('[data-test=accept]').click();
    await close.click();
    const closing = page.locator('[data-test=closing]');
    expect(await closing.textContent()).toMatch(/Closed[^]*Ada/);

    await closing.locator('[data-test=reopen]').click();
    await fill(page, { reason: 'The wrong month' });
    await page.locator('[data-test=send-reopening]').click();
    await page.locator('[data-test=reopening]').waitFor({ state: 'detached' });
    await closing.getByText('The wrong month').waitFor();
    await item.first().waitFor();
    expect(faults).toEqual([]);
  });
});
