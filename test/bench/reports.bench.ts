/**
 * The reports of an office: a year of 1,000 people with a plan and 500,000 punches, on the embedded database. Prints the time of
 * each page and file, over HTTP, and how much memory the process had at most beyond what it had before.
 */
import { ReportQuery } from '../../server/reports/report-query.ts';
import { ReportFiles } from '../../server/reports/report-file.ts';
import { reportFileQuery, type ReportFileQuery } from '#protocol/reports.ts';
import { addDays } from '../../server/time/zoned.ts';
import { openDataServices } from '../support/data-services.ts';
import { openBenchDatabase } from './bench-database.ts';
import { measure, MIB } from './measure.ts';
import { type BenchRow, benchOptions, report } from './report.ts';

const { people, punches, json } = benchOptions({ people: 1_000, punches: 500_000 });

/** The day after a year. */
const NOW = Date.parse('2026-01-01T11:00:00Z');
const MONTH = { from: '2025-10-01', to: '2025-10-31' };
const QUARTER = { from: '2025-10-01', to: '2025-12-31' };
const YEAR = { from: '2025-01-01', to: '2025-12-31' };
/** Days that are written at once. */
const PIECE = 7;
/** What a page and a file may take, ms. */
const PAGE = 2_000;
const FILE = 10_000;

const database = await openBenchDatabase();
const services = await openDataServices({ url: database.url, now: () => NOW });
await seed();
const query = new ReportQuery({ database: services.database, now: () => NOW });
const files = new ReportFiles({
  database: services.database,
  query,
  defaults: () => ({ format: 'xlsx', delimiter: 'language' }),
});
const [first] = await services.database.fork().execute<{ id: string }[]>('select id from person limit 1');

const rows: BenchRow[] = [];
const page = { limit: 50 };
await pageOf('page: month of a person', () => query.month(first!.id, '2025-10', undefined));
await pageOf('page: departments, a month', () => query.departments(MONTH, undefined));
await pageOf('page: departments, a quarter', () => query.departments(QUARTER, undefined));
await pageOf('page: people, a month', () =>
  query.people({ ...page, ...MONTH, only: 'remarkable' }, undefined),
);
await pageOf('page: people, a year', () => query.people({ ...page, ...YEAR }, undefined));
await pageOf('page: balances', () => query.balances({ ...page, month: '2025-12' }, undefined));
await pageOf('page: occupancy, a month', () => query.occupancy(MONTH, undefined));
await pageOf('page: punctuality, a quarter', () => query.punctuality(QUARTER, undefined));
await file('file: days of a year, XLSX', { report: 'days', ...YEAR });
await file('file: days of a year, CSV', { report: 'days', format: 'csv', ...YEAR });
await file('file: people of a year, XLSX', { report: 'people', ...YEAR });
await file('file: departments of a year, XLSX', { report: 'departments', ...YEAR });
await file('file: balances of a month, XLSX', { report: 'balances', from: '2025-12-01', to: '2025-12-31' });
await file('file: month sheets of everybody, PDF', { report: 'month-sheets', format: 'pdf', ...MONTH });
await report({ bench: 'reports', rows, json });
await services.close();
await database.drop();

async function file(name: string, wanted: Partial<ReportFileQuery>): Promise<void> {
  const measured = await measure(
    name,
    async () => {
      const { content } = await files.open(reportFileQuery.parse(wanted), undefined);
      let bytes = 0;
      for await (const part of content as AsyncIterable<string | Uint8Array>) bytes += part.length;
      rows.push({ case: name, metric: 'size', value: bytes / MIB, unit: 'MiB', digits: 1 });
    },
    { goal: FILE },
  );
  rows.push(...measured);
}

async function pageOf(name: string, work: () => Promise<unknown>): Promise<void> {
  rows.push(...(await measure(name, work, { goal: PAGE })));
}

/** Twenty departments with a rota; each person comes and goes on working days, until there are as many punches as wanted. */
async function seed(): Promise<void> {
  const em = services.database.fork();
  for (let i = 0; i < 20; i += 1) await services.departments.create({ name: `Department ${i}` });
  await em.execute(
    `insert into person (id, number, given_name, family_name, status, created_at, email, phone, department, job_title)
      select gen_random_uuid(), lpad(i::text, 5, '0'), 'Given ' || i, 'Family ' || i, 'active', now(), '', '',
        'Department ' || i % 20, ''
      from generate_series(1, ?::int) i`,
    [people],
  );
  // In pieces, because no statement may take longer than the limit of the pool.
  let left = punches;
  for (let from = YEAR.from; from <= YEAR.to && left > 0; from = addDays(from, PIECE)) {
    const inserted = await em.execute<{ id: string }[]>(
      `insert into punch (id, sighting_id, person_id, at, time_zone, source, similarity, margin, frames, created_at)
        select gen_random_uuid(), gen_random_uuid(), person.id,
          (day + interval '7 hours 50 minutes' + pass * interval '8 hours 25 minutes'
            + random() * interval '20 minutes') at time zone 'Europe/Paris',
          'Europe/Paris', 'sighting', 0.7, 0.3, 5, now()
        from generate_series(?::timestamp, ?::timestamp, interval '1 day') day, generate_series(0, 1) pass, person
        where extract(dow from day) between 1 and 5 and day <= ?::timestamp and random() < 0.98
        limit ? returning id`,
      [from, addDays(from, PIECE - 1), YEAR.to, left],
    );
    left -= inserted.length;
  }
  const [shiftId, rotaId] = [crypto.randomUUID(), crypto.randomUUID()];
  const breaks = JSON.stringify({ steps: [], punchedCount: true });
  await em.execute(
    `insert into shift (id, name, begins, ends, flexible, breaks, created_at)
      values (?, 'Day', '08:00', '16:00', null, ?::jsonb, now())`,
    [shiftId, breaks],
  );
  const day = [shiftId];
  await em.execute(
    `insert into rota (id, name, weeks, anchor, works_on_holidays, carry_over, created_at)
      values (?, 'Office', ?::jsonb, '2025-01-06', false, null, now())`,
    [rotaId, JSON.stringify([[day, day, day, day, day, [], []]])],
  );
  await em.execute(
    `insert into schedule_assignment (id, rota_id, department, from_date, created_at)
      select gen_random_uuid(), ?, 'Department ' || i, '2025-01-01', now() from generate_series(0, 19) i`,
    [rotaId],
  );
  await em.execute('analyze');
}
