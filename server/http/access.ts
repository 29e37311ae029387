/** Lets through only the endpoints of the table, and only the callers that the table lists. */
import type { RequestHandler, Response } from 'express';
import { auditContext } from '../audit/audit-context.ts';
import type { Database } from '../db/database.ts';
import { addressKey } from '../perimeter/address-key.ts';
import { addressOf } from '../perimeter/client-address.ts';
import { isFromOwnMachine } from '../perimeter/own-machine.ts';
import { PairingLimit } from '../perimeter/pairing-limit.ts';
import { prove } from '../perimeter/proven-connection.ts';
import { RATE_LIMITS, RateLimit } from '../perimeter/rate-limit.ts';
import type { Endpoint } from '../protocol/endpoint.ts';
import { type EndpointId, ENDPOINTS } from '../protocol/endpoints.ts';
import { MusterError } from '../protocol/error.ts';
import { UUID } from '../protocol/fields.ts';
import { may, type Permission } from '../protocol/permissions.ts';
import type { Caller } from '../protocol/session.ts';
import { SharedRateLimit } from '../servers/shared-rate-limit.ts';
import { accountOf } from './context.ts';
import type { AccessServices } from './services.ts';

/** A row of the table, and what its path matches. */
interface Row {
  id: EndpointId;
  endpoint: Endpoint;
  pattern: RegExp;
}

const table: readonly Row[] = Object.entries(ENDPOINTS).map(([id, endpoint]) => ({
  id: id as EndpointId,
  endpoint,
  pattern: new RegExp(
    `^${endpoint.path.replaceAll('.', String.raw`\.`).replaceAll(':id', `(?<id>${UUID})`)}$`,
  ),
}));

/** The endpoint of a request that the guard let through, and the id in its path. */
export interface Match {
  id: EndpointId;
  endpoint: Endpoint;
  params: Record<string, string>;
}

export function matchOf(res: Response): Match {
  return res.locals['match'] as Match;
}

/** Comes before any body is read. Everything after it runs with its author known to the audit trail. */
export function guard(
  { authenticator, sharedNow: now }: Pick<AccessServices, 'authenticator' | 'sharedNow'>,
  perCaller: RateLimit,
  database: Database,
): RequestHandler {
  const limits = {
    signIn: new RateLimit(RATE_LIMITS.signIn),
    oidc: new RateLimit(RATE_LIMITS.oidc),
    setup: new RateLimit(RATE_LIMITS.setup),
    invitation: new RateLimit(RATE_LIMITS.invitation),
    claims: new RateLimit(RATE_LIMITS.claims),
  };
  const pairing = new PairingLimit(
    (name, options) => new SharedRateLimit({ database, name, now, ...options }),
  );
  return async (req, res, next) => {
    const method = req.method === 'HEAD' ? 'GET' : req.method;
    const row = table.find(({ endpoint, pattern }) => endpoint.method === method && pattern.test(req.path));
    if (!row) throw new MusterError('not-found', `There is no ${req.method} ${req.baseUrl}${req.path}.`);
    const { id, endpoint, pattern } = row;
    const { access, proof, limit, staffOnly, onMachine } = endpoint;
    const params = { ...pattern.exec(req.path)?.groups };
    res.locals['match'] = { id, endpoint, params } satisfies Match;
    const caller = access === 'anyone' ? null : await authenticator.identify(req);
    res.locals['caller'] = caller;
    if (caller) {
      prove(req);
      perCaller.take(keyOf(caller));
    }
    if (access === 'account') accountOf(caller);
    else if (access !== 'anyone' && access !== 'known' && !(onMachine && isFromOwnMachine(req)))
      permit(caller, access);
    if (staffOnly) accountOf(caller);
    if (proof === 'fresh') await authenticator.requireProof(req);
    if (limit === 'pairing') await pairing.take(addressOf(req));
    else if (limit) limits[limit].take(addressKey(addressOf(req)));
    auditContext.run({ actor: caller, address: addressOf(req) ?? null }, next);
  };
}

/** What a caller is counted under. */
function keyOf(caller: Caller): string {
  if (caller.kind === 'account') return caller.accountId;
  if (caller.kind === 'device') return caller.deviceId;
  return caller.kind === 'invitation' ? caller.invitationId : caller.tokenId;
}

/** Throws MusterError `unauthenticated` where nobody is signed in, `forbidden` for a caller that the table does not list. */
function permit(caller: Caller | null, permission: Permission): void {
  if (!caller) throw new MusterError('unauthenticated', 'Sign in first.');
  if (may(caller, permission)) return;
  throw new MusterError('forbidden', refusalOf(caller, permission));
}

function refusalOf(caller: Caller, permission: Permission): string {
  const { kind } = caller;
  if (kind === 'account' && caller.role === 'employee' && caller.person?.status !== 'active') {
    return 'You are suspended or have left: you can take a copy of your data, and nothing else. Please see HR.';
  }
  if (kind === 'device') return 'A device may not do this: sign in.';
  if (kind === 'invitation') return 'An invitation may do one thing only: enroll the invited person.';
  return `This needs the permission "${permission}": ask an owner for it.`;
}
