/** Closing months: what is open, what is frozen, and what came later. */
import { z } from 'zod';
import { month } from './attendance.ts';
import { adjustmentView, figures } from './figures.ts';
import { departmentName } from './departments.ts';
import { id, instant, next, page, pageQuery, reason } from './fields.ts';

const personOf = z.strictObject({
  id,
  number: z.string(),
  displayName: z.string(),
  department: z.string(),
});
const who = z.strictObject({ name: z.string(), at: instant });
const department = departmentName.min(1, { error: 'is missing' });

const openItemView = z.strictObject({
  kind: z
    .enum([
      'missing-arrival',
      'missing-departure',
      'still-there',
      'correction-waiting',
      'absence-waiting',
      'no-department',
    ])
    .describe(
      '`still-there`: the work day is not over. `no-department`: the person has work that no manager sees.',
    ),
  person: personOf,
  date: z.string().nullable().describe('Null where it is about the whole month.'),
});
export type OpenItemView = z.infer<typeof openItemView>;

export const closingView = z
  .strictObject({
    id,
    month,
    department: z.string().nullable().describe('Null: everybody who was not closed yet.'),
    closed: who,
    reopened: who.extend({ reason: z.string() }).nullable().describe('Since then it counts no more.'),
    openItems: z.int().describe('How many open items were accepted.'),
    people: z.int().describe('People whose month it closed; for a manager: of the own department.'),
    frozen: figures.describe('Sum of the frozen days of these people.'),
    adjusted: figures.describe('Sum of the adjustments that count in the month.'),
  })
  .meta({ id: 'Closing' });
export type ClosingView = z.infer<typeof closingView>;

export const closingsQuery = z.strictObject({ ...page, month: month.optional() });
export type ClosingsQuery = z.infer<typeof closingsQuery>;
export const closingsView = z.strictObject({ closings: z.array(closingView), next });
export type ClosingsView = z.infer<typeof closingsView>;

const closedPersonView = z.strictObject({
  person: personOf,
  frozen: figures,
  planned: z.number().nullable().describe('Planned time of the month, ms; null where nothing was planned.'),
  days: z.array(
    z.strictObject({
      date: z.string(),
      figures,
      planned: z.number().nullable(),
      punches: z.array(id).describe('Ids of the punches that counted.'),
    }),
  ),
  adjustments: z.array(adjustmentView).describe('What came later about earlier closed months.'),
});

/** The page is one of people, by id. */
export const closingQuery = pageQuery;
export const closingDetailView = z.strictObject({
  closing: closingView,
  people: z.array(closedPersonView),
  next,
});
export type ClosingDetailView = z.infer<typeof closingDetailView>;

export const closingPreviewQuery = z.strictObject({
  month,
  department: department.optional().describe('Everybody by default.'),
});

/** Of people whose month is not closed. */
export const closingPreviewView = z.strictObject({
  month,
  department: z.string().nullable(),
  over: z.boolean().describe('A month is closed when it is over.'),
  people: z.int().describe('People whose month would be closed.'),
  alreadyClosed: z.int().describe('People whose month is closed already.'),
  openItems: z.array(openItemView),
  figures: figures.describe('Sum of the days that would be frozen.'),
  adjustments: z
    .array(z.strictObject({ person: personOf, ...adjustmentView.shape }))
    .describe('What came later about closed months, and would be frozen with this one.'),
});
export type ClosingPreviewView = z.infer<typeof closingPreviewView>;

export const newClosing = z.strictObject({
  month,
  department: department.nullable().describe('Null for everybody who is not closed yet.'),
  accept: z.boolean().default(false).describe('Close although items are open: they are frozen as they are.'),
});
export type NewClosing = z.infer<typeof newClosing>;

export const reopeningInput = z.strictObject({
  reason,
});
