/** Reports of hours over the API, with PostgreSQL. */
// cspell:ignore Ängström Nummer Abteilung Soll Monatsblatt Unterschrift Mitarbeiter
import { readXlsx } from 'hucre/xlsx';
import { extractText } from 'unpdf';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PersonView } from '#protocol/people.ts';
import type {
  BalancesReportView,
  DepartmentsReportView,
  MonthSheetView,
  OccupancyView,
  PeopleReportView,
  PunctualityView,
} from '#protocol/reports.ts';
import type { RotaView, ShiftView } from '#protocol/schedules.ts';
import { AuditEvent } from '../../server/db/entities/audit-event.ts';
import { type DataServices, openDataServices } from '../support/data-services.ts';
import { type Browser, problemOf, RestServer } from '../support/rest-server.ts';

/** Wednesday noon in Paris. */
const NOW = Date.parse('2026-11-25T11:00:00Z');
const HOUR = 3_600_000;
const MINUTE = 60_000;
const NOBODY = '00000000-0000-4000-8000-000000000000';
/** The week before, from Monday to Sunday. */
const WEEK = 'from=2026-11-16&to=2026-11-22';

let services: DataServices;
let rest: RestServer;
let owner: Browser;
let ada: PersonView;
let bob: PersonView;
let cyd: PersonView;

const get = <T>(path: string, as = owner) => as.json<T>('GET', `/api/v1/${path}`);
const post = <T>(path: string, body: object) => owner.json<T>('POST', `/api/v1/${path}`, body);
const refused = async (path: string, as = owner) => problemOf(await as.send('GET', `/api/v1/${path}`));

/** Adds punches by hand: `2026-11-16 08:00 in`. */
async function punch({ number }: PersonView, ...texts: string[]): Promise<void> {
  const siteId = (await services.sites.list())[0]!.id;
  for (const text of texts) {
    const [date, time, says] = text.split(' ');
    await post('corrections', { kind: 'add', number, siteId, date, time, says, reason: 'for the test' });
  }
}

beforeAll(async () => {
  services = await openDataServices({ now: () => NOW });
  rest = await RestServer.start(services);
  owner = await rest.staff();
  ada = await services.addPerson({
    givenName: 'Ada',
    familyName: 'Ängström',
    number: '0007',
    department: 'Lab',
  });
  bob = await services.addPerson({ givenName: 'Bob', familyName: 'Berg', number: '0008', department: 'lab' });
  cyd = await services.addPerson({
    givenName: 'Cyd',
    familyName: 'Cole',
    number: '0009',
    department: 'Sales',
  });
  const breaks = { steps: [], punchedCount: true };
  const shift = await post<ShiftView>('shifts', { name: 'Day', begin: '08:00', end: '16:00', breaks });
  const free: string[] = [];
  const week = [[shift.id], [shift.id], [shift.id], [shift.id], [shift.id], free, free];
  const rota = await post<RotaView>('rotas', { name: 'Office', weeks: [week] });
  for (const { id: personId } of [ada, bob]) {
    await post('assignments', { rotaId: rota.id, personId, from: '2026-11-16' });
  }
  // Ada: on time, 30 minutes late, a vacation, no check-out, absent.
  await punch(ada, '2026-11-16 08:00 in', '2026-11-16 16:30 out');
  await punch(ada, '2026-11-17 08:30 in', '2026-11-17 16:00 out', '2026-11-19 08:00 in');
  await post('absences', { personId: ada.id, kind: 'vacation', from: '2026-11-18', to: '2026-11-18' });
  // Bob comes on Monday only, and leaves an hour early.
  await punch(bob, '2026-11-16 08:00 in', '2026-11-16 15:00 out');
  // Nothing is planned for Cyd.
  await punch(cyd, '2026-11-16 09:00 in', '2026-11-16 12:00 out');
});
afterAll(async () => {
  rest.stop();
  await services.close();
});

describe('the month of a person', () => {
  it('has every date, with plan, work, leave, what is remarkable, and the balance', async () => {
    const sheet = await get<MonthSheetView>(`people/${ada.id}/month?month=2026-11`);
    expect(sheet).toMatchObject({ month: '2026-11', through: '2026-11-24', closed: false });
    expect(sheet.days).toHaveLength(30);
    const on = (date: number) => sheet.days[date - 1]!;
    expect(on(16)).toMatchObject({
      date: '2026-11-16',
      planned: 8 * HOUR,
      worked: 8.5 * HOUR,
      overtime: HOUR / 2,
      stays: [{ arrival: '08:00', departure: '16:30' }],
      shifts: [{ name: 'Day', begin: '08:00', end: '16:00' }],
      flags: [],
      corrected: true,
    });
    expect(on(17)).toMatchObject({ worked: 7.5 * HOUR, flags: [{ kind: 'late', by: 30 * MINUTE }] });
    expect(on(18)).toMatchObject({ credited: 8 * HOUR, overtime: 0, leave: [{ kind: 'vacation', days: 1 }] });
    expect(on(19)).toMatchObject({
      worked: 0,
      incomplete: true,
      stays: [{ arrival: '08:00', departure: null }],
      flags: [{ kind: 'missing-departure' }],
    });
    expect(on(20)).toMatchObject({ overtime: -8 * HOUR, flags: [{ kind: 'absent' }], corrected: false });
    expect(on(25)).toMatchObject({ planned: 8 * HOUR, overtime: 0, over: false });
    // 5 days of the first week and 2 of the second.
    expect(sheet.figures).toMatchObject({
      planned: 56 * HOUR,
      worked: 16 * HOUR,
      credited: 8 * HOUR,
      overtime: -32 * HOUR,
      late: { times: 1, by: 30 * MINUTE },
      absent: 3,
      incomplete: 1,
      leave: { vacation: 1 },
    });
    expect(sheet.balance).toMatchObject({ carried: 0, overtime: -32 * HOUR, balance: -32 * HOUR });
  });

  it('of nobody, or of somebody in another department, is not found', async () => {
    const manager = await rest.member(owner, 'manager', 'Sales');
    expect(await refused(`people/${NOBODY}/month?month=2026-11`)).toMatchObject({ code: 'not-found' });
    expect(await refused(`people/${ada.id}/month?month=2026-11`, manager)).toMatchObject({
      code: 'not-found',
    });
    const own = await get<MonthSheetView>(`people/${cyd.id}/month?month=2026-11`, manager);
    expect(own).toMatchObject({ figures: { worked: 3 * HOUR, overtime: 3 * HOUR }, balance: null });
  });
});

describe('the hours of departments', () => {
  it('are the sums of their people, regardless of the case of the name', async () => {
    const report = await get<DepartmentsReportView>(`reports/departments?${WEEK}`);
    expect(report).toMatchObject({
      through: '2026-11-22',
      departments: [
        { department: 'Lab', people: 2, figures: { worked: 23 * HOUR, planned: 80 * HOUR, absent: 5 } },
        { department: 'Sales', people: 1, figures: { worked: 3 * HOUR, planned: 0 } },
      ],
      total: { worked: 26 * HOUR, late: { times: 1 }, early: { times: 1, by: HOUR } },
    });
  });

  it('of a manager are those of the own department, and another one is refused', async () => {
    const manager = await rest.member(owner, 'manager', 'Sales');
    const report = await get<DepartmentsReportView>(`reports/departments?${WEEK}`, manager);
    expect(report.departments.map(({ department }) => department)).toEqual(['Sales']);
    const other = `reports/departments?${WEEK}&department=Lab`;
    expect(await refused(other, manager)).toMatchObject({ code: 'forbidden' });
  });

  it('a span that ends before it begins, or is longer than a quarter, is refused', async () => {
    for (const span of ['from=2026-11-16&to=2026-11-15', 'from=2026-01-01&to=2026-06-30']) {
      const problem = await refused(`reports/departments?${span}`);
      expect(problem).toMatchObject({ code: 'validation-failed', faults: [{ path: 'to' }] });
    }
  });

  it('of days to come are nothing', async () => {
    const report = await get<DepartmentsReportView>('reports/departments?from=2026-12-01&to=2026-12-31');
    expect(report).toMatchObject({ through: null, departments: [], total: { planned: 0 } });
  });
});

describe('the hours of people', () => {
  it('come in pages by name, and each person once', async () => {
    const seen: string[] = [];
    let after = '';
    do {
      const page = await get<PeopleReportView>(`reports/people?${WEEK}&limit=2${after}`);
      seen.push(...page.people.map(({ person }) => person.displayName));
      after = page.next === null ? '' : `&after=${page.next}`;
    } while (after !== '');
    expect(seen).toEqual(['Ada Ängström', 'Bob Berg', 'Cyd Cole']);
  });

  it('can be those with whom there is something to talk about', async () => {
    const page = await get<PeopleReportView>(`reports/people?${WEEK}&only=remarkable&limit=1`);
    expect(page.people).toMatchObject([{ person: { number: '0007' }, figures: { late: { times: 1 } } }]);
    const last = await get<PeopleReportView>(`reports/people?${WEEK}&only=remarkable&after=${page.next}`);
    expect(last).toMatchObject({ people: [{ person: { number: '0008' } }], next: null });
  });

  it('with a cursor of another list are refused', async () => {
    const problem = await refused(`reports/people?${WEEK}&after=${NOBODY}`);
    expect(problem).toMatchObject({ code: 'validation-failed', faults: [{ path: 'after' }] });
  });
});

it('the balances of a month are those that each person has', async () => {
  const report = await get<BalancesReportView>('reports/balances?month=2026-11');
  expect(report).toMatchObject({
    through: '2026-11-24',
    people: [
      { person: { id: ada.id }, balance: { balance: -32 * HOUR } },
      { person: { id: bob.id }, balance: { planned: 56 * HOUR, worked: 7 * HOUR, balance: -49 * HOUR } },
      { person: { id: cyd.id }, balance: null },
    ],
  });
  const own = await get<{ balance: number }>(`people/${bob.id}/balance`);
  expect(own.balance).toBe(-49 * HOUR);
});

it('occupancy has an average for each hour of the week', async () => {
  const { cells } = await get<OccupancyView>(`reports/occupancy?${WEEK}`);
  const at = (weekday: number, hour: number) => cells[(weekday - 1) * 24 + hour]!;
  expect(cells).toHaveLength(7 * 24);
  expect([at(1, 7), at(1, 8), at(1, 9), at(1, 15), at(1, 16)].map(({ average }) => average)).toEqual([
    0, 2, 3, 1, 0.5,
  ]);
  expect(at(2, 8)).toEqual({ weekday: 2, hour: 8, average: 0.5, most: 0.5 });
});

it('punctuality is counted week by week', async () => {
  const { spans } = await get<PunctualityView>('reports/punctuality?from=2026-11-01&to=2026-11-30');
  expect(spans).toEqual([
    { span: '2026-W47', came: 4, late: 1, early: 1, absent: 5, lateBy: 30 * MINUTE },
    { span: '2026-W48', came: 0, late: 0, early: 0, absent: 4, lateBy: 0 },
  ]);
});

it('a closed month is shown with its frozen hours, whatever is corrected later', async () => {
  const eve = await services.addPerson({ givenName: 'Eve', familyName: 'Ek', department: 'Closed' });
  await punch(eve, '2026-10-05 08:00 in', '2026-10-05 16:00 out');
  await post('closings', { month: '2026-10', department: 'Closed', accept: true });
  await punch(eve, '2026-10-06 08:00 in', '2026-10-06 12:00 out');
  const closed = await get<MonthSheetView>(`people/${eve.id}/month?month=2026-10`);
  expect(closed).toMatchObject({ closed: true, figures: { worked: 8 * HOUR, adjusted: 0 }, adjustments: [] });
  const open = await get<MonthSheetView>(`people/${eve.id}/month?month=2026-11`);
  expect(open).toMatchObject({
    closed: false,
    figures: { worked: 0, adjusted: 4 * HOUR },
    adjustments: [{ date: '2026-10-06', difference: { worked: 4 * HOUR } }],
  });
});

const fetched = async (query: string, as = owner) => {
  const response = await as.send('GET', `/api/v1/reports/file?${query}`);
  expect(response.status).toBe(200);
  return { response, bytes: Buffer.from(await response.arrayBuffer()) };
};
const text = async (query: string) => (await fetched(query)).bytes.toString('utf8');
const sheetOf = async (query: string) => (await readXlsx((await fetched(query)).bytes)).sheets[0]!.rows;
/** What a cell with a duration holds, which the reader takes for an instant of the first day. */
const duration = (cell: unknown) =>
  cell instanceof Date ? cell.getTime() - Date.parse('1899-12-31T00:00:00Z') : Number(cell) * 24 * HOUR;
const column = (rows: readonly (readonly unknown[])[], name: string) => {
  const index = rows[0]!.indexOf(name);
  return rows.slice(1).map((row) => row[index]);
};

describe('files', () => {
  it('a workbook adds up to what the API says, with dates as dates and numbers with their zeros', async () => {
    const rows = await sheetOf(`report=days&${WEEK}`);
    const { total } = await get<DepartmentsReportView>(`reports/departments?${WEEK}`);
    const sum = (name: string) => column(rows, name).reduce<number>((a, b) => a + Number(b), 0) * HOUR;
    expect(sum('Worked')).toBeCloseTo(total.worked, -2);
    expect(sum('Overtime (h)')).toBeCloseTo(total.overtime, -2);
    const planned = column(rows, 'Planned').map(duration);
    expect(planned.reduce((a, b) => a + b, 0)).toBe(total.planned);
    expect(column(rows, 'Number')[0]).toBe('0007');
    expect(column(rows, 'Date')[0]).toEqual(new Date('2026-11-16T00:00:00Z'));
    expect(column(rows, 'Remarks')).toContain('late');
    expect(column(rows, 'Leave')).toContain('Vacation');
  });

  it('a CSV is for the language of its reader, and runs nothing', async () => {
    await services.addPerson({ givenName: '=HYPERLINK("x")', familyName: 'Öz', department: 'CSV' });
    const german = await text(`report=people&format=csv&${WEEK}&language=de`);
    expect(german.startsWith('\uFEFFNummer;Name;Abteilung;Soll;')).toBe(true);
    expect(german).toContain('0007;Ada Ängström;Lab;40;16;8;-16;0;2;1;0,5;');
    expect(german).toContain(`"'=HYPERLINK(""x"") Öz"`);
    const english = await text(`report=people&format=csv&${WEEK}&decimal=comma&delimiter=tab`);
    expect(english.startsWith('\uFEFFNumber\tName\t')).toBe(true);
    expect(english).toContain('\t0,5\t');
  });

  it('month sheets are a page for each person, with the name, the hours and a line to sign', async () => {
    const span = 'from=2026-11-01&to=2026-11-30';
    const { response, bytes } = await fetched(
      `report=month-sheets&format=pdf&${span}&department=lab&language=de`,
    );
    expect(response.headers.get('content-type')).toBe('application/pdf');
    const { totalPages, text: pages } = await extractText(new Uint8Array(bytes), { mergePages: false });
    expect(totalPages).toBe(2);
    expect(pages[0]).toContain('Ada Ängström');
    expect(pages[0]).toContain('Monatsblatt · November 2026');
    expect(pages[0]).toContain('08:30–16:00');
    expect(pages[0]).toContain('Unterschrift Mitarbeiter/in');
    expect(pages[0]).toContain('−32:00');
    expect(pages[1]).toContain('Bob Berg');
    const letter = await fetched(`report=month-sheets&format=pdf&${span}&person=${ada.id}&paper=letter`);
    expect(letter.bytes.toString('latin1')).toContain('/MediaBox [0 0 612 792]');
  });

  it.each(['departments', 'remarks', 'balances', 'occupancy', 'punctuality'])(
    'the report %s is written with its headings',
    async (report) => {
      const rows = await sheetOf(`report=${report}&from=2026-11-01&to=2026-11-30&language=de`);
      expect(rows.length).toBeGreaterThan(1);
      expect(rows.every((row) => row.length <= rows[0]!.length)).toBe(true);
    },
  );

  it('a manager takes the own department only, and everybody who takes a file is written down', async () => {
    const manager = await rest.member(owner, 'manager', 'Sales');
    const { bytes } = await fetched(`report=people&format=csv&${WEEK}`, manager);
    expect(bytes.toString('utf8').trim().split('\r\n').slice(1)).toEqual([
      expect.stringContaining('Cyd Cole'),
    ]);
    const [event] = await services.database
      .fork()
      .find(AuditEvent, { act: 'report.exported' }, { orderBy: { seq: 'desc' }, limit: 1 });
    expect(JSON.parse(event!.detail)).toMatchObject({
      after: { report: 'people', format: 'csv', from: '2026-11-16' },
    });
    const other = await manager.send('GET', `/api/v1/reports/file?report=people&${WEEK}&department=Lab`);
    expect(other.status).toBe(403);
  });

  it.each([
    ['month sheets as a workbook', `report=month-sheets&${WEEK}`, 'format'],
    ['a table as a PDF', `report=people&format=pdf&${WEEK}`, 'format'],
    ['balances over two months', 'report=balances&from=2026-10-01&to=2026-11-30', 'to'],
    ['more than a year', 'report=days&from=2025-01-01&to=2026-11-30', 'to'],
  ])('%s cannot be had', async (_, query, path) => {
    const problem = await refused(`reports/file?${query}`);
    expect(problem).toMatchObject({ code: 'validation-failed', faults: [{ path }] });
  });
});
