/** `POST /api/whip` and what belongs to it (RFC 9725): encoders publish a camera, with the token of their device. */
import express, { type Request, type RequestHandler, type Response, Router } from 'express';
import { auditContext } from '../audit/audit-context.ts';
import type { DeviceService } from '../devices/device-service.ts';
import { OFFER_BYTES } from '../ingest/whip-offer.ts';
import type { WhipSessions } from '../ingest/whip-sessions.ts';
import { addressKey } from '../perimeter/address-key.ts';
import { addressOf } from '../perimeter/client-address.ts';
import { bearerOf } from '../perimeter/cookies.ts';
import { prove } from '../perimeter/proven-connection.ts';
import { RATE_LIMITS, RateLimit } from '../perimeter/rate-limit.ts';
import { MusterError } from '../protocol/error.ts';
import { UUID } from '../protocol/fields.ts';
import type { DeviceActor } from '../protocol/session.ts';

const SDP = 'application/sdp';
const METHODS = 'POST, DELETE, OPTIONS';
const SESSION = new RegExp(`^/(${UUID})$`);

export interface WhipOptions {
  devices: Pick<DeviceService, 'find'>;
  sessions: Pick<WhipSessions, 'open' | 'end'>;
}

export function whip({ devices, sessions }: WhipOptions): Router {
  const perAddress = new RateLimit(RATE_LIMITS.api);
  const perEncoder = new RateLimit(RATE_LIMITS.whip);
  const router = Router();
  router.use((req, res, next) => {
    res.setHeader('Cache-Control', 'no-store');
    // Pages of other sites may publish too: they need the token, and no cookie counts here.
    res.setHeader('Access-Control-Allow-Origin', '*');
    res.setHeader('Access-Control-Expose-Headers', 'Location');
    perAddress.take(addressKey(addressOf(req)));
    next();
  });
  router.options(/.*/, (_req, res) => {
    res.setHeader('Access-Control-Allow-Methods', METHODS);
    res.setHeader('Access-Control-Allow-Headers', 'Authorization, Content-Type');
    res.status(204).setHeader('Accept-Post', SDP).setHeader('Allow', METHODS).end();
  });
  // Before a body is read.
  router.use(async (req, res, next) => {
    if (req.method !== 'POST' && req.method !== 'DELETE') return notAllowed(res);
    const device = await encoderOf(req, devices);
    prove(req);
    perEncoder.take(device.deviceId);
    res.locals['encoder'] = device;
    auditContext.run({ actor: device, address: addressOf(req) ?? null }, next);
  });
  router.post('/', sdpOnly, express.text({ type: SDP, limit: OFFER_BYTES }), async (req, res) => {
    const { id, answer } = await sessions.open(encoder(res), req.body as string);
    res.status(201).location(`${req.baseUrl}/${id}`).type(SDP).send(answer);
  });
  router.delete(SESSION, (req, res) => {
    if (!sessions.end(encoder(res).deviceId, SESSION.exec(req.path)![1]!)) {
      throw new MusterError('not-found', 'There is no such session of this encoder.');
    }
    res.status(200).end();
  });
  return router;
}

function encoder(res: Response): DeviceActor {
  return res.locals['encoder'] as DeviceActor;
}

/** Throws MusterError `unauthenticated` without the token of an encoder. */
async function encoderOf(req: Request, devices: WhipOptions['devices']): Promise<DeviceActor> {
  const token = bearerOf(req);
  const device = token ? await devices.find(token) : null;
  if (device?.deviceKind === 'encoder') return device;
  throw new MusterError(
    'unauthenticated',
    'This is not the token of an encoder: send the one that the page Devices shows, as Bearer.',
  );
}

/** Neither candidates nor restarts are sent later: the answer holds all candidates. */
function notAllowed(res: Response): void {
  res.setHeader('Allow', METHODS);
  throw new MusterError('method-not-allowed', 'Only POST, DELETE and OPTIONS are possible here.');
}

const sdpOnly: RequestHandler = (req, _res, next) => {
  if (req.is(SDP)) next();
  else throw new MusterError('wrong-content-type', `Send an SDP offer, as ${SDP}.`);
};
