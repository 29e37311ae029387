/** The HTTP side: the REST API under /api/v1, the client everywhere else. */
import express, { type RequestHandler } from 'express';
import { MusterError } from '../protocol/error.ts';
import type { OriginCheck } from '../perimeter/origins.ts';
import { addressOf } from '../perimeter/client-address.ts';
import { addressKey } from '../perimeter/address-key.ts';
import { RATE_LIMITS, RateLimit } from '../perimeter/rate-limit.ts';
import type { HttpMetrics } from '../metrics/http-metrics.ts';
import { UPLOAD_TYPE } from '../protocol/endpoint.ts';
import { API } from '../protocol/endpoints.ts';
import { guard, type Match, matchOf } from './access.ts';
import { bind } from './bind.ts';
import { clientFiles } from './client-files.ts';
import { headers } from './headers.ts';
import { whip } from './whip.ts';
import { Idempotency } from './idempotency.ts';
import { HTTP_LIMITS } from './limits.ts';
import { notFound, problemHandler } from './problem.ts';
import { requestId } from './request-id.ts';
import { accountHandlers } from './handlers/accounts.ts';
import { attendanceHandlers } from './handlers/attendance.ts';
import { auditHandlers } from './handlers/audit.ts';
import { claimHandlers } from './handlers/claims.ts';
import { consentTextHandlers } from './handlers/consent-texts.ts';
import { decisionHandlers } from './handlers/decisions.ts';
import { deviceHandlers } from './handlers/devices.ts';
import { employeeAccessHandlers } from './handlers/employee-access.ts';
import { enrollmentInvitationHandlers } from './handlers/enrollment-invitations.ts';
import { eventHandlers } from './handlers/events.ts';
import { healthHandlers } from './handlers/health.ts';
import { CALLBACK, oidcHandlers } from './handlers/oidc.ts';
import { peopleActHandlers } from './handlers/people-acts.ts';
import { peopleHandlers } from './handlers/people.ts';
import { referenceHandlers } from './handlers/reference.ts';
import { clientFaultHandlers } from './handlers/client-faults.ts';
import { closingHandlers } from './handlers/closings.ts';
import { ownHandlers } from './handlers/own.ts';
import { mailHandlers } from './handlers/mail.ts';
import { metricsHandlers } from './handlers/metrics.ts';
import { webhookHandlers } from './handlers/webhooks.ts';
import { payrollHandlers } from './handlers/payroll.ts';
import { reportHandlers } from './handlers/reports.ts';
import { rollCallHandlers } from './handlers/roll-calls.ts';
import { scheduleHandlers } from './handlers/schedules.ts';
import { departmentHandlers } from './handlers/department-list.ts';
import { settingHandlers } from './handlers/settings.ts';
import { siteHandlers } from './handlers/sites.ts';
import { sessionHandlers } from './handlers/session.ts';
import type { AllHandlers } from './handler.ts';
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
  app.use(aliases);
  app.use(API, counted(services.metrics.http), ...api(services));
  app.use('/api/whip', whip({ devices: services.access.devices, sessions: services.whip }));
  app.use('/api', notFound);
  if ('directory' in services.client) app.use(clientFiles(services.client.directory));
  else app.use(services.client.middleware);
  app.use(notFound, problemHandler(log));
  return app;
}

function api(services: AppServices): RequestHandler[] {
  const { access, core, log } = services;
  const idempotency = new Idempotency({ ...core, log });
  return [
    noStore,
    limited(new RateLimit(RATE_LIMITS.api)),
    sameOriginWrites(access.originAllowed),
    guard(access, new RateLimit(RATE_LIMITS.caller), core.database),
    uploads,
    jsonOnly,
    express.json({ limit: HTTP_LIMITS.bodyBytes }),
    bind(handlersOf(services), { authenticator: access.authenticator, idempotency }),
  ];
}

function handlersOf({ core, access, site, ...services }: AppServices): AllHandlers {
  return {
    ...healthHandlers({ ...core, health: services.health }),
    ...metricsHandlers(services.metrics),
    ...referenceHandlers(),
    ...clientFaultHandlers({ log: services.log }),
    ...sessionHandlers(access),
    ...oidcHandlers({ ...access, ...site }),
    ...accountHandlers(access),
    ...employeeAccessHandlers(access),
    ...ownHandlers(core),
    ...claimHandlers({ ...core, ...access }),
    ...decisionHandlers(core),
    ...deviceHandlers({ ...access, ...site, recognition: services.recognition }),
    ...peopleHandlers(core),
    ...consentTextHandlers(core),
    ...departmentHandlers(core),
    ...peopleActHandlers({ ...core, addresses: site.addresses }),
    ...enrollmentInvitationHandlers({ ...core, ...site }),
    ...attendanceHandlers(core),
    ...closingHandlers(core),
    ...siteHandlers(core),
    ...settingHandlers(core),
    ...scheduleHandlers(core),
    ...reportHandlers(core),
    ...payrollHandlers(core),
    ...mailHandlers({ ...core, ...site }),
    ...webhookHandlers(core),
    ...rollCallHandlers(core),
    ...eventHandlers(core),
    ...auditHandlers({ ...core, ...site }),
  };
}

/**
 * Addresses outside of the API: from before it had versions, written down outside of this project; and those that monitors
 * and service managers look for.
 */
const ALIASES: Readonly<Record<string, string>> = {
  '/api/health': `${API}/health`,
  [CALLBACK]: CALLBACK.replace('/api', API),
  '/healthz': `${API}/health/live`,
  '/readyz': `${API}/health/ready`,
  '/metrics': `${API}/metrics`,
};

const aliases: RequestHandler = (req, _res, next) => {
  const alias = ALIASES[req.path];
  if (alias !== undefined) req.url = req.url.replace(req.path, alias);
  next();
};

/** Answers about people belong in no cache. */
const noStore: RequestHandler = (_req, res, next) => {
  res.setHeader('Cache-Control', 'no-store');
  next();
};

/** Counts each answer under its endpoint, also where the guard or a limit gave it. */
function counted(metrics: HttpMetrics): RequestHandler {
  return (_req, res, next) => {
    const began = performance.now();
    res.once('close', () => {
      const { id = 'none' } = (matchOf(res) as Match | undefined) ?? {};
      // A caller who has left has no answer: 499, as proxies write it.
      metrics.answered(id, res.writableFinished ? res.statusCode : 499, performance.now() - began);
    });
    next();
  };
}

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

/** Files, where the endpoint takes one. Like JSON, forms of other sites cannot send this type without asking first. */
const uploads: RequestHandler = (req, res, next) => {
  const { upload } = matchOf(res).endpoint;
  if (!upload) next();
  else if (req.is(UPLOAD_TYPE)) express.raw({ type: UPLOAD_TYPE, limit: upload.most })(req, res, next);
  else throw new MusterError('bad-request', `Send the content of a file, as ${UPLOAD_TYPE}.`);
};

/** Forms of other sites can send anything but JSON without asking first. */
const jsonOnly: RequestHandler = (req, res, next) => {
  const hasBody =
    !matchOf(res).endpoint.upload &&
    (req.headers['transfer-encoding'] !== undefined || Number(req.headers['content-length'] ?? 0) > 0);
  if (hasBody && !req.is('application/json')) {
    throw new MusterError('bad-request', 'The request cannot be read: send JSON (application/json, UTF-8).');
  }
  next();
};
