/** What may be written into the fields of a person, and what the reader is told when it may not. */
import { z } from 'zod';

/** One line of text that a person could have typed: no control characters, no direction overrides. */
const line = (max: number) =>
  z
    .string()
    .trim()
    .max(max, { error: `is longer than ${max} characters` })
    .regex(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]*$/u, { error: 'holds characters that cannot be printed' });

const name = line(80).min(1, { error: 'is missing' });

const number = line(32)
  .min(1, { error: 'is missing' })
  .regex(/^[\p{L}\p{N}](?:[\p{L}\p{N} ._/-]*[\p{L}\p{N}])?$/u, {
    error: 'is made of letters, digits, spaces and . _ / - and begins and ends with a letter or digit',
  });

const notEmail = { error: 'is not an e-mail address such as ada@example.org' };
const email = z.union([z.literal(''), z.email(notEmail).max(254, notEmail)], notEmail);

const phone = line(32).regex(/^$|^\+?[0-9(](?:[ ()./-]*[0-9]){2,19}\)?$/, {
  error: 'is not a phone number such as +33 1 23 45 67 89',
});

const notDate = { error: 'is not a date such as 2026-11-23' };
const startDate = z
  .union([z.literal('').transform(() => null), z.null(), z.iso.date(notDate)], notDate)
  .refine((date) => date === null || (date >= '1900-01-01' && date < '2200-01-01'), {
    error: 'is not between 1900 and 2199',
  });

/** `PersonInput`, checked; what is not given is blank. */
export const newPerson = z.strictObject({
  number,
  givenName: name,
  familyName: name,
  department: line(80).default(''),
  jobTitle: line(80).default(''),
  email: email.default(''),
  phone: phone.default(''),
  startDate: startDate.default(null),
  status: z
    .enum(['active', 'suspended', 'left'], { error: 'is none of active, suspended, left' })
    .default('active'),
});
export type NewPerson = z.infer<typeof newPerson>;

/** Any of the fields; one left out stays as it is. */
export const personChange = z
  .strictObject({
    number,
    givenName: name,
    familyName: name,
    department: line(80),
    jobTitle: line(80),
    email,
    phone,
    startDate,
    status: newPerson.shape.status.unwrap(),
  })
  .partial();
export type PersonChange = z.infer<typeof personChange>;
