import { randomUUID } from 'node:crypto';
import type { RequestHandler, Response } from 'express';

/** Names a request in its answer and in the log. Made here: one from outside could be anything. */
export const requestId: RequestHandler = (_req, res, next) => {
  const id = randomUUID();
  res.locals['requestId'] = id;
  res.setHeader('X-Request-Id', id);
  next();
};

export function requestIdOf(res: Response): string {
  return String(res.locals['requestId']);
}
