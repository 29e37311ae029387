/** Punches and work days. */
import { z } from 'zod';
import { calendarDate, id, instant } from './fields.ts';

const punchKind = z.enum(['in', 'out']);
export type PunchKind = z.infer<typeof punchKind>;

/** How the person was identified; a correction is written by staff. */
const punchSource = z.enum(['sighting', 'pin', 'badge', 'correction']);
export type PunchSource = z.infer<typeof punchSource>;

export const punchView = z
  .strictObject({
    id,
    kind: punchKind,
    at: instant,
    localTime: z.string().describe('HH:MM in the time zone of the door.'),
    source: punchSource,
    device: z.string().nullable().describe('Name of the station or camera.'),
    similarity: z.number().nullable(),
    live: z
      .number()
      .nullable()
      .describe('Liveness, 0 to 1: below 0.5 the face may be a picture. Null where it was not checked.'),
    snapshot: z.literal(true).optional().describe('A picture is kept: `GET /punches/{id}/snapshot`.'),
  })
  .meta({ id: 'Punch' });
export type PunchView = z.infer<typeof punchView>;

const workDayView = z
  .strictObject({
    person: z.strictObject({
      id,
      number: z.string(),
      displayName: z.string(),
      department: z.string(),
    }),
    date: z.string(),
    checkIn: punchView.nullable(),
    checkOut: punchView.nullable(),
    punches: z.array(punchView),
    worked: z
      .number()
      .nullable()
      .describe('Milliseconds between check-in and check-out; null until both exist.'),
  })
  .meta({ id: 'WorkDay' });
export type WorkDayView = z.infer<typeof workDayView>;

export const attendanceView = z
  .strictObject({
    date: z.string(),
    timeZone: z.string(),
    days: z.array(workDayView),
    absent: z.int().describe('Active people without a punch on that date.'),
  })
  .meta({ id: 'Attendance' });
export type AttendanceView = z.infer<typeof attendanceView>;

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

export const correctionInput = z.strictObject({
  number: z.string().trim().min(1, { error: 'is missing' }).max(40).describe('Employee number.'),
  date: calendarDate.describe('The work date.'),
  time: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/, { error: 'is not a time such as 08:30' })
    .describe(
      'Wall-clock time. A time before the hour at which the work day turns is on the next calendar day.',
    ),
  kind: punchKind,
  reason: z.string().trim().min(3, { error: 'is too short to say why' }).max(500),
});
export type CorrectionInput = z.infer<typeof correctionInput>;
