/**
 * Every route that changes or exports data leaves exactly the audit events that are listed here. The test fails for a new
 * route until its events are listed.
 */
import { randomUUID } from 'node:crypto';
import { Secret, TOTP } from 'otpauth';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { auditContext } from '../../server/audit/audit-context.ts';
import { verifyAudit } from '../../server/audit/verify.ts';
import { AuditEvent } from '../../server/db/entities/audit-event.ts';
import { ClockStepRow } from '../../server/db/entities/clock-step.ts';
import { Decision } from '../../server/db/entities/decision.ts';
import { Punch } from '../../server/db/entities/punch.ts';
import { RefusedPunch } from '../../server/db/entities/refused-punch.ts';
import { OutboxDelivery } from '../../server/db/entities/webhook.ts';
import { fanOut } from '../../server/webhooks/webhook-queue.ts';
import { hasDetailName } from '../../client/src/pages/audit/detail-names.ts';
import type { AuditEventView } from '#protocol/audit.ts';
import { ENDPOINTS } from '#protocol/endpoints.ts';
import { doorOf } from '../../server/attendance/attendance-service.ts';
import { ViewingService } from '../../server/devices/viewing-service.ts';
import { punchByNumber } from '../../server/attendance/punch-by-number.ts';
import { punchByPass } from '../../server/attendance/punch-by-pass.ts';
import type { DecisionSummary } from '#protocol/decisions.ts';
import type { ClosingView } from '#protocol/closings.ts';
import type { ConsentDraftView, ConsentVersionView } from '#protocol/consents.ts';
import type { CorrectionView } from '#protocol/corrections.ts';
import type { NewEnrollmentInvitationView } from '#protocol/enrollment-invitations.ts';
import type { InvitationView, SecondFactorOffer } from '#protocol/accounts.ts';
import { type Method, requestSchemas } from '#protocol/signaling.ts';
import type { NewApiTokenView } from '#protocol/tokens.ts';
import type { WebhookSecretView } from '#protocol/webhooks.ts';
import { newTemplate, openDataServices, PASSWORD, type DataServices } from '../support/data-services.ts';
import { KeepingStation } from '../support/kept-claims.ts';
import { MailServer } from '../support/mail-server.ts';
import { type Browser, RestServer } from '../support/rest-server.ts';

/** A name that must not appear in the audit trail, because names must stay erasable. */
const NAME = 'Unmistakable';
const MEMBER_PASSWORD = 'a moth in relay seventy';
const RTSP_CAMERA = { name: 'Yard', address: 'rtsp://kim:a-secret@192.0.2.7/stream' };
let post: MailServer;
let services: DataServices;
let rest: RestServer;
let owner: Browser;
let members = 0;

beforeAll(async () => {
  post = await MailServer.start();
  services = await openDataServices({
    env: { MUSTER_SMTP_URL: post.url(), MUSTER_MAIL_FROM: 'muster@example.org' },
  });
});
afterAll(async () => {
  await services.close();
  await post.close();
});
beforeEach(async () => {
  rest = await RestServer.start(services);
  owner = await rest.staff();
});
afterEach(() => rest.stop());

const person = async () => (await services.addConsentedPerson({ givenName: NAME })).id;
const mailed = async () => (await services.addPerson({ givenName: NAME, email: `${NAME}@example.org` })).id;
async function refusedPunch(): Promise<string> {
  const door = doorOf(await services.addDevice());
  const personId = await person();
  const id = randomUUID();
  const at = Date.now() - 60_000;
  const seen = { similarity: 0.7, margin: 0.3, frames: 3, live: null };
  const sighting = { id, cameraId: door.id, track: 1, personId, at, ...seen };
  await services.refusedPunches.addSighting({ id, sighting, door }, { code: '23514' });
  return (await services.database.fork().findOneOrFail(RefusedPunch, { origin: id })).id;
}
/** What an analyzer decided about a face, and the punch that came of it. */
async function decided(id: string = randomUUID()): Promise<{ id: string; punchId: string }> {
  const door = doorOf(await services.addDevice());
  const personId = await person();
  const seen = { similarity: 0.7, margin: 0.3, frames: 3, live: null };
  const why: DecisionSummary = {
    span: 0,
    frames: { judged: 1, compared: 0, agreeing: 0, far: 0, turned: 0, dark: 0, poor: 0 },
    best: null,
    live: null,
    challenge: null,
    thresholds: {
      similarity: 0.4,
      strong: 0.6,
      margin: 0.05,
      agreeing: 3,
      quality: 0.3,
      yaw: 35,
      pitch: 35,
      live: null,
      doubt: null,
    },
    samples: [],
  };
  const sighting = { id, cameraId: door.id, track: 1, personId, at: Date.now() - 60_000, ...seen, why };
  await services.attendance.record(sighting, door);
  await services.decisionStore.keepOf(sighting, door);
  const em = services.database.fork();
  const decision = await em.findOneOrFail(Decision, { origin: id });
  return { id: decision.id, punchId: (await em.findOneOrFail(Punch, { sightingId: id })).id };
}

async function invitation(): Promise<{ id: string; personId: string; phone: Browser }> {
  const personId = await person();
  const { invitation, token } = await owner.json<NewEnrollmentInvitationView>(
    'POST',
    '/api/v1/enrollment-invitations',
    { personId },
  );
  const phone = rest.stranger();
  await phone.json('POST', '/api/v1/self-enrollment/session', { token });
  return { id: invitation.id, personId, phone };
}

const agreement = () => ({ version: services.consentTexts.current.version, language: 'en' });

async function waitingCapture(): Promise<string> {
  const { id, personId, phone } = await invitation();
  await phone.json('POST', '/api/v1/self-enrollment/consent?as=invitation', agreement());
  const templates = [newTemplate('aggregate', 7), newTemplate('front', 8)];
  const set = { personId, contract: 'test@1/8', templates, duplicate: null };
  const actor = { kind: 'invitation' as const, invitationId: id, personId, name: NAME };
  await auditContext.run({ actor, address: '192.0.2.9' }, () => services.selfEnrollment.take(id, set));
  return id;
}

/** An address for documents, to which nothing is sent. */
const HOOK = { name: NAME, url: 'https://192.0.2.1/', types: ['person.enrolled', 'person.erased'] };
async function newHook(): Promise<string> {
  return (await owner.json<WebhookSecretView>('POST', '/api/v1/webhooks', HOOK)).webhook.id;
}
/** One that waits. */
async function newDelivery(): Promise<string> {
  const hook = await newHook();
  await services.people.erase(await person());
  await services.outbox.look();
  const em = services.database.fork();
  await fanOut(em);
  return (await em.findOneOrFail(OutboxDelivery, { endpointId: hook })).id;
}

const department = async () => (await services.departments.create({ name: `Team ${++members}` })).id;
const device = async () => (await services.addDevice()).deviceId;
const invited = () =>
  owner.json<InvitationView>('POST', '/api/v1/accounts', {
    username: `member-${++members}`,
    name: NAME,
    role: 'hr',
  });

async function member(): Promise<{ id: string; browser: Browser }> {
  const { account, token } = await invited();
  const browser = rest.stranger();
  await browser.json('POST', '/api/v1/invitation', { token, password: MEMBER_PASSWORD });
  await browser.json('POST', '/api/v1/session', { username: account.username, password: MEMBER_PASSWORD });
  return { id: account.id, browser };
}

/** Signed in with an account of their own. */
async function employee(): Promise<{ personId: string; browser: Browser }> {
  const personId = await person();
  const username = `member-${++members}`;
  const url = `/api/v1/people/${personId}/account`;
  const { token } = await owner.json<InvitationView>('POST', url, { username });
  const browser = rest.stranger();
  await browser.json('POST', '/api/v1/invitation', { token, password: MEMBER_PASSWORD });
  await browser.json('POST', '/api/v1/session', { username, password: MEMBER_PASSWORD });
  return { personId, browser };
}

let consentTexts = 0;

const draftConsentText = () => {
  const text = `${NAME} ${++consentTexts} is known by the face. `.repeat(10);
  return owner.send('PATCH', '/api/v1/consent-texts/draft', { texts: [{ language: 'en', text }] });
};

/** Whoever agreed before is to agree again. */
async function releaseConsentText(): Promise<ConsentVersionView> {
  const { version: draft } = (await (await draftConsentText()).json()) as ConsentDraftView;
  return owner.json('POST', '/api/v1/consent-texts/versions', { draftVersion: draft, earlier: 'again' });
}

const ownAbsence = { kind: 'sick', from: '2026-02-02', to: '2026-02-03', note: NAME };
const ownMissedPunch = {
  kind: 'add',
  date: '2026-01-15',
  time: '08:00',
  says: 'in',
  reason: `${NAME} forgot the badge`,
};

async function offered(browser: Browser): Promise<{ code: string }> {
  const { secret } = await browser.json<SecondFactorOffer>('POST', '/api/v1/account/second-factor');
  return { code: TOTP.generate({ secret: Secret.fromBase32(secret) }) };
}

async function withFactor(): Promise<{ id: string; browser: Browser }> {
  const made = await member();
  await made.browser.json('PUT', '/api/v1/account/second-factor', await offered(made.browser));
  return made;
}

async function missedPunch() {
  const { number } = await services.addPerson({ givenName: NAME, department: 'Lab' });
  const siteId = (await services.sites.list())[0]!.id;
  const at = { siteId, date: '2026-01-15', time: '08:00' };
  return { kind: 'add', number, ...at, says: 'in', reason: `${NAME} forgot the badge` };
}

let closedMonths = 0;

/** A month that is over and not closed yet. */
const nextMonth = () => `2025-${String(++closedMonths).padStart(2, '0')}`;

/** The browsers of the managers who asked for corrections, by the ids of those. */
const managers = new Map<string, Browser>();

async function waitingCorrection(): Promise<string> {
  const username = `manager-${++members}`;
  await services.addDepartment('Lab');
  const account = { username, name: NAME, role: 'manager', department: 'Lab' };
  const { token } = await owner.json<InvitationView>('POST', '/api/v1/accounts', account);
  const browser = rest.stranger();
  await browser.json('POST', '/api/v1/invitation', { token, password: MEMBER_PASSWORD });
  await browser.json('POST', '/api/v1/session', { username, password: MEMBER_PASSWORD });
  const { id } = await browser.json<CorrectionView>('POST', '/api/v1/corrections', await missedPunch());
  managers.set(id, browser);
  return id;
}

async function punchWithPicture(): Promise<string> {
  const id = await person();
  await services.enroll(id, [newTemplate('aggregate', 5)]);
  const station = await services.addDevice();
  const { deviceId } = station;
  const seen = { id: `of-${id}`, cameraId: deviceId, track: 1, personId: id, at: Date.now(), live: null };
  const evidence = { similarity: 0.9, margin: 0.3, frames: 5 };
  await services.attendance.record({ ...seen, ...evidence }, doorOf(station));
  await services.snapshots.keep(seen, Buffer.from('a picture'));
  const [row] = await services.database
    .fork()
    .execute<{ punchId: string }[]>('select punch_id "punchId" from evidence where person_id = ?', [id]);
  return row!.punchId;
}

let names = 0;
/** The id of what a request creates. */
async function made(path: string, body: object): Promise<string> {
  return (await owner.json<{ id: string }>('POST', `/api/v1/${path}`, body)).id;
}
const newShift = () => ({ name: `Shift ${++names}`, begin: '08:00', end: '17:00' });
const newRota = async () => {
  const id = await made('shifts', newShift());
  return { name: `Rota ${++names}`, weeks: [[[id], [id], [id], [id], [id], [], []]] };
};
const newAssignment = async () => ({
  rotaId: await made('rotas', await newRota()),
  personId: await person(),
  from: '2026-01-01',
});
const newException = async () => ({
  personId: await person(),
  date: '2026-01-05',
  shiftIds: [],
  reason: `${NAME} moves house`,
});
const newAbsence = async () => ({
  personId: await person(),
  kind: 'sick',
  from: '2026-01-05',
  to: '2026-01-06',
  note: NAME,
});
const newHoliday = () => ({ date: `2026-01-${String(++names % 28 || 28).padStart(2, '0')}`, name: 'Closed' });
const newPayrollProfile = () => ({
  name: `Profile ${++names}`,
  lines: 'person',
  columns: [{ field: 'number', header: 'Number' }],
});
const newEntry = async () => ({
  personId: await person(),
  kind: 'payout',
  date: '2026-01-31',
  amount: 3_600_000,
  reason: `${NAME} was paid`,
});

/** Prepares what the request needs, and returns a function that sends the request. */
type Act = () => Promise<() => Promise<Response>>;

const ACTS: Record<string, [acts: string, act: Act]> = {
  'POST /session': [
    'session.opened',
    async () => () =>
      rest.stranger().send('POST', '/api/v1/session', { username: 'ada', password: PASSWORD }),
  ],
  'POST /session/proof': [
    'session.proved',
    async () => () => owner.send('POST', '/api/v1/session/proof', { password: PASSWORD }),
  ],
  'DELETE /session': ['session.closed', async () => () => owner.send('DELETE', '/api/v1/session')],
  'POST /invitation': [
    'account.joined',
    async () => {
      const { token } = await invited();
      return () => rest.stranger().send('POST', '/api/v1/invitation', { token, password: MEMBER_PASSWORD });
    },
  ],
  'PUT /account/password': [
    'account.password-changed',
    async () => {
      const { browser } = await member();
      const change = { current: MEMBER_PASSWORD, password: 'seventy relays, one moth' };
      return () => browser.send('PUT', '/api/v1/account/password', change);
    },
  ],
  'DELETE /account/sessions': [
    'session.revoked',
    async () => () => owner.send('DELETE', '/api/v1/account/sessions'),
  ],
  'DELETE /account/sessions/:id': [
    'session.revoked',
    async () => {
      const { sessions } = await owner.json<{ sessions: { id: string }[] }>('GET', '/api/v1/account');
      return () => owner.send('DELETE', `/api/v1/account/sessions/${sessions[0]!.id}`);
    },
  ],
  // Nothing changes before its first code comes back.
  'POST /account/second-factor': [
    '',
    async () => {
      const { browser } = await member();
      return () => browser.send('POST', '/api/v1/account/second-factor');
    },
  ],
  'PUT /account/second-factor': [
    'second-factor.enabled',
    async () => {
      const { browser } = await member();
      const input = await offered(browser);
      return () => browser.send('PUT', '/api/v1/account/second-factor', input);
    },
  ],
  'DELETE /account/second-factor': [
    'second-factor.disabled',
    async () => {
      const { browser } = await withFactor();
      return () => browser.send('DELETE', '/api/v1/account/second-factor');
    },
  ],
  'POST /account/recovery-codes': [
    'recovery-codes.replaced',
    async () => {
      const { browser } = await withFactor();
      return () => browser.send('POST', '/api/v1/account/recovery-codes');
    },
  ],
  'POST /accounts': [
    'account.created',
    async () => () =>
      owner.send('POST', '/api/v1/accounts', { username: `member-${++members}`, name: NAME, role: 'viewer' }),
  ],
  'PATCH /accounts/:id': [
    'account.changed',
    async () => {
      const { id } = await member();
      return () => owner.send('PATCH', `/api/v1/accounts/${id}`, { role: 'viewer', name: `${NAME} too` });
    },
  ],
  'POST /accounts/:id/invitation': [
    'account.reset',
    async () => {
      const { id } = await member();
      return () => owner.send('POST', `/api/v1/accounts/${id}/invitation`);
    },
  ],
  'DELETE /accounts/:id/second-factor': [
    'second-factor.reset',
    async () => {
      const { id } = await withFactor();
      return () => owner.send('DELETE', `/api/v1/accounts/${id}/second-factor`);
    },
  ],
  'POST /people/:id/account': [
    'account.created',
    async () => {
      const id = await person();
      return () => owner.send('POST', `/api/v1/people/${id}/account`, { username: `member-${++members}` });
    },
  ],
  'POST /people/:id/account/invitation': [
    'account.reset',
    async () => {
      const { personId } = await employee();
      return () => owner.send('POST', `/api/v1/people/${personId}/account/invitation`);
    },
  ],
  'PUT /people/:id/account': [
    'account.disabled',
    async () => {
      const { personId } = await employee();
      return () => owner.send('PUT', `/api/v1/people/${personId}/account`, { disabled: true });
    },
  ],
  'POST /own/corrections': [
    'correction.requested',
    async () => {
      const { browser } = await employee();
      return () => browser.send('POST', '/api/v1/own/corrections', ownMissedPunch);
    },
  ],
  'DELETE /own/corrections/:id': [
    'correction.withdrawn',
    async () => {
      const { browser } = await employee();
      const { id } = await browser.json<CorrectionView>('POST', '/api/v1/own/corrections', ownMissedPunch);
      return () => browser.send('DELETE', `/api/v1/own/corrections/${id}`);
    },
  ],
  'POST /own/consents': [
    'consent.given',
    async () => {
      const { browser } = await employee();
      const { version } = await releaseConsentText();
      return () => browser.send('POST', '/api/v1/own/consents', { version, language: 'en' });
    },
  ],
  'POST /own/absence-requests': [
    'absence-request.requested',
    async () => {
      const { browser } = await employee();
      return () => browser.send('POST', '/api/v1/own/absence-requests', ownAbsence);
    },
  ],
  'DELETE /own/absence-requests/:id': [
    'absence-request.withdrawn',
    async () => {
      const { browser } = await employee();
      const { id } = await browser.json<{ id: string }>('POST', '/api/v1/own/absence-requests', ownAbsence);
      return () => browser.send('DELETE', `/api/v1/own/absence-requests/${id}`);
    },
  ],
  'DELETE /own/consents/current': [
    'consent.withdrawn',
    async () => {
      const { browser } = await employee();
      return () => browser.send('DELETE', '/api/v1/own/consents/current');
    },
  ],
  'POST /own/export': [
    'person.exported',
    async () => {
      const { browser } = await employee();
      return () => browser.send('POST', '/api/v1/own/export');
    },
  ],
  'GET /own/month/file': [
    'report.exported',
    async () => {
      const { browser } = await employee();
      return () => browser.send('GET', '/api/v1/own/month/file?month=2026-01');
    },
  ],
  'POST /tokens': [
    'token.created',
    async () => () => owner.send('POST', '/api/v1/tokens', { name: NAME, scopes: ['people:read'], days: 1 }),
  ],
  'DELETE /tokens/:id': [
    'token.revoked',
    async () => {
      const input = { name: NAME, scopes: ['people:read'], days: 1 };
      const { token } = await owner.json<NewApiTokenView>('POST', '/api/v1/tokens', input);
      return () => owner.send('DELETE', `/api/v1/tokens/${token.id}`);
    },
  ],
  'POST /webhooks': ['webhook.created', async () => () => owner.send('POST', '/api/v1/webhooks', HOOK)],
  'PUT /webhooks/:id': [
    'webhook.changed webhook.disabled',
    async () => {
      const id = await newHook();
      const changed = { ...HOOK, types: ['person.erased'], enabled: false };
      return () => owner.send('PUT', `/api/v1/webhooks/${id}`, changed);
    },
  ],
  'DELETE /webhooks/:id': [
    'webhook.removed',
    async () => {
      const id = await newHook();
      return () => owner.send('DELETE', `/api/v1/webhooks/${id}`);
    },
  ],
  'POST /webhooks/:id/secret': [
    'webhook.secret-rotated',
    async () => {
      const id = await newHook();
      return () => owner.send('POST', `/api/v1/webhooks/${id}/secret`);
    },
  ],
  'POST /webhooks/:id/test': [
    'webhook.tested',
    async () => {
      const id = await newHook();
      return () => owner.send('POST', `/api/v1/webhooks/${id}/test`);
    },
  ],
  'POST /webhook-deliveries/:id/redeliver': [
    'webhook.redelivered',
    async () => {
      const id = await newDelivery();
      return () => owner.send('POST', `/api/v1/webhook-deliveries/${id}/redeliver`);
    },
  ],
  'POST /webhook-deliveries/:id/give-up': [
    'webhook.given-up',
    async () => {
      const id = await newDelivery();
      return () => owner.send('POST', `/api/v1/webhook-deliveries/${id}/give-up`);
    },
  ],
  'POST /device': [
    'device.paired',
    async () => {
      const input = { kind: 'camera', name: 'Hall' };
      const { code } = await owner.json<{ code: string }>('POST', '/api/v1/devices/pairing-codes', input);
      return () => rest.stranger().send('POST', '/api/v1/device', { code });
    },
  ],
  'POST /clock-steps/:id/acknowledgement': [
    'clock.acknowledged',
    async () => {
      const id = randomUUID();
      const [before, at] = [new Date('2026-11-20T10:31:00Z'), new Date('2026-11-20T09:31:01Z')];
      const step = { id, seq: 1, host: 'door', before, at, byMs: -3_600_000 };
      await services.database.fork().insert(ClockStepRow, step);
      return () => owner.send('POST', `/api/v1/clock-steps/${id}/acknowledgement`);
    },
  ],
  'POST /claims': [
    'punch.refused',
    async () => {
      const at = Date.now();
      const keeping = await KeepingStation.open(services, at);
      const claim = await keeping.claim({ type: 'badge', code: 'NO-SUCH-BADGE' }, at + 1);
      return () => rest.stranger().send('POST', '/api/v1/claims', keeping.delivery([claim], at + 2));
    },
  ],
  'DELETE /device': [
    'device.revoked',
    async () => {
      const station = await rest.station(owner);
      return () => station.send('DELETE', '/api/v1/device');
    },
  ],
  'POST /people': [
    'person.created',
    async () => () =>
      owner.send('POST', '/api/v1/people', { number: 'N-1', givenName: NAME, familyName: 'Name' }),
  ],
  'PATCH /people/:id': [
    'person.changed',
    async () => {
      const id = await person();
      return () => owner.send('PATCH', `/api/v1/people/${id}`, { familyName: NAME, status: 'suspended' });
    },
  ],
  'DELETE /people/:id': [
    'person.erased',
    async () => {
      const id = await person();
      return () => owner.send('DELETE', `/api/v1/people/${id}`);
    },
  ],
  'POST /people/:id/merge': [
    'person.merged person.merged',
    async () => {
      const [id, goes] = [await person(), await person()];
      const path = `/api/v1/people/${id}/merge`;
      const { version } = await owner.json<{ version: string }>('GET', `${path}?goes=${goes}`);
      return () => owner.send('POST', path, { goes, version, reason: 'Two records of one person' });
    },
  ],
  'POST /people/:id/consents': [
    'consent.given',
    async () => {
      const { id } = await services.addPerson({ givenName: NAME });
      const { version } = services.consentTexts.current;
      const input = { version, language: 'en', method: 'in-person' };
      return () => owner.send('POST', `/api/v1/people/${id}/consents`, input);
    },
  ],
  'DELETE /people/:id/consents/current': [
    'consent.withdrawn',
    async () => {
      const id = await person();
      return () => owner.send('DELETE', `/api/v1/people/${id}/consents/current`);
    },
  ],
  'PUT /people/:id/pin': [
    'pin.set',
    async () => {
      const id = await person();
      return () => owner.send('PUT', `/api/v1/people/${id}/pin`);
    },
  ],
  'DELETE /people/:id/pin': [
    'pin.removed',
    async () => {
      const id = await person();
      await services.passes.setPin(id);
      return () => owner.send('DELETE', `/api/v1/people/${id}/pin`);
    },
  ],
  'PUT /people/:id/badge': [
    'badge.issued',
    async () => {
      const id = await person();
      return () => owner.send('PUT', `/api/v1/people/${id}/badge`);
    },
  ],
  'DELETE /people/:id/badge': [
    'badge.revoked',
    async () => {
      const id = await person();
      await services.passes.issueBadge(id);
      return () => owner.send('DELETE', `/api/v1/people/${id}/badge`);
    },
  ],
  'POST /people/:id/export': [
    'person.exported',
    async () => {
      const id = await person();
      return () => owner.send('POST', `/api/v1/people/${id}/export`, { embeddings: true });
    },
  ],
  'POST /people/imports': [
    'person.created person.changed people.imported',
    async () => {
      const { number } = await services.addPerson();
      return () => owner.upload('/api/v1/people/imports', `number,name\nI-1,${NAME}\n${number},${NAME}\n`);
    },
  ],
  'POST /people/imports/preview': [
    '',
    async () => () => owner.upload('/api/v1/people/imports/preview', `number,name\nI-2,${NAME}\n`),
  ],
  'POST /corrections': [
    'correction.requested correction.applied',
    async () => {
      const input = await missedPunch();
      return () => owner.send('POST', '/api/v1/corrections', input);
    },
  ],
  'POST /corrections/:id/decision': [
    'correction.applied',
    async () => {
      const id = await waitingCorrection();
      return () => owner.send('POST', `/api/v1/corrections/${id}/decision`, { decision: 'approve' });
    },
  ],
  'POST /refused-punches/:id/decision': [
    'correction.requested correction.applied refused-punch.booked',
    async () => {
      const id = await refusedPunch();
      const decision = { decision: 'book', says: 'in', reason: 'The door saw her' };
      return () => owner.send('POST', `/api/v1/refused-punches/${id}/decision`, decision);
    },
  ],
  'DELETE /corrections/:id': [
    'correction.withdrawn',
    async () => {
      const id = await waitingCorrection();
      const author = managers.get(id)!;
      return () => author.send('DELETE', `/api/v1/corrections/${id}`);
    },
  ],
  'POST /closings': [
    'month.closed',
    async () => {
      const month = nextMonth();
      return () => owner.send('POST', '/api/v1/closings', { month, department: null, accept: true });
    },
  ],
  'POST /closings/:id/reopening': [
    'month.reopened',
    async () => {
      const input = { month: nextMonth(), department: null, accept: true };
      const { id } = await owner.json<ClosingView>('POST', '/api/v1/closings', input);
      return () => owner.send('POST', `/api/v1/closings/${id}/reopening`, { reason: 'Payroll was wrong' });
    },
  ],
  'POST /roll-calls': [
    'roll-call.started',
    async () => () => owner.send('POST', '/api/v1/roll-calls', { siteId: null }),
  ],
  // The ticks themselves say who ticked whom and when, and stay.
  'POST /roll-calls/:id/ticks': [
    '',
    async () => {
      const id = await made('roll-calls', { siteId: null });
      const tick = { sequence: 1, person: await person(), says: 'safe', at: new Date().toISOString() };
      const delivery = { client: randomUUID(), ticks: [tick] };
      return () => owner.send('POST', `/api/v1/roll-calls/${id}/ticks`, delivery);
    },
  ],
  'POST /roll-calls/:id/ending': [
    'roll-call.ended',
    async () => {
      const id = await made('roll-calls', { siteId: null });
      return () => owner.send('POST', `/api/v1/roll-calls/${id}/ending`);
    },
  ],
  'POST /people/acts/department': [
    'person.changed person.changed',
    async () => {
      await services.addDepartment('Lab');
      const people = { ids: [await person(), await person()] };
      return () => owner.send('POST', '/api/v1/people/acts/department', { people, department: 'Lab' });
    },
  ],
  'POST /people/acts/status': [
    'person.changed',
    async () => {
      const people = { ids: [await person()] };
      return () => owner.send('POST', '/api/v1/people/acts/status', { people, status: 'suspended' });
    },
  ],
  'POST /people/acts/rota': [
    'assignment.created',
    async () => {
      const rotaId = await made('rotas', await newRota());
      const people = { ids: [await person()] };
      return () => owner.send('POST', '/api/v1/people/acts/rota', { people, rotaId, from: '2026-01-05' });
    },
  ],
  'POST /people/acts/invitations': [
    'invitation.created invitation.created',
    async () => {
      const people = { ids: [await person(), await person()] };
      return () => owner.send('POST', '/api/v1/people/acts/invitations', { people });
    },
  ],
  'POST /departments': [
    'department.created',
    async () => () => owner.send('POST', '/api/v1/departments', { name: `Team ${++members}` }),
  ],
  'PATCH /departments/:id': [
    'department.renamed',
    async () => {
      const id = await department();
      return () => owner.send('PATCH', `/api/v1/departments/${id}`, { name: `Team ${++members}` });
    },
  ],
  'POST /departments/:id/joining': [
    'department.joined',
    async () => {
      const [id, into] = [await department(), await department()];
      return () => owner.send('POST', `/api/v1/departments/${id}/joining`, { into });
    },
  ],
  'DELETE /departments/:id': [
    'department.removed',
    async () => {
      const id = await department();
      return () => owner.send('DELETE', `/api/v1/departments/${id}`);
    },
  ],
  'PATCH /consent-texts/draft': ['consent-text.drafted', async () => () => draftConsentText()],
  'DELETE /consent-texts/draft': [
    'consent-text.discarded',
    async () => {
      await draftConsentText();
      return () => owner.send('DELETE', '/api/v1/consent-texts/draft');
    },
  ],
  'POST /consent-texts/versions': [
    'consent-text.released',
    async () => {
      const { version: draft } = (await (await draftConsentText()).json()) as ConsentDraftView;
      return () =>
        owner.send('POST', '/api/v1/consent-texts/versions', { draftVersion: draft, earlier: 'valid' });
    },
  ],
  'PATCH /settings': [
    'setting.changed',
    async () => () => owner.send('PATCH', '/api/v1/settings', { MUSTER_ENROLLMENT_BINS: '2' }),
  ],
  'POST /sites': [
    'site.created',
    async () => () =>
      owner.send('POST', '/api/v1/sites', { name: `Site ${++members}`, timeZone: 'Asia/Tokyo' }),
  ],
  'PATCH /sites/:id': [
    'site.changed',
    async () => {
      const { id } = await services.sites.create({ name: `Site ${++members}`, timeZone: 'Asia/Tokyo' });
      return () => owner.send('PATCH', `/api/v1/sites/${id}`, { reading: 'in-and-out' });
    },
  ],
  'POST /sites/:id/preview': [
    '',
    async () => {
      const [site] = await services.sites.list();
      const input = { change: { reading: 'in-and-out' }, from: '2026-01-01', to: '2026-01-31' };
      return () => owner.send('POST', `/api/v1/sites/${site!.id}/preview`, input);
    },
  ],
  'POST /shifts': [
    'shift.created',
    async () => {
      const input = newShift();
      return () => owner.send('POST', '/api/v1/shifts', input);
    },
  ],
  'PATCH /shifts/:id': [
    'shift.changed',
    async () => {
      const id = await made('shifts', newShift());
      return () => owner.send('PATCH', `/api/v1/shifts/${id}`, { end: '16:00' });
    },
  ],
  'DELETE /shifts/:id': [
    'shift.removed',
    async () => {
      const id = await made('shifts', newShift());
      return () => owner.send('DELETE', `/api/v1/shifts/${id}`);
    },
  ],
  'POST /rotas': [
    'rota.created',
    async () => {
      const input = await newRota();
      return () => owner.send('POST', '/api/v1/rotas', input);
    },
  ],
  'PATCH /rotas/:id': [
    'rota.changed',
    async () => {
      const id = await made('rotas', await newRota());
      return () => owner.send('PATCH', `/api/v1/rotas/${id}`, { worksOnHolidays: true });
    },
  ],
  'DELETE /rotas/:id': [
    'rota.removed',
    async () => {
      const id = await made('rotas', await newRota());
      return () => owner.send('DELETE', `/api/v1/rotas/${id}`);
    },
  ],
  'POST /assignments': [
    'assignment.created',
    async () => {
      const input = await newAssignment();
      return () => owner.send('POST', '/api/v1/assignments', input);
    },
  ],
  'PATCH /assignments/:id': [
    'assignment.changed',
    async () => {
      const id = await made('assignments', await newAssignment());
      return () => owner.send('PATCH', `/api/v1/assignments/${id}`, { until: '2026-06-30' });
    },
  ],
  'DELETE /assignments/:id': [
    'assignment.removed',
    async () => {
      const id = await made('assignments', await newAssignment());
      return () => owner.send('DELETE', `/api/v1/assignments/${id}`);
    },
  ],
  'POST /exceptions': [
    'exception.created',
    async () => {
      const input = await newException();
      return () => owner.send('POST', '/api/v1/exceptions', input);
    },
  ],
  'PATCH /exceptions/:id': [
    'exception.changed',
    async () => {
      const id = await made('exceptions', await newException());
      return () => owner.send('PATCH', `/api/v1/exceptions/${id}`, { date: '2027-02-03' });
    },
  ],
  'DELETE /exceptions/:id': [
    'exception.removed',
    async () => {
      const id = await made('exceptions', await newException());
      return () => owner.send('DELETE', `/api/v1/exceptions/${id}`);
    },
  ],
  'POST /absences': [
    'absence.created',
    async () => {
      const input = await newAbsence();
      return () => owner.send('POST', '/api/v1/absences', input);
    },
  ],
  'PATCH /absences/:id': [
    'absence.changed',
    async () => {
      const id = await made('absences', await newAbsence());
      return () => owner.send('PATCH', `/api/v1/absences/${id}`, { to: '2026-01-07' });
    },
  ],
  'DELETE /absences/:id': [
    'absence.removed',
    async () => {
      const id = await made('absences', await newAbsence());
      return () => owner.send('DELETE', `/api/v1/absences/${id}`);
    },
  ],
  'POST /absence-requests/:id/decision': [
    'absence.created absence-request.approved',
    async () => {
      const { browser } = await employee();
      const { id } = await browser.json<{ id: string }>('POST', '/api/v1/own/absence-requests', ownAbsence);
      return () =>
        owner.send('POST', `/api/v1/absence-requests/${id}/decision`, {
          decision: 'approve',
          answer: NAME,
        });
    },
  ],
  'POST /holidays': [
    'holiday.created',
    async () => {
      const input = newHoliday();
      return () => owner.send('POST', '/api/v1/holidays', input);
    },
  ],
  'PATCH /holidays/:id': [
    'holiday.changed',
    async () => {
      const id = await made('holidays', newHoliday());
      return () => owner.send('PATCH', `/api/v1/holidays/${id}`, { off: 'nothing' });
    },
  ],
  'DELETE /holidays/:id': [
    'holiday.removed',
    async () => {
      const id = await made('holidays', newHoliday());
      return () => owner.send('DELETE', `/api/v1/holidays/${id}`);
    },
  ],
  'POST /holidays/import': [
    'holidays.imported',
    async () => {
      const event = ['BEGIN:VEVENT', 'DTSTART;VALUE=DATE:20270101', 'SUMMARY:Closed', 'END:VEVENT'];
      const ics = ['BEGIN:VCALENDAR', ...event, 'END:VCALENDAR'].join('\r\n');
      const input = { from: '2027-01-01', to: '2027-12-31', ics };
      return () => owner.send('POST', '/api/v1/holidays/import', input);
    },
  ],
  'POST /holidays/import/preview': [
    '',
    async () => {
      const ics = 'BEGIN:VCALENDAR\r\nEND:VCALENDAR';
      const input = { from: '2027-01-01', to: '2027-12-31', ics };
      return () => owner.send('POST', '/api/v1/holidays/import/preview', input);
    },
  ],
  'POST /payroll-profiles': [
    'payroll-profile.created',
    async () => {
      const input = newPayrollProfile();
      return () => owner.send('POST', '/api/v1/payroll-profiles', input);
    },
  ],
  'PATCH /payroll-profiles/:id': [
    'payroll-profile.changed',
    async () => {
      const id = await made('payroll-profiles', newPayrollProfile());
      return () => owner.send('PATCH', `/api/v1/payroll-profiles/${id}`, { headings: false });
    },
  ],
  'DELETE /payroll-profiles/:id': [
    'payroll-profile.removed',
    async () => {
      const id = await made('payroll-profiles', newPayrollProfile());
      return () => owner.send('DELETE', `/api/v1/payroll-profiles/${id}`);
    },
  ],
  'POST /balance-entries': [
    'balance-entry.created',
    async () => {
      const input = await newEntry();
      return () => owner.send('POST', '/api/v1/balance-entries', input);
    },
  ],
  'DELETE /balance-entries/:id': [
    'balance-entry.removed',
    async () => {
      const id = await made('balance-entries', await newEntry());
      return () => owner.send('DELETE', `/api/v1/balance-entries/${id}`);
    },
  ],
  'PUT /people/:id/vacation': [
    'allowance.set',
    async () => {
      const id = await person();
      return () => owner.send('PUT', `/api/v1/people/${id}/vacation?year=2026`, { days: 30 });
    },
  ],
  'POST /mail/test': [
    'mail.tested',
    async () => () => owner.send('POST', '/api/v1/mail/test', { to: 'ada@example.org' }),
  ],
  'POST /enrollment-invitations/:id/mail': [
    'invitation.mailed',
    async () => {
      const path = '/api/v1/enrollment-invitations';
      const personId = await mailed();
      const { invitation, token } = await owner.json<NewEnrollmentInvitationView>('POST', path, { personId });
      return () => owner.send('POST', `${path}/${invitation.id}/mail`, { token });
    },
  ],
  'POST /accounts/:id/invitation/mail': [
    'account.link-mailed',
    async () => {
      const { account, token } = await invited();
      const to = `${NAME}@example.org`;
      return () => owner.send('POST', `/api/v1/accounts/${account.id}/invitation/mail`, { token, to });
    },
  ],
  'POST /people/:id/month/mail': [
    'month-sheet.mailed',
    async () => {
      const personId = await mailed();
      return () => owner.send('POST', `/api/v1/people/${personId}/month/mail`, { month: '2026-10' });
    },
  ],
  'POST /enrollment-invitations': [
    'invitation.created',
    async () => {
      const personId = await person();
      return () => owner.send('POST', '/api/v1/enrollment-invitations', { personId });
    },
  ],
  'DELETE /enrollment-invitations/:id': [
    'invitation.revoked',
    async () => {
      const { id } = await invitation();
      return () => owner.send('DELETE', `/api/v1/enrollment-invitations/${id}`);
    },
  ],
  'POST /enrollment-invitations/:id/confirmation': [
    'invitation.confirmed templates.replaced',
    async () => {
      const id = await waitingCapture();
      return () => owner.send('POST', `/api/v1/enrollment-invitations/${id}/confirmation`);
    },
  ],
  'POST /enrollment-invitations/:id/rejection': [
    'invitation.rejected',
    async () => {
      const id = await waitingCapture();
      const reason = `${NAME} wore a mask`;
      return () => owner.send('POST', `/api/v1/enrollment-invitations/${id}/rejection`, { reason });
    },
  ],
  'POST /self-enrollment/session': [
    'invitation.opened',
    async () => {
      const personId = await person();
      const { token } = await owner.json<NewEnrollmentInvitationView>(
        'POST',
        '/api/v1/enrollment-invitations',
        { personId },
      );
      return () => rest.stranger().send('POST', '/api/v1/self-enrollment/session', { token });
    },
  ],
  'POST /self-enrollment/consent': [
    'consent.given',
    async () => {
      const { phone } = await invitation();
      return () => phone.send('POST', '/api/v1/self-enrollment/consent?as=invitation', agreement());
    },
  ],
  'POST /self-enrollment/refusal': [
    'invitation.declined',
    async () => {
      const { phone } = await invitation();
      return () => phone.send('POST', '/api/v1/self-enrollment/refusal?as=invitation');
    },
  ],
  'POST /devices/pairing-codes': [
    'pairing.created',
    async () => () => owner.send('POST', '/api/v1/devices/pairing-codes', { kind: 'camera', name: 'Hall' }),
  ],
  'POST /devices/rtsp': [
    'device.added',
    async () => () => owner.send('POST', '/api/v1/devices/rtsp', RTSP_CAMERA),
  ],
  'PATCH /devices/:id/rtsp': [
    'device.source-changed',
    async () => {
      const { id } = await owner.json<{ id: string }>('POST', '/api/v1/devices/rtsp', RTSP_CAMERA);
      return () => owner.send('PATCH', `/api/v1/devices/${id}/rtsp`, { transport: 'udp' });
    },
  ],
  'POST /devices/encoders': [
    'device.paired',
    async () => () => owner.send('POST', '/api/v1/devices/encoders', { name: 'Hall' }),
  ],
  'POST /devices/:id/token': [
    'device.token-replaced',
    async () => {
      const { device: encoder } = await services.devices.addEncoder({
        name: 'Hall',
        siteId: null,
        settings: {},
      });
      return () => owner.send('POST', `/api/v1/devices/${encoder.id}/token`);
    },
  ],
  'PATCH /devices/:id': [
    'device.changed',
    async () => {
      const id = await device();
      return () => owner.send('PATCH', `/api/v1/devices/${id}`, { settings: { mode: 'in' } });
    },
  ],
  'DELETE /devices/:id': [
    'device.revoked',
    async () => {
      const id = await device();
      return () => owner.send('DELETE', `/api/v1/devices/${id}`);
    },
  ],
  'POST /audit/verify': ['', async () => () => owner.send('POST', '/api/v1/audit/verify')],
  // A mistake of a page is in the log of the server, not in the audit trail.
  'POST /client-faults': [
    '',
    async () => () =>
      owner.send('POST', '/api/v1/client-faults', {
        name: 'TypeError',
        message: 'x is not a function',
        page: '/',
      }),
  ],
  // These routes only read, but they export data or return a picture of a person.
  'GET /people/file': ['people.exported', async () => () => owner.send('GET', '/api/v1/people/file')],
  'GET /attendance/report': [
    'report.exported',
    async () => () => owner.send('GET', '/api/v1/attendance/report?from=2026-01-01&to=2026-01-02'),
  ],
  'GET /audit/export': ['audit.exported', async () => () => owner.send('GET', '/api/v1/audit/export')],
  'GET /decisions/:id': [
    'decision.viewed',
    async () => {
      const { id } = await decided();
      return () => owner.send('GET', `/api/v1/decisions/${id}`);
    },
  ],
  'GET /punches/:id/decision': [
    'decision.viewed',
    async () => {
      const { punchId } = await decided();
      return () => owner.send('GET', `/api/v1/punches/${punchId}/decision`);
    },
  ],
  'GET /refused-punches/:id/decision': [
    'decision.viewed',
    async () => {
      const id = await refusedPunch();
      const { origin } = await services.database.fork().findOneOrFail(RefusedPunch, { id });
      await decided(origin);
      return () => owner.send('GET', `/api/v1/refused-punches/${id}/decision`);
    },
  ],
  'GET /punches/:id/snapshot': [
    'evidence.viewed',
    async () => {
      const punchId = await punchWithPicture();
      return () => owner.send('GET', `/api/v1/punches/${punchId}/snapshot`);
    },
  ],
};

/** Creates the first account, so it is tested below on a database of its own. */
const ELSEWHERE = ['POST /setup'];

async function trail(after = 0): Promise<AuditEvent[]> {
  return services.database.fork().find(AuditEvent, { seq: { $gt: after } }, { orderBy: { seq: 'asc' } });
}

describe('acts over HTTP', () => {
  it('every endpoint has a decision about its audit events in this file', () => {
    const acting = Object.values(ENDPOINTS)
      .filter(({ method }) => method !== 'GET')
      .map(({ method, path }) => `${method} ${path}`);
    const writing = Object.keys(ACTS).filter((route) => !route.startsWith('GET '));
    expect([...writing, ...ELSEWHERE].toSorted()).toEqual(acting.toSorted());
  });

  it.each(Object.entries(ACTS))('%s', async (_route, [acts, prepare]) => {
    const act = await prepare();
    const before = (await trail()).at(-1)?.seq ?? 0;
    const response = await act();
    await response.arrayBuffer();
    expect(response.ok).toBe(true);
    const events = await trail(before);
    expect(events.map((event) => event.act).join(' ')).toBe(acts);
    for (const { address, actorKind } of events) {
      expect(address).not.toBeNull();
      expect(actorKind).not.toBe('server');
    }
  });

  it('POST /setup leaves its audit event', async () => {
    const fresh = await openDataServices();
    const server = await RestServer.start(fresh);
    const input = { token: fresh.setupToken, username: 'eve', name: NAME, password: PASSWORD };
    await server.stranger().json('POST', '/api/v1/setup', input);
    const events = await fresh.database.fork().find(AuditEvent, {}, { orderBy: { seq: 'asc' } });
    expect(events.map(({ act }) => act)).toEqual(['account.created', 'session.opened']);
    server.stop();
    await fresh.close();
  });

  it('a failed request changes nothing and leaves no audit event except a failed sign-in', async () => {
    const id = await person();
    const before = (await trail()).at(-1)!.seq;
    const nobody = '00000000-0000-4000-8000-000000000000';
    for (const [method, url, body] of [
      ['PATCH', `/api/v1/people/${nobody}`, { familyName: 'x' }],
      ['PATCH', `/api/v1/people/${id}`, { number: '' }],
      ['DELETE', `/api/v1/people/${nobody}`, undefined],
      ['POST', `/api/v1/people/${id}/consents`, { version: 'x', language: 'en', method: 'in-person' }],
      ['DELETE', `/api/v1/people/${nobody}/consents/current`, undefined],
      ['PUT', `/api/v1/people/${nobody}/pin`, undefined],
      ['POST', `/api/v1/people/${nobody}/export`, {}],
      ['DELETE', `/api/v1/devices/${nobody}`, undefined],
      ['DELETE', `/api/v1/tokens/${nobody}`, undefined],
      ['PATCH', `/api/v1/accounts/${nobody}`, { role: 'viewer' }],
      ['POST', '/api/v1/device', { code: 'AAAAAAAA' }],
      ['POST', '/api/v1/self-enrollment/session', { token: 'x' }],
      ['POST', `/api/v1/enrollment-invitations/${nobody}/confirmation`, {}],
      ['POST', '/api/v1/invitation', { token: 'x', password: MEMBER_PASSWORD }],
    ] as const) {
      expect((await owner.send(method, url, body)).ok).toBe(false);
    }
    await rest.stranger().send('POST', '/api/v1/session', { username: 'ada', password: 'wrong' });
    expect((await trail(before)).map(({ act }) => act)).toEqual(['session.failed']);
  });
});

/** Of the socket: what each method leaves. Those of an enrollment leave nothing before it is saved. */
const METHODS: Record<Method, string> = {
  hello: '',
  ping: '',
  'device.prove': '',
  'device.register-key': 'device.key-registered',
  'media.join': '',
  'media.leave': '',
  'media.create-transport': '',
  'media.connect-transport': '',
  'media.restart-ice': '',
  'media.produce': '',
  'media.consume-results': '',
  'media.replay-events': '',
  'enrollment.start': '',
  'enrollment.continue': '',
  'enrollment.restart': '',
  'enrollment.cancel': '',
  'enrollment.save': 'templates.replaced',
  'punch.identify': 'punch.identified',
  'punch.tell-apart': 'punch.identified',
  'punch.state': 'punch.stated',
  'cameras.subscribe': '',
  'view.join': '',
  'view.open': 'camera.viewed',
  'view.connect': '',
  'view.adjust': '',
  'view.close': '',
  'cameras.unsubscribe': '',
  'presence.subscribe': '',
  'presence.unsubscribe': '',
};

const matched = (personId: string) => ({ personId, similarity: 0.6, margin: 0.3 });

describe('acts over the socket', () => {
  it('every socket method has a decision about its audit events in this file', () => {
    expect(Object.keys(METHODS).toSorted()).toEqual(Object.keys(requestSchemas).toSorted());
  });

  it('enrollment.save leaves its audit event, and an accepted duplicate leaves it without the reason', async () => {
    const id = await person();
    const before = (await trail()).at(-1)!.seq;
    await services.templates.replace(id, {
      contract: 'test@1/8',
      templates: [newTemplate('aggregate', 6)],
      by: { accountId: await services.accountId() },
      override: { reason: `a twin of ${NAME}` },
    });
    const events = await trail(before);
    expect(events.map(({ act }) => act).join(' ')).toBe(METHODS['enrollment.save']);
    expect(events[0]!.detail).toContain('"duplicateAccepted":true');
  });

  it('enrollment.save by invitation leaves its audit event in the name of the invitation', async () => {
    const before = (await trail()).at(-1)!.seq;
    const id = await waitingCapture();
    const last = (await trail(before)).at(-1)!;
    expect(last).toMatchObject({
      act: 'invitation.captured',
      actorKind: 'invitation',
      actorId: id,
      actorName: '',
    });
  });

  it('enrollment.save leaves an event for each of two people who look alike, and neither names the other', async () => {
    const [id, other] = [await person(), await person()];
    await services.enroll(other, [newTemplate('aggregate', 7)]);
    const before = (await trail()).at(-1)!.seq;
    const by = { accountId: await services.accountId() };
    const set = { contract: 'test@1/8', templates: [newTemplate('aggregate', 7)], by };
    await services.templates.replace(id, {
      ...set,
      override: { reason: 'twins' },
      lookAlikes: [{ personId: other, similarity: 0.875 }],
    });
    await services.templates.replace(id, set);
    const events = (await trail(before)).map(({ act, objectId, detail }) => ({ act, objectId, detail }));
    expect(events.map(({ act, objectId }) => [act, objectId])).toEqual([
      ['templates.replaced', id],
      ['look-alike.recorded', id],
      ['look-alike.recorded', other],
      ['templates.replaced', id],
      ['look-alike.removed', id],
      ['look-alike.removed', other],
    ]);
    expect(events[1]!.detail).toContain('0.875');
    expect(JSON.stringify(events.map(({ detail }) => detail))).not.toMatch(new RegExp(`${id}|${other}`));
  });

  it('view.open leaves one event for each account, camera and session of watching', async () => {
    const [hall, yard] = [await device(), await device()];
    let clock = 0;
    const viewing = new ViewingService({
      database: services.database,
      devices: services.devices,
      log: pino({ level: 'silent' }),
      now: () => clock,
    });
    const accountId = await services.accountId();
    const actor = { kind: 'account', accountId, name: NAME, username: 'ada', role: 'owner' } as const;
    const begin = (cameraId: string) =>
      auditContext.run({ actor: { ...actor, department: null }, address: '192.0.2.9' }, () =>
        viewing.begin({ accountId }, cameraId),
      );
    const before = (await trail()).at(-1)!.seq;
    const first = await begin(hall);
    const second = await begin(hall);
    const other = await begin(yard);
    for (const over of [first, first, second, other]) over();
    // A reload of the page is the same session; a minute later it is another one.
    clock += 59_999;
    (await begin(hall))();
    clock += 60_000;
    (await begin(hall))();
    const events = await trail(before);
    expect(events.map(({ act, objectId }) => [act, objectId])).toEqual(
      [hall, yard, hall].map((id) => [METHODS['view.open'], id]),
    );
    expect(events[0]).toMatchObject({ actorKind: 'account', actorId: accountId });
    await expect(begin(randomUUID())).rejects.toMatchObject({ code: 'not-found' });
  });

  it('punch.tell-apart leaves an audit event for a right and for a wrong number', async () => {
    const [ann, amy] = [await services.addPerson(), await services.addPerson()];
    const station = await services.addDevice();
    const sighting = {
      id: 'pair',
      cameraId: station.deviceId,
      track: 1,
      at: Date.now(),
      frames: 3,
      live: null,
      people: [matched(ann.id), matched(amy.id)] as const,
    };
    services.questions.add(sighting);
    const { ask } = services.questions.seen('pair') as { ask: string };
    const tell = (number: string) =>
      auditContext.run({ actor: station, address: '192.0.2.9' }, () =>
        punchByNumber(services, station, { ask, number }),
      );
    const before = (await trail()).at(-1)!.seq;
    await expect(tell('no such number')).rejects.toMatchObject({ code: 'not-found' });
    await tell(amy.number);
    const events = await trail(before);
    expect(events.map(({ act }) => act)).toEqual(['punch.failed', METHODS['punch.tell-apart']]);
    expect(events[1]).toMatchObject({ actorId: station.deviceId, objectId: amy.id });
  });

  it('punch.identify leaves an audit event for a right and for a wrong pass', async () => {
    const { id, number } = await services.addPerson({ givenName: NAME });
    const { pin } = await services.passes.setPin(id);
    const station = await services.addDevice();
    const punch = (typed: string) =>
      auditContext.run({ actor: station, address: '192.0.2.9' }, () =>
        punchByPass(services, station, {
          requestId: '6f2b0a52-6c3e-4f2e-9f6e-0d8f6f1d2c33',
          pass: { type: 'pin', number, pin: typed },
        }),
      );
    const before = (await trail()).at(-1)!.seq;
    await expect(punch('000')).rejects.toMatchObject({ code: 'not-found' });
    await punch(pin);
    const events = await trail(before);
    expect(events.map(({ act }) => act)).toEqual(['punch.failed', METHODS['punch.identify']]);
    expect(
      events.every(({ actorKind, actorId }) => actorKind === 'device' && actorId === station.deviceId),
    ).toBe(true);
  });
});

describe('the audit trail after all acts', () => {
  it('the audit trail of all acts is intact and contains no names', async () => {
    const events = await trail();
    expect(events.length).toBeGreaterThan(50);
    expect(JSON.stringify(events.map(({ detail, objectId }) => [detail, objectId]))).not.toContain(NAME);
    expect((await verifyAudit(services.database, null)).faults).toEqual([]);
  });

  it('the page has a text for every detail of every act', async () => {
    const details = (await trail()).map(({ detail }) => JSON.parse(detail) as AuditEventView['detail']);
    const names = details.flatMap(({ before, after }) => Object.keys({ ...before, ...after }));
    expect([...new Set(names)].filter((name) => !hasDetailName(name)).toSorted()).toEqual([]);
  });
});
