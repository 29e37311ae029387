/** Every failure of a request as problem details (RFC 9457), from one place. */
import type { ErrorRequestHandler, RequestHandler, Response } from 'express';
import type { Logger } from 'pino';
import { RepeatedFaults } from '../async/repeated-faults.ts';
import { publicTrouble } from '../db/failure.ts';
import { LINES_TYPE } from '../protocol/endpoint.ts';
import { detailsOf, MusterError } from '../protocol/error.ts';
import { requestIdOf } from './request-id.ts';

export const notFound: RequestHandler = (req) => {
  throw new MusterError('not-found', `There is no ${req.method} ${req.baseUrl}${req.path}.`);
};

/** The last handler: the only place that answers with an error, and that logs one. */
export function problemHandler(log: Logger): ErrorRequestHandler {
  const troubles = new RepeatedFaults();
  return (error: unknown, req, res, next) => {
    if (res.headersSent && !isInLines(res)) {
      next(error);
      return;
    }
    const requestId = requestIdOf(res);
    const trouble = publicTrouble(error);
    const known = error instanceof MusterError ? error : (fromBodyParser(error) ?? trouble);
    // Every request of an outage fails in the same way: a line for each would fill the log.
    if (!known || (known === trouble && troubles.isNew(trouble.message)))
      log.error(
        { event: 'request.failed', requestId, method: req.method, route: req.baseUrl, err: error },
        'request failed',
      );
    const answer =
      known ?? new MusterError('internal', `Something went wrong on the server (request ${requestId}).`);
    const wait = detailsOf(answer, 'rate-limited')?.retryAfter;
    if (res.headersSent) {
      res.end(`${JSON.stringify({ problem: answer.toProblem() })}\n`);
      return;
    }
    if (wait !== undefined) res.setHeader('Retry-After', wait);
    res.status(answer.status).type('application/problem+json').send(JSON.stringify(answer.toProblem()));
  };
}

function tooLarge(error: Error): string {
  const limit = 'limit' in error && typeof error.limit === 'number' ? error.limit : 0;
  return limit < MIB
    ? `The body is larger than ${limit / KIB} kB.`
    : `The file is larger than ${limit / MIB} MB.`;
}

const KIB = 1_024;
const MIB = KIB * KIB;

/** A reply of which some lines were sent: the failure is its last one. */
function isInLines(res: Response): boolean {
  return !res.writableEnded && String(res.getHeader('content-type')).startsWith(LINES_TYPE);
}

/** Express and body-parser mark what the client did wrong with a status below 500. */
function fromBodyParser(error: unknown): MusterError | null {
  if (!(error instanceof Error) || !('status' in error)) return null;
  const { status } = error;
  if (typeof status !== 'number' || status < 400 || status >= 500) return null;
  if (status === 413) return new MusterError('too-large', tooLarge(error));
  return new MusterError('bad-request', 'The request cannot be read: send JSON (application/json, UTF-8).');
}
