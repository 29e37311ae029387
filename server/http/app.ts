/** The HTTP side: REST under /api, the client everywhere else. */
import express, { type RequestHandler } from 'express';
import { MusterError } from '../protocol/error.ts';
import type { OriginCheck } from '../perimeter/origins.ts';
import { addressOf } from '../perimeter/client-address.ts';
import { addressKey } from '../perimeter/address-key.ts';
import { RATE_LIMITS, RateLimit } from '../perimeter/rate-limit.ts';
import { guard } from './access.ts';
import { clientFiles } from './client-files.ts';
import { headers } from './headers.ts';
import { HTTP_LIMITS } from './limits.ts';
import { notFound, problemHandler } from './problem.ts';
import { requestId } from './request-id.ts';
import { accountRouter } from './routers/account.ts';
import { accountsRouter } from './routers/accounts.ts';
import { attendanceRouter } from './routers/attendance.ts';
import { auditRouter } from './routers/audit.ts';
import { consentRouter } from './routers/consent.ts';
import { devicesRouter } from './routers/devices.ts';
import { evidenceRouter } from './routers/evidence.ts';
import { healthRouter } from './routers/health.ts';
import { invitationRouter } from './routers/invitation.ts';
import { oidcRouter } from './routers/oidc.ts';
import { pairingRouter } from './routers/pairing.ts';
import { peopleRouter } from './routers/people.ts';
import { retentionRouter } from './routers/retention.ts';
import { rightsRouter } from './routers/rights.ts';
import { recognitionRouter } from './routers/recognition.ts';
import { sessionRouter } from './routers/session.ts';
import { setupRouter } from './routers/setup.ts';
import { tokensRouter } from './routers/tokens.ts';
import type { AppServices } from './services.ts';

export function createApp(services: AppServices): express.Express {
  const log = services.log.child({ part: 'http' });
  const app = express();
  app.disable('x-powered-by');
  app.set('query parser', 'simple');
  app.use((req, _res, next) => {
    services.access.readAddress(req);
    next();
  });
  app.use(requestId, headers({ csp: 'directory' in services.client, hsts: services.site.trusted }));
  app.use('/api', api(services), notFound);
  if ('directory' in services.client) app.use(clientFiles(services.client.directory));
  else app.use(services.client.middleware);
  app.use(notFound, problemHandler(log));
  return app;
}

function api(services: AppServices): express.Router {
  const { core, access, site } = services;
  const { accounts, devices, oidc } = access;
  const limit = {
    signIn: new RateLimit(RATE_LIMITS.signIn),
    oidc: new RateLimit(RATE_LIMITS.oidc),
    setup: new RateLimit(RATE_LIMITS.setup),
    pairing: new RateLimit(RATE_LIMITS.pairing),
    pairingOverall: new RateLimit(RATE_LIMITS.pairingOverall),
    api: new RateLimit(RATE_LIMITS.api),
    caller: new RateLimit(RATE_LIMITS.caller),
  };
  const router = express.Router();
  router.use(
    noStore,
    limited(limit.api),
    sameOriginWrites(access.originAllowed),
    guard(access.authenticator, limit.caller),
    jsonOnly,
    express.json({ limit: HTTP_LIMITS.bodyBytes }),
  );
  router.use('/health', healthRouter({ ...core, health: services.health }));
  router.use('/session', sessionRouter({ ...access, limit: limit.signIn }));
  router.use('/oidc', oidcRouter({ ...access, ...site, oidc, limit: limit.oidc }));
  router.use('/setup', setupRouter({ accounts, limit: limit.setup }));
  router.use('/invitation', invitationRouter(accounts, limit.setup));
  router.use('/account', accountRouter(access));
  router.use('/accounts', accountsRouter(accounts.directory));
  router.use('/tokens', tokensRouter(accounts.tokens));
  router.use('/pairing', pairingRouter({ devices, limit: limit.pairing, overall: limit.pairingOverall }));
  router.use('/people', peopleRouter(core), rightsRouter(core));
  router.use('/consent', consentRouter(core.consents));
  router.use('/attendance', attendanceRouter(core.attendance));
  router.use('/evidence', evidenceRouter(core.evidence));
  router.use('/devices', devicesRouter({ ...access, ...site }));
  router.use('/recognition', recognitionRouter(services.recognition));
  router.use('/retention', retentionRouter(core.retention));
  router.use('/audit', auditRouter({ ...core, ...site }));
  return router;
}

/** Answers about people belong in no cache. */
const noStore: RequestHandler = (_req, res, next) => {
  res.setHeader('Cache-Control', 'no-store');
  next();
};

function limited(limit: RateLimit): RequestHandler {
  return (req, _res, next) => {
    limit.take(addressKey(addressOf(req)));
    next();
  };
}

function sameOriginWrites(originAllowed: OriginCheck): RequestHandler {
  return (req, _res, next) => {
    if (req.method === 'GET' || req.method === 'HEAD' || originAllowed(req)) next();
    else
      throw new MusterError(
        'forbidden',
        'This request comes from another site: open the page of this server.',
      );
  };
}

/** Forms of other sites can send anything but JSON without asking first. */
const jsonOnly: RequestHandler = (req, _res, next) => {
  const hasBody =
    req.headers['transfer-encoding'] !== undefined || Number(req.headers['content-length'] ?? 0) > 0;
  if (hasBody && !req.is('application/json')) {
    throw new MusterError('bad-request', 'The request cannot be read: send JSON (application/json, UTF-8).');
  }
  next();
};
