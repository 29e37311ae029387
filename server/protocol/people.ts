/** People: their records, and what is known of their consent and enrollment. */
import { z } from 'zod';
import { departmentName } from './departments.ts';
import { flag, id, instant, line, next, page, version } from './fields.ts';
import { POSE_BINS } from './face.ts';

const name = line(80);

/** One name is enough: many people have a single one. */
export const isNamed = ({ givenName, familyName }: { givenName: string; familyName: string }) =>
  givenName !== '' || familyName !== '';
export const UNNAMED = { path: ['familyName'], error: 'is missing: a person needs at least one name' };

export const employeeNumber = line(40)
  .min(1, { error: 'is missing' })
  .regex(/^[\p{L}\p{N}](?:[\p{L}\p{N} ._/-]*[\p{L}\p{N}])?$/u, {
    error: 'is made of letters, digits, spaces and . _ / - and begins and ends with a letter or digit',
  });

const notEmail = { error: 'is not an e-mail address such as ada@example.org' };
const email = z.union([z.literal(''), z.email(notEmail).max(254, notEmail)], notEmail);

const phone = line(40).regex(/^$|^\+?[0-9(](?:[ ()./-]*[0-9]){2,19}\)?$/, {
  error: 'is not a phone number such as +33 1 23 45 67 89',
});

const notDate = { error: 'is not a date such as 2026-11-23' };
const startDate = z
  .union([z.literal('').transform(() => null), z.null(), z.iso.date(notDate)], notDate)
  .refine((date) => date === null || (date >= '1900-01-01' && date < '2200-01-01'), {
    error: 'is not between 1900 and 2199',
  });

export const PERSON_STATUSES = ['active', 'suspended', 'left'] as const;
export type PersonStatus = (typeof PERSON_STATUSES)[number];
const status = z.enum(PERSON_STATUSES, { error: `is not one of ${PERSON_STATUSES.join(', ')}` });

const siteId = id.nullable().describe('Whose time zone and rules count; null for the default site.');

/** What every form of a person has, in its order there. */
export const PERSON_FIELDS = [
  'givenName',
  'familyName',
  'number',
  'department',
  'jobTitle',
  'startDate',
  'email',
  'phone',
] as const;

/** A field that is left out is blank. */
export const newPerson = z
  .strictObject({
    number: employeeNumber,
    givenName: name.default(''),
    familyName: name.default(''),
    department: departmentName
      .default('')
      .describe('The name of a department of the list, in any case; blank for none.'),
    jobTitle: line(80).default(''),
    email: email.default(''),
    phone: phone.default(''),
    /** First day of work. */
    startDate: startDate.default(null),
    siteId: siteId.default(null),
    status: status.default('active'),
  })
  .refine(isNamed, UNNAMED);
export type PersonInput = z.input<typeof newPerson>;
export type NewPerson = z.infer<typeof newPerson>;

/** Any of the fields; a field that is left out stays as it is. */
export const personChange = z
  .strictObject({
    number: employeeNumber,
    givenName: name,
    familyName: name,
    department: newPerson.shape.department.unwrap(),
    jobTitle: newPerson.shape.jobTitle.unwrap(),
    email,
    phone,
    startDate,
    siteId,
    status,
  })
  .partial();
export type PersonChange = z.infer<typeof personChange>;

/** Why a person who has templates must be enrolled again. */
const reenroll = z
  .discriminatedUnion('why', [
    /** All templates are of another model pack. `recognized`: that pack still runs beside the pack in use. */
    z.strictObject({ why: z.literal('other-model'), contract: z.string(), recognized: z.boolean() }),
    /** Some or all do not open: changed from outside, or their key is gone. `recognized`: the others suffice so far. */
    z.strictObject({ why: z.literal('unreadable'), recognized: z.boolean() }),
  ])
  .meta({ id: 'Reenroll' });
export type Reenroll = z.infer<typeof reenroll>;

export const personView = z
  .strictObject({
    id,
    version,
    number: z.string(),
    givenName: z.string(),
    familyName: z.string(),
    displayName: z.string(),
    department: z.string(),
    jobTitle: z.string(),
    email: z.string(),
    phone: z.string(),
    startDate: z.string().nullable(),
    siteId,
    status,
    createdAt: instant,
    formerly: z
      .array(z.strictObject({ number: z.string(), name: z.string() }))
      .describe('Number and name of each record of this person that was merged into this one.'),
    consent: z
      .strictObject({
        version: z.string(),
        givenAt: instant,
        current: z.boolean().describe('Given to the text in force.'),
      })
      .nullable(),
    enrollment: z
      .strictObject({
        templates: z.int().describe('Templates stored for the active model contract.'),
        bins: z.array(z.enum(POSE_BINS)),
        enrolledAt: instant,
        quality: z.number().describe('Mean quality of the pose templates, 0 to 1.'),
      })
      .nullable(),
    lookAlikes: z
      .array(z.strictObject({ id, displayName: z.string() }))
      .describe('Whom recognition may not be able to tell from this person: a station asks for the number.'),
    reenroll: reenroll.nullable().describe('Null also for a person who has left.'),
  })
  .meta({ id: 'Person' });
export type PersonView = z.infer<typeof personView>;

/** Which people a list holds. All conditions hold together. */
const peopleFilter = {
  search: z
    .string()
    .max(200)
    .default('')
    .describe('Every word occurs in the number, a name, the department or the e-mail address.'),
  status: status.optional(),
  department: z
    .string()
    .max(80)
    .optional()
    .describe('The whole name, in any case; blank for those without a department.'),
  enrolled: flag.optional().describe('Whether there are templates of the model pack in use that open.'),
  reenroll: flag.optional().describe('Whether they must be enrolled again.'),
  lookAlike: flag.optional().describe('Whether they look like somebody else who is enrolled.'),
  agreeAgain: flag
    .optional()
    .describe('Whether they agreed to an earlier consent text that does not count any more.'),
};

export const PEOPLE_SORTS = ['name', 'number', 'department', 'newest'] as const;
export type PeopleSort = (typeof PEOPLE_SORTS)[number];

export const peopleQuery = z.strictObject({
  ...peopleFilter,
  sort: z
    .enum(PEOPLE_SORTS)
    .default('name')
    .describe('`name`: by family name. `newest`: the newest record first.'),
  ...page,
});
export type PeopleQuery = z.infer<typeof peopleQuery>;

export const peopleView = z.strictObject({ people: z.array(personView), next }).meta({ id: 'PeoplePage' });
export type PeoplePage = z.infer<typeof peopleView>;

export const peopleCountQuery = z.strictObject(peopleFilter);

export const peopleCountView = z.strictObject({ people: z.int() }).meta({ id: 'PeopleCount' });
export type PeopleCountView = z.infer<typeof peopleCountView>;

export const reenrollmentQuery = z.strictObject({ search: peopleFilter.search });

/** How many of the people found must be enrolled again. */
export const reenrollmentView = z
  .strictObject({
    people: z.int(),
    unrecognized: z.int().describe('Of these, how many are not recognized until then.'),
    unreadable: z.int().describe('Of these, how many have face data that does not open.'),
  })
  .meta({ id: 'Reenrollment' });
export type ReenrollmentView = z.infer<typeof reenrollmentView>;

/** What a withdrawal or an erasure did. */
export const removalView = z
  .strictObject({
    analyzers: z
      .int()
      .describe('Analyzers that have dropped the person and have no earlier frame of theirs on its way.'),
    threads: z.int().describe('Their vision threads.'),
    expired: z
      .int()
      .describe(
        'Of these, analyzers on other hosts that were out of reach: they have forgotten everybody by now, because they heard no server.',
      ),
    everywhere: z
      .boolean()
      .describe('False: not all analyzers have confirmed in time. Stored templates are gone either way.'),
  })
  .meta({ id: 'Removal' });
export type RemovalView = z.infer<typeof removalView>;

export const exportInput = z.strictObject({
  embeddings: z.boolean().default(false).describe('Include the numbers that describe the face.'),
});
