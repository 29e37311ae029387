/** Acts on many people at once: on whom, and what became of each. */
import { z } from 'zod';
import { departmentName } from './departments.ts';
import { calendarDate, id, instant } from './fields.ts';
import { invitationDays } from './enrollment-invitations.ts';
import { PERSON_STATUSES } from './people.ts';

export const PEOPLE_ACT_LIMITS = {
  /** Of one act. */
  people: 20_000,
  /** Named one by one: a request of 64 KiB holds so many. */
  ids: 1_000,
  /** Links that are made at once: each is printed, or sent by hand. */
  invitations: 1_000,
} as const;

const ids = z.array(id).max(PEOPLE_ACT_LIMITS.ids, { error: 'are too many to name one by one' });

const filter = z
  .strictObject({
    search: z.string().max(200).default(''),
    status: z.enum(PERSON_STATUSES).optional(),
    department: z.string().max(80).optional(),
    enrolled: z.boolean().optional(),
    reenroll: z.boolean().optional(),
    lookAlike: z.boolean().optional(),
    agreeAgain: z.boolean().optional(),
  })
  .describe('As of the list of people: all of its people, on whatever page.');

/** People named one by one, or all that a list shows but some. */
const chosenPeople = z
  .union([
    z.strictObject({ ids: ids.min(1, { error: 'are missing' }) }),
    z.strictObject({ filter, except: ids.default([]) }),
  ])
  .meta({ id: 'ChosenPeople' });
export type ChosenPeople = z.infer<typeof chosenPeople>;

export const departmentAct = z.strictObject({
  people: chosenPeople,
  department: departmentName.describe('Blank for none.'),
});
export type DepartmentAct = z.infer<typeof departmentAct>;

export const statusAct = z.strictObject({
  people: chosenPeople,
  status: z.enum(PERSON_STATUSES, { error: `is not one of ${PERSON_STATUSES.join(', ')}` }),
});
export type StatusAct = z.infer<typeof statusAct>;

export const rotaAct = z
  .strictObject({
    people: chosenPeople,
    rotaId: id,
    from: calendarDate,
    until: calendarDate.nullable().default(null).describe('The last date; null: until another one begins.'),
  })
  .refine(({ from, until }) => until === null || until >= from, {
    path: ['until'],
    error: 'is before from',
  });
export type RotaAct = z.infer<typeof rotaAct>;

export const invitationAct = z.strictObject({ people: chosenPeople, days: invitationDays });
export type InvitationAct = z.infer<typeof invitationAct>;

const personOf = z.strictObject({ id, number: z.string(), displayName: z.string() });

const failed = z
  .array(
    z.strictObject({
      person: personOf.describe('Without number and name where there is no such person.'),
      message: z.string().describe('One sentence that says why.'),
    }),
  )
  .describe('Whom it was not done for. It was done for all others.');

/** A line of the reply meanwhile. */
export const peopleActProgress = z.strictObject({ done: z.int(), of: z.int() });
export type PeopleActProgress = z.infer<typeof peopleActProgress>;

export const peopleActResult = z
  .strictObject({
    changed: z.int(),
    unchanged: z.int().describe('They had it already.'),
    failed,
  })
  .meta({ id: 'PeopleActResult' });
export type PeopleActResult = z.infer<typeof peopleActResult>;

export const invitationsResult = z
  .strictObject({
    invitations: z.array(
      z.strictObject({
        id: id.describe('Of the invitation: `POST /enrollment-invitations/{id}/mail` sends its link.'),
        person: personOf,
        token: z.string().describe('The secret of the link, shown once.'),
        expiresAt: instant,
      }),
    ),
    addresses: z
      .array(z.string())
      .describe('`https://…` at which a phone reaches this server, likeliest first; may be empty.'),
    failed,
  })
  .meta({ id: 'InvitationsResult' });
export type InvitationsResult = z.infer<typeof invitationsResult>;
