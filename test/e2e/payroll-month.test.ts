/**
 * From the door to the payroll file: faces at a real station, pages, corrections and a closed month, on a server whose clock
 * passes through the month. At the end the page, the API and the file have the same hours.
 */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { InvitationView } from '#protocol/accounts.ts';
import type { TimesheetView } from '#protocol/attendance.ts';
import { fakeCamera } from '../fixtures/clips.ts';
import type { Chromium } from '../support/chromium.ts';
import { createTestDatabase } from '../support/database.ts';
import { MovingClock } from '../support/moving-clock.ts';
import { addPunch, chip, openDay, row } from './hours-pages.ts';
import { enrollFrom } from './known-face.ts';
import { fill, Office, OFFICE_PASSWORD, resultOf, savedBy } from './office.ts';

const VGA = { width: 640, height: 480, fps: 15 };
const arriving = await fakeCamera({ clip: 'cap13', from: 0, to: 20, ...VGA });

const MINUTE = 60_000;
/** An instant of June 2030 by the clocks of Berlin. */
const june = (day: number, time: string) => `2030-06-${String(day).padStart(2, '0')}T${time}:00+02:00`;

let clock: MovingClock;
let office: Office;
let ownerBrowser: Chromium;
let owner: Page;
let managerBrowser: Chromium;
let door: Page;

beforeAll(async () => {
  clock = await MovingClock.at(june(3, '21:50'));
  office = await Office.open(await createTestDatabase(), {
    MUSTER_TIME_ZONE: 'Europe/Berlin',
    // The gap between two punches is time that really passes, and here weeks pass in a moment.
    MUSTER_MIN_GAP_SECONDS: '1',
    ...clock.env,
  });
});
afterAll(async () => {
  await office?.close();
  await clock?.close();
});

/** The person in the clip passes the station at an instant. Between two passings nobody stands in front of it. */
async function passes(at: string, understood: string): Promise<void> {
  await door.goto('about:blank');
  clock.set(at);
  await door.goto(`${office.server.url}/station`);
  await resultOf(door, 'Alan Adams').getByText(understood).waitFor();
}

/** The owner's session ends during the days that pass. */
async function signInAgain(): Promise<void> {
  await owner.close();
  owner = await office.signIn(ownerBrowser);
}

async function post<T>(page: Page, path: string, data: unknown): Promise<T> {
  const reply = await page.request.post(`${office.server.url}/api/v1${path}`, {
    data,
    headers: { origin: office.server.url },
  });
  if (!reply.ok()) throw new Error(await reply.text());
  return (reply.status() === 204 ? undefined : await reply.json()) as T;
}

async function get<T>(path: string): Promise<T> {
  const reply = await owner.request.get(`${office.server.url}/api/v1${path}`);
  if (!reply.ok()) throw new Error(await reply.text());
  return (await reply.json()) as T;
}

async function timesheet(number: string, month: string): Promise<TimesheetView> {
  const { people } = await get<{ people: { id: string; number: string }[] }>('/people');
  const { id } = people.find((person) => person.number === number)!;
  return get<TimesheetView>(`/people/${id}/timesheet?month=${month}`);
}

/** The attendance page says of a person's day how long they worked. */
async function worked(date: string, name: string, hours: string): Promise<void> {
  await openDay(owner, date);
  await row(owner, name).locator('[data-test=worked]', { hasText: hours }).waitFor();
}

/** Minutes that the file of a month counts in that month, by the number of the person. */
async function minutesInFile(date: string): Promise<Record<string, number>> {
  await openDay(owner, date);
  const { content } = await savedBy(owner, () => owner.locator('[data-test=report]').click());
  const [head, ...lines] = content.toString('utf8').trim().split(/\r?\n/);
  const column = (name: string) => head!.replace('\uFEFF', '').split(',').indexOf(name);
  const minutes: Record<string, number> = {};
  for (const line of lines) {
    const cells = line.split(',');
    // The columns before the reasons of corrections have no commas; the last one is the month.
    if (cells.at(-1) !== date.slice(0, 7)) continue;
    const number = cells[column('number')]!;
    minutes[number] = (minutes[number] ?? 0) + Number(cells[column('worked_minutes')]);
  }
  return minutes;
}

describe('a month from the door to the payroll file', { timeout: 240_000 }, () => {
  it('an office is set up whose door alternates between in and out', async () => {
    ownerBrowser = await office.browser();
    owner = await office.setUp(ownerBrowser);
    await owner.goto(`${office.server.url}/sites`);
    await owner.locator('[data-test=site] [data-test=edit]').click();
    await owner.locator('wa-radio[value=in-and-out]').click();
    await owner.locator('[data-test=save]').click();
    await owner.locator('[data-test=save-rules]').click();
    await owner.locator('[data-test=site]').getByText('In and out').waitFor();

    const alan = { number: 'E-1', givenName: 'Alan', familyName: 'Adams', department: 'Lab' };
    await enrollFrom(office, owner, alan, { clip: 'cap12', from: 19, to: 31 });
    await post(owner, '/people', { number: 'E-2', givenName: 'Bob', familyName: 'Brown', department: 'Lab' });
    const { token } = await post<InvitationView>(owner, '/accounts', {
      username: 'mia',
      name: 'Mia',
      role: 'manager',
      department: 'Lab',
    });
    managerBrowser = await office.browser();
    const joining = await managerBrowser.open(office.server.url);
    await post(joining, '/invitation', { token, password: OFFICE_PASSWORD });
    await joining.close();
  });

  it('a night that a face begins and ends at the station is one day of eight hours', async () => {
    clock.set(june(3, '22:00'));
    door = await office.device({ admin: owner, kind: 'station', name: 'Front door', camera: arriving });
    await resultOf(door, 'Alan Adams').getByText('Checked in at 10:00 PM').waitFor();
    await passes(june(4, '06:00'), 'Checked out at 6:00 AM');

    await signInAgain();
    await worked('2030-06-03', 'Alan Adams', '8 h 00 min');
    await openDay(owner, '2030-06-04');
    expect(await row(owner, 'Alan Adams').count()).toBe(0);
  });

  it('a lunch for which a face passes the station twice is not work', async () => {
    await passes(june(5, '07:46'), 'Checked in at 7:46 AM');
    await passes(june(5, '12:17'), 'Checked out at 12:17 PM');
    await passes(june(5, '12:57'), 'Checked in at 12:57 PM');
    await passes(june(5, '16:56'), 'Checked out at 4:56 PM');

    await signInAgain();
    await worked('2030-06-05', 'Alan Adams', '8 h 30 min');
  });

  it('a punch of the wrong person is moved to the right one, and a correction completes the day once it is approved', async () => {
    await passes(june(6, '08:00'), 'Checked in at 8:00 AM');
    await door.goto('about:blank');
    clock.set(june(6, '17:30'));

    await signInAgain();
    await openDay(owner, '2030-06-06');
    await chip(row(owner, 'Alan Adams'), '8:00').locator('[data-test=punch]').click();
    const story = owner.locator('[data-test=punch-dialog]');
    await story.locator('[data-test=move]').click();
    await fill(owner, { number: 'E-2', reason: 'It was Bob' });
    await story.locator('[data-test=send-move]').click();
    await story.waitFor({ state: 'detached' });
    await expect.poll(() => chip(row(owner, 'Bob Brown'), '8:00').count()).toBe(1);

    const manager = await office.signIn(managerBrowser, 'mia');
    await openDay(manager, '2030-06-06');
    await row(manager, 'Bob Brown').locator('[data-test=correct-person]').click();
    await addPunch(manager, 'out', { time: '17:00' });
    await manager.locator('wa-toast-item', { hasText: 'Sent for approval' }).waitFor();

    await owner.goto(`${office.server.url}/corrections`);
    await owner.locator('[data-test=corrections-waiting] [data-test=approve]').click();
    await owner.locator('[data-test=none-waiting]').waitFor();
    await worked('2030-06-06', 'Bob Brown', '9 h 00 min');
  });

  it('the closed month has the same hours on its page, in the API and in the file', async () => {
    clock.set('2030-07-02T09:00:00+02:00');
    await signInAgain();
    await owner.goto(`${office.server.url}/closings?month=2030-06`);
    await owner.locator('[data-test=closing-state]').getByText('2 people with 25 h 30 min').waitFor();
    expect(await owner.locator('[data-test=open-item]').count()).toBe(0);
    await owner.locator('[data-test=close-month]').click();
    await owner.locator('[data-test=closing]').getByText('25 h 30 min').waitFor();

    const [alan, bob] = await Promise.all([timesheet('E-1', '2030-06'), timesheet('E-2', '2030-06')]);
    expect([alan, bob].map(({ worked, closed }) => ({ minutes: worked / MINUTE, closed }))).toEqual([
      { minutes: 990, closed: true },
      { minutes: 540, closed: true },
    ]);
    expect(await minutesInFile('2030-06-06')).toEqual({ 'E-1': 990, 'E-2': 540 });
  });

  it('a correction of a closed month leaves it as it is and counts as an adjustment in the next one', async () => {
    for (const [kind, time] of [
      ['in', '08:00'],
      ['out', '09:00'],
    ] as const) {
      await owner.goto(`${office.server.url}/attendance`);
      await owner.locator('[data-test=correct]').click();
      await addPunch(owner, kind, { number: 'E-2', date: '2030-06-07', time });
    }

    const [june, july] = await Promise.all([timesheet('E-2', '2030-06'), timesheet('E-2', '2030-07')]);
    expect([june.worked, july.worked].map((worked) => worked / MINUTE)).toEqual([540, 60]);
    expect(await minutesInFile('2030-06-06')).toEqual({ 'E-1': 990, 'E-2': 540 });
    expect(await minutesInFile('2030-07-02')).toEqual({ 'E-2': 60 });
    await owner.goto(`${office.server.url}/closings?month=2030-07`);
    await owner.getByText('1 adjustment of an earlier month counts in this one.').waitFor();
    expect(office.faults).toEqual([]);
  });
});
