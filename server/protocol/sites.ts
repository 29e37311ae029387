/** Sites: places with doors, and the rules by which their punches are read. */
import { z } from 'zod';
import { calendarDate, id, line, next, timeZone, title, version } from './fields.ts';

const HOUR = 3_600_000;

const DOOR_READINGS = ['first-and-last', 'in-and-out'] as const;
export const doorReading = z.enum(DOOR_READINGS, { error: `is not one of ${DOOR_READINGS.join(', ')}` });
/**
 * What a passing at an automatic door means.
 *
 * `first-and-last`: the first passing of a work day is the check-in; each later passing moves the check-out forward. It claims
 * nothing that it cannot know: the last passing is "last seen", not "gone home".
 *
 * `in-and-out`: passings alternate. The first is in, the next is out, the one after it is in again.
 *
 * Doors that are only for entering or leaving mean what they say under both.
 */
export type DoorReading = z.infer<typeof doorReading>;

const APPROVAL_RULES = ['off', 'others', 'all'] as const;
const approvalRule = z.enum(APPROVAL_RULES, { error: `is not one of ${APPROVAL_RULES.join(', ')}` });
export type ApprovalRule = z.infer<typeof approvalRule>;

const NAME_ORDERS = ['given-first', 'family-first'] as const;
const nameOrder = z.enum(NAME_ORDERS, { error: `is none of ${NAME_ORDERS.join(', ')}` });
export type NameOrder = z.infer<typeof nameOrder>;

const duration = (most: number) => z.int().min(0).max(most);

/** The most steps of a break rule; the page has a field for each. */
export const BREAK_STEPS = 3;

export const breakRules = z
  .strictObject({
    steps: z
      .array(
        z.strictObject({
          after: duration(24 * HOUR).describe('Work for longer than this requires the break, ms.'),
          required: duration(8 * HOUR).describe('The whole break required, ms.'),
        }),
      )
      .max(BREAK_STEPS, { error: `are more than ${BREAK_STEPS}` })
      .refine((steps) => steps.every(({ after }, i) => i === 0 || after > steps[i - 1]!.after), {
        error: 'are not in ascending order',
      }),
    punchedCount: z.boolean().describe('Whether punched breaks count towards the required one.'),
  })
  .meta({ id: 'BreakRules' });
export type BreakRules = z.infer<typeof breakRules>;

const siteFields = {
  name: title,
  timeZone: timeZone.describe('IANA time zone of the site, and of its doors.'),
  reading: doorReading.describe(
    'What passing an automatic door means. `first-and-last`: the first passing of a work day is in, the last is out. ' +
      '`in-and-out`: passings alternate.',
  ),
  turnsAt: z
    .int()
    .min(0)
    .max(23)
    .describe('Hour (0 to 23, local) at which a work day turns where no shift is planned.'),
  longestStay: z
    .int()
    .min(4 * HOUR, { error: 'is shorter than 4 hours' })
    .max(24 * HOUR, { error: 'is longer than a day' })
    .describe(
      'A later passing than this after the arrival is not the departure, ms: the departure is missing.',
    ),
  breaks: breakRules,
  approval: approvalRule.describe(
    'Which corrections a second person must approve: none (`off`), those by others than HR and owners (`others`), or `all`.',
  ),
  nameOrder: nameOrder.describe('How the names of its people are written.'),
  viewing: z
    .boolean()
    .describe(
      'Whether the pictures of its cameras may be watched live. If not, the server sends them to nobody.',
    ),
  country: z
    .string()
    .regex(/^[A-Z]{2}$/, { error: 'is not an ISO 3166-1 code such as DE' })
    .nullable()
    .describe('For its holidays.'),
  region: line(10).min(1, { error: 'is missing' }).nullable().describe('Region of the country, such as BY.'),
};

export const siteRecord = z.strictObject(siteFields);
/** All that can be edited of a site. */
export type SiteRecord = z.infer<typeof siteRecord>;

export const siteView = z
  .strictObject({
    id,
    version,
    ...siteFields,
    default: z.boolean().describe('Whether it is the site of doors and people that have none of their own.'),
  })
  .meta({ id: 'Site' });
export type SiteView = z.infer<typeof siteView>;

export const sitesView = z.strictObject({ sites: z.array(siteView), next });

export const newSite = siteRecord.partial().required({ name: true, timeZone: true });
export type NewSite = z.infer<typeof newSite>;

export const siteChange = siteRecord.partial();
export type SiteChange = z.infer<typeof siteChange>;

/** At most as long as a report: the days are derived twice. */
export const sitePreviewInput = z.strictObject({
  change: siteChange,
  from: calendarDate,
  to: calendarDate,
});
export type SitePreviewInput = z.infer<typeof sitePreviewInput>;

const dayFigures = z.strictObject({ worked: z.number(), incomplete: z.boolean() }).nullable();

export const sitePreviewView = z
  .strictObject({
    days: z.int().describe('Work days that were compared.'),
    changed: z
      .array(
        z.strictObject({
          person: z.strictObject({ id, displayName: z.string() }),
          date: z.string(),
          before: dayFigures,
          after: dayFigures,
        }),
      )
      .describe('The first 500 of them.'),
    total: z.int().describe('How many days would change.'),
  })
  .meta({ id: 'SitePreview' });
export type SitePreviewView = z.infer<typeof sitePreviewView>;
