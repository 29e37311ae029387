/** Files for payroll: each program wants other columns, so a profile names them once and is kept. */
import { z } from 'zod';
import { month } from './attendance.ts';
import { id, line, next, title, version } from './fields.ts';

/**
 * What a column can hold, with its kind. `duration`: ms. `count`: a number, of days with halves. `fixed` is a text of the
 * profile, such as the number of the company. `date` and `pauses` exist only where there is a line for each date; `balance`
 * and `adjusted` only where there is one for a month.
 */
export const PAYROLL_FIELDS = {
  number: 'text',
  familyName: 'text',
  givenName: 'text',
  name: 'text',
  department: 'text',
  jobTitle: 'text',
  site: 'text',
  month: 'month',
  date: 'date',
  fixed: 'text',
  state: 'text',
  planned: 'duration',
  worked: 'duration',
  pauses: 'duration',
  credited: 'duration',
  overtime: 'duration',
  adjusted: 'duration',
  balance: 'duration',
  lateBy: 'duration',
  workedDays: 'count',
  late: 'count',
  absent: 'count',
  incomplete: 'count',
  vacation: 'count',
  sick: 'count',
  trip: 'count',
  unpaid: 'count',
} as const;
export type PayrollField = keyof typeof PAYROLL_FIELDS;

/** Fields that a line for each date does not have, and those that only it has. */
export const MONTH_ONLY: readonly PayrollField[] = ['adjusted', 'balance'];
export const DATE_ONLY: readonly PayrollField[] = ['date', 'pauses'];

const MOST_COLUMNS = 40;

const payrollColumn = z.strictObject({
  field: z.enum(Object.keys(PAYROLL_FIELDS) as [PayrollField, ...PayrollField[]], {
    error: 'is not a field of payroll',
  }),
  header: line(80).describe('What stands above the column; of an amount, its wage type (`lines: amount`).'),
  text: line(80).default('').describe('Of a `fixed` column: what stands in each line.'),
});
export type PayrollColumn = z.infer<typeof payrollColumn>;

const profileFields = {
  name: title,
  lines: z
    .enum(['person', 'date', 'amount'])
    .describe(
      '`person`: one line for each person and month. `date`: one for each date with a plan, work or leave. ' +
        '`amount`: one for each person and amount that is not zero: the other columns, the wage type (the header of the ' +
        'amount), and the amount.',
    ),
  columns: z
    .array(payrollColumn)
    .min(1, { error: 'are missing' })
    .max(MOST_COLUMNS, { error: `are more than ${MOST_COLUMNS}` })
    .describe('In order.'),
  format: z.enum(['csv', 'xlsx']),
  headings: z.boolean().describe('Whether the first line has the headers.'),
  delimiter: z.enum(['comma', 'semicolon', 'tab']).describe('Of a CSV.'),
  decimal: z.enum(['point', 'comma']).describe('Of a CSV.'),
  hours: z
    .enum(['decimal', 'clock', 'minutes'])
    .describe('How durations are written: 7.5, 7:30 or 450. In XLSX, `clock` is a duration that adds up.'),
  dates: z
    .enum(['iso', 'german', 'american', 'compact'])
    .describe('2026-11-30, 30.11.2026, 11/30/2026 or 20261130.'),
  encoding: z
    .enum(['utf-8', 'windows-1252'])
    .describe(
      'Of a CSV. UTF-8 has a byte order mark. Letters that Windows-1252 lacks lose their marks, or become ?.',
    ),
};

interface Shape {
  lines: 'person' | 'date' | 'amount';
  columns: readonly PayrollColumn[];
}

/** The first column that the lines cannot have, and why; null where there is none. */
export function payrollFault({ lines, columns }: Shape): { path: string; message: string } | null {
  const barred = lines === 'date' ? MONTH_ONLY : DATE_ONLY;
  const at = columns.findIndex(({ field }) => barred.includes(field));
  if (at >= 0) return { path: `columns.${at}.field`, message: 'does not exist in lines of this kind' };
  if (lines === 'amount' && !columns.some(({ field }) => isAmount(field))) {
    return { path: 'columns', message: 'have no amount' };
  }
  return null;
}

export function isAmount(field: PayrollField): boolean {
  return PAYROLL_FIELDS[field] === 'duration' || PAYROLL_FIELDS[field] === 'count';
}

const profileRecord = z.strictObject(profileFields);
export type PayrollProfileRecord = z.infer<typeof profileRecord>;

export const newPayrollProfile = profileRecord.extend({
  format: profileFields.format.default('csv'),
  headings: profileFields.headings.default(true),
  delimiter: profileFields.delimiter.default('semicolon'),
  decimal: profileFields.decimal.default('comma'),
  hours: profileFields.hours.default('decimal'),
  dates: profileFields.dates.default('iso'),
  encoding: profileFields.encoding.default('utf-8'),
});
export const payrollProfileChange = profileRecord.partial();
export const payrollProfileView = z
  .strictObject({ id, version, ...profileFields })
  .meta({ id: 'PayrollProfile' });
export type PayrollProfileView = z.infer<typeof payrollProfileView>;
export const payrollProfilesView = z.strictObject({ profiles: z.array(payrollProfileView), next });

export const payrollFileQuery = z.strictObject({
  month,
  department: line(120).min(1, { error: 'is missing' }).optional().describe('Everybody by default.'),
});
export type PayrollFileQuery = z.infer<typeof payrollFileQuery>;
