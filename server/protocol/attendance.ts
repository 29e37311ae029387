/** Punches and work days. */
import { z } from 'zod';
import { calendarDate, id, instant, next, page } from './fields.ts';
import { adjustmentView } from './figures.ts';
import { clockStepView } from './health.ts';
import { doorReading } from './sites.ts';

export const punchKind = z.enum(['in', 'out']);
export type PunchKind = z.infer<typeof punchKind>;

/** How the person was identified; a correction is written by staff. */
const punchSource = z
  .enum(['sighting', 'face-and-number', 'pin', 'badge', 'correction'])
  .describe('`face-and-number`: two people look alike, and the number said which of them it was.');
export type PunchSource = z.infer<typeof punchSource>;

/** Who wrote a correction, when and why. */
const correctedBy = z.strictObject({
  name: z.string(),
  at: instant,
  reason: z.string(),
  approvedBy: z.string().nullable(),
});

export const punchView = z
  .strictObject({
    id,
    person: id,
    says: punchKind
      .nullable()
      .describe('What the door, the person or the author of a correction says; null at an automatic door.'),
    at: instant,
    localDate: z.string().describe('Calendar date at the site, YYYY-MM-DD.'),
    localTime: z.string().describe('HH:MM at the site.'),
    timeZone: z.string().describe('Of the site.'),
    source: punchSource,
    device: z.string().nullable().describe('Name of the station or camera.'),
    similarity: z.number().nullable(),
    live: z
      .number()
      .nullable()
      .describe('Liveness, 0 to 1: below 0.5 the face may be a picture. Null where it was not checked.'),
    snapshot: z.literal(true).optional().describe('A picture is kept: `GET /punches/{id}/snapshot`.'),
    clock: clockStepView
      .optional()
      .describe(
        'The clock of the server was set around this time, so the time may be wrong: to be reviewed.',
      ),
    stated: z.literal(true).optional().describe('The person said at the station what it is.'),
    correction: correctedBy.optional().describe('Of a punch that was added by hand.'),
    voided: correctedBy.optional().describe('The punch counts nowhere.'),
  })
  .meta({ id: 'Punch' });
export type PunchView = z.infer<typeof punchView>;

const stayView = z.strictObject({
  state: z
    .enum(['complete', 'missing-arrival', 'missing-departure'])
    .describe('A departure is not missing while the person may still be there: see `presence` of the day.'),
  arrival: id.nullable().describe('Id of the punch.'),
  departure: id.nullable(),
  moves: z
    .boolean()
    .describe('The departure is only when the person was last seen: a later passing moves it forward.'),
});

/**
 * Today: `here` (in, under `in-and-out`), `seen` (it is not known whether the person is still there), `left` (a door or the
 * person said so). A day in the past: `complete`, `missing-arrival`, `missing-departure`. `not-seen`: all its punches are voided.
 */
const PRESENCES = [
  'here',
  'seen',
  'left',
  'complete',
  'missing-arrival',
  'missing-departure',
  'not-seen',
] as const;
export type Presence = (typeof PRESENCES)[number];

const workDayView = z
  .strictObject({
    person: z.strictObject({
      id,
      number: z.string(),
      displayName: z.string(),
      department: z.string(),
    }),
    date: z.string(),
    because: z
      .enum(['turn', 'shift', 'stay'])
      .describe(
        'Why it has this date: by the turn of the day, by a planned shift, or because a stay began before the turn.',
      ),
    presence: z.enum(PRESENCES),
    checkIn: punchView.nullable().describe('The first arrival.'),
    checkOut: punchView.nullable().describe('The last departure; null where the person came back after it.'),
    punches: z.array(punchView).describe('In order, voided ones too.'),
    stays: z.array(stayView),
    worked: z.number().describe('Presence less required breaks, ms: only what is certain.'),
    pauses: z.number().describe('Between the stays, ms.'),
    deducted: z.number().describe('Required break that was not taken, ms.'),
    incomplete: z.boolean().describe('An arrival or a departure is missing.'),
    closed: z
      .literal(true)
      .optional()
      .describe('Its month is closed: the figures are the frozen ones, whatever the punches say now.'),
  })
  .meta({ id: 'WorkDay' });
export type WorkDayView = z.infer<typeof workDayView>;

const punchOfPerson = z.strictObject({ punch: punchView, person: workDayView.shape.person });

const attendanceHead = {
  date: z.string(),
  today: z.string().describe('The current work date of the default site.'),
  timeZone: z.string().describe('Of the default site.'),
  readings: z.array(doorReading).describe('The readings of the sites: which figures there are.'),
  figures: z
    .strictObject({
      here: z.int(),
      seen: z.int(),
      left: z.int(),
      absent: z.int().describe('Active people without a punch on that date.'),
    })
    .describe('Counts of the days by presence.'),
};

export const attendanceView = z
  .strictObject({ ...attendanceHead, days: z.array(workDayView) })
  .meta({ id: 'Attendance' });
export type AttendanceView = z.infer<typeof attendanceView>;

/** The most punches in a summary. */
export const LATEST_PUNCHES = 7;

export const attendanceSummaryView = z
  .strictObject({
    ...attendanceHead,
    latest: z
      .array(punchOfPerson)
      .max(LATEST_PUNCHES)
      .describe('The last punches on the board of today, newest first. Voided ones are left out.'),
  })
  .meta({ id: 'AttendanceSummary' });
export type AttendanceSummaryView = z.infer<typeof attendanceSummaryView>;

export const attendanceQuery = z.strictObject({
  date: calendarDate.optional().describe('The work date. The default is today.'),
});

/** The most days in one report, the first and the last included. */
const REPORT_MOST = 366;

export const reportQuery = z.strictObject({ from: calendarDate, to: calendarDate }).refine(
  ({ from, to }) => {
    const days = (Date.parse(to) - Date.parse(from)) / 86_400_000;
    return days >= 0 && days < REPORT_MOST;
  },
  { path: ['to'], error: `is before the first day, or makes the report longer than ${REPORT_MOST} days` },
);

const monthPattern = /^\d{4}-(0[1-9]|1[0-2])$/;
/** A calendar month, YYYY-MM. */
export const month = z
  .string()
  .regex(monthPattern, { error: 'is not a month such as 2026-11' })
  .refine((text) => text >= '1900-01', { error: 'is not a month such as 2026-11' });

export const timesheetQuery = z.strictObject({ month });

export const timesheetView = z
  .strictObject({
    person: workDayView.shape.person,
    month,
    days: z.array(workDayView).describe('Days with punches.'),
    closed: z.boolean().describe('The figures are frozen.'),
    adjustments: z
      .array(adjustmentView)
      .describe('What came later about closed months, and counts in this month.'),
    worked: z.number().describe('Sum of the days and the adjustments, ms.'),
    incomplete: z.int().describe('Days on which an arrival or a departure is missing.'),
  })
  .meta({ id: 'Timesheet' });
export type TimesheetView = z.infer<typeof timesheetView>;

/** To find a burst of wrong punches. */
export const punchesQuery = z.strictObject({
  ...page,
  from: instant,
  to: instant,
  device: id.optional(),
  person: id.optional(),
});
export type PunchesQuery = z.infer<typeof punchesQuery>;

export const punchesView = z.strictObject({ punches: z.array(punchOfPerson), next });
export type PunchesView = z.infer<typeof punchesView>;
