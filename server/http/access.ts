/** Which permission each route needs: the one table. What is not in it does not exist. */
import type { RequestHandler, Response } from 'express';
import { auditContext } from '../audit/audit-context.ts';
import { MusterError } from '../protocol/error.ts';
import type { Caller } from '../protocol/session.ts';
import { may, type Permission } from '../protocol/permissions.ts';
import { addressOf } from '../perimeter/client-address.ts';
import type { Authenticator } from '../perimeter/authenticator.ts';
import type { RateLimit } from '../perimeter/rate-limit.ts';
import type { AccountActor } from '../accounts/session-store.ts';

/** `anyone`: not even asked who. `known`: asked, and nobody is an answer. `account`: any signed-in staff, about themselves. */
export type Access = 'anyone' | 'known' | 'account' | Permission;

/**
 * With `fresh`, who asks must have proved who it is in the last minutes (`PROOF_LIFE`); otherwise the answer is
 * `reauthentication-needed`, and the request is to be repeated after `POST /session/proof`.
 */
export const ROUTES: readonly (readonly [method: string, path: string, access: Access, proof?: 'fresh'])[] = [
  ['GET', '/health', 'anyone'],
  ['GET', '/session', 'known'],
  ['POST', '/session', 'anyone'],
  ['POST', '/session/proof', 'account'],
  ['DELETE', '/session', 'known'],
  ['POST', '/setup', 'anyone'],
  ['GET', '/oidc', 'anyone'],
  ['GET', '/oidc/sign-in', 'anyone'],
  ['GET', '/oidc/callback', 'anyone'],
  ['POST', '/invitation', 'anyone'],
  ['GET', '/account', 'account'],
  ['PUT', '/account/password', 'account'],
  ['DELETE', '/account/sessions', 'account'],
  ['DELETE', '/account/sessions/:id', 'account'],
  ['POST', '/account/second-factor', 'account', 'fresh'],
  ['PUT', '/account/second-factor', 'account', 'fresh'],
  ['DELETE', '/account/second-factor', 'account', 'fresh'],
  ['POST', '/account/recovery-codes', 'account', 'fresh'],
  ['GET', '/accounts', 'accounts:read'],
  ['POST', '/accounts', 'accounts:write', 'fresh'],
  ['PATCH', '/accounts/:id', 'accounts:write', 'fresh'],
  ['POST', '/accounts/:id/invitation', 'accounts:write', 'fresh'],
  ['DELETE', '/accounts/:id/second-factor', 'accounts:write', 'fresh'],
  ['GET', '/tokens', 'tokens:write'],
  ['POST', '/tokens', 'tokens:write', 'fresh'],
  ['DELETE', '/tokens/:id', 'tokens:write', 'fresh'],
  ['POST', '/pairing', 'anyone'],
  ['DELETE', '/pairing', 'known'],
  ['GET', '/people', 'people:read'],
  ['POST', '/people', 'people:write'],
  ['GET', '/people/:id', 'people:read'],
  ['PATCH', '/people/:id', 'people:write'],
  ['DELETE', '/people/:id', 'people:erase', 'fresh'],
  ['POST', '/people/:id/consent', 'consent:write'],
  ['GET', '/people/:id/consents', 'people:read'],
  ['GET', '/people/:id/passes', 'people:read'],
  ['POST', '/people/:id/pin', 'people:write'],
  ['DELETE', '/people/:id/pin', 'people:write'],
  ['POST', '/people/:id/badge', 'people:write'],
  ['DELETE', '/people/:id/badge', 'people:write'],
  ['POST', '/people/:id/export', 'people:export', 'fresh'],
  ['DELETE', '/people/:id/consent', 'consent:write'],
  ['GET', '/consent', 'people:read'],
  ['GET', '/attendance', 'attendance:read'],
  ['GET', '/attendance/report', 'attendance:read'],
  ['POST', '/attendance/corrections', 'attendance:correct'],
  ['GET', '/evidence/:id', 'evidence:read'],
  ['GET', '/recognition', 'devices:read'],
  ['GET', '/devices', 'devices:read'],
  ['POST', '/devices/pairing', 'devices:write'],
  ['PATCH', '/devices/:id', 'devices:write'],
  ['DELETE', '/devices/:id', 'devices:write'],
  ['GET', '/retention', 'settings:write'],
  ['GET', '/audit', 'audit:read'],
  ['GET', '/audit/export', 'audit:read', 'fresh'],
  ['POST', '/audit/verify', 'audit:read'],
];

/** Lower case alone, as PostgreSQL writes them: galleries, key stores and envelopes tell ids apart by their letters. */
const ID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const table = ROUTES.map(([method, path, access, proof]) => ({
  method,
  access,
  fresh: proof === 'fresh',
  pattern: new RegExp(`^${path.replaceAll(':id', ID)}$`),
}));

/**
 * Lets through only what the table lists, and only whom it lists. Stands before any body is read. What follows
 * runs with its author known to the audit trail.
 */
export function guard(authenticator: Authenticator, limit: RateLimit): RequestHandler {
  return async (req, res, next) => {
    const method = req.method === 'HEAD' ? 'GET' : req.method;
    const route = table.find((row) => row.method === method && row.pattern.test(req.path));
    if (!route) throw new MusterError('not-found', `There is no ${req.method} ${req.baseUrl}${req.path}.`);
    const { access, fresh } = route;
    const caller = access === 'anyone' ? null : await authenticator.identify(req);
    res.locals['caller'] = caller;
    if (caller) limit.take(keyOf(caller));
    if (access === 'account') accountOf(res);
    else if (access !== 'anyone' && access !== 'known') permit(caller, access);
    if (fresh) await authenticator.requireProof(req);
    auditContext.run({ actor: caller, address: addressOf(req) ?? null }, next);
  };
}

function keyOf(caller: Caller): string {
  if (caller.kind === 'account') return caller.accountId;
  return caller.kind === 'device' ? caller.deviceId : caller.tokenId;
}

/** Throws MusterError `unauthenticated` for nobody, `forbidden` for whom the table does not list. */
function permit(caller: Caller | null, permission: Permission): void {
  if (!caller) throw new MusterError('unauthenticated', 'Sign in first.');
  if (may(caller, permission)) return;
  throw new MusterError(
    'forbidden',
    caller.kind === 'device'
      ? 'A device may not do this: sign in.'
      : `This needs the permission "${permission}": ask an owner for it.`,
  );
}

export function callerOf(res: Response): Caller | null {
  return (res.locals['caller'] as Caller | null | undefined) ?? null;
}

/** Throws MusterError `unauthenticated` for nobody, `forbidden` for a device or a token. */
export function accountOf(res: Response): AccountActor {
  const caller = callerOf(res);
  if (!caller) throw new MusterError('unauthenticated', 'Sign in first.');
  if (caller.kind !== 'account') throw new MusterError('forbidden', 'This is for signed-in staff only.');
  return caller;
}
