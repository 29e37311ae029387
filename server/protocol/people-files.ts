/** People as files: what an import reads and writes, and the export in the same shape. */
import { z } from 'zod';
import { FILE_TYPES } from './reports.ts';
import { LANGUAGES } from './language.ts';
import { peopleQuery } from './people.ts';

export const IMPORT_LIMITS = {
  /** Of a file, after the row with the names of the columns. */
  rows: 20_000,
  /** The names of the columns are looked for in this many rows: above them, there may be a title. */
  headerRows: 20,
  bytes: 20 * 1024 * 1024,
  /** Of a workbook, which is an archive: what it may unpack to. */
  unpackedBytes: 200 * 1024 * 1024,
  /** Of a CSV: a person's row is a few hundred characters. */
  rowCharacters: 64 * 1024,
  columns: 200,
} as const;

export const TEXT_ENCODINGS = ['utf-8', 'utf-16le', 'utf-16be', 'windows-1252', 'windows-1250'] as const;
export type TextEncoding = (typeof TEXT_ENCODINGS)[number];

export const CSV_DELIMITERS = ['semicolon', 'comma', 'tab', 'bar'] as const;
export type CsvDelimiter = (typeof CSV_DELIMITERS)[number];

/** What `03/04/2026` means: the third of April, or the fourth of March. */
const DATE_ORDERS = ['day-first', 'month-first'] as const;
export type DateOrder = (typeof DATE_ORDERS)[number];

/** What a column of a file may be. `fullName`: `Family, Given`, or the family name as the last word. */
export const IMPORT_FIELDS = [
  'number',
  'givenName',
  'familyName',
  'fullName',
  'department',
  'jobTitle',
  'startDate',
  'email',
  'phone',
  'site',
  'status',
] as const;
export type ImportField = (typeof IMPORT_FIELDS)[number];

/** The number of a column; the first is 1. */
const column = z.coerce.number<number>().int().min(1).max(IMPORT_LIMITS.columns).optional();

/** The column of each field. Without any of them, they are guessed by the names of the columns. */
const columns = z.strictObject({
  number: column.describe('Number of the column with the employee number; the first column is 1.'),
  givenName: column,
  familyName: column,
  fullName: column.describe('A column with both names: `Miller, Anna` or `Anna Miller`.'),
  department: column,
  jobTitle: column,
  startDate: column,
  email: column,
  phone: column,
  site: column.describe('A column with the name of the site.'),
  status: column,
});
export type ImportColumns = z.infer<typeof columns>;

/** How the file of an import is read; what is left out is found out. */
export const importQuery = z.strictObject({
  ...columns.shape,
  sheet: z.string().max(100).optional().describe('Of a workbook: the first one with content by default.'),
  encoding: z.enum(TEXT_ENCODINGS).optional(),
  delimiter: z.enum(CSV_DELIMITERS).optional(),
  headerRow: z.coerce
    .number<number>()
    .int()
    .min(1)
    .max(IMPORT_LIMITS.headerRows)
    .optional()
    .describe('Number of the row with the names of the columns.'),
  dates: z.enum(DATE_ORDERS).optional().describe('What comes first in a date such as 03/04/2026.'),
  blank: z
    .enum(['keep', 'clear'])
    .default('keep')
    .describe('What a blank cell does to the field of a person who exists.'),
  unknownDepartments: z
    .enum(['leave-out', 'add'])
    .default('leave-out')
    .describe('What happens to a department that is not in the list: its rows are left out, or it is added.'),
});
export type ImportQuery = z.infer<typeof importQuery>;
export type ImportChoices = z.input<typeof importQuery>;

/** What is done with a row. `left-out`: it has problems. */
export const IMPORT_ACTS = ['create', 'update', 'unchanged', 'left-out'] as const;
export type ImportAct = (typeof IMPORT_ACTS)[number];

const importProblem = z.strictObject({
  field: z.enum(IMPORT_FIELDS),
  value: z.string().describe('What the file says.'),
  message: z.string().describe('Follows the name of the field: "is missing".'),
});
export type ImportProblem = z.infer<typeof importProblem>;

const importRow = z
  .strictObject({
    row: z.int().describe('Number of the row in the file; the first is 1.'),
    number: z.string().describe('The employee number, as far as it could be read.'),
    name: z.string(),
    act: z.enum(IMPORT_ACTS),
    changes: z.array(z.enum(IMPORT_FIELDS)).describe('The fields that an update changes.'),
    problems: z.array(importProblem),
  })
  .meta({ id: 'ImportRow' });
export type ImportRow = z.infer<typeof importRow>;

const importCounts = z.strictObject({
  create: z.int(),
  update: z.int(),
  unchanged: z.int(),
  'left-out': z.int(),
});
export type ImportCounts = z.infer<typeof importCounts>;

export const importPreview = z
  .strictObject({
    kind: z.enum(['csv', 'xlsx']),
    sheets: z.array(z.string()).describe('Of a workbook, without hidden ones.'),
    sheet: z.string().nullable(),
    encoding: z.enum(TEXT_ENCODINGS).nullable(),
    delimiter: z.enum(CSV_DELIMITERS).nullable(),
    headerRow: z.int(),
    columns: z.array(
      z.strictObject({
        name: z.string(),
        samples: z.array(z.string()).describe('The first different values.'),
      }),
    ),
    mapping: columns.describe('The column of each field, as it was given or guessed.'),
    missing: z
      .array(z.enum(IMPORT_FIELDS))
      .describe('Fields without a column, without which nothing can be imported.'),
    unknownDepartments: z
      .array(z.string())
      .describe('Departments of the file that are not in the list, as they would be added.'),
    dates: z.enum(DATE_ORDERS).nullable().describe('Null where no date of the file can be read in two ways.'),
    counts: importCounts,
    rows: z.array(importRow),
  })
  .meta({ id: 'ImportPreview' });
export type ImportPreview = z.infer<typeof importPreview>;

/** A line of the reply while rows are written. */
export const importProgress = z.strictObject({ done: z.int(), of: z.int() }).meta({ id: 'ImportProgress' });
export type ImportProgress = z.infer<typeof importProgress>;

export const importResult = z
  .strictObject({ counts: importCounts, rows: z.array(importRow) })
  .meta({ id: 'ImportResult' });
export type ImportResult = z.infer<typeof importResult>;

export const peopleFileQuery = z.strictObject({
  ...peopleQuery.omit({ limit: true, after: true, sort: true }).shape,
  format: z.enum(['xlsx', 'csv']).optional().describe('By default as the settings say.'),
  language: z.enum(LANGUAGES).default('en').describe('Of the headings.'),
  delimiter: z
    .enum(['comma', 'semicolon', 'tab'])
    .optional()
    .describe('Of a CSV: by default as the settings say.'),
});
export type PeopleFileQuery = z.infer<typeof peopleFileQuery>;

export const PEOPLE_FILE_TYPES = [FILE_TYPES.xlsx, FILE_TYPES.csv] as const;
