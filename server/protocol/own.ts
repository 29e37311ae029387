/** What an employee sees and does about the one person whose account it is. No input here names a person. */
import { z } from 'zod';
import { month } from './attendance.ts';
import { consentInput, consentView } from './consents.ts';
import { changedPunch, CORRECTION_SHAPE, correctionState } from './corrections.ts';
import { id, next, page } from './fields.ts';
import { LANGUAGES } from './language.ts';

export const ownRecordView = z
  .strictObject({
    id,
    number: z.string(),
    displayName: z.string(),
    department: z.string(),
    site: z.string().describe('Name of the site whose rules count.'),
    timeZone: z.string(),
    turnsAt: z.int().describe('The local hour at which a new work day begins where no shift is planned.'),
    today: z.string().describe('The current work date, YYYY-MM-DD.'),
    consent: z
      .enum(['none', 'current', 'older'])
      .describe('`older`: to a text that is not in force any more.'),
    face: z.boolean().describe('Whether face templates are stored.'),
    pin: z.boolean(),
    badge: z.boolean(),
  })
  .meta({ id: 'OwnRecord' });
export type OwnRecordView = z.infer<typeof ownRecordView>;

export const ownMonthQuery = z.strictObject({ month });

export const ownMonthFileQuery = z.strictObject({
  month,
  language: z.enum(LANGUAGES).default('en').describe('Of the headings.'),
  paper: z.enum(['a4', 'letter']).default('a4'),
});

const { date, time, pass, says, reason } = CORRECTION_SHAPE;

/** A punch is added at the site of the person, and changed at the site where it was made. */
export const ownCorrectionInput = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('add'), date, time, pass, says, reason }),
  changedPunch,
  z.strictObject({ kind: z.literal('void'), punchId: id, reason }),
]);
export type OwnCorrectionInput = z.infer<typeof ownCorrectionInput>;

export const ownCorrectionsQuery = z.strictObject({ ...page, state: correctionState.optional() });

const ownConsentView = consentView
  .extend({ text: z.string().describe('What the person agreed to, word for word.') })
  .meta({ id: 'OwnConsent' });
export type OwnConsentView = z.infer<typeof ownConsentView>;

/** What the reader was shown and agrees to. */
export const ownConsentInput = consentInput.omit({ method: true });

/** Newest first. */
export const ownConsentsView = z.strictObject({ consents: z.array(ownConsentView), next });
