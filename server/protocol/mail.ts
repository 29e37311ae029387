/** What the server sends by mail: a link to the person it is for, or their month sheet. */
import { z } from 'zod';
import { month } from './attendance.ts';
import { LANGUAGES } from './language.ts';

const language = z.enum(LANGUAGES).default('en').describe('Of the message.');
const address = z.email({ error: 'is not an e-mail address such as ada@example.org' }).max(254);
/** The secret of a link: the server keeps only its hash. */
const token = z.string().min(1).max(64).describe('The secret of the link.');

export const mailView = z
  .strictObject({
    configured: z.boolean().describe('Whether this server sends mail.'),
    from: z.string().nullable().describe('The address that mail comes from.'),
  })
  .meta({ id: 'Mail' });
export type MailView = z.infer<typeof mailView>;

export const mailedEnrollmentLink = z.strictObject({ token, language });
export type MailedEnrollmentLink = z.infer<typeof mailedEnrollmentLink>;

export const mailedAccountLink = z.strictObject({ token, to: address, language });
export type MailedAccountLink = z.infer<typeof mailedAccountLink>;

export const mailedMonthSheet = z.strictObject({
  month,
  paper: z.enum(['a4', 'letter']).default('a4'),
  language,
});
export type MailedMonthSheet = z.infer<typeof mailedMonthSheet>;

export const mailTest = z.strictObject({ to: address, language });
export type MailTest = z.infer<typeof mailTest>;
