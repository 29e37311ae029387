// cspell:ignore Nationale Stadt
/** Holidays of sites over the API, with PostgreSQL. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type {
  HolidayCountry,
  HolidayImportPreview,
  HolidayImportView,
  HolidayView,
} from '#protocol/holidays.ts';
import type { PersonView } from '#protocol/people.ts';
import type { PlanView, RotaView, ShiftView } from '#protocol/schedules.ts';
import type { SiteView } from '#protocol/sites.ts';
import { type DataServices, openDataServices } from '../support/data-services.ts';
import { type Browser, problemOf, RestServer } from '../support/rest-server.ts';

const HOUR = 3_600_000;
let services: DataServices;
let rest: RestServer;
let owner: Browser;
let office: RotaView;

const get = <T>(path: string) => owner.json<T>('GET', `/api/v1/${path}`);
const post = <T>(path: string, body: object) => owner.json<T>('POST', `/api/v1/${path}`, body);
const refused = async (path: string, body: object, method = 'POST') =>
  problemOf(await owner.send(method, `/api/v1/${path}`, body));
const planOf = async ({ id }: PersonView, date: string) =>
  (await get<PlanView>(`people/${id}/plan?from=${date}&to=${date}`)).days;
const assign = (rota: RotaView, { id }: PersonView, from: string) =>
  post('assignments', { rotaId: rota.id, personId: id, from });

/** A calendar file with a whole-day event on each of these dates. */
function calendarFile(...dates: string[]): string {
  const events = dates.flatMap((date) => [
    'BEGIN:VEVENT',
    `DTSTART;VALUE=DATE:${date}`,
    `SUMMARY:Closed ${date}`,
    'END:VEVENT',
  ]);
  return ['BEGIN:VCALENDAR', ...events, 'END:VCALENDAR'].join('\r\n');
}

beforeAll(async () => {
  services = await openDataServices();
  rest = await RestServer.start(services);
  owner = await rest.staff();
  const { id } = await post<ShiftView>('shifts', { name: 'Day', begin: '08:00', end: '16:00' });
  office = await post('rotas', { name: 'Office', weeks: [[[id], [id], [id], [id], [id], [], []]] });
});
afterAll(async () => {
  rest.stop();
  await services.close();
});

describe('holidays of a site', () => {
  it('public ones come from the country of the site, and an entered one replaces them', async () => {
    const site = await post<SiteView>('sites', {
      name: 'Munich',
      timeZone: 'Europe/Berlin',
      country: 'DE',
      region: 'BY',
    });
    const person = await services.addPerson({ siteId: site.id });
    await assign(office, person, '2026-01-01');
    expect(await planOf(person, '2026-06-04')).toMatchObject([
      { planned: 0, shifts: [], holiday: { name: 'Fronleichnam', free: true } },
    ]);
    const off = await post<HolidayView>('holidays', {
      siteId: site.id,
      date: '2026-06-04',
      name: 'Worked',
      off: 'nothing',
    });
    expect(await planOf(person, '2026-06-04')).toMatchObject([{ planned: 8 * HOUR, holiday: null }]);
    expect(await refused('holidays', { siteId: site.id, date: '2026-06-04', name: 'Again' })).toMatchObject({
      code: 'conflict',
    });
    await owner.send('DELETE', `/api/v1/holidays/${off.id}`);
    const { holidays } = await get<{ holidays: HolidayView[] }>(
      `holidays?from=2026-06-01&to=2026-06-30&site=${site.id}`,
    );
    expect(holidays).toMatchObject([{ id: null, name: 'Fronleichnam', source: 'public' }]);
  });

  it.each([
    ['a country that nobody knows', { country: 'XX' }, 'country'],
    ['a region of another country', { country: 'FR', region: 'BY' }, 'region'],
    ['a region without a country', { country: null, region: 'BY' }, 'region'],
  ])('a site is refused with %s, because it would have no holidays', async (_name, place, path) => {
    const site = { name: 'Nowhere', timeZone: 'Europe/Paris', ...place };
    expect(await refused('sites', site)).toMatchObject({ code: 'validation-failed', faults: [{ path }] });
    const { sites } = await get<{ sites: SiteView[] }>('sites');
    expect(await refused(`sites/${sites[0]!.id}`, place, 'PATCH')).toMatchObject({
      code: 'validation-failed',
      faults: [{ path }],
    });
  });

  it('a calendar file replaces the one before, and entered holidays stay', async () => {
    const span = { from: '2027-01-01', to: '2027-12-31' };
    const imported = (ics: string) => post<HolidayImportView>('holidays/import', { ...span, ics });
    await post('holidays', { date: '2027-08-16', name: 'Fair' });
    expect(await imported(calendarFile('20270816', '20270817', '20280101'))).toEqual({
      imported: 1,
      leftOut: 1,
    });
    expect(await imported(calendarFile('20270818'))).toEqual({ imported: 1, leftOut: 0 });
    const { holidays } = await get<{ holidays: HolidayView[] }>('holidays?from=2027-08-01&to=2027-08-31');
    expect(holidays.map(({ date, name, source }) => `${date} ${name} ${source}`)).toEqual([
      '2027-08-16 Fair entered',
      '2027-08-18 Closed 20270818 calendar-file',
    ]);
    expect(await refused('holidays/import', { ...span, ics: 'no calendar' })).toMatchObject({
      code: 'validation-failed',
      faults: [{ path: 'ics' }],
    });
  });

  it('a preview of a calendar file says what an import would do, and does nothing', async () => {
    const span = { from: '2029-01-01', to: '2029-12-31' };
    const holidays = async () =>
      (await get<{ holidays: HolidayView[] }>(`holidays?from=${span.from}&to=${span.to}`)).holidays;
    await post('holidays', { date: '2029-08-16', name: 'Fair' });
    await post('holidays/import', { ...span, ics: calendarFile('20290817', '20290818', '20290820') });
    const before = await holidays();
    const ics = calendarFile('20290816', '20290817', '20290819', '20290819', '20280101')
      .concat('\r\n')
      .replace('SUMMARY:Closed 20290817', 'SUMMARY:Renamed');
    expect(await post<HolidayImportPreview>('holidays/import/preview', { ...span, ics })).toEqual({
      holidays: [
        { date: '2029-08-16', name: 'Closed 20290816', act: 'kept', before: 'Fair' },
        { date: '2029-08-17', name: 'Renamed', act: 'change', before: 'Closed 20290817' },
        { date: '2029-08-19', name: 'Closed 20290819', act: 'add', before: null },
      ],
      removed: [
        { date: '2029-08-18', name: 'Closed 20290818' },
        { date: '2029-08-20', name: 'Closed 20290820' },
      ],
      leftOut: [
        { name: 'Closed 20290819', date: '2029-08-19', why: 'same-date' },
        { name: 'Closed 20280101', date: '2028-01-01', why: 'outside' },
      ],
      leftOutTotal: 2,
    });
    expect(await holidays()).toEqual(before);
    await post('holidays/import', { ...span, ics });
    expect((await holidays()).map(({ date, name }) => `${date} ${name}`)).toEqual([
      '2029-08-16 Fair',
      '2029-08-17 Renamed',
      '2029-08-19 Closed 20290819',
    ]);
  });

  it('the preview names the public holiday that a file replaces', async () => {
    const site = await post<SiteView>('sites', { name: 'Lyon', timeZone: 'Europe/Paris', country: 'FR' });
    const input = { siteId: site.id, from: '2027-01-01', to: '2027-12-31', ics: calendarFile('20270714') };
    const { holidays } = await post<HolidayImportPreview>('holidays/import/preview', input);
    expect(holidays).toMatchObject([{ act: 'add', before: 'Fête Nationale de la France' }]);
  });

  it('a holiday is changed once where two people change it, and no file replaces it afterwards', async () => {
    const span = { from: '2030-01-01', to: '2030-12-31' };
    await post('holidays/import', { ...span, ics: calendarFile('20300601') });
    const list = () => get<{ holidays: HolidayView[] }>(`holidays?from=${span.from}&to=${span.to}`);
    const [holiday] = (await list()).holidays;
    const url = `/api/v1/holidays/${holiday!.id}`;
    const matching = { 'if-match': `"${holiday!.version}"` };
    const first = await owner.send('PATCH', url, { off: 'afternoon' }, matching);
    expect(await first.json()).toMatchObject({
      off: 'afternoon',
      source: 'entered',
      name: 'Closed 20300601',
    });
    const second = await problemOf(await owner.send('PATCH', url, { name: 'Fair' }, matching));
    expect(second).toMatchObject({ code: 'precondition-failed', details: { changedBy: 'Ada' } });
    expect((await problemOf(await owner.send('DELETE', url, undefined, matching))).code).toBe(
      'precondition-failed',
    );
    await post('holidays/import', { ...span, ics: calendarFile('20300602') });
    expect((await list()).holidays.map(({ date, off }) => `${date} ${off}`)).toEqual([
      '2030-06-01 afternoon',
      '2030-06-02 day',
    ]);
    const moved = await problemOf(await owner.send('PATCH', url, { date: '2030-06-02' }));
    expect(moved).toMatchObject({ code: 'conflict', faults: [{ path: 'date' }] });
  });

  it('the countries and regions of public holidays are those that a site takes', async () => {
    const { countries } = await get<{ countries: HolidayCountry[] }>('holiday-places');
    const germany = countries.find(({ code }) => code === 'DE')!;
    expect(germany.regions).toEqual(
      expect.arrayContaining([
        { code: 'BY', name: 'Bayern' },
        { code: 'BY-A', name: 'Bayern, Stadt Augsburg' },
      ]),
    );
    expect(countries.length).toBeGreaterThan(200);
    const place = { country: 'DE', region: 'BY-A' };
    await post<SiteView>('sites', { name: 'Augsburg', timeZone: 'Europe/Berlin', ...place });
  });
});
