/** Makes somebody known to a server without a camera, for tests that begin there. */
import path from 'node:path';
import { pino } from 'pino';
import { ConfigLayers } from '../../config/config.ts';
import { withCore } from '../../server/commands/with-core.ts';
import { buildTemplates } from '../../server/enrollment/template.ts';
import { createEngine } from '../../server/vision/engine.ts';
import { loadPack } from '../../server/vision/pack.ts';
import { cacheFolder, clips, type ClipName } from '../fixtures/pictures.ts';
import { embeddingsOf } from './face-templates.ts';
import type { MusterServer } from './muster-server.ts';

export interface Seen {
  /** One of the clips, or the path of another one. */
  clip: ClipName | { file: string };
  /** Seconds of the clip in which the person looks at the camera. */
  from: number;
  to: number;
}

const MODELS = process.env['MUSTER_MODEL_CACHE'] ?? path.resolve(cacheFolder, '../../../models/cache');

/** Gives a person, who has consented, templates of the face in the clip. The server hears of it by the audit trail. */
export async function giveTemplates(server: MusterServer, personId: string, seen: Seen): Promise<void> {
  const pack = await loadPack('faceplugin');
  const templates = buildTemplates(new Map([['front' as const, await samplesOf(seen)]]));
  await withCore(new ConfigLayers(server.env), pino({ level: 'silent' }), async (core) => {
    const [account] = await core.database
      .fork()
      .execute<{ id: string }[]>('select id from account order by created_at limit 1');
    const by = { accountId: account!.id };
    await core.templates.replace(personId, { contract: pack.contract, templates, by });
  });
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
