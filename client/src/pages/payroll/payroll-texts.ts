/** What the columns and formats of payroll files are called. */
import { msg } from '@lit/localize';
import type { PayrollColumn, PayrollField, PayrollProfileView } from '#protocol/payroll.ts';
import type { DraftWords } from '../../components/shared-edit/shared-edit.ts';
import { list } from '../../locales/intl.ts';

export function fieldText(field: PayrollField): string {
  return FIELDS[field]();
}

const FIELDS: Record<PayrollField, () => string> = {
  number: () => msg('Employee number'),
  familyName: () => msg('Family name'),
  givenName: () => msg('Given name'),
  name: () => msg('Full name'),
  department: () => msg('Department'),
  jobTitle: () => msg('Job title'),
  site: () => msg('Site'),
  month: () => msg('Month'),
  date: () => msg('Date'),
  fixed: () => msg('Fixed text'),
  state: () => msg('Closed or open'),
  planned: () => msg('Planned time'),
  worked: () => msg('Worked time'),
  pauses: () => msg('Breaks taken'),
  credited: () => msg('Absence that counts as worked'),
  overtime: () => msg('Overtime'),
  adjusted: () => msg('Adjustment of earlier months'),
  balance: () => msg('Balance at the end of the month'),
  lateBy: () => msg('Lateness'),
  workedDays: () => msg('Worked days'),
  late: () => msg('Late arrivals'),
  absent: () => msg('Absences without leave'),
  incomplete: () => msg('Days with a missing punch'),
  vacation: () => msg('Vacation days'),
  sick: () => msg('Sick days'),
  trip: () => msg('Days on a trip'),
  unpaid: () => msg('Days of unpaid leave'),
};

/** A profile as its form has it. */
export type Draft = Omit<PayrollProfileView, 'id' | 'version'>;
type Lines = PayrollProfileView['lines'];

export function linesText(lines: Lines): string {
  const texts: Record<Lines, string> = {
    person: msg('One line per person'),
    date: msg('One line per day'),
    amount: msg('One line per wage type'),
  };
  return texts[lines];
}

/** Each choice of a format, with an example where there is one. */
export const formats = () =>
  ({
    format: [
      ['csv', 'CSV'],
      ['xlsx', 'XLSX'],
    ],
    delimiter: [
      ['semicolon', msg('Semicolon')],
      ['comma', msg('Comma')],
      ['tab', msg('Tab')],
    ],
    decimal: [
      ['comma', '7,5'],
      ['point', '7.5'],
    ],
    hours: [
      ['decimal', msg('Hours with decimals')],
      ['clock', msg('Hours and minutes, such as 7:30')],
      ['minutes', msg('Minutes')],
    ],
    dates: [
      ['iso', '2026-11-30'],
      ['german', '30.11.2026'],
      ['american', '11/30/2026'],
      ['compact', '20261130'],
    ],
    encoding: [
      ['utf-8', 'UTF-8'],
      ['windows-1252', 'Windows-1252'],
    ],
  }) as const;

export function profileWords(): DraftWords<Draft> {
  return {
    name: { label: msg('Name') },
    lines: { label: msg('Lines'), text: linesText },
    columns: { label: msg('Columns'), text: (columns) => list(columns.map(columnText)) },
    format: { label: msg('Format'), text: choice('format') },
    headings: {
      label: msg('The first line has the headers'),
      text: (headings) => (headings ? msg('Yes') : msg('No')),
    },
    delimiter: { label: msg('Delimiter'), text: choice('delimiter') },
    decimal: { label: msg('Numbers'), text: choice('decimal') },
    hours: { label: msg('Durations'), text: choice('hours') },
    dates: { label: msg('Dates'), text: choice('dates') },
    encoding: { label: msg('Encoding'), text: choice('encoding') },
  };
}

function choice(name: keyof ReturnType<typeof formats>): (value: string) => string {
  return (value) => formats()[name].find(([one]) => one === value)?.[1] ?? value;
}

function columnText({ field, header, text }: PayrollColumn): string {
  const content = field === 'fixed' ? text : fieldText(field);
  return header === content || header === '' ? content : `${header} (${content})`;
}
