/** What goes wrong, for the other side of a wire: over HTTP as problem details (RFC 9457), over the socket in replies. */
import { z } from 'zod';
import './no-eval.ts';
import { POSE_BINS } from './face.ts';
import { databaseTrouble } from './health.ts';

const CODES = {
  'bad-request': { status: 400, title: 'The request cannot be read' },
  'validation-failed': { status: 422, title: 'A field has a fault' },
  'unknown-method': { status: 404, title: 'There is no such method' },
  unauthenticated: { status: 401, title: 'Not signed in' },
  /** Name and password are right: ask for a one-time code, and send all three. */
  'second-factor-needed': { status: 401, title: 'A one-time code is needed' },
  /** Signed in, but too long ago for this act: prove it again (`POST /session/proof`), then repeat the request. */
  'reauthentication-needed': { status: 401, title: 'Prove who you are again' },
  forbidden: { status: 403, title: 'Not allowed' },
  'not-found': { status: 404, title: 'Not found' },
  conflict: { status: 409, title: 'In conflict with existing data' },
  /** The record changed since it was read: the `If-Match` of the request names an older version. */
  'precondition-failed': { status: 412, title: 'Changed in the meantime' },
  'duplicate-face': { status: 409, title: 'This face is already enrolled' },
  'rate-limited': { status: 429, title: 'Too many tries', retryable: true },
  'method-not-allowed': { status: 405, title: 'Not possible with this method' },
  'wrong-content-type': { status: 415, title: 'Another content type is needed' },
  'too-large': { status: 413, title: 'The request is too large' },
  'wrong-state': { status: 409, title: 'Not possible now' },
  /** A camera sends larger pictures than the server decodes. */
  'picture-too-large': { status: 413, title: 'The pictures of this camera are too large' },
  /** A camera sends pictures that nothing here decodes. */
  'video-unsupported': { status: 422, title: 'The video cannot be decoded' },
  /** The pictures of the cameras of this site may not be watched live. */
  'viewing-off': { status: 403, title: 'Watching is switched off' },
  /** Too many pictures are watched at once, by this browser or by all. */
  'view-limit': { status: 429, title: 'Too many pictures are watched', retryable: true },
  'media-unavailable': { status: 503, title: 'No media worker', retryable: true },
  'analyzer-unavailable': { status: 503, title: 'No analyzer', retryable: true },
  /** The mail server did not take a message. */
  'mail-failed': { status: 502, title: 'The mail was not sent', retryable: true },
  /** It does not answer, or takes no changes: `details.why`. */
  'database-unavailable': { status: 503, title: 'The database takes nothing', retryable: true },
  internal: { status: 500, title: 'Something went wrong', retryable: true },
} as const satisfies Record<string, { status: number; title: string; retryable?: true }>;

/** Stable and public. */
export type ErrorCode = keyof typeof CODES;
const ERROR_CODES = Object.keys(CODES) as [ErrorCode, ...ErrorCode[]];

export function statusOf(code: ErrorCode): number {
  return CODES[code].status;
}

/** Public data that belongs to an error; a code that is not here carries none. */
const details = {
  /** What the account can prove it with; absent where there is no session. `password`: false with an identity provider. */
  'reauthentication-needed': z.strictObject({ password: z.boolean(), secondFactor: z.boolean() }),
  'duplicate-face': z.strictObject({
    personId: z.string(),
    displayName: z.string(),
    similarity: z.number(),
  }),
  /** Seconds to wait. */
  'rate-limited': z.strictObject({ retryAfter: z.int() }),
  /** Pixels. Zero where a picture does not say its size. */
  'picture-too-large': z.strictObject({
    width: z.int(),
    height: z.int(),
    longer: z.int().describe('The longest side that the server takes.'),
    shorter: z.int().describe('The longest that the other side may be.'),
  }),
  'database-unavailable': z.strictObject({ why: databaseTrouble }),
  /** The last change of the record, as far as the audit trail still knows it. */
  'precondition-failed': z.strictObject({
    changedBy: z.string().nullable().describe('Name of the account or token; null where it is not known.'),
    changedAt: z.string().nullable().describe('ISO 8601, UTC.'),
  }),
  /** An enrollment that lacks poses. */
  'wrong-state': z.strictObject({ missing: z.array(z.enum(POSE_BINS)) }),
};
export type ErrorDetails = { [C in keyof typeof details]: z.infer<(typeof details)[C]> };
type DetailsOf<C extends ErrorCode> = C extends keyof ErrorDetails ? ErrorDetails[C] : never;

const fieldFault = z.strictObject({
  path: z.string().describe('Where the value is in the request, such as `settings.minGap`.'),
  message: z.string().describe('Follows the name of the field: "is missing".'),
});
/** Where a value was wrong, and what to do about it. */
export type FieldFault = z.infer<typeof fieldFault>;

/** RFC 9457, `application/problem+json`. */
export const problem = z
  .strictObject({
    type: z.string().describe('`urn:muster:error:` and the code.'),
    title: z.string(),
    status: z.int(),
    detail: z.string().describe('One sentence that tells the reader what to do.'),
    code: z.enum(ERROR_CODES),
    retryable: z.boolean(),
    faults: z.array(fieldFault).optional(),
    details: z.union(Object.values(details)).optional(),
  })
  .meta({ id: 'Problem' });
export type Problem = z.infer<typeof problem>;

export interface ErrorBody {
  code: ErrorCode;
  /** One sentence that tells the reader what to do. */
  message: string;
  retryable: boolean;
  faults?: FieldFault[] | undefined;
  details?: ErrorDetails[keyof ErrorDetails] | undefined;
}

export interface MusterErrorOptions<C extends ErrorCode> {
  faults?: FieldFault[];
  details?: DetailsOf<C> | undefined;
  cause?: unknown;
}

/** The one error class that is meant for the other side of a wire. Anything else is `internal` there. */
export class MusterError<C extends ErrorCode = ErrorCode> extends Error {
  readonly code: C;
  readonly faults: FieldFault[] | undefined;
  readonly details: ErrorBody['details'];

  constructor(code: C, message: string, more: MusterErrorOptions<C> = {}) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause });
    this.name = 'MusterError';
    this.code = code;
    this.faults = more.faults;
    this.details = more.details;
  }

  get status(): number {
    return statusOf(this.code);
  }

  get retryable(): boolean {
    return 'retryable' in CODES[this.code];
  }

  toBody(): ErrorBody {
    return {
      code: this.code,
      message: this.message,
      retryable: this.retryable,
      ...(this.faults && { faults: this.faults }),
      ...(this.details && { details: this.details }),
    };
  }

  toProblem(): Problem {
    const { code, message, ...rest } = this.toBody();
    const { status, title } = CODES[this.code];
    return { type: `urn:muster:error:${code}`, title, status, detail: message, code, ...rest };
  }
}

/** The details of an error of this code; undefined for another code, and where it carries none. */
export function detailsOf<C extends keyof ErrorDetails>(
  error: { code: string; details?: unknown },
  code: C,
): ErrorDetails[C] | undefined {
  return error.code === code ? (error.details as ErrorDetails[C] | undefined) : undefined;
}
