/** Each report as a table for a file. The rows are made while the file is written. */
import { personOf } from '../people/person-summary.ts';
import type { Column, ColumnKind, Table, TableCell } from '../export/table.ts';
import type { Language } from '../protocol/language.ts';
import type { AbsenceKind } from '../protocol/schedules.ts';
import { clockAt } from '../time/zoned.ts';
import { Occupancy } from './occupancy.ts';
import type { PersonDays } from './people-days.ts';
import type { PersonFigures } from './person-figures.ts';
import { Punctuality } from './punctuality.ts';
import type { ReportDay } from './report-day.ts';
import { type ReportQuery, type ReportScope, sumOf } from './report-query.ts';
import { type ReportTexts, textsIn } from './texts.ts';

export type TableReport =
  'days' | 'people' | 'departments' | 'remarks' | 'balances' | 'occupancy' | 'punctuality';

export interface ReportTableOptions {
  query: ReportQuery;
  scope: ReportScope;
  /** YYYY-MM, for balances. */
  month: string;
  language: Language;
}

type TextName = { [N in keyof ReportTexts]: ReportTexts[N] extends string ? N : never }[keyof ReportTexts];
type Shape = readonly (readonly [name: TextName, kind: ColumnKind])[];

export function reportTable(report: TableReport, options: ReportTableOptions): Table {
  const texts = textsIn(options.language);
  const { shape, rows } = REPORTS[report];
  const columns = shape.map(([name, kind]): Column => ({ header: texts[name], kind }));
  return { name: report, columns, rows: rows(options, texts) };
}

const PERSON: Shape = [
  ['number', 'text'],
  ['name', 'text'],
  ['department', 'text'],
];
const FIGURES: Shape = [
  ['planned', 'duration'],
  ['worked', 'duration'],
  ['credited', 'duration'],
  ['overtime', 'hours'],
  ['adjusted', 'hours'],
  ['workedDays', 'number'],
  ['late', 'number'],
  ['lateBy', 'duration'],
  ['early', 'number'],
  ['earlyBy', 'duration'],
  ['absent', 'number'],
  ['incomplete', 'number'],
];

type Rows = (options: ReportTableOptions, texts: ReportTexts) => AsyncGenerator<readonly TableCell[]>;

const REPORTS: Record<TableReport, { shape: Shape; rows: Rows }> = {
  days: {
    shape: [
      ...PERSON,
      ['date', 'date'],
      ['in', 'time'],
      ['out', 'time'],
      ['planned', 'duration'],
      ['worked', 'hours'],
      ['pauses', 'duration'],
      ['deducted', 'duration'],
      ['credited', 'duration'],
      ['overtime', 'hours'],
      ['leave', 'text'],
      ['remarks', 'text'],
      ['state', 'text'],
    ],
    rows: daysRows,
  },
  people: { shape: [...PERSON, ...FIGURES], rows: peopleRows },
  departments: { shape: [['department', 'text'], ['people', 'number'], ...FIGURES], rows: departmentsRows },
  remarks: { shape: [...PERSON, ['date', 'date'], ['what', 'text'], ['by', 'duration']], rows: remarksRows },
  balances: {
    shape: [
      ...PERSON,
      ['month', 'text'],
      ['carried', 'hours'],
      ['planned', 'duration'],
      ['worked', 'duration'],
      ['credited', 'duration'],
      ['overtime', 'hours'],
      ['corrected', 'hours'],
      ['paidOut', 'hours'],
      ['forfeited', 'hours'],
      ['balance', 'hours'],
    ],
    rows: balancesRows,
  },
  occupancy: {
    shape: [
      ['weekday', 'text'],
      ['hour', 'number'],
      ['average', 'number'],
      ['most', 'number'],
    ],
    rows: occupancyRows,
  },
  punctuality: {
    shape: [
      ['span', 'text'],
      ['came', 'number'],
      ['late', 'number'],
      ['early', 'number'],
      ['absent', 'number'],
      ['lateBy', 'duration'],
    ],
    rows: punctualityRows,
  },
};

function whoOf({ person }: Pick<PersonDays, 'person'>): readonly TableCell[] {
  const { number, displayName, department } = personOf(person);
  return [number, displayName, department];
}

/** Days with a plan, work or leave; then what came later about closed months, so that the hours add up. */
async function* daysRows({ query, scope }: ReportTableOptions, texts: ReportTexts) {
  for await (const one of query.days(scope)) {
    const who = whoOf(one);
    for (const day of one.days) {
      if (isEmpty(day)) continue;
      const { work } = day;
      const zone = one.zoneOn(day.date);
      const first = work?.stays.find(({ state }) => state !== 'missing-arrival');
      const last = work?.stays.at(-1);
      yield [
        ...who,
        day.date,
        first && first.state !== 'missing-arrival' ? clockAt(first.arrival.at, zone) : null,
        last && last.state !== 'missing-departure' ? clockAt(last.departure.at, zone) : null,
        day.planned,
        day.worked,
        day.pauses,
        day.deducted,
        day.credited,
        day.overtime,
        leaveText(day, texts),
        [...new Set(day.flags.map(({ kind }) => texts.flags[kind]))].join(', '),
        day.closed ? texts.closed : texts.open,
      ];
    }
    for (const { date, month, difference } of one.adjustments) {
      const { worked, pauses, deducted } = difference;
      const remark = `${texts.adjustmentIn} ${month}`;
      yield [...who, date, null, null, 0, worked, pauses, deducted, 0, worked, '', remark, texts.closed];
    }
  }
}

function isEmpty({ planned, worked, credited, work, plan }: ReportDay): boolean {
  return planned + worked + credited === 0 && work === null && plan.absences.length === 0;
}

function leaveText({ plan }: ReportDay, texts: ReportTexts): string {
  const kinds = plan.absences.map(({ kind, halves }) =>
    halves.length === 1 ? `${texts.kinds[kind]} ½` : texts.kinds[kind],
  );
  return [...(plan.holiday ? [plan.holiday.name] : []), ...kinds].join(', ');
}

async function* peopleRows({ query, scope }: ReportTableOptions) {
  for await (const one of query.days(scope)) yield [...whoOf(one), ...figureCells(sumOf(one))];
}

async function* departmentsRows({ query, scope }: ReportTableOptions) {
  const { departments } = await query.departmentsOf(scope);
  for (const { department, people, figures } of departments) {
    yield [department, people, ...figureCells(figures)];
  }
}

function figureCells(figures: PersonFigures): readonly TableCell[] {
  const { planned, worked, credited, overtime, adjusted, workedDays, late, early, absent, incomplete } =
    figures;
  return [
    planned,
    worked,
    credited,
    overtime,
    adjusted,
    workedDays,
    late.times,
    late.by,
    early.times,
    early.by,
    absent,
    incomplete,
  ];
}

/** Who was late, left early, was absent, lacks a punch or was on leave, date by date. */
async function* remarksRows({ query, scope }: ReportTableOptions, texts: ReportTexts) {
  for await (const one of query.days(scope)) {
    const who = whoOf(one);
    for (const { date, flags, plan } of one.days) {
      for (const flag of flags) {
        yield [...who, date, texts.flags[flag.kind], 'by' in flag ? flag.by : null];
      }
      for (const { kind } of plan.absences)
        yield [...who, date, texts.kinds[kind satisfies AbsenceKind], null];
    }
  }
}

const PEOPLE_AT_ONCE = 200;

async function* balancesRows({ query, scope, month }: ReportTableOptions) {
  const { people, through } = scope;
  for (let i = 0; i < people.length; i += PEOPLE_AT_ONCE) {
    const group = await query.balancesOf(people.slice(i, i + PEOPLE_AT_ONCE), { month, through });
    for (const { person, balance } of group) {
      if (!balance) continue;
      const { carried, planned, worked, credited, overtime, corrected, paidOut, forfeited } = balance;
      const { number, displayName, department } = person;
      yield [
        number,
        displayName,
        department,
        month,
        carried,
        planned,
        worked,
        credited,
        overtime,
        corrected,
        paidOut,
        forfeited,
        balance.balance,
      ];
    }
  }
}

async function* occupancyRows({ query, scope }: ReportTableOptions, texts: ReportTexts) {
  if (scope.through === null) return;
  const occupancy = new Occupancy(scope.from, scope.through);
  for await (const { days, zoneOn } of query.days(scope)) occupancy.add(days, zoneOn);
  for (const { weekday, hour, average, most } of occupancy.cells()) {
    yield [texts.weekdays[weekday - 1]!, hour, rounded(average), rounded(most)];
  }
}

function rounded(count: number): number {
  return Number(count.toFixed(2));
}

async function* punctualityRows({ query, scope }: ReportTableOptions) {
  const punctuality = new Punctuality('week');
  for await (const { days } of query.days(scope)) punctuality.add(days);
  for (const { span, came, late, early, absent, lateBy } of punctuality.spans()) {
    yield [span, came, late, early, absent, lateBy];
  }
}
