/** What an import would do to each row, given the people who exist. */
import {
  IMPORT_ACTS,
  type ImportAct,
  type ImportCounts,
  type ImportField,
  type ImportProblem,
  type ImportRow,
} from '../../protocol/people-files.ts';
import { isNamed, UNNAMED } from '../../protocol/people.ts';
import type { PersonFields, ReadRow } from './read-rows.ts';

/** A person who exists. */
export interface Existing extends PersonFields {
  id: string;
}

export interface PlannedRow extends ImportRow {
  /** The whole record as it will be; null for a row that is left out. */
  record: PersonFields | null;
  /** Null for a person who is to be created. */
  existing: Existing | null;
}

const BLANK: PersonFields = {
  givenName: '',
  familyName: '',
  department: '',
  jobTitle: '',
  email: '',
  phone: '',
  startDate: null,
  siteId: null,
  status: 'active',
};

export interface Known {
  /** By their employee numbers in lower case. */
  people: ReadonlyMap<string, Existing>;
  /** Numbers of records that were merged into others, in lower case. */
  former: ReadonlySet<string>;
}

export function planImport(rows: readonly ReadRow[], { people, former }: Known): PlannedRow[] {
  return rows.map(({ row, number, fields, problems: seen }) => {
    const existing = people.get(number.toLowerCase()) ?? null;
    const record = { ...(existing ?? BLANK), ...fields };
    const problems: ImportProblem[] = [...seen];
    const named = isNamed(record) || seen.some(({ field }) => NAME_FIELDS.has(field));
    // It would be the second record of the person once more.
    if (!existing && former.has(number.toLowerCase())) {
      problems.push({
        field: 'number',
        value: number,
        message: 'is a number from before two records were merged',
      });
    }
    if (!named) problems.push({ field: 'familyName', value: '', message: UNNAMED.error });
    const changed = existing
      ? (Object.keys(fields) as (keyof PersonFields)[]).filter((key) => fields[key] !== existing[key])
      : [];
    const act = problems.length > 0 ? 'left-out' : actOf(existing, changed);
    return {
      row,
      number,
      name: [record.givenName, record.familyName].filter(Boolean).join(' '),
      act,
      changes: act === 'update' ? changed.map((key): ImportField => (key === 'siteId' ? 'site' : key)) : [],
      problems,
      record: act === 'left-out' ? null : record,
      existing,
    };
  });
}

const NAME_FIELDS = new Set<ImportField>(['givenName', 'familyName', 'fullName']);

function actOf(existing: Existing | null, changed: readonly string[]): ImportAct {
  if (!existing) return 'create';
  return changed.length > 0 ? 'update' : 'unchanged';
}

export function countActs(rows: readonly { act: ImportAct }[]): ImportCounts {
  const counts = Object.fromEntries(IMPORT_ACTS.map((act) => [act, 0])) as ImportCounts;
  for (const { act } of rows) counts[act] += 1;
  return counts;
}

/** Without what stays on the server. */
export function rowView({ row, number, name, act, changes, problems }: PlannedRow): ImportRow {
  return { row, number, name, act, changes, problems };
}
