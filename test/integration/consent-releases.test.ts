/** Consent texts that are written and released on a page: who may agree to what, and what stays as it was agreed to. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { InvitationView } from '#protocol/accounts.ts';
import type {
  ConsentDraftView,
  ConsentTextsView,
  ConsentVersionsView,
  ConsentVersionView,
} from '#protocol/consents.ts';
import type { OwnConsentView, OwnRecordView } from '#protocol/own.ts';
import type { PeoplePage, PersonView } from '#protocol/people.ts';
import { ConsentTextStore } from '../../server/consent/consent-text-store.ts';
import { AuditEvent } from '../../server/db/entities/audit-event.ts';
import { EnrollmentInvitation } from '../../server/db/entities/enrollment-invitation.ts';
import { type DataServices, newTemplate, openDataServices, PASSWORD } from '../support/data-services.ts';
import { type Browser, problemOf, RestServer } from '../support/rest-server.ts';

const BUILT_IN = '2026-11';
const DAY = '2027-03-01';
const text = (word: string) => `We would like to know you by your face: ${word}. `.repeat(6).trim();

let services: DataServices;
let rest: RestServer;
let owner: Browser;
let hr: Browser;
let dataDir = '';

async function open(): Promise<void> {
  await close();
  services = await openDataServices({ now: () => Date.parse(`${DAY}T11:00:00Z`) });
  rest = await RestServer.start(services);
  owner = await rest.staff();
  hr = await rest.member(owner, 'hr');
  dataDir = await mkdtemp(path.join(os.tmpdir(), 'muster-consent-'));
}

async function close(): Promise<void> {
  rest?.stop();
  await services?.close();
  if (dataDir) await rm(dataDir, { recursive: true });
}
afterAll(close);

const DRAFT = '/api/v1/consent-texts/draft';
const VERSIONS = '/api/v1/consent-texts/versions';
const draftOf = (...texts: [language: string, text: string][]) => ({
  texts: texts.map(([language, words]) => ({ language, text: words })),
});
const save = (body: object, headers: Record<string, string> = {}, by = hr) =>
  by.send('PATCH', DRAFT, body, headers);
const inForce = () => hr.json<ConsentTextsView>('GET', '/api/v1/consent-texts');
const personOf = ({ id }: PersonView) => hr.json<PersonView>('GET', `/api/v1/people/${id}`);

async function release(word: string, earlier: 'valid' | 'again'): Promise<ConsentVersionView> {
  const { version: draft } = (await (await save(draftOf(['en', text(word)]))).json()) as ConsentDraftView;
  return hr.json('POST', VERSIONS, { draftVersion: draft, earlier });
}

async function employee(person: PersonView): Promise<Browser> {
  const username = `user-${person.number}`;
  const url = `/api/v1/people/${person.id}/account`;
  const { token } = await owner.json<InvitationView>('POST', url, { username });
  const browser = rest.stranger();
  await browser.json('POST', '/api/v1/invitation', { token, password: PASSWORD });
  await browser.json('POST', '/api/v1/session', { username, password: PASSWORD });
  return browser;
}

describe('a draft', () => {
  beforeAll(open);
  afterEach(() => hr.send('DELETE', DRAFT));

  it('a draft is read by nobody before its release', async () => {
    await save(draftOf(['de', text('neu')], ['en', text('new')]));
    expect(await hr.json<ConsentDraftView>('GET', DRAFT)).toMatchObject({
      texts: [{ language: 'de' }, { language: 'en', text: text('new') }],
      changedBy: 'member-1',
    });
    expect((await inForce()).version).toBe(BUILT_IN);
    expect((await hr.send('DELETE', DRAFT)).status).toBe(204);
    expect((await hr.json<ConsentDraftView>('GET', DRAFT)).texts).toEqual([]);
  });

  it('of two people who write at once, the second is told', async () => {
    const read = (await hr.send('GET', DRAFT)).headers.get('etag')!;
    expect((await save(draftOf(['en', text('one')]), { 'if-match': read })).status).toBe(200);
    const second = await save(draftOf(['en', text('two')]), { 'if-match': read }, owner);
    expect(await problemOf(second)).toMatchObject({ status: 412, code: 'precondition-failed' });
    expect((await hr.json<ConsentDraftView>('GET', DRAFT)).texts[0]!.text).toBe(text('one'));
  });

  it.each([
    ['a text that is too short', draftOf(['en', 'Yes?']), 'texts.0.text'],
    ['a text that is too long', draftOf(['en', 'x'.repeat(20_001)]), 'texts.0.text'],
    ['a character that cannot be printed', draftOf(['en', `${text('a')}\u202e`]), 'texts.0.text'],
    ['no language', draftOf(['../en', text('a')]), 'texts.0.language'],
    ['a language twice', draftOf(['en', text('a')], ['en', text('b')]), 'texts'],
    ['no text', draftOf(), 'texts'],
  ])('a draft with %s is refused', async (_what, body, at) => {
    const problem = await problemOf(await save(body));
    expect(problem).toMatchObject({ status: 422, faults: [{ path: at }] });
  });
});

describe('a release', () => {
  // What was released stays, and would be in force in the next test.
  beforeEach(open);

  it('a released text is in force at once, with who released it and when, and is audited', async () => {
    const released = await release('new', 'again');
    expect(released).toMatchObject({
      version: DAY,
      languages: ['en'],
      since: `${DAY}T11:00:00.000Z`,
      inForce: true,
      releasedBy: 'member-1',
      earlier: 'again',
    });
    expect(await inForce()).toEqual({ version: DAY, texts: [{ language: 'en', text: text('new') }] });
    expect((await hr.json<ConsentDraftView>('GET', DRAFT)).texts).toEqual([]);
    const { versions } = await hr.json<ConsentVersionsView>('GET', VERSIONS);
    expect(versions.map(({ version, releasedBy }) => [version, releasedBy])).toEqual([
      [DAY, 'member-1'],
      [BUILT_IN, null],
    ]);
    const events = await services.database.fork().find(AuditEvent, { act: 'consent-text.released' });
    expect(events).toMatchObject([{ objectId: DAY, actorName: 'member-1' }]);
    // A second one of the same day is later all the same.
    expect(await release('newer', 'valid')).toMatchObject({ version: `${DAY}.2`, inForce: true });
    expect(await release('newest', 'valid')).toMatchObject({ version: `${DAY}.3`, inForce: true });
  });

  it('only the draft that was read is released, only once, and only where it says something new', async () => {
    const nothing = await hr.send('POST', VERSIONS, { draftVersion: 'none', earlier: 'valid' });
    expect(await problemOf(nothing)).toMatchObject({ status: 409 });
    const { version: draft } = (await (await save(draftOf(['en', text('a')]))).json()) as ConsentDraftView;
    await save(draftOf(['en', text('b')]));
    const stale = await hr.send('POST', VERSIONS, { draftVersion: draft, earlier: 'valid' });
    expect(await problemOf(stale)).toMatchObject({ status: 412 });
    const same = await inForce();
    const { version } = (await (await save({ texts: same.texts })).json()) as ConsentDraftView;
    const again = await hr.send('POST', VERSIONS, { draftVersion: version, earlier: 'valid' });
    expect(await problemOf(again)).toMatchObject({ status: 409 });
  });

  it('where earlier consents stay valid, nobody is asked and anybody is enrolled as before', async () => {
    const person = await services.addConsentedPerson();
    await release('a comma', 'valid');
    expect((await personOf(person)).consent).toMatchObject({ version: BUILT_IN, current: true });
    await services.enroll(person.id, [newTemplate('aggregate', 1), newTemplate('front', 2)]);
    const browser = await employee(person);
    expect(await browser.json<OwnRecordView>('GET', '/api/v1/own')).toMatchObject({ consent: 'current' });
    // Who has not agreed yet agrees to the new text only.
    const shown = { version: BUILT_IN, language: 'en', method: 'in-person' };
    const stale = await hr.send('POST', `/api/v1/people/${person.id}/consents`, shown);
    expect(await problemOf(stale)).toMatchObject({ code: 'conflict' });
  });

  it('where people are to agree again, an employee is told, agrees by themselves, and nobody is enrolled before', async () => {
    const person = await services.addConsentedPerson();
    await services.enroll(person.id, [newTemplate('aggregate', 1), newTemplate('front', 2)]);
    const { version } = await release('other purposes', 'again');
    expect(await hr.json<ConsentDraftView>('GET', DRAFT)).toMatchObject({
      people: { agreed: 0, older: 1 },
    });
    expect((await personOf(person)).consent).toMatchObject({ version: BUILT_IN, current: false });
    await expect(
      services.enroll(person.id, [newTemplate('aggregate', 1), newTemplate('front', 2)]),
    ).rejects.toThrow('consent to the current text');

    const browser = await employee(person);
    // Recognized as before: the face is still there.
    expect(await browser.json<OwnRecordView>('GET', '/api/v1/own')).toMatchObject({
      consent: 'older',
      face: true,
    });
    const agree = (to: string) =>
      browser.send('POST', '/api/v1/own/consents', { version: to, language: 'en' });
    expect((await agree(BUILT_IN)).status).toBe(409);
    expect((await agree(version)).status).toBe(201);
    expect((await agree(version)).status).toBe(409);
    const { consents } = await browser.json<{ consents: OwnConsentView[] }>('GET', '/api/v1/own/consents');
    expect(consents.map((one) => [one.version, one.method, one.text.slice(0, 20)])).toEqual([
      [version, 'self', text('other purposes').slice(0, 20)],
      [BUILT_IN, 'in-person', expect.stringContaining('Your employer')],
    ]);
    expect((await personOf(person)).consent).toMatchObject({ version, current: true });
  });

  it('who agreed to a text that was replaced twice is asked where either release asks', async () => {
    const person = await services.addConsentedPerson();
    await release('one', 'again');
    await release('two', 'valid');
    expect((await personOf(person)).consent).toMatchObject({ current: false });
    const later = await services.addConsentedPerson();
    await release('three', 'valid');
    expect((await personOf(later)).consent).toMatchObject({ current: true });
  });

  it('the list of people finds those who must agree again, page by page, and they are invited all at once', async () => {
    const people: PersonView[] = [];
    for (let i = 0; i < 4; i += 1) people.push(await services.addConsentedPerson({ givenName: `P${i}` }));
    const never = await services.addPerson();
    const [first, second, third, left] = people as [PersonView, PersonView, PersonView, PersonView];
    const asked = async (query = 'agreeAgain=true') => {
      const page = await hr.json<PeoplePage>('GET', `/api/v1/people?${query}`);
      return { ids: page.people.map(({ id }) => id), next: page.next };
    };
    expect((await asked()).ids).toEqual([]);
    await release('a comma', 'valid');
    expect((await asked()).ids).toEqual([]);
    await release('other purposes', 'again');
    await services.people.update(left.id, { status: 'left' });
    expect((await asked()).ids).toEqual([first.id, second.id, third.id]);
    const page = await asked('agreeAgain=true&limit=2');
    expect(page.ids).toEqual([first.id, second.id]);
    expect((await asked(`agreeAgain=true&limit=2&after=${page.next}`)).ids).toEqual([third.id]);
    expect((await asked('agreeAgain=false')).ids).toEqual([never.id, left.id]);
    expect(await hr.json('GET', '/api/v1/people/count?agreeAgain=true')).toEqual({ people: 3 });

    await services.giveConsent(second.id);
    await hr.send('DELETE', `/api/v1/people/${third.id}/consents/current`);
    expect((await asked()).ids).toEqual([first.id]);
    const invited = await hr.send('POST', '/api/v1/people/acts/invitations', {
      people: { filter: { agreeAgain: true } },
      days: 7,
    });
    expect(await invited.text()).toContain(first.id);
    const open = await services.database.fork().count(EnrollmentInvitation, { outcome: null });
    expect(open).toBe(1);
  });

  it('a released text cannot be changed or deleted, nor one that somebody agreed to', async () => {
    await release('final', 'valid');
    await services.addConsentedPerson();
    const em = services.database.fork();
    for (const statement of [
      `update consent_text set text = 'other' where version = '${DAY}'`,
      `delete from consent_text where version = '${DAY}'`,
    ]) {
      await expect(em.execute(statement)).rejects.toThrow('does not change');
    }
    expect(await hr.json<ConsentTextsView>('GET', `/api/v1/consent-texts/version?version=${DAY}`)).toEqual(
      await inForce(),
    );
    const unknown = await hr.send('GET', '/api/v1/consent-texts/version?version=1999');
    expect(unknown.status).toBe(404);
  });

  it('another server takes a release over, and keeps to the order of all versions', async () => {
    await mkdir(path.join(dataDir, 'consent'));
    await writeFile(path.join(dataDir, 'consent', '2027-01.en.md'), text('of a file'));
    const open = () => ConsentTextStore.open({ database: services.database, dataDir });
    const other = await open();
    expect(other.current.version).toBe('2027-01');
    await release('of a page', 'valid');
    await other.refresh();
    expect(other.current.version).toBe(DAY);
    expect(other.accepts('2027-01')).toBe(true);
    expect(other.accepts(BUILT_IN)).toBe(false);
    // A file of a later version is in force from the next start.
    await writeFile(path.join(dataDir, 'consent', '2028-01.en.md'), text('later'));
    expect((await open()).current.version).toBe('2028-01');
    await writeFile(path.join(dataDir, 'consent', `${DAY}.en.md`), text('pretends'));
    await expect(open()).rejects.toThrow(`version ${DAY} was released on a page: choose another name`);
  });
});
