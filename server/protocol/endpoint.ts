/** What an HTTP endpoint is: one row of the table in `endpoints.ts`. */
import type { z } from 'zod';
import type { ErrorCode } from './error.ts';
import type { Permission } from './permissions.ts';

/** `anyone`: the caller is not looked up. `known`: looked up, and may be unknown. `account`: any signed-in staff, about themselves. */
type Access = 'anyone' | 'known' | 'account' | Permission;

/** A reply that is not JSON. With a file name, browsers save it. */
interface FileReply {
  file: readonly string[];
}

export const file = <const T extends readonly string[]>(...types: T) => ({ file: types });

/**
 * The reply of a long write, as lines of JSON (`application/x-ndjson`): any number of `{ "progress": … }`, then one
 * `{ "result": … }`, or `{ "problem": … }` where it failed after the first line. A failure before it is an ordinary one.
 */
interface LinesReply {
  lines: { progress: z.ZodType; result: z.ZodType };
}

export const lines = <P extends z.ZodType, R extends z.ZodType>(progress: P, result: R) => ({
  lines: { progress, result },
});

/** The reply goes on until the caller or the server ends it: server-sent events, each of this schema. */
interface StreamReply {
  stream: z.ZodType;
}

export const stream = <S extends z.ZodType>(event: S) => ({ stream: event });

/** An event of a stream; without one, a sign of life. */
export interface StreamPart<T> {
  /** What `Last-Event-ID` is to say to continue after this part. */
  id: number;
  event?: T;
}

/** Of an uploaded file, whatever is in it. */
export const UPLOAD_TYPE = 'application/octet-stream';
/** Of a reply in lines. */
export const LINES_TYPE = 'application/x-ndjson';
/** Of a reply of events. */
export const STREAM_TYPE = 'text/event-stream';

/** The content of a file, as it came. In the content of an idempotent request, its hash stands for it. */
export class UploadedFile {
  readonly bytes: Uint8Array;
  readonly #hash: () => string;

  constructor(bytes: Uint8Array, hash: () => string) {
    this.bytes = bytes;
    this.#hash = hash;
  }

  toJSON(): string {
    return this.#hash();
  }
}

/** The reply is a redirect of the browser. */
export const REDIRECT = { redirect: true } as const;

export interface Endpoint {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below `/api/v1`. `:id` is the only path parameter there is, and always an id (`fields.ts`). */
  path: string;
  access: Access;
  /**
   * With `fresh`, the caller must have proved who they are in the last minutes (`PROOF_LIFE`); otherwise the reply is
   * `reauthentication-needed`, and the request is to be repeated after `POST /session/proof`.
   */
  proof?: 'fresh';
  /** Not for a token, whatever its scopes: a person answers for it, or its reply lets somebody check in. */
  staffOnly?: true;
  /** Open, without credentials, to programs on the machine of the server that ask its plain HTTP port. */
  onMachine?: 'open';
  /** A limit per address in addition to the limits of all requests: `RATE_LIMITS`. */
  limit?: 'signIn' | 'oidc' | 'setup' | 'pairing' | 'invitation' | 'claims';
  /** One sentence. */
  summary: string;
  query?: z.ZodObject;
  body?: z.ZodType;
  /** A missing body counts as an empty one. */
  emptyBody?: true;
  /** In place of a body: the content of a file of at most so many bytes, as `application/octet-stream`. */
  upload?: { most: number; description: string };
  /** Left out: 204, without a body. */
  reply?: z.ZodType | FileReply | LinesReply | StreamReply | typeof REDIRECT;
  /** 200 where there is a reply. */
  status?: 201;
  /** Other statuses with the same reply. */
  otherStatus?: number;
  /** Where the new thing is: a path of this API with names of the reply's fields, such as `/accounts/:account.id`. */
  location?: string;
  /** The reply is a record with a `version`, sent as `ETag`; a write accepts it in `If-Match`. */
  versioned?: true;
  /** A creating write that accepts `Idempotency-Key`. */
  idempotent?: true;
  /** The errors of this endpoint, in addition to those of every endpoint of its kind. */
  errors?: readonly ErrorCode[];
}

type Schema<S> = S extends z.ZodType ? S : never;
/** No fields at all. */
type Nothing = Record<string, never>;

type Optional<T> = Partial<T> extends T ? true : false;

/** The reply as the server makes it. */
export type ReplyOf<E extends Endpoint> = E extends { reply: z.ZodType }
  ? z.output<E['reply']>
  : E extends { reply: FileReply }
    ? FileContent
    : E extends { reply: { lines: { progress: infer P; result: infer R } } }
      ? (report: (progress: z.output<Schema<P>>) => void) => Promise<z.output<Schema<R>>>
      : E extends { reply: { stream: infer S } }
        ? (signal: AbortSignal) => AsyncIterable<StreamPart<z.output<Schema<S>>>>
        : E extends { reply: typeof REDIRECT }
          ? string
          : void;

export interface FileContent {
  /** One of the endpoint's; the first where it is left out. */
  type?: string;
  /** Left out: shown rather than saved. */
  name?: string;
  content: Uint8Array | string | AsyncIterable<string | Uint8Array>;
}

/** What a handler gets of a request: checked, with defaults filled in. */
export interface RequestOf<E extends Endpoint> {
  params: E['path'] extends `${string}:id${string}` ? { id: string } : Nothing;
  query: E extends { query: z.ZodType } ? z.output<E['query']> : undefined;
  body: E extends { body: z.ZodType }
    ? z.output<E['body']>
    : E extends { upload: object }
      ? UploadedFile
      : undefined;
}

type Part<Name extends string, T> = [T] extends [never]
  ? unknown
  : Optional<T> extends true
    ? { [N in Name]?: T }
    : { [N in Name]: T };

/** What a client sends. */
export type CallOf<E extends Endpoint> = (E['path'] extends `${string}:id${string}`
  ? { params: { id: string } }
  : unknown) &
  Part<'query', z.input<Schema<E['query']>>> &
  Part<'body', z.input<Schema<E['body']>>> &
  (E extends { upload: object } ? { body: Blob } : unknown) &
  (E extends { reply: { lines: { progress: infer P } } }
    ? {
        onProgress?: (progress: z.output<Schema<P>>) => void;
        /** Of this act and its repetitions; a new one by default. */
        key?: string;
      }
    : unknown) &
  (E extends { versioned: true; method: 'PUT' | 'PATCH' | 'DELETE' } ? { version?: string } : unknown);

/** What a client gets: files are saved by the browser. */
export type AnswerOf<E extends Endpoint> = E extends { reply: z.ZodType }
  ? z.output<E['reply']>
  : E extends { reply: { lines: { result: infer R } } }
    ? z.output<Schema<R>>
    : void;
