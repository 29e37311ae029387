/** Reports and the month of a person in a real browser: from the list of the day to the sheet, the reports and their files. */
import path from 'node:path';
import { readFile } from 'node:fs/promises';
import { readXlsx } from 'hucre/xlsx';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { PersonView } from '#protocol/people.ts';
import type { DepartmentsReportView } from '#protocol/reports.ts';
import type { RotaView, ShiftView } from '#protocol/schedules.ts';
import { Chromium } from '../../support/chromium.ts';
import { type DataServices, openDataServices, PASSWORD } from '../../support/data-services.ts';
import { type Browser, RestServer } from '../../support/rest-server.ts';
import { openDay } from '../hours-pages.ts';
import { fill } from '../office.ts';

const CLIENT = path.resolve(import.meta.dirname, '../../../dist/client');
const HOUR = 3_600_000;
/** The month before this one is over, whatever the day on which the test runs. */
const FIRST = new Date();
FIRST.setUTCDate(0);
const MONTH = FIRST.toISOString().slice(0, 7);
const DATES = Array.from({ length: 31 }, (_, i) => `${MONTH}-${String(i + 1).padStart(2, '0')}`);
const WORKDAYS = DATES.filter((date) => {
  const day = new Date(`${date}T00:00:00Z`);
  return date === day.toISOString().slice(0, 10) && day.getUTCDay() % 6 !== 0;
});
const [MONDAY = '', LATE = '', VACATION = ''] = WORKDAYS;

let services: DataServices;
let rest: RestServer;
let api: Browser;
let browser: Chromium;
let page: Page;
let ada: PersonView;
const faults: string[] = [];

const post = <T>(to: string, body: object) => api.json<T>('POST', `/api/v1/${to}`, body);

async function punch({ number }: PersonView, date: string, ...times: string[]): Promise<void> {
  const siteId = (await services.sites.list())[0]!.id;
  for (const [i, time] of times.entries()) {
    const says = i % 2 === 0 ? 'in' : 'out';
    await post('corrections', { kind: 'add', number, siteId, date, time, says, reason: 'for the test' });
  }
}

beforeAll(async () => {
  services = await openDataServices();
  await services.accountId();
  rest = await RestServer.start(services, { client: { directory: CLIENT } });
  api = await rest.staff();
  ada = await services.addPerson({ givenName: 'Ada', familyName: 'Lane', number: '0007', department: 'Lab' });
  const bob = await services.addPerson({ givenName: 'Bob', familyName: 'Berg', department: 'Sales' });
  const breaks = { steps: [], punchedCount: true };
  const shift = await post<ShiftView>('shifts', { name: 'Day', begin: '08:00', end: '16:00', breaks });
  const week = [1, 2, 3, 4, 5, 6, 7].map((day) => (day <= 5 ? [shift.id] : []));
  const rota = await post<RotaView>('rotas', { name: 'Office', weeks: [week] });
  await post('assignments', { rotaId: rota.id, personId: ada.id, from: `${MONTH}-01` });
  await punch(ada, MONDAY, '08:00', '16:30');
  await punch(ada, LATE, '08:30', '16:00');
  await post('absences', { personId: ada.id, kind: 'vacation', from: VACATION, to: VACATION });
  await punch(bob, MONDAY, '09:00', '12:00');
  browser = await Chromium.launch();
  browser.context.on('weberror', (error) => faults.push(error.error().message));
  page = await browser.open(`${rest.origin}/sign-in`);
  await fill(page, { username: 'ada', password: PASSWORD });
  await page.locator('[data-test=submit]').click();
  await page.waitForURL(`${rest.origin}/`);
});
afterAll(async () => {
  await browser.close();
  rest.stop();
  await services.close();
});

it('a name in the attendance list leads to the month of the person, and Back works between months', async () => {
  await openDay(page, MONDAY);
  await page.locator(`[data-person="${ada.id}"] [data-test=month-link]`).click();
  await page.waitForURL(`**/people/${ada.id}/month?month=${MONTH}`);
  const day = (date: string) => page.locator(`[data-test=month-day][data-date="${date}"]`);
  await day(LATE).locator('[data-flag=late]:visible').waitFor();
  expect(await day(LATE).innerText()).toContain('30 min late');
  expect(await day(VACATION).innerText()).toContain('Vacation');
  expect(await page.locator('[data-test=month-figures]').innerText()).toContain('16 h 00 min');
  await page.locator('[data-test=month-before]').click();
  await page.waitForFunction((month) => !location.search.includes(month), MONTH);
  await day(LATE).waitFor({ state: 'detached' });
  await page.goBack();
  await day(LATE).locator('[data-flag=late]:visible').waitFor();
});

it('reports lead from departments to people, and each of them has content', async () => {
  await page.goto(`${rest.origin}/reports?month=${MONTH}`);
  const lab = page.locator('[data-test=department][data-department=Lab]');
  await lab.waitFor();
  expect(await lab.innerText()).toContain('16 h 00 min');
  await page.locator('muster-bar-chart canvas').waitFor();
  await lab.locator('a').click();
  await page.locator(`[data-test=remarkable-person][data-person="${ada.id}"]`).waitFor();
  expect(new URL(page.url()).searchParams.get('department')).toBe('Lab');
  expect(await page.locator('[data-test=remarkable-person]').count()).toBe(1);
  await page.locator('[data-test=report-balances]').click();
  await page.locator(`[data-test=balance][data-person="${ada.id}"]`).waitFor();
  await page.locator('wa-select[data-test=department] [part=clear-button]').click();
  await page.locator('[data-test=balance]').nth(1).waitFor();
  await page.locator('[data-test=report-occupancy]').click();
  await page.locator('[data-test=occupancy]').waitFor();
  await page.locator('[data-test=report-punctuality]').click();
  await page.locator('[data-test=punctuality]').waitFor();
});

it('a workbook is saved with the hours that the API has, and a slow file shows that it is on its way', async () => {
  await page.goto(`${rest.origin}/reports?month=${MONTH}`);
  const take = async () => {
    await page.locator('[data-test=files]').click();
    await page.locator('[data-test=file-days-xlsx]').click();
  };
  const downloading = page.waitForEvent('download');
  await take();
  const saved = await downloading;
  expect(saved.suggestedFilename()).toMatch(/^days-.*\.xlsx$/);
  const [sheet] = (await readXlsx(await readFile(await saved.path()))).sheets;
  const column = sheet!.rows[0]!.indexOf('Worked');
  const hours = sheet!.rows.slice(1).reduce((sum, row) => sum + Number(row[column]), 0);
  const span = `from=${DATES[0]}&to=${WORKDAYS.at(-1)}`;
  const { total } = await api.json<DepartmentsReportView>('GET', `/api/v1/reports/departments?${span}`);
  expect(hours * HOUR).toBeCloseTo(total.worked, -2);
  expect(hours).toBe(19);

  // A server that does not answer yet.
  await page.route('**/api/v1/reports/file?*', () => {});
  await take();
  const status = page.locator('[data-test=download]');
  await status.waitFor();
  await page.locator('[data-test=cancel-download]').click();
  await status.waitFor({ state: 'detached' });
  await page.unroute('**/api/v1/reports/file?*');
});

it('a payroll profile is added once, and its file has the columns in the order that was chosen', async () => {
  await page.goto(`${rest.origin}/reports?month=${MONTH}`);
  await page.locator('[data-test=payroll]').click();
  await page.locator('[data-test=no-profiles]').waitFor();
  expect(await page.locator('[data-test=month-open]').innerText()).toContain('2 people');
  await page.locator('[data-test=new-profile]').click();
  await fill(page, { name: 'Wages' });
  const columns = page.locator('[data-test=column]');
  await page.locator('[data-test=add-column]').click();
  await columns.nth(7).locator('[data-test=header] input').fill('Where');
  await columns.nth(7).locator('[data-test=up]').click();
  await columns.nth(6).locator('[data-test=up]').click();
  // Away with family name and given name.
  await columns.nth(1).locator('[data-test=remove-column]').click();
  await columns.nth(1).locator('[data-test=remove-column]').click();
  await page.locator('[data-test=save]').click();
  await page.locator('[data-test=profile]').waitFor();
  const downloading = page.waitForEvent('download');
  await page.locator('[data-test=download]').click();
  const saved = await downloading;
  expect(saved.suggestedFilename()).toBe(`payroll-${MONTH}.csv`);
  const lines = (await readFile(await saved.path(), 'utf8')).split('\r\n');
  expect(lines[0]).toBe('\uFEFFEmployee number,Worked time,Overtime,Where,Vacation days,Sick days');
  expect(lines).toContainEqual(expect.stringMatching(/^0007,16,-?[\d.]+,Ada Lane,1,0$/));
});

it('no page reported a fault', () => {
  expect(faults).toEqual([]);
});
