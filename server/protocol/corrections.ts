/** Corrections of the punches: requested, approved where the policy of the site says so, and applied. */
import { z } from 'zod';
import { punchKind, punchView } from './attendance.ts';
import { calendarDate, id, instant, line, next, page, prose, reason } from './fields.ts';

const correctionKind = z.enum(['add', 'void', 'move', 'change', 'merge']);
export type CorrectionKind = z.infer<typeof correctionKind>;

export const correctionState = z.enum(['waiting', 'applied', 'refused', 'withdrawn']);
export type CorrectionState = z.infer<typeof correctionState>;

/** The fault of an employee number. */
export const NUMBER_OF_NOBODY = 'is not the number of any person';

const employee = line(40).min(1, { error: 'is missing' }).describe('Employee number.');

/** The most punches that one correction voids. */
export const MOST_VOIDED = 500;

/** A punch that no door recorded. */
const addition = z.strictObject({
  kind: z.literal('add'),
  number: employee,
  siteId: id.describe('The site; its time zone is that of `date` and `time`.'),
  date: calendarDate.describe(
    'The work date. A time before the turn of the day of the site is on the next calendar day.',
  ),
  time: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/, { error: 'is not a time such as 08:30' })
    .describe('Wall-clock time at the site.'),
  pass: z
    .enum(['first', 'second'])
    .default('first')
    .describe('Which of the two is meant where the clocks showed that time twice.'),
  says: punchKind,
  reason,
});

/** Punches that should not be there, such as a burst at a wrong time. They stay visible, and count nowhere. */
const voiding = z.strictObject({
  kind: z.literal('void'),
  punchIds: z
    .array(id)
    .min(1, { error: 'are missing' })
    .max(MOST_VOIDED, { error: `are more than ${MOST_VOIDED}` })
    .refine((ids) => new Set(ids).size === ids.length, { error: 'name a punch twice' }),
  reason,
});

/** A punch that belongs to another person: voided for the one, added for the other. */
const move = z.strictObject({ kind: z.literal('move'), punchId: id, number: employee, reason });

/** A punch with a wrong time, or that says the wrong thing: voided, and added as it was in truth. */
export const changedPunch = addition.omit({ number: true, siteId: true }).extend({
  kind: z.literal('change'),
  punchId: id.describe('`date` and `time` are those of its site.'),
  date: calendarDate.describe('The calendar date, as `localDate` of the punch: not the work date.'),
});

export const correctionInput = z.discriminatedUnion('kind', [addition, voiding, move, changedPunch]);
export type CorrectionInput = z.infer<typeof correctionInput>;
export const CORRECTION_SHAPE = addition.shape;

export const personOf = z.strictObject({ id, number: z.string(), displayName: z.string() });
const who = z.strictObject({ name: z.string(), at: instant });

export const correctionView = z
  .strictObject({
    id,
    kind: correctionKind,
    state: correctionState,
    person: personOf.nullable().describe('Null for a set of punches of several people.'),
    toPerson: personOf.nullable().describe('Of a move: the person who gets the punch.'),
    punches: z
      .array(punchView)
      .describe('Added by it, or voided by it, or waiting for that; of a `merge` of two records none.'),
    says: punchKind.nullable(),
    at: instant.nullable().describe('Of a punch to add, or of what one is changed to.'),
    localTime: z.string().nullable().describe('The same as YYYY-MM-DD HH:MM at the site.'),
    site: z.string().nullable(),
    reason: z.string(),
    author: who,
    decision: who.nullable().describe('Who approved or refused it, or when it was withdrawn.'),
    note: z.string().nullable(),
    mayDecide: z.boolean().describe('Whether it waits for the caller.'),
    mayWithdraw: z.boolean().describe('Whether it waits, and the caller asked for it.'),
  })
  .meta({ id: 'Correction' });
export type CorrectionView = z.infer<typeof correctionView>;

export const correctionsQuery = z.strictObject({
  ...page,
  state: correctionState.optional(),
  person: id.optional(),
});
export type CorrectionsQuery = z.infer<typeof correctionsQuery>;

export const correctionsView = z.strictObject({ corrections: z.array(correctionView), next });
export type CorrectionsView = z.infer<typeof correctionsView>;

export const correctionDecision = z.strictObject({
  decision: z.enum(['approve', 'refuse']),
  note: prose(500).optional(),
});
export type CorrectionDecision = z.infer<typeof correctionDecision>;
