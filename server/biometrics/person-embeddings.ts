import type { Database } from '../db/database.ts';
import { WaitingCapture } from '../db/entities/enrollment-invitation.ts';
import type { PersonKeyStore, WrappedKey } from './person-key-store.ts';
import { embeddingLength, openTemplates, type SealedTemplate } from './sealed-templates.ts';
import type { WaitingCaptures } from './waiting-captures.ts';

export interface PersonEmbedding {
  templateId: string;
  contract: string;
  bin: string;
  /** L2-normalized; as many numbers as the contract says. */
  embedding: number[];
}

export interface EmbeddingSources {
  database: Database;
  personKeys: Pick<PersonKeyStore, 'open'>;
  waiting: Pick<WaitingCaptures, 'open'>;
}

/**
 * The opened templates of a person, those of a capture that waits too, for an export to that person. Templates that do not
 * open are left out.
 */
export async function personEmbeddings(
  sources: EmbeddingSources,
  personId: string,
): Promise<PersonEmbedding[]> {
  return [...(await enrolled(sources, personId)), ...(await captured(sources, personId))];
}

async function captured({ database, waiting }: EmbeddingSources, personId: string) {
  const em = database.fork();
  const found: PersonEmbedding[] = [];
  for (const capture of await em.find(WaitingCapture, { personId })) {
    for (const { id, bin, embedding } of (await waiting.open(em, capture)) ?? []) {
      found.push({ templateId: id, contract: capture.contract, bin, embedding: [...embedding] });
    }
  }
  return found;
}

async function enrolled({ database, personKeys }: EmbeddingSources, personId: string) {
  const em = database.fork();
  const [key] = await em.execute<WrappedKey[]>(
    `select person_id "personId", id, master_key_id "masterKeyId", wrapped, shared from person_key where person_id = ?`,
    [personId],
  );
  if (!key) return [];
  const rows = await em.execute<SealedTemplate[]>(
    'select id, key_id "keyId", contract, bin, sealed from template where person_id = ? order by bin, id',
    [personId],
  );
  const [dataKey] = await personKeys.open([key]);
  try {
    return rows.flatMap((row) => {
      const { contract, bin } = row;
      const [embedding] = openTemplates(dataKey!, personId, [row], embeddingLength(contract)).embeddings;
      return embedding ? [{ templateId: row.id, contract, bin, embedding: [...embedding] }] : [];
    });
  } finally {
    if (dataKey instanceof Buffer) dataKey.fill(0);
  }
}
