/** The rows of a file as fields of people, each with every problem that can be seen without looking at the database. */
import { setImmediate as pause } from 'node:timers/promises';
import type { z } from 'zod';
import {
  type DateOrder,
  type ImportColumns,
  type ImportField,
  type ImportProblem,
  type ImportQuery,
} from '../../protocol/people-files.ts';
import { newPerson, personChange } from '../../protocol/people.ts';
import { readDate } from './read-date.ts';
import { readStatus } from './read-status.ts';

/** The fields of a record that a file may set. A field that is left out stays as it is. */
export interface PersonFields {
  givenName: string;
  familyName: string;
  department: string;
  jobTitle: string;
  email: string;
  phone: string;
  startDate: string | null;
  siteId: string | null;
  status: 'active' | 'suspended' | 'left';
}

export interface ReadRow {
  /** In the file; the first is 1. */
  row: number;
  number: string;
  fields: Partial<PersonFields>;
  problems: ImportProblem[];
}

export interface RowChoices {
  columns: ImportColumns;
  /** The first is 1. */
  headerRow: number;
  dates: DateOrder;
  blank: ImportQuery['blank'];
  /** Sites by their names in lower case. */
  sites: ReadonlyMap<string, string>;
  /** Epoch ms; for years of two digits. */
  today: number;
}

/** Rows that are read before others are served: 20,000 rows take a second. */
const SLICE = 500;

/** Blank rows are left out. */
export async function readRows(
  rows: readonly (readonly string[])[],
  choices: RowChoices,
): Promise<ReadRow[]> {
  const read: ReadRow[] = [];
  for (let i = choices.headerRow; i < rows.length; i += 1) {
    if (i % SLICE === 0) await pause();
    const cells = rows[i]!;
    if (cells.some((cell) => cell !== '')) read.push(readRow(cells, i + 1, choices));
  }
  const often = Map.groupBy(read, ({ number }) => number.toLowerCase());
  for (const { number, problems } of read) {
    if (number !== '' && often.get(number.toLowerCase())!.length > 1) {
      problems.push({ field: 'number', value: number, message: 'is in the file more than once' });
    }
  }
  return read;
}

type Parsed = { value: PersonFields[keyof PersonFields] } | { message: string };

function readRow(cells: readonly string[], row: number, choices: RowChoices): ReadRow {
  const { columns, blank } = choices;
  const cell = (field: ImportField) => {
    const column = columns[field];
    return column === undefined ? undefined : (cells[column - 1] ?? '').trim();
  };
  const problems: ImportProblem[] = [];
  const fields: Record<string, PersonFields[keyof PersonFields]> = {};

  const typed = cell('number') ?? '';
  const number = check(personChange.shape.number, typed);
  if ('message' in number) problems.push({ field: 'number', value: typed, message: number.message });

  const { fullName, ...others } = SETS;
  const both = cell('fullName');
  if (both !== undefined) {
    if (both !== '') Object.assign(fields, fullName(both));
    else if (blank === 'clear') Object.assign(fields, { givenName: '', familyName: '' });
  }
  for (const [field, [property, read]] of Object.entries(others) as [OtherField, Other][]) {
    const text = cell(field);
    if (text === undefined || (text === '' && (blank === 'keep' || field === 'status'))) continue;
    const parsed = read(text, choices);
    if ('message' in parsed) problems.push({ field, value: text, message: parsed.message });
    else fields[property] = parsed.value;
  }
  for (const field of ['givenName', 'familyName'] as const) {
    const text = fields[field];
    if (typeof text !== 'string') continue;
    const name = check(personChange.shape[field], text);
    if ('message' in name) {
      const told = columns[field] === undefined ? 'fullName' : field;
      problems.push({ field: told, value: text, message: name.message });
    } else fields[field] = name.value;
  }
  const readable = 'value' in number && typeof number.value === 'string' ? number.value : typed.slice(0, 40);
  return { row, number: readable, fields, problems };
}

type OtherField = Exclude<ImportField, 'number' | 'fullName'>;
type Other = readonly [property: keyof PersonFields, read: (text: string, choices: RowChoices) => Parsed];

const SETS: Record<OtherField, Other> & { fullName: (text: string) => Partial<PersonFields> } = {
  fullName: splitName,
  givenName: ['givenName', (value) => ({ value })],
  familyName: ['familyName', (value) => ({ value })],
  department: ['department', (text) => check(newPerson.shape.department, text)],
  jobTitle: ['jobTitle', (text) => check(newPerson.shape.jobTitle, text)],
  email: ['email', (text) => check(personChange.shape.email, text)],
  phone: ['phone', (text) => check(personChange.shape.phone, text)],
  startDate: [
    'startDate',
    (text, { dates, today }) => {
      if (text === '') return { value: null };
      const date = readDate(text, { order: dates, today });
      return date === null
        ? { message: 'is not a date that can be read' }
        : check(personChange.shape.startDate, date);
    },
  ],
  site: [
    'siteId',
    (text, { sites }) => {
      if (text === '') return { value: null };
      const id = sites.get(text.normalize().toLowerCase());
      return id === undefined ? { message: 'is not the name of a site' } : { value: id };
    },
  ],
  status: [
    'status',
    (text) => {
      const status = readStatus(text);
      return status === null ? { message: 'is not one of active, suspended, left' } : { value: status };
    },
  ],
};

/** `Miller, Anna` or `Anna Miller`; a single word is a family name. */
function splitName(text: string): Pick<PersonFields, 'givenName' | 'familyName'> {
  const comma = text.indexOf(',');
  if (comma !== -1) {
    return { familyName: text.slice(0, comma).trim(), givenName: text.slice(comma + 1).trim() };
  }
  const space = text.lastIndexOf(' ');
  return { givenName: text.slice(0, Math.max(0, space)).trim(), familyName: text.slice(space + 1) };
}

function check(schema: z.ZodType, text: unknown): Parsed {
  const parsed = schema.safeParse(text);
  if (parsed.success) return { value: parsed.data as Extract<Parsed, { value: unknown }>['value'] };
  return { message: parsed.error.issues[0]!.message };
}
