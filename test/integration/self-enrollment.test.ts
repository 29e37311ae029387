/** Self-enrollment: the life of a link, what is kept of a face until HR has decided, and how it goes away. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type {
  EnrollmentInvitationsPage,
  EnrollmentInvitationView,
  NewEnrollmentInvitationView,
  SelfEnrollmentView,
} from '#protocol/enrollment-invitations.ts';
import { INVITATION_LIMITS } from '#protocol/limits.ts';
import type { SessionView } from '#protocol/session.ts';
import { auditContext } from '../../server/audit/audit-context.ts';
import { AuditEvent } from '../../server/db/entities/audit-event.ts';
import { EnrollmentInvitation, WaitingCapture } from '../../server/db/entities/enrollment-invitation.ts';
import { Enrollment } from '../../server/db/entities/template.ts';
import { EnrollmentService } from '../../server/enrollment/enrollment-service.ts';
import { enrollmentPolicy } from '../../server/enrollment/policy.ts';
import { similarity } from '../../server/enrollment/template.ts';
import { INVITATION_COOKIE } from '../../server/perimeter/cookies.ts';
import { thresholds } from '../../server/recognition/thresholds.test-support.ts';
import { RetentionService } from '../../server/rights/retention-service.ts';
import { DAY, HOUR } from '../../server/time/durations.ts';
import { CONTRACT, type DataServices, newTemplate, openDataServices } from '../support/data-services.ts';
import { type Browser, problemOf, RestServer } from '../support/rest-server.ts';

let offset = 0;
const now = () => Date.now() + offset;
let services: DataServices;
let rest: RestServer;
let hr: Browser;

beforeAll(async () => {
  services = await openDataServices({ now });
  compareFaces(services);
});
afterAll(() => services.close());
beforeEach(async () => {
  rest = await RestServer.start(services);
  hr = await rest.staff();
});
afterEach(() => rest.stop());

/** Similarity of one face. Eight numbers are few: other faces come close to it. */
const SAME = 0.9999;

/** Compares with all enrolled people one by one, as the analyzers do with their galleries. */
function compareFaces({ invitations, selfEnrollment, people, templates, log }: DataServices): void {
  const usual = enrollmentPolicy({ thresholds, far: '1e-4', requiredBins: 1, timeout: 60_000, asks: false });
  const policy = { ...usual, duplicateThreshold: SAME };
  const search = async (_contract: string, [probe]: Float32Array[]) =>
    (await templates.loadGallery()).map(({ personId, embeddings }) => ({
      personId,
      similarity: Math.max(...embeddings.map((embedding) => similarity(embedding, probe!))),
    }));
  invitations.comparedBy(
    new EnrollmentService({
      people: { get: (id) => people.candidate(id) },
      templates,
      invitations: selfEnrollment,
      search,
      contract: CONTRACT,
      policy: () => policy,
      log,
    }),
  );
}

const LIST = '/api/v1/enrollment-invitations';
const PHONE = '/api/v1/self-enrollment';
const AS = '?as=invitation';

async function invite(personId?: string, days?: number) {
  const id = personId ?? (await services.addPerson({ givenName: 'Ida' })).id;
  const made = await hr.json<NewEnrollmentInvitationView>('POST', LIST, { personId: id, days });
  return { personId: id, id: made.invitation.id, token: made.token, made };
}

const tryLink = (token: string, phone: Browser = rest.stranger()) =>
  phone.send('POST', `${PHONE}/session`, { token });

async function open(token: string): Promise<Browser> {
  const phone = rest.stranger();
  expect((await tryLink(token, phone)).status).toBe(201);
  return phone;
}

async function agree(phone: Browser, language = 'de'): Promise<SelfEnrollmentView> {
  const { consent } = await phone.json<SelfEnrollmentView>('GET', PHONE + AS);
  const shown = { version: consent.version, language };
  return phone.json('POST', `${PHONE}/consent${AS}`, shown);
}

const face = (seed: number) => [newTemplate('aggregate', seed), newTemplate('front', seed + 0.01)];

/** What the enrollment service does with the face that this phone has captured. */
async function capture(phone: Browser, personId: string, seed: number, on = services) {
  const actor = (await on.selfEnrollment.find(phone.cookies.get(INVITATION_COOKIE)!))!;
  const found = (await on.templates.loadGallery())
    .map((entry) => ({
      personId: entry.personId,
      similarity: similarity(entry.embeddings[0]!, face(seed)[0]!.embedding),
    }))
    .find((match) => match.personId !== personId && match.similarity >= SAME);
  return auditContext.run({ actor, address: '192.0.2.5' }, () =>
    on.selfEnrollment.take(actor.invitationId, {
      personId,
      contract: CONTRACT,
      templates: face(seed),
      duplicate: found ?? null,
    }),
  );
}

async function captured(seed: number, personId?: string) {
  const invited = await invite(personId);
  const phone = await open(invited.token);
  await agree(phone);
  const state = await capture(phone, invited.personId, seed);
  return { ...invited, phone, state };
}

const viewOf = (id: string) => hr.json<EnrollmentInvitationView>('GET', `${LIST}/${id}`);
const inGallery = async (personId: string) =>
  (await services.templates.loadGallery()).some((entry) => entry.personId === personId);
const waitingRow = (id: string) => services.database.fork().findOne(WaitingCapture, { invitationId: id });
const actsOf = async (personId: string) =>
  (await services.database.fork().find(AuditEvent, { objectId: personId }, { orderBy: { seq: 'asc' } })).map(
    ({ act, actorKind }) => `${act} ${actorKind}`,
  );

/** Whether anything of the capture can still be opened: its row, or the share of its key. */
async function isKept(id: string, { personId, keyId }: { personId: string; keyId: string }) {
  const [share] = await services.keyStore.get([{ personId, keyId }]);
  return (await waitingRow(id)) !== null || share !== null;
}

describe('a link', () => {
  it('a link leads a person through consent and capture, and counts once HR has confirmed it', async () => {
    const { personId, id, token, made } = await invite();
    expect(made.addresses).toEqual(['https://192.0.2.7:8443']);
    expect(made.invitation).toMatchObject({ state: 'sent', createdBy: 'Ada', openedAt: null });
    const phone = await open(token);
    expect((await viewOf(id)).state).toBe('opened');
    const before = await phone.json<SelfEnrollmentView>('GET', PHONE + AS);
    expect(before).toMatchObject({ person: { id: personId }, consented: false, confirmed: true });
    expect(before.consent.texts.map(({ language }) => language)).toContain('de');
    expect(await agree(phone)).toMatchObject({ consented: true });
    expect(await capture(phone, personId, 1)).toBe('to-confirm');

    const waiting = await viewOf(id);
    expect(waiting).toMatchObject({ state: 'waiting', endedAt: null });
    expect(waiting.capture).toMatchObject({ bins: ['front'], replaces: false, duplicate: null });
    expect(await inGallery(personId)).toBe(false);
    expect((await services.people.get(personId))!.enrollment).toBeNull();

    const done = await hr.json<EnrollmentInvitationView>('POST', `${LIST}/${id}/confirmation`);
    expect(done).toMatchObject({ state: 'enrolled', endedBy: 'Ada', capture: null });
    expect(await inGallery(personId)).toBe(true);
    expect(await services.database.fork().find(Enrollment, { personId })).toMatchObject([
      { invitationId: id, enrolledBy: await services.accountId() },
    ]);
    expect(await actsOf(personId)).toEqual([
      'person.created server',
      'invitation.created account',
      'invitation.opened invitation',
      'consent.given invitation',
      'invitation.captured invitation',
      'invitation.confirmed account',
      'templates.replaced account',
    ]);
  });

  it('a link ends with use, with a refusal, with time and by revocation, and each answers alike', async () => {
    const used = await captured(2);
    const declined = await invite();
    const phone = await open(declined.token);
    expect((await phone.send('POST', `${PHONE}/refusal${AS}`)).status).toBe(204);
    const revoked = await invite();
    expect((await hr.send('DELETE', `${LIST}/${revoked.id}`)).status).toBe(204);
    const late = await invite(undefined, 1);
    offset += DAY;
    const refusals = [];
    for (const token of [used.token, declined.token, revoked.token, late.token, 'no-such-token']) {
      const { code, detail } = await problemOf(await tryLink(token));
      refusals.push(`${code} ${detail}`);
    }
    expect(new Set(refusals)).toEqual(
      new Set(['not-found This link was used or has expired: ask HR for a new one.']),
    );
    hr = await rest.staff();
    const states = [];
    for (const { id } of [used, declined, revoked, late]) states.push((await viewOf(id)).state);
    expect(states).toEqual(['waiting', 'declined', 'revoked', 'expired']);
  });

  it('a link works for 7 days unless HR chooses 1 to 30, and an opened one must be opened again after 1 hour', async () => {
    const { leastDays, usualDays, mostDays, sessionLife } = INVITATION_LIMITS;
    expect([leastDays, usualDays, mostDays, sessionLife]).toEqual([1, 7, 30, HOUR]);
    const { made, token, personId } = await invite();
    expect(Date.parse(made.invitation.expiresAt) - Date.parse(made.invitation.createdAt)).toBe(7 * DAY);
    for (const days of [0, 31]) {
      expect((await hr.send('POST', LIST, { personId, days })).status).toBe(422);
    }
    const phone = await open(token);
    offset += HOUR - 10_000;
    expect((await phone.send('GET', PHONE + AS)).status).toBe(200);
    offset += 10_000;
    expect((await phone.send('GET', PHONE + AS)).status).toBe(401);
    expect((await (await open(token)).send('GET', PHONE + AS)).status).toBe(200);
  });

  it('a second phone takes the link over, and goes on where the first one was', async () => {
    const { token, personId } = await invite();
    const first = await open(token);
    await agree(first);
    const ended: string[] = [];
    services.invitationFeed.on('invitation.changed', (id) => ended.push(id));
    const second = await open(token);
    expect(ended).toHaveLength(1);
    expect((await first.send('GET', PHONE + AS)).status).toBe(401);
    expect(await second.json('GET', PHONE + AS)).toMatchObject({ consented: true });
    expect(await capture(second, personId, 3)).toBe('to-confirm');
  });

  it('a new invitation of the same person replaces an unused link, but not one whose capture waits', async () => {
    const first = await invite();
    const second = await invite(first.personId);
    expect((await tryLink(first.token)).status).toBe(404);
    expect((await viewOf(first.id)).state).toBe('revoked');
    const phone = await open(second.token);
    await agree(phone);
    await capture(phone, first.personId, 4);
    const again = await hr.send('POST', LIST, { personId: first.personId });
    expect(await problemOf(again)).toMatchObject({ code: 'wrong-state' });
  });

  it('two invitations of one person made at once leave one link that works', async () => {
    const { id: personId } = await services.addPerson();
    const made = await Promise.all([invite(personId), invite(personId)]);
    const opened = [];
    for (const { token } of made) opened.push((await tryLink(token)).status);
    expect(opened).toHaveLength(2);
    expect(new Set(opened)).toEqual(new Set([201, 404]));
  });

  it('a link of a person who leaves stops working', async () => {
    const { token, personId } = await invite();
    const phone = await open(token);
    await services.people.update(personId, { status: 'left' });
    expect((await phone.send('GET', PHONE + AS)).status).toBe(401);
    expect((await tryLink(token)).status).toBe(404);
    expect((await hr.send('POST', LIST, { personId })).status).toBe(409);
  });

  it('the secret of a link is stored nowhere, and is in no address that a server logs', async () => {
    const { token, id } = await invite();
    const phone = await open(token);
    const row = await services.database.fork().findOneOrFail(EnrollmentInvitation, { id });
    const stored = JSON.stringify(row, (_key, value: unknown) =>
      value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value,
    );
    expect(stored).not.toContain(token);
    expect(stored).not.toContain(phone.cookies.get(INVITATION_COOKIE));
    const trail = await services.database.fork().find(AuditEvent, {});
    expect(JSON.stringify(trail.map(({ detail }) => detail))).not.toContain(token);
  });
});

describe('what an invited person may do', () => {
  it('an invited person sees their own name and the consent text, and nothing of others', async () => {
    const { token, personId } = await invite();
    const phone = await open(token);
    const other = await services.addPerson();
    expect(await phone.json<SessionView>('GET', `/api/v1/session${AS}`)).toMatchObject({
      actor: { kind: 'invitation', personId, name: 'Ida Hopper' },
    });
    for (const path of ['people', `people/${other.id}`, `people/${personId}`, 'enrollment-invitations']) {
      expect((await phone.send('GET', `/api/v1/${path}`)).status).toBe(403);
    }
    const { invitationId } = (await services.selfEnrollment.find(phone.cookies.get(INVITATION_COOKIE)!))!;
    await agree(phone);
    await expect(services.selfEnrollment.require(invitationId, other.id)).rejects.toMatchObject({
      code: 'forbidden',
    });
  });

  it('a browser that is signed in speaks for the invitation only where its page says so', async () => {
    const { token } = await invite();
    expect((await tryLink(token, hr)).status).toBe(201);
    expect((await hr.send('GET', PHONE)).status).toBe(403);
    expect((await hr.send('GET', PHONE + AS)).status).toBe(200);
    expect((await hr.send('GET', '/api/v1/people')).status).toBe(200);
  });

  it('nothing is captured before the person has agreed on this link, whatever somebody else recorded', async () => {
    const { id: personId } = await services.addConsentedPerson();
    const { id, token } = await invite(personId);
    const phone = await open(token);
    await expect(services.selfEnrollment.require(id, personId)).rejects.toMatchObject({
      code: 'wrong-state',
    });
    await expect(capture(phone, personId, 5)).rejects.toMatchObject({ code: 'wrong-state' });
    expect(await waitingRow(id)).toBeNull();
    const old = { version: '2020-01', language: 'de' };
    expect((await phone.send('POST', `${PHONE}/consent${AS}`, old)).status).toBe(409);
    await agree(phone);
    // A tap that was sent twice.
    await agree(phone);
    const { consents } = await hr.json<{ consents: object[] }>('GET', `/api/v1/people/${personId}/consents`);
    expect(consents).toMatchObject([
      { method: 'self', language: 'de', recordedBy: null, invitationId: id },
      { method: 'in-person', recordedBy: 'Ada', invitationId: null },
    ]);
    expect(await capture(phone, personId, 5)).toBe('to-confirm');
  });

  it('a person who agreed and then declines takes back the consent of this link', async () => {
    const { token, personId } = await invite();
    const phone = await open(token);
    await agree(phone);
    expect((await phone.send('POST', `${PHONE}/refusal${AS}`)).status).toBe(204);
    const { consents } = await hr.json<{ consents: object[] }>('GET', `/api/v1/people/${personId}/consents`);
    expect(consents).toMatchObject([
      { method: 'self', withdrawnAt: expect.any(String) as string, withdrawnBy: null },
    ]);
    expect((await services.people.get(personId))!.consent).toBeNull();
  });

  it('a link revoked while a face is captured takes nothing', async () => {
    const { id, token, personId } = await invite();
    const phone = await open(token);
    await agree(phone);
    const actor = (await services.selfEnrollment.find(phone.cookies.get(INVITATION_COOKIE)!))!;
    await hr.send('DELETE', `${LIST}/${id}`);
    const set = { personId, contract: CONTRACT, templates: face(6), duplicate: null };
    await expect(services.selfEnrollment.take(actor.invitationId, set)).rejects.toMatchObject({
      code: 'not-found',
    });
    expect(await waitingRow(id)).toBeNull();
  });
});

describe('a capture that waits', () => {
  it('a capture that waits is sealed, and in no gallery', async () => {
    const { personId, id } = await captured(7);
    const rows = await services.database
      .fork()
      .execute<{ sealed: Buffer }[]>('select sealed from waiting_template where invitation_id = ?', [id]);
    expect(rows).toHaveLength(2);
    const plain = Buffer.from(face(7)[0]!.embedding.buffer).subarray(0, 8);
    expect(rows.some(({ sealed }) => Buffer.from(sealed).includes(plain))).toBe(false);
    expect(await inGallery(personId)).toBe(false);
  });

  it('of two people of HR who decide at once, one does', async () => {
    const { id, personId } = await captured(8);
    const confirmed = () => hr.send('POST', `${LIST}/${id}/confirmation`);
    const rejected = () => hr.send('POST', `${LIST}/${id}/rejection`, { reason: 'not them' });
    const statuses = (await Promise.all([confirmed(), rejected(), confirmed()])).map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    expect(await inGallery(personId)).toBe((await viewOf(id)).state === 'enrolled');
  });

  it('a face of another person waits for HR, who are told whom, and must give a reason', async () => {
    const { id: twin } = await services.addConsentedPerson({ givenName: 'Twin', familyName: 'One' });
    await services.enroll(twin, face(9));
    const { id, personId, state } = await captured(9);
    expect(state).toBe('see-hr');
    expect((await viewOf(id)).capture!.duplicate).toMatchObject({ id: twin, displayName: 'Twin One' });
    const refused = await hr.send('POST', `${LIST}/${id}/confirmation`);
    expect(await problemOf(refused)).toMatchObject({
      code: 'duplicate-face',
      details: { personId: twin, displayName: 'Twin One' },
    });
    expect(await inGallery(personId)).toBe(false);
    await hr.json('POST', `${LIST}/${id}/confirmation`, { reason: 'they are twins' });
    expect(await inGallery(personId)).toBe(true);
    expect(await services.database.fork().find(Enrollment, { personId })).toMatchObject([
      { overrideReason: 'they are twins' },
    ]);
    const { lookAlikes } = (await services.people.get(personId))!;
    expect(lookAlikes).toMatchObject([{ id: twin, displayName: 'Twin One' }]);
  });

  it('one face captured on two links is found when the second one is confirmed', async () => {
    const first = await captured(10.5);
    const second = await captured(10.5);
    expect([first.state, second.state]).toEqual(['to-confirm', 'to-confirm']);
    await hr.json('POST', `${LIST}/${first.id}/confirmation`);
    const refused = await hr.send('POST', `${LIST}/${second.id}/confirmation`);
    expect(await problemOf(refused)).toMatchObject({
      code: 'duplicate-face',
      details: { personId: first.personId },
    });
  });

  it('a rejected capture is deleted with its key, and its reason is kept', async () => {
    const { id, personId } = await captured(11);
    const row = (await waitingRow(id))!;
    expect(await isKept(id, row)).toBe(true);
    expect((await hr.send('POST', `${LIST}/${id}/rejection`, {})).status).toBe(422);
    const view = await hr.json<EnrollmentInvitationView>('POST', `${LIST}/${id}/rejection`, {
      reason: 'somebody else was in the picture',
    });
    expect(view).toMatchObject({ state: 'rejected', reason: 'somebody else was in the picture' });
    expect(await isKept(id, row)).toBe(false);
    expect(await inGallery(personId)).toBe(false);
    expect((await hr.send('POST', `${LIST}/${id}/confirmation`)).status).toBe(409);
  });

  it('a capture that nobody decides on is deleted after 14 days', async () => {
    const { id } = await captured(12);
    const row = (await waitingRow(id))!;
    const { database, templates, waiting, log } = services;
    const nothing = { templates: null, snapshots: null, decisions: null, punches: null, audit: null };
    const run = async () =>
      new RetentionService({
        database,
        templates,
        waiting,
        log,
        now,
        keep: () => ({ ...nothing, captures: 14 }),
      }).run();
    offset += 14 * DAY - HOUR;
    await run();
    expect(await isKept(id, row)).toBe(true);
    offset += DAY;
    expect((await run())!.find(({ what }) => what === 'captures')!.count).toBeGreaterThanOrEqual(1);
    expect(await isKept(id, row)).toBe(false);
    hr = await rest.staff();
    expect((await viewOf(id)).state).toBe('expired');
  });

  it('a withdrawal of consent deletes the capture with its key, and ends an open link', async () => {
    const { id, personId } = await captured(13);
    const row = (await waitingRow(id))!;
    await services.consents.withdraw(personId, { accountId: await services.accountId() });
    expect(await isKept(id, row)).toBe(false);
    expect((await viewOf(id)).state).toBe('revoked');
    const open = await invite(personId);
    await services.consents.withdraw(personId, { accountId: await services.accountId() });
    expect((await tryLink(open.token)).status).toBe(404);
  });

  it('an erasure deletes the capture with its key, and what was written about the person', async () => {
    const rejected = await captured(14);
    const reason = 'Ida wore a mask';
    await hr.json('POST', `${LIST}/${rejected.id}/rejection`, { reason });
    const { id, personId } = await captured(15, rejected.personId);
    const row = (await waitingRow(id))!;
    await services.people.erase(personId);
    expect(await isKept(id, row)).toBe(false);
    const rows = await services.database.fork().find(EnrollmentInvitation, { personId });
    expect(rows.map(({ outcome, reason }) => [outcome, reason ?? null])).toEqual(
      expect.arrayContaining([
        ['rejected', null],
        ['revoked', null],
      ]),
    );
  });

  it('the export of a person has their invitations and what waits, without secrets', async () => {
    const { personId } = await captured(16);
    const files = await services.personalData.export(personId, { embeddings: true });
    const all = JSON.parse(String(files['person.json'])) as Record<string, Record<string, unknown>[]>;
    expect(all['invitations']).toMatchObject([{ createdBy: 'Ada', outcome: null }]);
    expect(all['waitingCaptures']).toMatchObject([{ contract: CONTRACT }]);
    expect(all['waitingTemplates']!.map(({ bin }) => bin)).toEqual(['aggregate', 'front']);
    expect(all['embeddings']!.map(({ bin }) => bin)).toEqual(['aggregate', 'front']);
    expect(JSON.stringify(all)).not.toMatch(/sealed|wrapped|hash/i);
  });
});

const list = (query: string) => hr.json<EnrollmentInvitationsPage>('GET', `${LIST}?${query}`);
const idsOf = ({ invitations }: EnrollmentInvitationsPage) => invitations.map(({ id }) => id);

describe('the list of invitations', () => {
  it('the list of invitations is filtered by person and by what HR has to do, and comes in pages', async () => {
    const waiting = await captured(17);
    const sent = await invite();
    expect(idsOf(await list(`personId=${sent.personId}`))).toEqual([sent.id]);
    const toDecide = await list('state=waiting&limit=200');
    expect(idsOf(toDecide)).toContain(waiting.id);
    expect(toDecide.waiting).toBe(toDecide.invitations.length);
    const openOnes = await list('state=open&limit=200');
    expect(idsOf(openOnes)).toContain(sent.id);
    expect(idsOf(openOnes)).not.toContain(waiting.id);
    const all = idsOf(await list('limit=200'));
    const paged: string[] = [];
    let next: string | null = null;
    do {
      const page: EnrollmentInvitationsPage = await list(`limit=3${next ? `&after=${next}` : ''}`);
      paged.push(...idsOf(page));
      ({ next } = page);
    } while (next !== null);
    expect(paged).toEqual(all);
  });
});

describe('the policy automatic', () => {
  let automatic: DataServices;
  let server: RestServer;
  let owner: Browser;

  beforeAll(async () => {
    automatic = await openDataServices({ selfEnrollment: 'automatic' });
    compareFaces(automatic);
    server = await RestServer.start(automatic);
    owner = await server.staff();
  });
  afterAll(async () => {
    server.stop();
    await automatic.close();
  });

  async function enroll(seed: number, personId: string) {
    const made = await owner.json<NewEnrollmentInvitationView>('POST', LIST, { personId });
    const phone = server.stranger();
    const view = await phone.json<SelfEnrollmentView>('POST', `${PHONE}/session`, { token: made.token });
    expect(view.confirmed).toBe(false);
    await agree(phone, 'en');
    return { id: made.invitation.id, state: await capture(phone, personId, seed, automatic) };
  }
  const stateOf = async (id: string) =>
    (await owner.json<EnrollmentInvitationView>('GET', `${LIST}/${id}`)).state;
  const gallery = async () => (await automatic.templates.loadGallery()).map(({ personId }) => personId);

  it('the policy automatic enrolls a new face at once, in nobody’s name', async () => {
    const { id: personId } = await automatic.addPerson();
    const { id, state } = await enroll(1, personId);
    expect([state, await stateOf(id)]).toEqual(['enrolled', 'enrolled']);
    expect(await gallery()).toContain(personId);
    expect(await automatic.database.fork().find(Enrollment, { personId })).toMatchObject([
      { invitationId: id, enrolledBy: null },
    ]);
  });

  it('the policy automatic leaves a likely duplicate and a new face of an enrolled person to HR', async () => {
    const { id: first } = await automatic.addPerson();
    await enroll(2, first);
    const { id: second } = await automatic.addPerson();
    const duplicate = await enroll(2, second);
    expect([duplicate.state, await stateOf(duplicate.id)]).toEqual(['see-hr', 'waiting']);
    const again = await enroll(3.7, first);
    expect([again.state, await stateOf(again.id)]).toEqual(['to-confirm', 'waiting']);
    const view = await owner.json<EnrollmentInvitationView>('GET', `${LIST}/${again.id}`);
    expect(view.capture!.replaces).toBe(true);
    expect(await gallery()).not.toContain(second);
  });
});
