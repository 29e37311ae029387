/** Reports of hours: month sheets, departments, people, balances, occupancy and punctuality. */
import { z } from 'zod';
import { month } from './attendance.ts';
import { adjustmentView } from './figures.ts';
import { calendarDate, id, instant, line, next, page } from './fields.ts';
import { LANGUAGES } from './language.ts';

const DAY = 86_400_000;
const ms = z.number().describe('Milliseconds.');
const person = z.strictObject({ id, number: z.string(), displayName: z.string(), department: z.string() });

/** The most days in a report that is shown at once; a list by people, and a file, may have a year. */
const SHOWN_MOST = 92;
const YEAR_MOST = 366;

const department = line(120)
  .min(1, { error: 'is missing' })
  .optional()
  .describe('Everybody by default; for a manager, the own department.');
const span = {
  from: calendarDate.describe('First date.'),
  to: calendarDate.describe('Last date.'),
  department,
};

const fits =
  (most: number) =>
  ({ from, to }: { from: string; to: string }) => {
    const days = (Date.parse(to) - Date.parse(from)) / DAY + 1;
    return days >= 1 && days <= most;
  };
const tooLong = (most: number) => ({ path: ['to'], error: `is before from, or more than ${most} days` });

export const reportSpanQuery = z.strictObject(span).refine(fits(SHOWN_MOST), tooLong(SHOWN_MOST));
export type ReportSpanQuery = z.infer<typeof reportSpanQuery>;

export const reportPeopleQuery = z
  .strictObject({
    ...page,
    ...span,
    only: z
      .enum(['remarkable'])
      .optional()
      .describe('Only people who were late, left early, were absent, or lack a punch.'),
  })
  .refine(fits(YEAR_MOST), tooLong(YEAR_MOST));
export type ReportPeopleQuery = z.infer<typeof reportPeopleQuery>;

const through = z
  .string()
  .nullable()
  .describe('The last date that is counted: days that are not over are not. Null where no day is over.');

const counted = z.strictObject({ times: z.int(), by: ms.describe('All times together, ms.') });
const leave = z
  .strictObject({ vacation: z.number(), sick: z.number(), trip: z.number(), unpaid: z.number() })
  .describe('Days of leave; half days count 0.5.');

const personFiguresView = z
  .strictObject({
    planned: ms,
    worked: ms,
    credited: ms.describe('Absence that counts as worked, ms.'),
    overtime: ms.describe('`worked` and `credited` less `planned`, ms.'),
    adjusted: ms.describe('Work of earlier closed months that became known later, and counts here, ms.'),
    workedDays: z.int().describe('Dates with work.'),
    incomplete: z.int().describe('Dates on which an arrival or a departure is missing.'),
    late: counted,
    early: counted.describe('Departures before the end of the shift.'),
    absent: z.int().describe('Shifts to which nobody came, without leave.'),
    leave,
  })
  .meta({ id: 'ReportFigures' });

export const departmentsReportView = z
  .strictObject({
    through,
    departments: z.array(
      z.strictObject({
        department: z.string().describe('Empty for people without a department.'),
        people: z.int(),
        figures: personFiguresView,
      }),
    ),
    total: personFiguresView,
  })
  .meta({ id: 'DepartmentsReport' });
export type DepartmentsReportView = z.infer<typeof departmentsReportView>;

export const peopleReportView = z
  .strictObject({ through, people: z.array(z.strictObject({ person, figures: personFiguresView })), next })
  .meta({ id: 'PeopleReport' });
export type PeopleReportView = z.infer<typeof peopleReportView>;

export const balancesReportQuery = z.strictObject({ ...page, month, department });
export type BalancesReportQuery = z.infer<typeof balancesReportQuery>;

const balanceOfMonth = z
  .strictObject({
    planned: ms,
    worked: ms,
    credited: ms,
    overtime: ms,
    carried: ms.describe('Balance at the beginning of the month, ms.'),
    corrected: ms,
    paidOut: ms,
    forfeited: ms.describe('Above the cap at the end of the month, ms.'),
    balance: ms.describe('At the end of the month, or at its last day that is over, ms.'),
  })
  .meta({ id: 'BalanceOfMonth' });
export type BalanceOfMonth = z.infer<typeof balanceOfMonth>;

export const balancesReportView = z
  .strictObject({
    through,
    people: z.array(
      z.strictObject({
        person,
        balance: balanceOfMonth.nullable().describe('Null where the balance has not begun.'),
      }),
    ),
    next,
  })
  .meta({ id: 'BalancesReport' });
export type BalancesReportView = z.infer<typeof balancesReportView>;

export const occupancyView = z
  .strictObject({
    through,
    cells: z
      .array(
        z.strictObject({
          weekday: z.int().describe('1 is Monday, 7 is Sunday.'),
          hour: z.int().describe('0 to 23, by the clock at the site.'),
          average: z.number().describe('People there; whoever was there for half the hour counts half.'),
          most: z.number().describe('On the date with the most.'),
        }),
      )
      .describe('By weekday, then hour. Only complete stays count.'),
  })
  .meta({ id: 'Occupancy' });
export type OccupancyView = z.infer<typeof occupancyView>;

export const punctualityView = z
  .strictObject({
    through,
    spans: z.array(
      z.strictObject({
        span: z.string().describe('`2026-W48` or `2026-11`: weeks, or months where the report is long.'),
        came: z.int().describe('Days on which somebody was to come and came.'),
        late: z.int().describe('Of them, days with a late arrival.'),
        early: z.int().describe('Of them, days with an early departure.'),
        absent: z.int().describe('Days on which somebody was to come and did not, without leave.'),
        lateBy: ms.describe('All lateness together, ms.'),
      }),
    ),
  })
  .meta({ id: 'Punctuality' });
export type PunctualityView = z.infer<typeof punctualityView>;

// ── The month of a person ────────────────────────────────────────────────────────────────────────

export const monthSheetQuery = z.strictObject({ month });

const sheetStay = z.strictObject({
  arrival: z.string().nullable().describe('HH:MM where the person was; null where it is missing.'),
  departure: z.string().nullable(),
});

const SHEET_FLAGS = [
  'late',
  'early',
  'absent',
  'missing-arrival',
  'missing-departure',
  'unplanned',
  'break-missed',
  'short-rest',
  'clock-set',
] as const;

const sheetDay = z
  .strictObject({
    date: z.string(),
    planned: ms,
    worked: ms,
    credited: ms,
    overtime: ms.describe('0 for a day that is not over.'),
    pauses: ms.describe('Between the stays, ms.'),
    deducted: ms.describe('Required break that was not taken, ms.'),
    incomplete: z.boolean(),
    over: z.boolean().describe('The day is over, and counts.'),
    stays: z.array(sheetStay),
    shifts: z.array(
      z.strictObject({
        name: z.string(),
        begin: z.string().describe('HH:MM'),
        end: z.string().describe('HH:MM; earlier than `begin` where it is on the next date.'),
      }),
    ),
    holiday: z.string().nullable(),
    leave: z.array(
      z.strictObject({ kind: z.enum(['vacation', 'sick', 'trip', 'unpaid']), days: z.number() }),
    ),
    flags: z.array(
      z.strictObject({
        kind: z.enum(SHEET_FLAGS),
        by: ms.nullable().describe('How late or how early, ms.'),
      }),
    ),
    corrected: z.boolean().describe('A punch was added or removed by hand.'),
  })
  .meta({ id: 'MonthSheetDay' });
export type MonthSheetDay = z.infer<typeof sheetDay>;

export const monthSheetView = z
  .strictObject({
    person,
    month,
    timeZone: z.string().describe('Of the site of the person.'),
    through,
    closed: z.boolean().describe('The hours are frozen.'),
    days: z.array(sheetDay).describe('Every date of the month.'),
    adjustments: z.array(adjustmentView),
    figures: personFiguresView.describe('Of the days that are over.'),
    balance: balanceOfMonth.nullable().describe('Null where the balance has not begun.'),
    asOf: instant,
  })
  .meta({ id: 'MonthSheet' });
export type MonthSheetView = z.infer<typeof monthSheetView>;

// ── Files ────────────────────────────────────────────────────────────────────────────────────────

export const FILE_TYPES = {
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  csv: 'text/csv; charset=utf-8',
  pdf: 'application/pdf',
} as const;

export const reportFileQuery = z
  .strictObject({
    report: z
      .enum([
        'days',
        'people',
        'departments',
        'remarks',
        'balances',
        'occupancy',
        'punctuality',
        'month-sheets',
      ])
      .describe('`days`: a line for each person and date. `remarks`: for each lateness, absence and leave.'),
    format: z
      .enum(['xlsx', 'csv', 'pdf'])
      .optional()
      .describe('Month sheets are a PDF, everything else is XLSX or CSV: by default as the settings say.'),
    ...span,
    person: id.optional().describe('Only this person.'),
    language: z.enum(LANGUAGES).default('en').describe('Of the headings.'),
    delimiter: z
      .enum(['comma', 'semicolon', 'tab'])
      .optional()
      .describe('Of a CSV: by default as the settings say.'),
    decimal: z
      .enum(['point', 'comma'])
      .optional()
      .describe('Of a CSV: a point in English, a comma in other languages by default.'),
    paper: z.enum(['a4', 'letter']).default('a4').describe('Of a PDF.'),
  })
  .refine(fits(YEAR_MOST), tooLong(YEAR_MOST))
  .refine(({ report, format }) => (report === 'month-sheets') === (format === 'pdf'), {
    path: ['format'],
    error: 'is none in which this report is written',
  })
  .refine(
    ({ report, from, to }) =>
      !['month-sheets', 'balances'].includes(report) || from.slice(0, 7) === to.slice(0, 7),
    { path: ['to'], error: 'is in another month than from' },
  );
export type ReportFileQuery = z.infer<typeof reportFileQuery>;
