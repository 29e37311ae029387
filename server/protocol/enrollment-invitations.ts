/** Invitations with which people enroll their own face on their own phone, and what HR decides about the result. */
import { z } from 'zod';
import { consentTextsView } from './consents.ts';
import { POSE_BINS } from './face.ts';
import { id, instant, next, page, reason } from './fields.ts';
import { INVITATION_LIMITS } from './limits.ts';

/**
 * `sent`, `opened`: the link works. `waiting`: a face was captured, and HR has to decide. The others are final; after
 * `declined` the person wants a PIN or badge instead.
 */
const INVITATION_STATES = [
  'sent',
  'opened',
  'waiting',
  'enrolled',
  'declined',
  'rejected',
  'revoked',
  'expired',
] as const;
export type InvitationState = (typeof INVITATION_STATES)[number];

const personOf = z.strictObject({ id, number: z.string(), displayName: z.string() });

export const enrollmentInvitationView = z
  .strictObject({
    id,
    person: personOf,
    state: z.enum(INVITATION_STATES),
    createdAt: instant,
    createdBy: z.string().describe('Name of the account that made it.'),
    expiresAt: instant.describe('When the link stops working.'),
    openedAt: instant.nullable().describe('When the link was first opened.'),
    consentedAt: instant.nullable().describe('When the person agreed to the consent text on this link.'),
    endedAt: instant.nullable(),
    endedBy: z.string().nullable().describe('Name of the account that ended it; null where nobody did.'),
    reason: z.string().nullable().describe('Why it was rejected.'),
    capture: z
      .strictObject({
        at: instant,
        bins: z.array(z.enum(POSE_BINS)),
        quality: z.number().describe('Mean quality of the pose templates, 0 to 1.'),
        deletedAt: instant.describe('When it is deleted if nobody decides.'),
        replaces: z.boolean().describe('The person is enrolled already, and would be enrolled anew.'),
        duplicate: z
          .strictObject({ ...personOf.shape, similarity: z.number() })
          .nullable()
          .describe('The enrolled person whom the face seemed to be when it was captured.'),
      })
      .nullable()
      .describe('What was captured, while it waits for a decision.'),
  })
  .meta({ id: 'EnrollmentInvitation' });
export type EnrollmentInvitationView = z.infer<typeof enrollmentInvitationView>;

export const enrollmentInvitationsQuery = z.strictObject({
  personId: id.optional(),
  state: z
    .enum(['waiting', 'open'])
    .optional()
    .describe('`waiting`: HR has to decide. `open`: the link works.'),
  ...page,
});
export type EnrollmentInvitationsQuery = z.infer<typeof enrollmentInvitationsQuery>;

/** Newest first. */
export const enrollmentInvitationsView = z
  .strictObject({
    invitations: z.array(enrollmentInvitationView),
    waiting: z.int().describe('How many captures wait for a decision, whatever the filter.'),
    next,
  })
  .meta({ id: 'EnrollmentInvitationsPage' });
export type EnrollmentInvitationsPage = z.infer<typeof enrollmentInvitationsView>;

const { leastDays, mostDays, usualDays } = INVITATION_LIMITS;

export const invitationDays = z
  .int()
  .min(leastDays, { error: 'is shorter than a day' })
  .max(mostDays, { error: `is longer than ${mostDays} days` })
  .default(usualDays)
  .describe('How long the link works.');

export const newEnrollmentInvitation = z.strictObject({ personId: id, days: invitationDays });
export type NewEnrollmentInvitation = z.infer<typeof newEnrollmentInvitation>;

export const newEnrollmentInvitationView = z
  .strictObject({
    invitation: enrollmentInvitationView,
    token: z.string().describe('The secret of the link, shown once.'),
    addresses: z
      .array(z.string())
      .describe('`https://…` at which a phone reaches this server, likeliest first; may be empty.'),
  })
  .meta({ id: 'NewEnrollmentInvitation' });
export type NewEnrollmentInvitationView = z.infer<typeof newEnrollmentInvitationView>;

export const invitationConfirmation = z.strictObject({
  reason: reason.optional().describe('Required where the face seems to be another person.'),
});

export const invitationRejection = z.strictObject({ reason });

/** A browser may also be signed in: the page of an invitation says that it speaks for that. */
export const asInvitation = z.strictObject({ as: z.literal('invitation').optional() });

export const selfEnrollmentOpening = z.strictObject({
  token: z.string().max(64).describe('The secret of the link.'),
});

/** What the person sees who opened the link. */
export const selfEnrollmentView = z
  .strictObject({
    person: z.strictObject({ id, displayName: z.string() }),
    expiresAt: instant.describe('When the link stops working.'),
    consented: z.boolean().describe('The person agreed to the text in force, on this link.'),
    confirmed: z.boolean().describe('Whether HR confirms every capture before it counts.'),
    consent: consentTextsView,
  })
  .meta({ id: 'SelfEnrollment' });
export type SelfEnrollmentView = z.infer<typeof selfEnrollmentView>;

export const selfConsent = z.strictObject({ version: z.string().max(32), language: z.string().max(35) });
export type SelfConsent = z.infer<typeof selfConsent>;
