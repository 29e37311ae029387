/** Consent to being recognized: the texts, and what people agreed to. */
import { z } from 'zod';
import { id, instant, next } from './fields.ts';

/** How the person agreed, where staff record it. */
const CONSENT_METHODS = ['in-person', 'on-paper', 'electronic'] as const;
/** `self`: on their own phone, through an invitation. */
const consentMethod = z.enum([...CONSENT_METHODS, 'self']);
export type ConsentMethod = z.infer<typeof consentMethod>;

export interface ConsentText {
  version: string;
  /** BCP 47, such as `de`. */
  language: string;
  text: string;
}

/** The version in force, in every language it is written in. */
export const consentTextsView = z
  .strictObject({
    version: z.string(),
    texts: z.array(
      z.strictObject({ language: z.string().describe('BCP 47, such as `de`.'), text: z.string() }),
    ),
  })
  .meta({ id: 'ConsentTexts' });
export type ConsentTextsView = z.infer<typeof consentTextsView>;

export const consentInput = z.strictObject({
  version: z.string().max(32),
  language: z.string().max(35),
  method: z.enum(CONSENT_METHODS, { error: `is not one of ${CONSENT_METHODS.join(', ')}` }),
});
export type ConsentInput = z.infer<typeof consentInput>;

export const consentView = z
  .strictObject({
    ...consentInput.shape,
    method: consentMethod.describe('`self`: on their own phone, through an invitation.'),
    givenAt: instant,
    recordedBy: z.string().nullable().describe('Name of the account that recorded it; null for `self`.'),
    invitationId: id.nullable().describe('Of `self`: the invitation.'),
    withdrawnAt: instant.nullable(),
    withdrawnBy: z.string().nullable(),
  })
  .meta({ id: 'Consent' });
export type ConsentView = z.infer<typeof consentView>;

/** Newest first. */
export const consentsView = z.strictObject({ consents: z.array(consentView), next });
