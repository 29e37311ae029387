/**
 * The list of 10,000 people, over HTTP on the embedded database: the first page, a page in the middle, a search and the
 * number of people, each the median of several requests.
 */
import { performance } from 'node:perf_hooks';
import type { PeoplePage } from '#protocol/people.ts';
import { openDataServices } from '../support/data-services.ts';
import { RestServer } from '../support/rest-server.ts';
import { openBenchDatabase } from './bench-database.ts';
import { type BenchRow, benchOptions, report } from './report.ts';

const { people, json } = benchOptions({ people: 10_000 });

/** What the first rows of a list may take, ms. */
const GOAL = 300;
const ROUNDS = 9;
const LIST = '/api/v1/people?limit=50';

const database = await openBenchDatabase();
const services = await openDataServices({ url: database.url });
for (let i = 0; i < 20; i += 1) await services.addDepartment(`Department ${i}`);
await services.database.fork().execute(
  `insert into person (id, number, given_name, family_name, department, job_title, email, phone, status, created_at)
   select gen_random_uuid(), lpad(i::text, 5, '0'), 'Given ' || i, 'Family ' || i % 977, 'Department ' || i % 20, '', '', '',
     'active', now() from generate_series(1, ?::int) i`,
  [people],
);
await services.database.fork().execute('analyze');
const rest = await RestServer.start(services);
const staff = await rest.staff();

let middle = await staff.json<PeoplePage>('GET', '/api/v1/people?limit=200');
for (let seen = 200; seen < people / 2 && middle.next !== null; seen += 200) {
  middle = await staff.json<PeoplePage>('GET', `/api/v1/people?limit=200&after=${middle.next}`);
}

const rows: BenchRow[] = [];
await measure('first page', LIST);
await measure('a page in the middle', `${LIST}&after=${middle.next}`);
await measure('search of a name', `${LIST}&search=family+42`);
await measure('by department', `${LIST}&sort=department`);
await measure('people of a department', `${LIST}&department=department+7`);
await measure('people who are not enrolled', `${LIST}&enrolled=false`);
await measure('number of people', '/api/v1/people/count');
await report({ bench: 'lists', rows, json });
rest.stop();
await services.close();
await database.drop();

async function measure(name: string, url: string): Promise<void> {
  const times: number[] = [];
  for (let i = 0; i < ROUNDS; i += 1) {
    const from = performance.now();
    await staff.json('GET', url);
    times.push(performance.now() - from);
  }
  const median = times.toSorted((a, b) => a - b)[Math.floor(ROUNDS / 2)]!;
  console.log(`${name}: ${Math.round(median)} ms`);
  rows.push({ case: name, metric: 'median', value: median, unit: 'ms', digits: 0 });
  rows.push({ case: name, metric: 'slowest', value: Math.max(...times), unit: 'ms', digits: 0 });
  rows.push({ case: name, metric: 'goal', value: GOAL, unit: 'ms' });
}
