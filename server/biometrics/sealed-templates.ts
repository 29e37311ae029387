/** Seals and opens embeddings. Plain bytes live only inside these functions. */
import { createSecretKey } from 'node:crypto';
import type { NewTemplate } from '../enrollment/template.ts';
import { EnvelopeError, open, seal } from '../crypto/envelope.ts';

export interface SealedTemplate {
  id: string;
  keyId: string;
  contract: string;
  bin: string;
  sealed: Uint8Array;
}

/** Seals under the data key of this person that `keyId` names. */
export function sealTemplates(
  dataKey: Uint8Array,
  { personId, keyId, contract }: { personId: string; keyId: string; contract: string },
  templates: readonly NewTemplate[],
): Buffer[] {
  return templates.map(({ bin, embedding }) => {
    const plain = Buffer.from(embedding.buffer, embedding.byteOffset, embedding.byteLength);
    return seal(dataKey, plain, templateContext(personId, contract, keyId, bin));
  });
}

export interface OpenedTemplates {
  embeddings: Float32Array[];
  /** Ids of the rows that did not open, each with the reason. */
  refused: { templateId: string; why: string }[];
}

/**
 * Opens the templates of a person in the given order. A row that was changed, moved or cut short is refused; the others
 * still open.
 *
 * @param dataKey the key, or the reason why there is none: then all rows are refused
 * @param length embedding length of the contract; a row of another length is refused
 */
export function openTemplates(
  dataKey: Uint8Array | EnvelopeError,
  personId: string,
  rows: readonly SealedTemplate[],
  length: number,
): OpenedTemplates {
  if (dataKey instanceof EnvelopeError) {
    const why = dataKey.message;
    return { embeddings: [], refused: rows.map(({ id }) => ({ templateId: id, why })) };
  }
  const key = createSecretKey(dataKey);
  const result: OpenedTemplates = { embeddings: [], refused: [] };
  for (const row of rows) {
    try {
      const context = templateContext(personId, row.contract, row.keyId, row.bin);
      const plain = open(key, row.sealed, context);
      if (plain.length !== length * Float32Array.BYTES_PER_ELEMENT) {
        throw new EnvelopeError(`it holds ${plain.length} bytes, not ${length} numbers`);
      }
      const embedding = new Float32Array(length);
      // Copied, because the decrypted bytes may not be aligned to four bytes.
      Buffer.from(embedding.buffer).set(plain);
      plain.fill(0);
      result.embeddings.push(embedding);
    } catch (error) {
      if (!(error instanceof EnvelopeError)) throw error;
      result.refused.push({ templateId: row.id, why: error.message });
    }
  }
  return result;
}

/** Embedding length that a contract ("pack@1/512") states. Throws Error. */
export function embeddingLength(contract: string): number {
  const length = Number(/\/(\d+)$/.exec(contract)?.[1]);
  if (!Number.isInteger(length) || length <= 0) throw new Error(`"${contract}" is not a model contract`);
  return length;
}

/** The bin is part of the context, so that a pose template cannot pass for the aggregate. */
function templateContext(personId: string, contract: string, keyId: string, bin: string): string[] {
  return ['muster/template', personId, contract, keyId, bin];
}
