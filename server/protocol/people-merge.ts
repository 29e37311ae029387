/** Two records of one person become one: what each has, what collides, and what HR chooses. */
import { z } from 'zod';
import { calendarDate, id, instant, reason } from './fields.ts';
import { PERSON_FIELDS, personView, removalView } from './people.ts';

/** `stays`: the record that is left afterwards; `goes`: the one whose data it gets. */
const side = z.enum(['stays', 'goes']);
export type MergeSide = z.infer<typeof side>;

/** What is chosen of one record or the other. */
export const MERGED_FIELDS = [...PERSON_FIELDS, 'siteId', 'status'] as const;
export type MergedField = (typeof MERGED_FIELDS)[number];

const monthName = z.string().describe('YYYY-MM.');

const mergeRecord = z
  .strictObject({
    person: personView,
    punches: z.int().describe('That count.'),
    firstPunch: instant.nullable(),
    lastPunch: instant.nullable(),
    absences: z.int(),
    absenceRequests: z.int().describe('That wait for a decision.'),
    rotas: z.int().describe('Assigned to the person, not to the department.'),
    exceptions: z.int(),
    balanceEntries: z.int(),
    allowances: z.int().describe('Years with a vacation allowance.'),
    consents: z.int(),
    face: z.boolean(),
    pin: z.boolean(),
    badge: z.boolean(),
    account: z.string().nullable().describe('User name of the account of the person.'),
    invited: z.boolean().describe('An invitation to enroll is open, or a capture waits.'),
  })
  .meta({ id: 'MergeRecord' });
export type MergeRecord = z.infer<typeof mergeRecord>;

/** What has to be settled before. */
const obstacle = z
  .discriminatedUnion('why', [
    /** Months that are closed with hours of the record that goes. */
    z.strictObject({ why: z.literal('closed-months'), months: z.array(monthName) }),
    z.strictObject({ why: z.literal('waiting-corrections'), amount: z.int() }),
    /** Agreed in one record, and withdrawn later in the other. */
    z.strictObject({ why: z.literal('consent-withdrawn') }),
  ])
  .meta({ id: 'MergeObstacle' });
export type MergeObstacle = z.infer<typeof obstacle>;

export const mergePreviewView = z
  .strictObject({
    version: z.string().describe('Of all that is chosen from; send it with the merge.'),
    stays: mergeRecord,
    goes: mergeRecord,
    obstacles: z.array(obstacle).describe('Not empty: they cannot be merged before.'),
    collisions: z
      .strictObject({
        days: z.array(calendarDate).describe('Dates on which both have punches; at most 100.'),
        repeated: z
          .int()
          .describe('Punches of the record that goes which repeat one of the other: they count no more.'),
        absences: z
          .array(z.strictObject({ from: calendarDate, to: calendarDate }))
          .describe('Of the record that goes, within an absence of the other: they are dropped.'),
        adjusted: z
          .array(monthName)
          .describe('Closed months that get punches: they count as adjustments in an open month.'),
        dropped: z
          .strictObject({
            rotas: z.int(),
            exceptions: z.int(),
            balanceEntries: z.int(),
            allowances: z.int(),
            account: z.boolean(),
          })
          .describe('Of the record that goes, where the other has its own.'),
      })
      .meta({ id: 'MergeCollisions' }),
  })
  .meta({ id: 'MergePreview' });
export type MergePreviewView = z.infer<typeof mergePreviewView>;

export const mergeQuery = z.strictObject({ goes: id.describe('The record that goes.') });

/** Of what is left out, the record that stays keeps its own, or gets what only the other has. */
export const mergeInput = z.strictObject({
  goes: id,
  version: z.string().max(64),
  fields: z
    .strictObject(Object.fromEntries(MERGED_FIELDS.map((name) => [name, side])) as Sides)
    .partial()
    .default({}),
  face: side.default('stays').describe('Of which record, where both are enrolled.'),
  pin: side.default('stays'),
  badge: side.default('stays'),
  reason: reason.describe('Stands beside each punch that is taken over.'),
});
type Sides = Record<MergedField, typeof side>;
export type MergeInput = z.infer<typeof mergeInput>;

export const mergedView = z
  .strictObject({
    person: personView,
    punches: z.int().describe('Punches that were taken over.'),
    removal: removalView,
  })
  .meta({ id: 'MergedPeople' });
export type MergedView = z.infer<typeof mergedView>;
