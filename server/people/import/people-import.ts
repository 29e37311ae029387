/** Takes over people from a file: shows what it would do, and does it in one transaction. */
import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import { auditAll, type AuditEntry } from '../../audit/audit.ts';
import type { Database, Em } from '../../db/database.ts';
import { MusterError } from '../../protocol/error.ts';
import {
  type DateOrder,
  IMPORT_FIELDS,
  type ImportColumns,
  type ImportField,
  type ImportPreview,
  type ImportProgress,
  type ImportQuery,
  type ImportResult,
} from '../../protocol/people-files.ts';
import { allSites } from '../../sites/site-service.ts';
import { addDepartments, lockDepartments } from '../../departments/department-list.ts';
import type { PeopleService } from '../people-service.ts';
import { insertPeople, type PersonRecord, updatePeople } from '../people-batch.ts';
import { FileReader } from './file-reader.ts';
import { guessColumns, guessHeaderRow } from './guess-columns.ts';
import { countActs, type Existing, type Known, planImport, type PlannedRow, rowView } from './plan-import.ts';
import { dateOrderOf } from './read-date.ts';
import type { TableFile } from './read-file.ts';
import { type ReadRow, readRows } from './read-rows.ts';
import { settleDepartments } from './settle-departments.ts';

/** People that are written by one statement. */
const BATCH = 500;
/** Values of a column that are shown beside its name. */
const SAMPLES = 3;

export interface PeopleImportOptions {
  database: Database;
  people: Pick<PeopleService, 'takeOver'>;
  log: Logger;
  /** Epoch ms; replaced in tests. */
  now?: () => number;
}

/** How a file was understood. */
interface Reading {
  headerRow: number;
  columns: ImportColumns;
  dates: DateOrder | null;
  rows: ReadRow[];
  /** Departments that are not in the list. */
  unknownDepartments: string[];
}

export class PeopleImport {
  readonly #database: Database;
  readonly #people: PeopleImportOptions['people'];
  readonly #files: FileReader;
  readonly #log: Logger;
  readonly #now: () => number;

  constructor({ database, people, log, now = Date.now }: PeopleImportOptions) {
    this.#database = database;
    this.#people = people;
    this.#log = log.child({ part: 'people-import' });
    this.#files = new FileReader({ log: this.#log });
    this.#now = now;
  }

  /** What an import would do. Throws MusterError `validation-failed`, `too-large`. */
  async preview(bytes: Uint8Array, query: ImportQuery): Promise<ImportPreview> {
    const file = await this.#files.read(bytes, query);
    const em = this.#database.fork();
    const { headerRow, columns, dates, rows, unknownDepartments } = await this.#understand(em, file, query);
    const missing = missingOf(columns);
    const planned = missing.length > 0 ? [] : planImport(rows, await knownPeople(em));
    return {
      kind: file.kind,
      sheets: file.sheets,
      sheet: file.sheet,
      encoding: file.encoding,
      delimiter: file.delimiter,
      headerRow,
      columns: columnsOf(file, headerRow),
      mapping: columns,
      missing,
      unknownDepartments,
      dates,
      counts: countActs(planned),
      rows: planned.map(rowView),
    };
  }

  /**
   * Creates and updates people, all or none. Rows with problems are left out.
   * Throws MusterError `validation-failed`, `too-large`.
   */
  async run(
    bytes: Uint8Array,
    query: ImportQuery,
    report: (progress: ImportProgress) => void = () => {},
  ): Promise<ImportResult> {
    const file = await this.#files.read(bytes, query);
    const planned = await this.#database.transaction(async (em) => {
      // Before the people, as whoever changes the list does.
      await lockDepartments(em);
      // No one is created or changed between the look at the people and the end of the import.
      await em.execute('lock table person in share row exclusive mode');
      const { columns, rows, unknownDepartments } = await this.#understand(em, file, query);
      const [missing] = missingOf(columns);
      if (missing) {
        const message = 'is given by no column';
        throw new MusterError('validation-failed', `${missing} ${message}.`, {
          faults: [{ path: missing, message }],
        });
      }
      const plan = planImport(rows, await knownPeople(em));
      await this.#write(em, plan, unknownDepartments, report);
      return plan;
    });
    const counts = countActs(planned);
    this.#log.info({ event: 'people.imported', ...counts }, 'people imported');
    await this.#people.takeOver(
      planned.flatMap(({ act, record, existing }) =>
        act === 'update' && existing && record
          ? [{ id: existing.id, recognized: record.status !== existing.status }]
          : [],
      ),
    );
    return { counts, rows: planned.map(rowView) };
  }

  async #write(
    em: Em,
    plan: readonly PlannedRow[],
    unknownDepartments: readonly string[],
    report: (progress: ImportProgress) => void,
  ): Promise<void> {
    const created = plan.flatMap((row) => recordOf(row, 'create'));
    const updated = plan.flatMap((row) => recordOf(row, 'update'));
    const { create, update, 'left-out': leftOut } = countActs(plan);
    const used = new Set([...created, ...updated].map(({ department }) => department));
    const departments = unknownDepartments.filter((name) => used.has(name));
    const events: AuditEntry[] = [
      ...(await addDepartments(em, departments)),
      ...created.map(creation),
      ...plan.flatMap(changeOf),
      { act: 'people.imported', after: { created: create, updated: update, leftOut } },
    ];
    const of = created.length + updated.length + events.length;
    let done = 0;
    const step = (rows: number) => report({ done: (done += rows), of });
    step(0);
    for (const batch of batches(created)) {
      await insertPeople(em, batch);
      step(batch.length);
    }
    for (const batch of batches(updated)) {
      await updatePeople(em, batch);
      step(batch.length);
    }
    await auditAll(em, events, step);
  }

  async #understand(em: Em, { rows }: TableFile, query: ImportQuery): Promise<Reading> {
    const headerRow = query.headerRow ?? guessHeaderRow(rows);
    const given = Object.fromEntries(
      IMPORT_FIELDS.flatMap((field) => (query[field] === undefined ? [] : [[field, query[field]]])),
    ) as ImportColumns;
    const header = rows[headerRow - 1] ?? [];
    const columns =
      Object.keys(given).length > 0 ? given : guessColumns(header, rows.slice(headerRow, headerRow + 100));
    const { startDate } = columns;
    const texts = startDate === undefined ? [] : rows.slice(headerRow).map((row) => row[startDate - 1] ?? '');
    const order = dateOrderOf(texts, 'day-first');
    const sites = new Map((await allSites(em)).map(({ name, id }) => [name.toLowerCase(), id]));
    const dates = query.dates ?? order ?? 'day-first';
    const { blank } = query;
    const read = await readRows(rows, { columns, headerRow, dates, blank, sites, today: this.#now() });
    const unknownDepartments = await settleDepartments(em, read, query.unknownDepartments);
    return { headerRow, columns, dates: order && dates, rows: read, unknownDepartments };
  }
}

function columnsOf({ rows }: TableFile, headerRow: number): ImportPreview['columns'] {
  const below = rows.slice(headerRow, headerRow + 100);
  const width = Math.max(0, ...[rows[headerRow - 1] ?? [], ...below].map((row) => row.length));
  return Array.from({ length: width }, (_, i) => ({
    name: (rows[headerRow - 1]?.[i] ?? '').slice(0, 100),
    samples: [...new Set(below.map((row) => (row[i] ?? '').slice(0, 100)))]
      .filter((cell) => cell !== '')
      .slice(0, SAMPLES),
  }));
}

/** Without a number nobody is found again, and without a name nobody is known. */
function missingOf({ number, givenName, familyName, fullName }: ImportColumns): ImportField[] {
  return [
    ...(number === undefined ? (['number'] as const) : []),
    ...((givenName ?? familyName ?? fullName) === undefined ? (['familyName'] as const) : []),
  ];
}

async function knownPeople(em: Em): Promise<Known> {
  const people = await em.execute<(Existing & { key: string })[]>(
    `select lower(number) "key", id, given_name "givenName", family_name "familyName", coalesce(department, '') department, job_title "jobTitle",
            email, phone, start_date::text "startDate", site_id "siteId", status
     from person where erased_at is null`,
  );
  const former = await em.execute<{ key: string }[]>(
    `select lower(one ->> 'number') "key" from person, jsonb_array_elements(formerly) one`,
  );
  return {
    people: new Map(people.map(({ key, ...person }) => [key, person])),
    former: new Set(former.map(({ key }) => key)),
  };
}

function recordOf(
  { act, number, record, existing }: PlannedRow,
  wanted: 'create' | 'update',
): PersonRecord[] {
  if (act !== wanted || !record) return [];
  return [{ ...record, id: existing?.id ?? randomUUID(), number }];
}

function creation({ id }: PersonRecord): AuditEntry {
  return { act: 'person.created', object: { kind: 'person', id } };
}

/** Names of the fields only, because the values stay out of the audit trail. */
function changeOf({ act, changes, record, existing }: PlannedRow): AuditEntry[] {
  if (act !== 'update' || !existing || !record) return [];
  return [
    {
      act: 'person.changed',
      object: { kind: 'person', id: existing.id },
      before: { status: existing.status },
      after: { status: record.status, fields: changes },
    },
  ];
}

function* batches<T>(all: readonly T[]): Generator<T[]> {
  for (let i = 0; i < all.length; i += BATCH) yield all.slice(i, i + BATCH);
}
