/** The hours of a month as a payroll program wants them: the lines of a profile, each column with its value. */
import { personOf } from '../people/person-summary.ts';
import type { Person } from '../db/entities/person.ts';
import {
  isAmount,
  PAYROLL_FIELDS,
  type PayrollColumn,
  type PayrollProfileRecord,
} from '../protocol/payroll.ts';
import type { BalanceOfMonth } from '../protocol/reports.ts';
import type { PersonDays } from './people-days.ts';
import { figuresOf, type PersonFigures } from './person-figures.ts';
import type { ReportDay } from './report-day.ts';
import type { ReportQuery, ReportScope } from './report-query.ts';

/** A text, or an amount: ms for a duration, or a count. */
export type PayrollValue = string | number | null;

/** A column of the file; `field` is null where a line names the amount and gives it, whichever it is. */
export interface PayrollTableColumn {
  header: string;
  kind: 'text' | 'month' | 'date' | 'duration' | 'count' | 'any-amount';
}

/** An amount of a line for a single amount: its kind differs from line to line. */
export interface AnyAmount {
  kind: 'duration' | 'count';
  value: number;
}

export type PayrollLine = readonly (PayrollValue | AnyAmount)[];

export interface PayrollTableOptions {
  query: ReportQuery;
  scope: ReportScope;
  /** YYYY-MM */
  month: string;
  profile: PayrollProfileRecord;
  /** Names of sites by id, and the name of the default site under the empty id. */
  siteNames: ReadonlyMap<string, string>;
}

export function payrollColumns({ lines, columns }: PayrollProfileRecord): PayrollTableColumn[] {
  const all = columns.map(({ field, header }) => ({ header, kind: PAYROLL_FIELDS[field] }));
  if (lines !== 'amount') return all;
  const texts = all.filter((_, i) => !isAmount(columns[i]!.field));
  return [...texts, { header: 'wage type', kind: 'text' }, { header: 'amount', kind: 'any-amount' }];
}

/** One person after the other, in the order of names. */
export async function* payrollLines(options: PayrollTableOptions): AsyncGenerator<PayrollLine> {
  const { profile } = options;
  for await (const [one, balance] of withBalances(options)) {
    if (profile.lines === 'date') {
      for (const day of one.days.filter(isSomething)) {
        yield profile.columns.map((column) => dayValue(column, { one, day, options }));
      }
      continue;
    }
    const figures = figuresOf(
      one.days,
      one.adjustments.reduce((sum, { difference }) => sum + difference.worked, 0),
    );
    const line = { one, figures, balance, options };
    if (profile.lines === 'person') yield profile.columns.map((column) => monthValue(column, line));
    else yield* amountLines(profile.columns, line);
  }
}

/** As many people as have their balances in memory at once. */
const AT_ONCE = 200;

async function* withBalances({
  query,
  scope,
  month,
  profile,
}: PayrollTableOptions): AsyncGenerator<[PersonDays, BalanceOfMonth | null]> {
  const needed = profile.columns.some(({ field }) => field === 'balance');
  for (let i = 0; i < scope.people.length; i += AT_ONCE) {
    const people = scope.people.slice(i, i + AT_ONCE);
    const found = needed ? await query.balancesOf(people, { month, through: scope.through }) : [];
    const balances = new Map(found.map(({ person, balance }) => [person.id, balance]));
    for await (const one of query.days({ ...scope, people })) {
      yield [one, balances.get(one.person.id) ?? null];
    }
  }
}

interface Line {
  one: PersonDays;
  options: PayrollTableOptions;
}
interface MonthLine extends Line {
  figures: PersonFigures;
  balance: BalanceOfMonth | null;
}
interface DayLine extends Line {
  day: ReportDay;
}

function* amountLines(columns: readonly PayrollColumn[], line: MonthLine): Generator<PayrollLine> {
  const texts = columns.filter(({ field }) => !isAmount(field)).map((column) => monthValue(column, line));
  for (const column of columns) {
    const kind = PAYROLL_FIELDS[column.field];
    if (kind !== 'duration' && kind !== 'count') continue;
    const value = monthValue(column, line);
    if (typeof value === 'number' && value !== 0) yield [...texts, column.header, { kind, value }];
  }
}

function monthValue(column: PayrollColumn, line: MonthLine): PayrollValue {
  const { figures, balance, one } = line;
  switch (column.field) {
    case 'planned':
    case 'worked':
    case 'credited':
    case 'overtime':
    case 'adjusted':
    case 'workedDays':
    case 'incomplete':
    case 'absent':
      return figures[column.field];
    case 'late':
      return figures.late.times;
    case 'lateBy':
      return figures.late.by;
    case 'vacation':
    case 'sick':
    case 'trip':
    case 'unpaid':
      return figures.leave[column.field];
    case 'balance':
      return balance?.balance ?? null;
    case 'state':
      return stateOf(one.days);
    default:
      return personValue(column, line);
  }
}

function dayValue(column: PayrollColumn, line: DayLine): PayrollValue {
  const { day } = line;
  const late = day.flags.flatMap((flag) => (flag.kind === 'late' ? [flag.by] : []));
  switch (column.field) {
    case 'date':
    case 'planned':
    case 'worked':
    case 'pauses':
    case 'credited':
    case 'overtime':
      return day[column.field];
    case 'workedDays':
      return day.worked > 0 ? 1 : 0;
    case 'incomplete':
      return day.incomplete ? 1 : 0;
    case 'absent':
      return day.flags.filter(({ kind }) => kind === 'absent').length;
    case 'late':
      return late.length;
    case 'lateBy':
      return late.reduce((a, b) => a + b, 0);
    case 'vacation':
    case 'sick':
    case 'trip':
    case 'unpaid':
      return day.plan.absences.reduce((sum, { kind, days }) => (kind === column.field ? sum + days : sum), 0);
    case 'state':
      return stateOf([day]);
    default:
      return personValue(column, line);
  }
}

function personValue({ field, text }: PayrollColumn, { one: { person }, options }: Line): PayrollValue {
  switch (field) {
    case 'number':
    case 'department':
      return personOf(person)[field];
    case 'name':
      return personOf(person).displayName;
    case 'familyName':
    case 'givenName':
    case 'jobTitle':
      return person[field];
    case 'site':
      return siteName(person, options.siteNames);
    case 'month':
      return options.month;
    case 'fixed':
      return text;
    default:
      return null;
  }
}

function siteName({ siteId }: Person, names: ReadonlyMap<string, string>): string {
  return names.get(siteId ?? '') ?? names.get('') ?? '';
}

/** Codes, for programs: the hours of a closed month are frozen. */
function stateOf(days: readonly ReportDay[]): string {
  return days.length > 0 && days.every(({ closed }) => closed) ? 'closed' : 'open';
}

function isSomething({ planned, worked, credited, work, plan }: ReportDay): boolean {
  return planned + worked + credited > 0 || work !== null || plan.absences.length > 0;
}
