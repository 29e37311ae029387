/** Stable, public error codes: over HTTP in problem details (RFC 9457) as `code`, over the socket in error replies. */
export type ErrorCode =
  | 'bad-request'
  | 'validation-failed'
  | 'unknown-method'
  | 'unauthenticated'
  /** Name and password are right: ask for a one-time code, and send all three. */
  | 'second-factor-needed'
  /** Signed in, but too long ago for this act: prove it again (`POST /session/proof`), then repeat the request. */
  | 'reauthentication-needed'
  | 'forbidden'
  | 'not-found'
  | 'conflict'
  | 'duplicate-face'
  | 'rate-limited'
  | 'too-large'
  | 'wrong-state'
  | 'media-unavailable'
  | 'analyzer-unavailable'
  | 'internal';

const RETRYABLE: ReadonlySet<ErrorCode> = new Set([
  'rate-limited',
  'media-unavailable',
  'analyzer-unavailable',
  'internal',
]);

const STATUS: Record<ErrorCode, number> = {
  'bad-request': 400,
  'validation-failed': 422,
  'unknown-method': 404,
  unauthenticated: 401,
  'second-factor-needed': 401,
  'reauthentication-needed': 401,
  forbidden: 403,
  'not-found': 404,
  conflict: 409,
  'duplicate-face': 409,
  'rate-limited': 429,
  'too-large': 413,
  'wrong-state': 409,
  'media-unavailable': 503,
  'analyzer-unavailable': 503,
  internal: 500,
};

/** Where a value was wrong: a path into the request, and what to do about it. */
export interface FieldFault {
  path: string;
  message: string;
}

export interface ErrorBody {
  code: ErrorCode;
  /** One sentence that tells the reader what to do. */
  message: string;
  retryable: boolean;
  faults?: FieldFault[];
  /** Public data that belongs to the error, e.g. the person a duplicate face belongs to. */
  details?: Record<string, unknown>;
}

/** The one error class that is meant for the other side of a wire. Anything else is `internal` there. */
export class MusterError extends Error {
  readonly code: ErrorCode;
  readonly faults: FieldFault[] | undefined;
  readonly details: Record<string, unknown> | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    more: { faults?: FieldFault[]; details?: Record<string, unknown>; cause?: unknown } = {},
  ) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause });
    this.name = 'MusterError';
    this.code = code;
    this.faults = more.faults;
    this.details = more.details;
  }

  get status(): number {
    return STATUS[this.code];
  }

  get retryable(): boolean {
    return RETRYABLE.has(this.code);
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
}
