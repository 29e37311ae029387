/** `npm run people`: imports people from a file, or exports them to one, as the page of people does. */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { Logger } from 'pino';
import type { Core } from '../composition/core.ts';
import { takeLayers } from '../composition/take-config.ts';
import { csvLine } from '../export/csv.ts';
import { OperatorError } from '../operator-error.ts';
import { MusterError } from '../protocol/error.ts';
import {
  IMPORT_FIELDS,
  IMPORT_LIMITS,
  importQuery,
  type ImportPreview,
  type ImportQuery,
  type ImportRow,
  peopleFileQuery,
} from '../protocol/people-files.ts';
import { runCommand } from './run-command.ts';
import { withCore } from './with-core.ts';

const USAGE = `npm run people -- COMMAND FILE

  import FILE           creates and updates people by employee number, from CSV or Excel (.xlsx)
    --dry-run           only shows what it would do, with every problem of every row
    --columns A=1,B=2   the column of each field, where the names in the file are not understood:
                        ${IMPORT_FIELDS.join(', ')}
    --header-row N      the row with the names of the columns
    --sheet NAME        of a workbook
    --encoding NAME     utf-8, utf-16le, utf-16be, windows-1252 or windows-1250
    --delimiter NAME    semicolon, comma, tab or bar
    --dates ORDER       day-first or month-first, for dates such as 03/04/2026
    --add-departments   adds departments that are not in the list; without it, their rows are left out
    --blank clear       a blank cell clears the field of a person who exists
    --result FILE       writes a CSV: the row, what was done, and what is wrong
  export FILE           writes everybody to a new file, as CSV or Excel by its ending
    --language CODE     en or de`;

const OPTIONS = {
  'dry-run': { type: 'boolean', default: false },
  columns: { type: 'string' },
  'header-row': { type: 'string' },
  sheet: { type: 'string' },
  encoding: { type: 'string' },
  delimiter: { type: 'string' },
  dates: { type: 'string' },
  blank: { type: 'string' },
  'add-departments': { type: 'boolean', default: false },
  result: { type: 'string' },
  language: { type: 'string' },
  help: { type: 'boolean' },
} as const;

type Values = ReturnType<typeof parse>['values'];

function parse() {
  return parseArgs({ allowPositionals: true, options: OPTIONS });
}

await runCommand(run);

async function run(log: Logger): Promise<number> {
  const { positionals, values } = parse();
  const [command, file, ...more] = positionals;
  const known = command === 'import' || command === 'export';
  if (values.help || !known || file === undefined || more.length > 0) {
    console.log(USAGE);
    return values.help ? 0 : 1;
  }
  if (command === 'export') return await exportTo(file, values, log);
  const query = queryOf(values);
  const bytes = await readFile(file).catch(unusable(file, 'read'));
  if (bytes.length > IMPORT_LIMITS.bytes) throw new OperatorError(`${file} is larger than 20 MB.`);
  return await withCore(takeLayers(), log, (core) => importFrom(core, { bytes, query, values }));
}

async function importFrom(
  { peopleImport }: Core,
  { bytes, query, values }: { bytes: Uint8Array; query: ImportQuery; values: Values },
): Promise<number> {
  const preview = await peopleImport.preview(bytes, query).catch(refused);
  console.log(mappingText(preview));
  if (preview.missing.length > 0) {
    throw new OperatorError(`No column for ${preview.missing.join(' and ')}: name one with --columns.`);
  }
  const strangers = preview.unknownDepartments;
  if (strangers.length > 0) {
    console.log(
      values['add-departments']
        ? `Departments to add: ${strangers.join(', ')}.`
        : `Departments that are not in the list: ${strangers.join(', ')}. Add them with --add-departments.`,
    );
  }
  const dry = values['dry-run'];
  const { counts, rows } = dry ? preview : await peopleImport.run(bytes, query).catch(refused);
  for (const { row, number, problems } of rows) {
    for (const { field, value, message } of problems) {
      console.log(`Row ${row}${number && ` (${number})`}: ${field}${value && ` "${value}"`} ${message}`);
    }
  }
  const { create, update, unchanged } = counts;
  console.log(
    `${dry ? 'This would add' : 'Added'} ${create} people, ${dry ? 'change' : 'changed'} ${update}, ` +
      `and ${dry ? 'leave' : 'left'} ${unchanged} as they are; ${counts['left-out']} rows have problems and ${dry ? 'would be' : 'were'} left out.`,
  );
  if (values.result !== undefined) await write(values.result, resultFile(rows));
  return counts['left-out'] === 0 ? 0 : 2;
}

function mappingText({ columns, mapping, headerRow }: ImportPreview): string {
  const fields = Object.entries(mapping).map(
    ([field, column]) => `${field} from "${columns[column - 1]?.name ?? column}"`,
  );
  return `Columns by row ${headerRow}: ${fields.join(', ') || 'none'}.`;
}

function resultFile(rows: readonly ImportRow[]): string {
  const lines = rows.map(({ row, number, name, act, changes, problems }) =>
    csvLine([
      row,
      number,
      name,
      act,
      changes.join(', '),
      problems.map(({ field, value, message }) => `${field} "${value}" ${message}`).join('\n'),
    ]),
  );
  return `\uFEFF${csvLine(['row', 'number', 'name', 'result', 'changes', 'problems'])}${lines.join('')}`;
}

async function exportTo(file: string, { language }: Values, log: Logger): Promise<number> {
  const format = path.extname(file).slice(1).toLowerCase();
  const query = peopleFileQuery.safeParse({ format, ...(language !== undefined && { language }) });
  if (!query.success)
    throw new OperatorError(`Name a file that ends with .csv or .xlsx; languages are en and de.`);
  return await withCore(takeLayers(), log, async ({ peopleFile }) => {
    const { content } = await peopleFile.open(query.data);
    await write(file, content as AsyncIterable<string | Uint8Array>);
    console.log(`Everybody is in ${path.resolve(file)}.`);
    return 0;
  });
}

function queryOf(values: Values): ImportQuery {
  const columns = (values.columns ?? '').split(',').filter((part) => part !== '');
  const query = importQuery.safeParse({
    ...Object.fromEntries(columns.map((part) => part.split('=').map((word) => word.trim()))),
    headerRow: values['header-row'],
    ...(values['add-departments'] && { unknownDepartments: 'add' }),
    ...Object.fromEntries(
      (['sheet', 'encoding', 'delimiter', 'dates', 'blank'] as const).flatMap((name) =>
        values[name] === undefined ? [] : [[name, values[name]]],
      ),
    ),
  });
  if (query.success) return query.data;
  const { path: at, message } = query.error.issues[0]!;
  throw new OperatorError(`${at.join('.') || 'An option'}: ${message}\n\n${USAGE}`);
}

function refused(error: unknown): never {
  if (error instanceof MusterError) throw new OperatorError(error.message);
  throw error;
}

/** Personal data: for its owner alone, and never over another file. */
async function write(file: string, content: string | AsyncIterable<string | Uint8Array>): Promise<void> {
  await writeFile(file, content, { mode: 0o600, flag: 'wx' }).catch(unusable(file, 'written'));
}

function unusable(file: string, verb: 'read' | 'written'): (error: NodeJS.ErrnoException) => never {
  return (error) => {
    throw new OperatorError(
      error.code === 'EEXIST'
        ? `${file} exists already: name a new file.`
        : `${file} cannot be ${verb} (${error.code}).`,
    );
  };
}
