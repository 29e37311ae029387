import type { ErrorBody, ErrorCode, FieldFault } from '#protocol/error.ts';

/** What went wrong on this side of the wire. */
type LocalErrorCode =
  | 'network'
  | 'timeout'
  | 'not-connected'
  /** The server keeps ending a guided capture. */
  | 'capture-lost'
  /** A guided capture was ended on purpose: by another one of the same account, or after idle time. */
  | 'capture-ended'
  /** A fault of the page itself. */
  | 'page-fault';

export type ClientErrorCode = ErrorCode | LocalErrorCode;

const LOCAL: ReadonlySet<string> = new Set<LocalErrorCode>([
  'network',
  'timeout',
  'not-connected',
  'capture-lost',
  'capture-ended',
  'page-fault',
]);

/** The last part of `body.number` or `/number`. */
export function fieldOf(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('.'), path.lastIndexOf('/')) + 1);
}

/** Why something failed. Its message is English and for developers; `errorText` has the words for readers. */
export class ClientError extends Error {
  readonly code: ClientErrorCode;
  readonly retryable: boolean;
  readonly faults: readonly FieldFault[];
  /** See `detailsOf`. */
  readonly details: ErrorBody['details'];

  constructor(body: Omit<ErrorBody, 'code'> & { code: ClientErrorCode }, options?: ErrorOptions) {
    super(body.message, options);
    this.name = 'ClientError';
    this.code = body.code;
    this.retryable = body.retryable;
    this.faults = body.faults ?? [];
    this.details = body.details;
  }

  /** Whether the server answered with this error. */
  get fromServer(): boolean {
    return !LOCAL.has(this.code);
  }

  /** The fault of one field, for the hint below it. `number` also finds `body.number` and `/number`. */
  fault(field: string): FieldFault | undefined {
    return this.faults.find((f) => fieldOf(f.path) === field);
  }

  /**
   * Anything that is not a ClientError is a fault of the page itself: it is reported as an uncaught error would be, so that it
   * shows up in the console and in the tests, and the reader gets a general sentence.
   */
  static of(error: unknown): ClientError {
    if (error instanceof ClientError) return error;
    if (isNotFetched(error)) {
      return new ClientError({ code: 'network', message: error.message, retryable: true }, { cause: error });
    }
    if (typeof reportError === 'function') reportError(error);
    else console.error(error);
    const message = error instanceof Error ? error.message : String(error);
    return new ClientError({ code: 'page-fault', message, retryable: false }, { cause: error });
  }
}

/**
 * Whether a part of the pages could not be fetched. No browser has an error of its own for that: each throws a TypeError,
 * Firefox also when the page is left meanwhile.
 */
export function isNotFetched(error: unknown): error is TypeError {
  return (
    error instanceof TypeError &&
    // Chrome and Firefox, and Safari.
    /dynamically imported module|Importing a module script failed/.test(error.message)
  );
}

/**
 * Whether an error is a fault of the page itself rather than a passing fault of a camera, the network or the server: trying
 * again would repeat it forever. The interfaces of a browser throw these too, for example where one is missing.
 */
export function isPageFault(error: unknown): boolean {
  if (error instanceof ClientError) return error.code === 'page-fault';
  return (
    error instanceof TypeError ||
    error instanceof ReferenceError ||
    error instanceof RangeError ||
    error instanceof SyntaxError ||
    // Of mediasoup-client: the browser cannot do what is asked of it.
    (error instanceof Error && error.name === 'UnsupportedError')
  );
}

/** For work without a caller that waits for it: reports mistakes in the page. Refusals of the server, network errors and intended aborts are ignored. */
export function reportUnexpected(error: unknown): void {
  if (!(error instanceof DOMException && error.name === 'AbortError')) ClientError.of(error);
}
