/** The fields that many schemas share: what may be written into them, and what the writer reads when it may not. */
import { z } from 'zod';
import './no-eval.ts';

/** As a regular expression. */
export const UUID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const wholeUuid = new RegExp(`^${UUID}$`);

/** Lower case only, as PostgreSQL writes them: galleries, key stores and envelopes compare ids letter by letter. */
export const id = z.string().regex(wholeUuid, { error: 'is not a lower-case UUID' });

export function isId(text: string): boolean {
  return wholeUuid.test(text);
}

/**
 * What may stand in a text: everything that is printed, and the two joiners where they shape letters (Persian, Sinhala)
 * or put an emoji together. Anywhere else, a joiner would make two texts that look the same.
 */
const PRINTED = String.raw`[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|(?<=[\p{L}\p{M}])[\u200c\u200d](?=\p{L})|(?<=[\p{Extended_Pictographic}\p{EMod}\ufe0f])\u200d(?=\p{Extended_Pictographic})`;
/** A line that a person could have typed; an empty one too. */
export const printedLine = new RegExp(`^(?:${PRINTED})*$`, 'u');
const printedProse = new RegExp(`^(?:${PRINTED}|[\\t\\r\\n])*$`, 'u');

const unprintable = { error: 'holds characters that cannot be printed' };

/**
 * One line of text that a person could have typed, composed (NFC) so that the same text is the same letters: no control characters, no direction overrides. Those would make a list,
 * a log or an audit trail show something else than what is stored.
 */
export const line = (max: number) =>
  z
    .string()
    .trim()
    .normalize()
    .max(max, { error: `is longer than ${max} characters` })
    .regex(printedLine, unprintable);

/** The same, where the text may have several lines. */
export const prose = (max: number) =>
  z
    .string()
    .trim()
    .normalize()
    .max(max, { error: `is longer than ${max} characters` })
    .regex(printedProse, unprintable);

/** A name of an account, or of a thing such as a device or a token. */
export const title = line(80).min(1, { error: 'is missing' });

/** Why something was done, for those who read it later. */
export const reason = prose(500).min(3, { error: 'is too short to say why' });

/** A text from a program that we do not check, such as an identity provider, as a line of at most `max` characters. */
export function asLine(text: string, max: number): string {
  return text
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .replaceAll(/\p{Cf}/gu, '')
    .trim()
    .slice(0, max);
}

const notDate = { error: 'is not a date such as 2026-11-23' };

/** A day that anybody could mean, YYYY-MM-DD: PostgreSQL knows no year 0. */
export const calendarDate = z.iso.date(notDate).refine((date) => date >= '1900-01-01', notDate);

/** An instant in UTC, such as `2026-11-23T08:00:00.000Z`. */
export const instant = z.iso.datetime();

export const timeZone = z
  .string()
  .max(64)
  .refine(isTimeZone, { error: 'is not an IANA time zone such as Europe/Paris' });

/** True for a name that the runtime knows as a time zone. A fixed offset (`+01:00`) is not one: it has no summer time. */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: name }).format(0) !== '';
  } catch {
    return false;
  }
}

/** A number in a query string. */
const count = z.coerce.number<number>().int();

/** A yes or no in a query string. */
export const flag = z.enum(['true', 'false']).transform((text) => text === 'true');

/** The largest page of any list. */
export const PAGE_MOST = 200;

/** What every list takes: how many items, and where the page before ended. */
export const page = {
  limit: count.min(1).max(PAGE_MOST).default(50).describe('How many items the page has at most.'),
  after: z.string().max(1_000).optional().describe('`next` of the page before.'),
};

export const pageQuery = z.strictObject(page);
export type PageQuery = z.infer<typeof pageQuery>;

/** Part of every reply with a list: `after` of the next page, or null on the last page. */
export const next = z.string().nullable().describe('`after` of the next page; null on the last page.');

/** Changes whenever the editable part of a record does. Send it as `If-Match: "…"` with a change. */
export const version = z.string().describe('Entity tag of the record; send it in If-Match with a change.');
