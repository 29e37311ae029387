/** Who may call what: the one table. What is not in it does not exist. */
import type { RequestHandler, Response } from 'express';
import { MusterError } from '../protocol/error.ts';
import type { Actor } from '../protocol/signaling.ts';
import type { Authenticator } from '../security/authenticator.ts';
import type { AccountActor } from '../security/session-store.ts';

/** `anyone`: not even asked who. `known`: asked, and nobody is an answer. `account`: signed-in staff only. */
export type Access = 'anyone' | 'known' | 'account';

export const ROUTES: readonly (readonly [method: string, path: string, access: Access])[] = [
  ['GET', '/health', 'anyone'],
  ['GET', '/session', 'known'],
  ['POST', '/session', 'anyone'],
  ['DELETE', '/session', 'anyone'],
  ['POST', '/setup', 'anyone'],
  ['POST', '/pairing', 'anyone'],
  ['DELETE', '/pairing', 'anyone'],
  ['GET', '/people', 'account'],
  ['POST', '/people', 'account'],
  ['GET', '/people/:id', 'account'],
  ['PATCH', '/people/:id', 'account'],
  ['DELETE', '/people/:id', 'account'],
  ['POST', '/people/:id/consent', 'account'],
  ['DELETE', '/people/:id/templates', 'account'],
  ['GET', '/consent', 'account'],
  ['GET', '/attendance', 'account'],
  ['GET', '/devices', 'account'],
  ['POST', '/devices/pairing', 'account'],
  ['PATCH', '/devices/:id', 'account'],
  ['DELETE', '/devices/:id', 'account'],
];

const ID = '[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}';
const table = ROUTES.map(([method, path, access]) => ({
  method,
  access,
  pattern: new RegExp(`^${path.replaceAll(':id', ID)}$`),
}));

/** Lets through only what the table lists, and only whom it lists. Stands before any body is read. */
export function guard(authenticator: Authenticator): RequestHandler {
  return async (req, res, next) => {
    const method = req.method === 'HEAD' ? 'GET' : req.method;
    const route = table.find((row) => row.method === method && row.pattern.test(req.path));
    if (!route) throw new MusterError('not-found', `There is no ${req.method} ${req.baseUrl}${req.path}.`);
    if (route.access !== 'anyone') {
      const actor = await authenticator.authenticate(req);
      res.locals['actor'] = actor;
      if (route.access === 'account') accountOf(res);
    }
    next();
  };
}

export function actorOf(res: Response): Actor | null {
  return (res.locals['actor'] as Actor | null | undefined) ?? null;
}

/** Throws MusterError `unauthenticated` for nobody, `forbidden` for a device. */
export function accountOf(res: Response): AccountActor {
  const actor = actorOf(res);
  if (!actor) throw new MusterError('unauthenticated', 'Sign in first.');
  if (actor.kind !== 'account') throw new MusterError('forbidden', 'A device may not do this: sign in.');
  return actor;
}
