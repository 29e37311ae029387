/** Consent to being recognized: the texts, and what people agreed to. */
import { z } from 'zod';
import { id, instant, next, prose, version } from './fields.ts';

/** How the person agreed, where staff record it. */
const CONSENT_METHODS = ['in-person', 'on-paper', 'electronic'] as const;
/** `self`: by themselves, through an invitation or an account of their own. */
const consentMethod = z.enum([...CONSENT_METHODS, 'self']);
export type ConsentMethod = z.infer<typeof consentMethod>;

/** Characters of a text: a shorter one does not say enough, and nobody reads a longer one. */
export const CONSENT_TEXT_LENGTH = { min: 200, max: 20_000 };
/** Of one draft: as many as go into one request at their usual length. */
const MOST_LANGUAGES = 20;
/** The languages that a page offers for a text; a text in any other one is sent by the API, or comes as a file. */
export const OFFERED_LANGUAGES: readonly string[] =
  'ar bg bn cs da de el en es et fa fi fr ga hi hr hu it lt lv mt nl no pl pt ro ru sk sl sq sr sv ta tr uk ur vi zh'.split(
    ' ',
  );
/** BCP 47, as a part of file names too. */
export const LANGUAGE_TAG = '[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*';

export interface ConsentText {
  version: string;
  /** BCP 47, such as `de`. */
  language: string;
  text: string;
}

const shownText = z.strictObject({
  language: z.string().describe('BCP 47, such as `de`.'),
  text: z.string(),
});

/** The version in force, in every language it is written in. */
export const consentTextsView = z
  .strictObject({
    version: z.string(),
    texts: z.array(shownText),
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
    method: consentMethod.describe(
      '`self`: by themselves, through an invitation or an account of their own.',
    ),
    givenAt: instant,
    recordedBy: z
      .string()
      .nullable()
      .describe(
        'Name of the account that recorded it; null where the person had none and used an invitation.',
      ),
    invitationId: id.nullable().describe('Of `self`: the invitation, where one was used.'),
    withdrawnAt: instant.nullable(),
    withdrawnBy: z.string().nullable(),
  })
  .meta({ id: 'Consent' });
export type ConsentView = z.infer<typeof consentView>;

const draftText = z.strictObject({
  language: z
    .string()
    .max(35)
    .regex(new RegExp(`^${LANGUAGE_TAG}$`), { error: 'is not a language such as de' })
    .describe('BCP 47, such as `de`.'),
  text: prose(CONSENT_TEXT_LENGTH.max)
    .overwrite((text) => text.replaceAll('\r\n', '\n'))
    .min(CONSENT_TEXT_LENGTH.min, { error: 'is too short for a consent text' }),
});

export const consentDraftInput = z.strictObject({
  texts: z
    .array(draftText)
    .min(1, { error: 'are missing' })
    .max(MOST_LANGUAGES)
    .refine((texts) => new Set(texts.map(({ language }) => language)).size === texts.length, {
      error: 'name a language twice',
    }),
});
export type ConsentDraftInput = z.infer<typeof consentDraftInput>;

export const consentDraftView = z
  .strictObject({
    version,
    texts: z.array(shownText).describe('By language. None where there is no draft.'),
    changedBy: z.string().nullable().describe('Name of the account that wrote last.'),
    changedAt: instant.nullable(),
    people: z
      .strictObject({
        agreed: z.int().describe('Whose consent is to a text that counts.'),
        older: z.int().describe('Whose consent is to an earlier one, and who must agree again.'),
      })
      .describe('People with a consent.'),
  })
  .meta({ id: 'ConsentDraft' });
export type ConsentDraftView = z.infer<typeof consentDraftView>;

/** What the release of a version means for those who agreed to an earlier one. */
const earlierConsents = z
  .enum(['valid', 'again'])
  .describe('Consents to earlier texts: they stay valid, or the people are to agree again.');

export const consentReleaseInput = z.strictObject({
  draftVersion: version.describe('Of the draft that was read: another one is not released.'),
  earlier: earlierConsents,
});
export type ConsentReleaseInput = z.infer<typeof consentReleaseInput>;

export const consentVersionView = z
  .strictObject({
    version: z.string(),
    languages: z.array(z.string()),
    since: instant,
    inForce: z.boolean(),
    releasedBy: z.string().nullable().describe('Name of the account; null for a text that came as a file.'),
    earlier: earlierConsents,
    people: z.int().describe('Whose consent is to this version.'),
  })
  .meta({ id: 'ConsentVersion' });
export type ConsentVersionView = z.infer<typeof consentVersionView>;

/** Newest first. */
export const consentVersionsView = z.strictObject({ versions: z.array(consentVersionView), next });
export type ConsentVersionsView = z.infer<typeof consentVersionsView>;

export const consentVersionQuery = z.strictObject({ version: z.string().max(32) });

/** Newest first. */
export const consentsView = z.strictObject({ consents: z.array(consentView), next });
