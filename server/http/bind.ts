/** Runs the handler of the endpoint that the guard let through: checks what comes in, sends what comes out. */
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { RequestHandler, Response } from 'express';
import { z } from 'zod';
import type { Authenticator } from '../perimeter/authenticator.ts';
import {
  type Endpoint,
  type FileContent,
  LINES_TYPE,
  type StreamPart,
  UploadedFile,
} from '../protocol/endpoint.ts';
import { API } from '../protocol/endpoints.ts';
import { matchOf } from './access.ts';
import { RequestContext } from './context.ts';
import type { AllHandlers } from './handler.ts';
import type { Idempotency } from './idempotency.ts';
import { sendEvents } from './event-stream.ts';
import { validate } from './validate.ts';

/** As one handler sees all of them. */
type AnyHandler = (request: unknown, context: RequestContext) => unknown;

/**
 * Whether replies are checked as well: in tests and in development, so that a view that drifts from the table is a
 * failed test. Not in production: it costs 20 µs a person (a page of 50: 1 ms), and an operator gains nothing by a
 * correct reply that is refused for one field too many.
 */
const CHECK_REPLIES = process.env['NODE_ENV'] === 'test' || process.env['MUSTER_DEV'] !== undefined;

export interface BindOptions {
  authenticator: Authenticator;
  idempotency: Idempotency;
}

export function bind(handlers: AllHandlers, { authenticator, idempotency }: BindOptions): RequestHandler {
  return async (req, res) => {
    const { id, endpoint, params } = matchOf(res);
    const request = {
      params,
      query: endpoint.query && validate(endpoint.query, req.query),
      body: bodyOf(endpoint, req.body),
    };
    const handler = handlers[id] as AnyHandler;
    const context = new RequestContext(req, res, authenticator);
    const run = async () => {
      const done = await handler(request, context);
      return isInLines(endpoint) ? (done as LongWrite)(progressOf(res, endpoint)) : done;
    };
    const key = req.header('idempotency-key');
    const reply =
      endpoint.idempotent && key !== undefined
        ? await idempotency.once({ caller: context.sender, key, content: [id, request] }, run)
        : await run();
    await send(res, endpoint, params, reply);
  };
}

function bodyOf({ body, upload, emptyBody }: Endpoint, sent: unknown): unknown {
  if (upload) {
    const bytes = Buffer.isBuffer(sent) ? sent : Buffer.alloc(0);
    return new UploadedFile(bytes, () => createHash('sha256').update(bytes).digest('base64'));
  }
  return body && validate(body, emptyBody ? (sent ?? {}) : sent);
}

/** What the handler of a reply in lines returns. */
type LongWrite = (report: (progress: unknown) => void) => Promise<unknown>;

function isInLines(endpoint: Endpoint): boolean {
  return endpoint.reply !== undefined && 'lines' in endpoint.reply;
}

/** Sends each progress as a line. Without progress, nothing is sent before the end, and a failure is an ordinary one. */
function progressOf(res: Response, endpoint: Endpoint): (progress: unknown) => void {
  return (progress) => {
    if (CHECK_REPLIES && endpoint.reply && 'lines' in endpoint.reply) {
      check(endpoint.reply.lines.progress, endpoint, progress);
    }
    if (!res.headersSent) res.type(LINES_TYPE);
    if (!res.destroyed) res.write(`${JSON.stringify({ progress })}\n`);
  };
}

async function send(
  res: Response,
  endpoint: Endpoint,
  params: Record<string, string>,
  reply: unknown,
): Promise<void> {
  const { reply: kind } = endpoint;
  if (!kind) {
    res.status(204).end();
  } else if ('redirect' in kind) {
    res.redirect(reply as string);
  } else if ('stream' in kind) {
    await sendEvents(res, checkedStream(endpoint, kind.stream, reply as EventStream));
  } else if ('lines' in kind) {
    if (CHECK_REPLIES) check(kind.lines.result, endpoint, reply);
    if (!res.headersSent) res.type(LINES_TYPE);
    res.end(`${JSON.stringify({ result: reply })}\n`);
  } else if ('file' in kind) {
    await sendFile(res, reply as FileContent, kind.file[0]!);
  } else {
    if (CHECK_REPLIES) check(kind, endpoint, reply);
    if (endpoint.status) res.status(endpoint.status);
    const fields = reply as Record<string, unknown>;
    if (endpoint.location) res.location(API + fill(endpoint.location, { ...fields, ...params }));
    if (endpoint.versioned && typeof fields['version'] === 'string')
      res.setHeader('ETag', `"${fields['version']}"`);
    res.json(reply);
  }
}

/** What the handler of a stream returns. */
type EventStream = (signal: AbortSignal) => AsyncIterable<StreamPart<{ type: string }>>;

function checkedStream(endpoint: Endpoint, schema: z.ZodType, start: EventStream): EventStream {
  if (!CHECK_REPLIES) return start;
  return (signal) => {
    const parts = start(signal);
    return (async function* () {
      for await (const part of parts) {
        if (part.event) check(schema, endpoint, part.event);
        yield part;
      }
    })();
  };
}

async function sendFile(res: Response, { type, name, content }: FileContent, usual: string): Promise<void> {
  res.setHeader('Content-Type', type ?? usual);
  if (name !== undefined) res.setHeader('Content-Disposition', `attachment; filename="${name}"`);
  if (content instanceof Uint8Array) res.send(Buffer.from(content));
  else if (typeof content === 'string') res.send(content);
  else await pipeline(Readable.from(content), res);
}

function check(schema: z.ZodType, { method, path }: Endpoint, reply: unknown): void {
  const parsed = schema.safeParse(reply);
  if (parsed.success) return;
  throw new Error(
    `The reply of ${method} ${path} is not what the table says.\n${z.prettifyError(parsed.error)}`,
  );
}

/** `/accounts/:account.id` with the fields of a reply. */
function fill(template: string, fields: Record<string, unknown>): string {
  return template.replaceAll(/:([\w.]+)/g, (_, names: string) => {
    const value = names
      .split('.')
      .reduce<unknown>((inner, name) => (inner as Record<string, unknown> | undefined)?.[name], fields);
    if (typeof value !== 'string') throw new Error(`The reply has no ${names}, which ${template} names.`);
    return encodeURIComponent(value);
  });
}
