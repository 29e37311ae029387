/** Mail by a real mail server: who gets what, and what is said where it does not work. */
// cspell:ignore Oktober Monatsblatt Einchecken Guten Erfassen Ihr Gesicht
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { extractText } from 'unpdf';
import type { InvitationView } from '#protocol/accounts.ts';
import type { NewEnrollmentInvitationView } from '#protocol/enrollment-invitations.ts';
import { AuditEvent } from '../../server/db/entities/audit-event.ts';
import { DAY } from '../../server/time/durations.ts';
import { type DataServices, openDataServices, PASSWORD } from '../support/data-services.ts';
import { MailServer } from '../support/mail-server.ts';
import { type Browser, problemOf, RestServer } from '../support/rest-server.ts';

let offset = 0;
const now = () => Date.now() + offset;
let post: MailServer;
let services: DataServices;
let rest: RestServer;
let owner: Browser;

beforeAll(async () => {
  post = await MailServer.start();
  services = await openDataServices({ env: mailFrom(post.url()), now });
});
afterAll(async () => {
  await services.close();
  await post.close();
});
beforeEach(async () => {
  offset = 0;
  post.received.length = 0;
  post.refused.clear();
  rest = await RestServer.start(services);
  owner = await rest.staff();
  await owner.json('POST', '/api/v1/session/proof', { password: PASSWORD });
});
afterEach(() => rest.stop());

const mailFrom = (url: string) => ({ MUSTER_SMTP_URL: url, MUSTER_MAIL_FROM: 'muster@example.org' });
const person = (more = {}) =>
  services.addPerson({ givenName: 'Ida', familyName: 'Rhodes', email: 'ida@example.org', ...more });
const acts = async (objectId: string) =>
  (await services.database.fork().find(AuditEvent, { objectId }, { orderBy: { seq: 'asc' } })).map(
    ({ act }) => act,
  );

async function invited(personId: string) {
  const path = '/api/v1/enrollment-invitations';
  const { invitation, token } = await owner.json<NewEnrollmentInvitationView>('POST', path, { personId });
  return { id: invitation.id, token, mail: `${path}/${invitation.id}/mail` };
}

describe('an invitation to enroll', () => {
  it('its link goes to the address of the person, in the language that was asked for, and it works', async () => {
    const { id } = await person();
    const { token, mail } = await invited(id);
    expect((await owner.send('POST', mail, { token, language: 'de' })).status).toBe(204);
    expect(post.received).toHaveLength(1);
    const [received] = post.received;
    expect(received).toMatchObject({
      from: 'muster@example.org',
      to: ['ida@example.org'],
      subject: 'Erfassen Sie Ihr Gesicht zum Einchecken',
    });
    expect(received!.text).toContain('Guten Tag Ida Rhodes');
    // The caller is on the server's own machine: a phone reaches it at its address in the network.
    const link = /https:\S+#token=(\S+)/.exec(received!.text)!;
    expect(link[0]).toBe(`https://192.0.2.7:8443/self-enrollment#token=${token}`);
    const phone = rest.stranger();
    const opened = await phone.send('POST', '/api/v1/self-enrollment/session', { token: link[1] });
    expect(opened.status).toBe(201);
    expect((await acts(id)).filter((act) => act === 'invitation.mailed')).toHaveLength(1);
  });

  it('only its own link is sent, to nobody without an address, and not after its time', async () => {
    const { id } = await person();
    const { token, mail } = await invited(id);
    const other = await invited((await person({ email: '' })).id);
    const refusal = async (path: string, body: object) => problemOf(await owner.send('POST', path, body));
    expect(await refusal(mail, { token: other.token })).toMatchObject({ code: 'not-found' });
    expect(await refusal(mail, { token: 'x', to: 'eve@example.org' })).toMatchObject({
      code: 'validation-failed',
    });
    expect(await refusal(other.mail, { token: other.token })).toMatchObject({
      code: 'wrong-state',
      detail: 'This person has no e-mail address: add it first.',
    });
    offset = 90 * DAY;
    owner = await rest.staff();
    expect(await refusal(mail, { token })).toMatchObject({
      code: 'wrong-state',
      detail: 'This link is over: make a new one.',
    });
    expect(post.received).toEqual([]);
  });
});

describe('an account', () => {
  it('its link goes to the address that the owner gives, and with it a password can be chosen', async () => {
    const account = { username: 'grace', name: 'Grace Hopper', role: 'viewer' };
    const made = await owner.json<InvitationView>('POST', '/api/v1/accounts', account);
    const path = `/api/v1/accounts/${made.account.id}/invitation/mail`;
    const body = { token: made.token, to: 'grace@example.org', language: 'en' };
    expect((await owner.send('POST', path, body)).status).toBe(204);
    expect(post.received).toMatchObject([{ to: ['grace@example.org'], subject: 'Your account in Muster' }]);
    const link = new URL(/https:\S+/.exec(post.received[0]!.text)![0]);
    const hash = new URLSearchParams(link.hash.slice(1));
    expect([link.pathname, hash.get('name')]).toEqual(['/join', 'grace']);
    const joined = await rest
      .stranger()
      .send('POST', '/api/v1/invitation', { token: hash.get('token'), password: PASSWORD });
    expect(joined.ok).toBe(true);
    expect(await acts(made.account.id)).toContain('account.link-mailed');
    // Used up.
    expect(await problemOf(await owner.send('POST', path, body))).toMatchObject({ code: 'not-found' });
  });
  it('HR sends the links of employees, and of nobody else', async () => {
    const hilda = { username: 'hilda', name: 'Hilda', role: 'hr' };
    const { token } = await owner.json<InvitationView>('POST', '/api/v1/accounts', hilda);
    const hr = rest.stranger();
    await hr.send('POST', '/api/v1/invitation', { token, password: PASSWORD });
    await hr.json('POST', '/api/v1/session', { username: 'hilda', password: PASSWORD });
    const staff = await owner.json<InvitationView>('POST', '/api/v1/accounts', {
      username: 'hal',
      name: 'Hal',
      role: 'viewer',
    });
    const theirs = `/api/v1/accounts/${staff.account.id}/invitation/mail`;
    expect(
      await problemOf(await hr.send('POST', theirs, { to: 'hal@example.org', token: staff.token })),
    ).toMatchObject({
      code: 'not-found',
    });
    const { id } = await person();
    const given = await hr.json<InvitationView>('POST', `/api/v1/people/${id}/account`, { username: 'ida' });
    const own = `/api/v1/accounts/${given.account.id}/invitation/mail`;
    expect((await hr.send('POST', own, { to: 'hal@example.org', token: given.token })).status).toBe(204);
  });
});

describe('a month sheet', () => {
  it('is sent as a PDF to the person, and a manager sends only those of the own department', async () => {
    const { id } = await person({ department: 'Research' });
    const body = { month: '2026-10', language: 'de', paper: 'a4' };
    const path = `/api/v1/people/${id}/month/mail`;
    const manager = await rest.member(owner, 'manager', 'Research');
    expect((await manager.send('POST', path, body)).status).toBe(204);
    const [received] = post.received;
    expect(received).toMatchObject({ to: ['ida@example.org'], subject: 'Monatsblatt Oktober 2026' });
    expect(received!.attachment!.filename).toBe('Monatsblatt-2026-10.pdf');
    const { text } = await extractText(new Uint8Array(received!.attachment!.content), { mergePages: true });
    expect(text).toContain('Ida Rhodes');
    expect(text).toContain('Monatsblatt');
    expect(await acts(id)).toContain('month-sheet.mailed');
    const elsewhere = await rest.member(owner, 'manager', 'Sales');
    expect(await problemOf(await elsewhere.send('POST', path, body))).toMatchObject({ code: 'not-found' });
    expect(post.received).toHaveLength(1);
  });
});

describe('a mail server', () => {
  it('the pages know whether there is one, and an owner can try it', async () => {
    expect(await owner.json('GET', '/api/v1/mail')).toEqual({ configured: true, from: 'muster@example.org' });
    const tried = await owner.send('POST', '/api/v1/mail/test', { to: 'ada@example.org', language: 'en' });
    expect(tried.status).toBe(204);
    expect(post.received).toMatchObject([{ to: ['ada@example.org'], subject: 'Muster can send mail' }]);
  });

  it('a refused address is a typed error, and the invitation can be sent again', async () => {
    post.refused.add('ida@example.org');
    const { id } = await person();
    const { token, mail } = await invited(id);
    expect(await problemOf(await owner.send('POST', mail, { token }))).toMatchObject({
      code: 'mail-failed',
      status: 502,
      retryable: true,
      detail: 'The mail server refused an address: check that of the person, and MUSTER_MAIL_FROM.',
    });
    expect(await acts(id)).not.toContain('invitation.mailed');
    post.refused.clear();
    expect((await owner.send('POST', mail, { token })).status).toBe(204);
  });

  it.each([
    ['that is away', 'smtp://127.0.0.1:9', 'The mail server cannot be reached. Try again in a few minutes.'],
    [
      'that refuses the password',
      null,
      'The mail server refused the user name or the password in MUSTER_SMTP_URL.',
    ],
  ])('a mail server %s is told in a sentence', async (_name, url, detail) => {
    const wrong = { name: 'muster', password: 'wrong' };
    const others = await openDataServices({ env: mailFrom(url ?? post.url(wrong)) });
    const there = await RestServer.start(others);
    try {
      const staff = await there.staff();
      const tried = await staff.send('POST', '/api/v1/mail/test', { to: 'ada@example.org' });
      expect(await problemOf(tried)).toMatchObject({ code: 'mail-failed', detail });
    } finally {
      there.stop();
      await others.close();
    }
  });

  it('without one, the pages know it and nothing is sent', async () => {
    const others = await openDataServices();
    const there = await RestServer.start(others);
    try {
      const staff = await there.staff();
      expect(await staff.json('GET', '/api/v1/mail')).toEqual({ configured: false, from: null });
      const tried = await staff.send('POST', '/api/v1/mail/test', { to: 'ada@example.org' });
      expect(await problemOf(tried)).toMatchObject({
        code: 'wrong-state',
        detail: 'This server sends no mail: set MUSTER_SMTP_URL and MUSTER_MAIL_FROM.',
      });
    } finally {
      there.stop();
      await others.close();
    }
  });
});
