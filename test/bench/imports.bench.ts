/**
 * An import of as many people as a file may hold, over HTTP on the embedded database: the preview, and the import, of people
 * who are new, who have changed, and who are the same.
 */
import { randomUUID } from 'node:crypto';
import { writeXlsx } from 'hucre/xlsx';
import type { ImportPreview, ImportProgress, ImportResult } from '#protocol/people-files.ts';
import { openDataServices } from '../support/data-services.ts';
import { RestServer } from '../support/rest-server.ts';
import { openBenchDatabase } from './bench-database.ts';
import { measure } from './measure.ts';
import { type BenchRow, benchOptions, report } from './report.ts';

const { people, json } = benchOptions({ people: 20_000 });

const database = await openBenchDatabase();
const services = await openDataServices({ url: database.url });
for (let i = 0; i < 20; i += 1) await services.addDepartment(`Department ${i}`);
const rest = await RestServer.start(services);
const staff = await rest.staff();

const rows: BenchRow[] = [];
const table = (jobTitle: string) => [
  ['Number', 'Given name', 'Family name', 'Department', 'Job title', 'First day'],
  ...Array.from({ length: people }, (_, i) => [
    String(i).padStart(6, '0'),
    `Given ${i}`,
    `Family ${i % 977}`,
    `Department ${i % 20}`,
    jobTitle,
    '2024-03-01',
  ]),
];
const csv = (jobTitle: string) =>
  table(jobTitle)
    .map((row) => row.join(';'))
    .join('\r\n');
const xlsx = (jobTitle: string) => writeXlsx({ sheets: [{ name: 'People', rows: table(jobTitle) }] });

await importOf('CSV, all new', csv('Baker'), 'create');
await importOf('CSV, nothing to change', csv('Baker'), 'unchanged');
await importOf('XLSX, all changed', await xlsx('Cook'), 'update');
await report({ bench: 'imports', rows, json });
rest.stop();
await services.close();
await database.drop();

async function importOf(
  name: string,
  content: Uint8Array | string,
  act: keyof ImportResult['counts'],
): Promise<void> {
  rows.push(
    ...(await measure(`preview: ${name}`, async () => {
      const response = await staff.upload('/api/v1/people/imports/preview', content);
      const { counts } = (await response.json()) as ImportPreview;
      if (counts[act] !== people) throw new Error(JSON.stringify(counts));
    })),
    ...(await measure(`import: ${name}`, async () => {
      const response = await staff.upload('/api/v1/people/imports', content, {
        'idempotency-key': randomUUID(),
      });
      const lines = (await response.text()).trimEnd().split('\n');
      const { result } = JSON.parse(lines.at(-1)!) as { progress?: ImportProgress; result?: ImportResult };
      if (result?.counts[act] !== people) throw new Error(lines.at(-1));
    })),
  );
}
