/**
 * A month from the file of HR to the workbook of payroll, as one chain through real browsers: import, self-enrollment, a face at
 * the station, a request and its approval, the closing, and a workbook whose sums are those of the punches in the database.
 * Each test depends on the ones before it.
 */
import { readXlsx, writeXlsx } from 'hucre/xlsx';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { InvitationView } from '#protocol/accounts.ts';
import type { PeoplePage } from '#protocol/people.ts';
import { fakeCamera } from '../fixtures/clips.ts';
import type { Chromium } from '../support/chromium.ts';
import { createTestDatabase } from '../support/database.ts';
import { MovingClock } from '../support/moving-clock.ts';
import { addPunch, openDay, row } from './hours-pages.ts';
import { fill, Office, OFFICE_PASSWORD, resultOf, savedBy, signInAt } from './office.ts';
import { agreeAndCapture, confirmCapture, invite } from './self-enrollment-pages.ts';

const VGA = { width: 640, height: 480, fps: 15 };
const turning = await fakeCamera({ clip: 'cap12', from: 19, to: 31, boomerang: true, ...VGA });
const arriving = await fakeCamera({ clip: 'cap13', from: 0, to: 20, ...VGA });

const MONTH = '2030-06';
const DATE = `${MONTH}-03`;
/** What HR and the employee add by hand; Alan arrives by face at 8:03. */
const ALAN_LEAVES = '16:45';
const BEA = { in: '07:30', out: '15:15' };

/** Hours by employee number, from the punches that count: last less first of a day, by the minutes that the clock showed. */
const HOURS = `
  with day as (
    select person.number, (punch.at at time zone punch.time_zone)::date as date,
      max(date_trunc('minute', punch.at)) - min(date_trunc('minute', punch.at)) as worked
    from punch join person on person.id = punch.person_id
    where not exists (select from punch_void where punch_void.punch_id = punch.id)
    group by 1, 2
  )
  select number, extract(epoch from sum(worked))::float8 / 3600 as hours from day group by number order by number`;

const FROZEN_HOURS = `
  select person.number, sum(closed_day.worked)::float8 / 3600000 as hours
  from closed_day join person on person.id = closed_day.person_id
  where closed_day.month = '${MONTH}' group by 1 order by 1`;

let clock: MovingClock;
let office: Office;
let desk: Chromium;
let hr: Page;
let handset: Chromium;
let alan: string;

beforeAll(async () => {
  clock = await MovingClock.at(`${DATE}T08:00:00+02:00`);
  office = await Office.open(await createTestDatabase(), {
    MUSTER_ENROLLMENT_BINS: '2',
    MUSTER_TIME_ZONE: 'Europe/Berlin',
    ...clock.env,
  });
  desk = await office.browser();
  hr = await office.setUp(desk);
  handset = await office.browser(turning, { size: { width: 390, height: 844 } });
});
afterAll(async () => {
  await office?.close();
  await clock?.close();
});

const test = (page: Page, name: string) => page.locator(`[data-test=${name}]`);

async function post<T>(path: string, data: object): Promise<T> {
  const headers = { origin: office.server.url };
  const reply = await hr.request.post(`${office.server.url}/api/v1/${path}`, { data, headers });
  if (!reply.ok()) throw new Error(await reply.text());
  return (reply.status() === 204 ? undefined : await reply.json()) as T;
}

/** Weeks pass in a moment; sessions end in them. */
async function passTo(at: string): Promise<void> {
  clock.set(at);
  await hr.close();
  hr = await office.signIn(desk);
}

describe('from the file of HR to the workbook of payroll', { timeout: 240_000 }, () => {
  it('people come from a workbook', async () => {
    const rows = [
      ['Employee number', 'First name', 'Last name', 'Department'],
      ['0007', 'Alan', 'Adams', 'Lab'],
      ['0008', 'Bea', 'Brown', 'Lab'],
      ['0009', 'Cid', 'Cole', 'Sales'],
    ];
    const buffer = Buffer.from(await writeXlsx({ sheets: [{ name: 'Staff', rows }] }));
    await hr.goto(`${office.server.url}/people/import`);
    await test(hr, 'file').setInputFiles({ name: 'staff.xlsx', mimeType: '', buffer });
    await test(hr, 'next').click();
    await test(hr, 'add-departments').click();
    await test(hr, 'count-create').getByText('3').waitFor();
    await test(hr, 'run').click();
    await test(hr, 'done').getByText('3 people were imported').waitFor();

    const reply = await hr.request.get(`${office.server.url}/api/v1/people?search=0007`);
    const { people } = (await reply.json()) as PeoplePage;
    expect(people).toMatchObject([{ number: '0007', displayName: 'Alan Adams', department: 'Lab' }]);
    alan = people[0]!.id;
  });

  it('a person enrolls on the own phone by a link, and HR confirms it', async () => {
    const phone = await handset.open(await invite(hr, alan));
    await agreeAndCapture(phone, 'to-confirm');
    await phone.close();
    await hr.reload();
    await confirmCapture(hr);
    await test(hr, 'invitation-card').locator('[data-state=enrolled]').waitFor();
  });

  it('the station recognizes the face in the morning', async () => {
    clock.set(`${DATE}T08:03:00+02:00`);
    const door = await office.device({ admin: hr, kind: 'station', name: 'Front door', camera: arriving });
    await resultOf(door, 'Alan Adams').getByText('Checked in at 8:03 AM').waitFor();
    await door.context().browser()!.close();
    expect(await office.punches()).toMatchObject([{ number: '0007', says: null, device: 'Front door' }]);
  });

  it('the employee asks for the check-out that was forgotten, and HR adds the day of a colleague', async () => {
    await passTo(`${MONTH}-04T09:00:00+02:00`);
    const phone = await signInAt(handset, office.server.url, await office.letIn(hr, alan));
    await phone.goto(`${office.server.url}/my/month?month=${MONTH}`);
    await phone.locator(`tr[data-date="${DATE}"] [data-test=day]`).click();
    await test(phone, 'ask-add').click();
    await phone.locator('wa-radio[value=out]').click();
    await fill(phone, { time: ALAN_LEAVES, reason: 'I forgot to check out' });
    await test(phone, 'send-request').click();
    await test(phone, 'own-day').waitFor({ state: 'detached' });
    await phone.close();

    for (const kind of ['in', 'out'] as const) {
      await openDay(hr, DATE);
      await test(hr, 'correct').click();
      await addPunch(hr, kind, { number: '0008', time: BEA[kind] });
    }
    expect(await office.punches()).toHaveLength(1);
    expect(await office.punchTimes()).toHaveLength(3);
  });

  it('a manager approves the request, and the day is complete', async () => {
    const account = { username: 'mona', name: 'Mona Manager', role: 'manager', department: 'Lab' };
    const { token } = await post<InvitationView>('accounts', account);
    await post('invitation', { token, password: OFFICE_PASSWORD });
    const manager = await office.signIn(await office.browser(), 'mona');
    await manager.goto(`${office.server.url}/corrections`);
    await test(manager, 'corrections-waiting').getByText('I forgot to check out').waitFor();
    await test(manager, 'approve').click();
    await test(manager, 'none-waiting').waitFor();
    await openDay(manager, DATE);
    await row(manager, 'Alan Adams').locator('[data-presence=complete]').waitFor();
    await manager.context().browser()!.close();
  });

  it('the closed month is a workbook with the hours of the punches in the database', async () => {
    await passTo('2030-07-02T09:00:00+02:00');
    await hr.goto(`${office.server.url}/closings?month=${MONTH}`);
    await test(hr, 'close-month').click();
    await test(hr, 'closing').getByText('Closed').waitFor();

    await hr.goto(`${office.server.url}/reports?month=${MONTH}`);
    await test(hr, 'files').click();
    const { name, content } = await savedBy(hr, () => test(hr, 'file-days-xlsx').click());
    expect(name).toMatch(/^days-.*\.xlsx$/);
    const [sheet] = (await readXlsx(content)).sheets;
    const [head, ...days] = sheet!.rows;
    const cell = (day: (typeof days)[number], header: string) => day[head!.indexOf(header)];
    const sums = new Map<string, number>();
    for (const day of days) {
      const number = String(cell(day, 'Number'));
      sums.set(number, (sums.get(number) ?? 0) + Number(cell(day, 'Worked')));
      expect(cell(day, 'Month')).toBe('closed');
    }
    const inFile = [...sums].map(([number, hours]) => ({ number, hours })).toSorted(byNumber);

    const counted = await office.rows<{ number: string; hours: number }>(HOURS);
    expect(counted).toEqual([
      { number: '0007', hours: 8.7 },
      { number: '0008', hours: 7.75 },
    ]);
    expect(await office.rows(FROZEN_HOURS)).toEqual(counted);
    expect(inFile.map(({ number }) => number)).toEqual(counted.map(({ number }) => number));
    for (const [i, { hours }] of inFile.entries()) expect(hours).toBeCloseTo(counted[i]!.hours, 4);
    expect(office.faults).toEqual([]);
  });
});

const byNumber = (a: { number: string }, b: { number: string }) => a.number.localeCompare(b.number);
