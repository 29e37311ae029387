/** Enrolls the person of a clip without a camera, for tests that begin where somebody is known already. */
import path from 'node:path';
import { pino } from 'pino';
import type { Page } from 'playwright-core';
import type { ConsentTextsView } from '#protocol/consents.ts';
import { ConfigLayers } from '../../config/config.ts';
import { withCore } from '../../server/commands/with-core.ts';
import { buildTemplates } from '../../server/enrollment/template.ts';
import { createEngine } from '../../server/vision/engine.ts';
import { loadPack } from '../../server/vision/pack.ts';
import { cacheFolder, clips, type ClipName } from '../fixtures/pictures.ts';
import { embeddingsOf } from '../support/face-templates.ts';
import type { Office, Visitor } from './office.ts';

export interface Seen {
  /** One of the clips, or the path of another one. */
  clip: ClipName | { file: string };
  /** Seconds of the clip in which the person looks at the camera. */
  from: number;
  to: number;
}

const MODELS = process.env['MUSTER_MODEL_CACHE'] ?? path.resolve(cacheFolder, '../../../models/cache');

/** As `Office.enroll`, with templates of the clip. `page` is signed in. Returns the id of the person. */
export async function enrollFrom(office: Office, page: Page, visitor: Visitor, seen: Seen): Promise<string> {
  if (visitor.department !== undefined) await office.addDepartment(page, visitor.department);
  const { id } = await call<{ id: string }>(office, page, 'POST', '/people', visitor);
  const { version } = await call<ConsentTextsView>(office, page, 'GET', '/consent-texts');
  const consent = { version, language: 'en', method: 'in-person' };
  await call(office, page, 'POST', `/people/${id}/consents`, consent);
  const [account] = await office.rows<{ id: string }>('select id from account order by created_at limit 1');
  const pack = await loadPack('faceplugin');
  const templates = buildTemplates(new Map([['front', await samplesOf(seen)]]));
  await withCore(new ConfigLayers(office.server.env), pino({ level: 'silent' }), (core) =>
    core.templates.replace(id, { contract: pack.contract, templates, by: { accountId: account!.id } }),
  );
  return id;
}

async function samplesOf({ clip, from, to }: Seen) {
  const engine = await createEngine(await loadPack('faceplugin'), MODELS);
  try {
    const { file } = typeof clip === 'string' ? clips[clip] : clip;
    const embeddings = await embeddingsOf(engine, file, { from, to });
    return embeddings.map((embedding) => ({ embedding, quality: 1 }));
  } finally {
    await engine.close();
  }
}

async function call<T>(office: Office, page: Page, method: string, to: string, data?: unknown): Promise<T> {
  const { url } = office.server;
  const reply = await page.request.fetch(`${url}/api/v1${to}`, { method, data, headers: { origin: url } });
  if (!reply.ok()) throw new Error(await reply.text());
  return (await reply.json()) as T;
}
