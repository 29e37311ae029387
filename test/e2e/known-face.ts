/** Enrolls the person of a clip without a camera, for tests that begin where somebody is known already. */
import type { Page } from 'playwright-core';
import type { ConsentTextsView } from '#protocol/consents.ts';
import { giveTemplates, type Seen } from '../support/known-person.ts';
import type { Office, Visitor } from './office.ts';

/** As `Office.enroll`, with templates of the clip. `page` is signed in. Returns the id of the person. */
export async function enrollFrom(office: Office, page: Page, visitor: Visitor, seen: Seen): Promise<string> {
  if (visitor.department !== undefined) await office.addDepartment(page, visitor.department);
  const { id } = await call<{ id: string }>(office, page, 'POST', '/people', visitor);
  const { version } = await call<ConsentTextsView>(office, page, 'GET', '/consent-texts');
  const consent = { version, language: 'en', method: 'in-person' };
  await call(office, page, 'POST', `/people/${id}/consents`, consent);
  await giveTemplates(office.server, id, seen);
  return id;
}

async function call<T>(office: Office, page: Page, method: string, to: string, data?: unknown): Promise<T> {
  const { url } = office.server;
  const reply = await page.request.fetch(`${url}/api/v1${to}`, { method, data, headers: { origin: url } });
  if (!reply.ok()) throw new Error(await reply.text());
  return (await reply.json()) as T;
}
