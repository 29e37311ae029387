import type { ErrorBody, ErrorCode, FieldFault } from '#protocol/error.ts';

/** What the server said, or why it could not be asked. */
export type ClientErrorCode = ErrorCode | 'network' | 'timeout' | 'not-connected';

/** The last part of `body.number` or `/number`. */
export function fieldOf(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('.'), path.lastIndexOf('/')) + 1);
}

export class ClientError extends Error {
  readonly code: ClientErrorCode;
  readonly retryable: boolean;
  readonly faults: readonly FieldFault[];
  readonly details: Readonly<Record<string, unknown>>;

  constructor(body: Omit<ErrorBody, 'code'> & { code: ClientErrorCode }) {
    super(body.message);
    this.name = 'ClientError';
    this.code = body.code;
    this.retryable = body.retryable;
    this.faults = body.faults ?? [];
    this.details = body.details ?? {};
  }

  /** The fault of one field, for the hint below it. `number` also finds `body.number` and `/number`. */
  fault(field: string): string | undefined {
    return this.faults.find((f) => fieldOf(f.path) === field)?.message;
  }

  static of(error: unknown): ClientError {
    if (error instanceof ClientError) return error;
    const message = error instanceof Error ? error.message : String(error);
    return new ClientError({ code: 'internal', message, retryable: false });
  }
}
