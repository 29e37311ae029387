/** Sightings and claims that were refused as punches, and what becomes of them. */
import { z } from 'zod';
import { punchKind } from './attendance.ts';
import { KEPT_REFUSALS } from './claims.ts';
import { CORRECTION_SHAPE, personOf } from './corrections.ts';
import { calendarDate, id, instant, next, reason } from './fields.ts';

/**
 * `database`: for its content, although the database is healthy. `look-alikes`: it was one of two people, and a camera cannot
 * ask which. The others: see `ClaimRefusal`.
 */
const refusal = z.enum(['database', 'look-alikes', ...KEPT_REFUSALS]);
export type Refusal = z.infer<typeof refusal>;

const notTime = { error: 'is not a time such as 08:30' };
const localTime = z
  .string()
  .regex(/^\d{4}-\d\d-\d\d ([01]\d|2[0-3]):[0-5]\d$/, notTime)
  .refine((text) => calendarDate.safeParse(text.slice(0, 10)).success, notTime);

const refusedPunchView = z
  .strictObject({
    id,
    person: personOf
      .nullable()
      .describe(
        'Who was recognized, or whom the number or badge names: with `pass` the PIN was wrong. Null where nobody knows.',
      ),
    oneOf: z
      .array(personOf)
      .describe('With `look-alikes` the two people one of whom it was; otherwise empty.'),
    source: z
      .enum(['sighting', 'pin', 'badge'])
      .nullable()
      .describe('Null for a kept punch that cannot be read.'),
    device: z.string().describe('The name of the station or camera, as it was then.'),
    at: instant.describe('With `unreadable` and `time-unsure` the best guess.'),
    localTime: z.string().describe('The same as YYYY-MM-DD HH:MM at the site.'),
    why: refusal,
    code: z.string().nullable().describe('The SQLSTATE, where the database refused it.'),
  })
  .meta({ id: 'RefusedPunch' });
export type RefusedPunchView = z.infer<typeof refusedPunchView>;

export const refusedPunchesView = z.strictObject({ refused: z.array(refusedPunchView), next });
export type RefusedPunchesView = z.infer<typeof refusedPunchesView>;

const booking = z.strictObject({
  decision: z.literal('book').describe('As a correction that adds a punch.'),
  number: CORRECTION_SHAPE.number
    .optional()
    .describe('Employee number, where it was another person; required where nobody knows the person.'),
  localTime: localTime
    .optional()
    .describe('YYYY-MM-DD HH:MM at the site, where the time is another one than that of the refused punch.'),
  says: punchKind,
  reason,
});
const dismissal = z.strictObject({ decision: z.literal('dismiss'), reason });
export const refusedPunchDecision = z.discriminatedUnion('decision', [booking, dismissal]);
export type RefusedPunchDecision = z.infer<typeof refusedPunchDecision>;
export const REFUSED_PUNCH_SHAPE = booking.shape;
