/** Embeddings in and out of their envelopes. Plain bytes and data keys live only inside these functions. */
import { randomBytes, randomUUID } from 'node:crypto';
import type { NewTemplate } from '../enrollment/template.ts';
import { EnvelopeError, KEY_BYTES, open, seal } from '../security/envelope.ts';
import type { MasterKey } from '../security/master-key.ts';

/** A person's data key, wrapped. */
export interface WrappedKey {
  personId: string;
  id: string;
  masterKeyId: string;
  wrapped: Uint8Array;
}

export interface SealedTemplate {
  id: string;
  keyId: string;
  contract: string;
  bin: string;
  sealed: Uint8Array;
}

/** Seals all of a person's templates under a new key of its own. */
export function sealTemplates(
  masterKey: MasterKey,
  personId: string,
  contract: string,
  templates: readonly NewTemplate[],
): { key: WrappedKey; sealed: Uint8Array[] } {
  const keyId = randomUUID();
  const dataKey = randomBytes(KEY_BYTES);
  try {
    const sealed = templates.map(({ bin, embedding }) => {
      const plain = Buffer.from(embedding.buffer, embedding.byteOffset, embedding.byteLength);
      return seal(dataKey, plain, templateContext(personId, contract, keyId, bin));
    });
    const wrapped = masterKey.wrap(dataKey, keyContext(personId, keyId));
    return { key: { personId, id: keyId, masterKeyId: masterKey.id, wrapped }, sealed };
  } finally {
    dataKey.fill(0);
  }
}

export interface OpenedTemplates {
  embeddings: Float32Array[];
  /** Rows that did not open, by id, each with why. */
  refused: { templateId: string; why: string }[];
}

/**
 * Opens a person's templates in the order given. A row that was changed, moved here from elsewhere or cut
 * short is refused, and the others still open.
 *
 * @param length embedding length of the contract; a row of another length is refused
 */
export function openTemplates(
  masterKey: MasterKey,
  key: WrappedKey,
  rows: readonly SealedTemplate[],
  length: number,
): OpenedTemplates {
  let dataKey: Buffer;
  try {
    dataKey = masterKey.unwrap(key.wrapped, keyContext(key.personId, key.id));
  } catch (error) {
    const why = key.masterKeyId === masterKey.id ? reason(error) : 'its key belongs to another master key';
    return { embeddings: [], refused: rows.map(({ id }) => ({ templateId: id, why })) };
  }
  const result: OpenedTemplates = { embeddings: [], refused: [] };
  for (const row of rows) {
    try {
      const context = templateContext(key.personId, row.contract, row.keyId, row.bin);
      const plain = open(dataKey, row.sealed, context);
      if (plain.length !== length * Float32Array.BYTES_PER_ELEMENT) {
        throw new EnvelopeError(`it holds ${plain.length} bytes, not ${length} numbers`);
      }
      const embedding = new Float32Array(length);
      // A copy: the decrypted bytes need not lie on a boundary of four.
      Buffer.from(embedding.buffer).set(plain);
      plain.fill(0);
      result.embeddings.push(embedding);
    } catch (error) {
      result.refused.push({ templateId: row.id, why: reason(error) });
    }
  }
  dataKey.fill(0);
  return result;
}

/** Embedding length that a contract ("pack@1/512") states. Throws Error. */
export function embeddingLength(contract: string): number {
  const length = Number(/\/(\d+)$/.exec(contract)?.[1]);
  if (!Number.isInteger(length) || length <= 0) throw new Error(`"${contract}" is no model contract`);
  return length;
}

function reason(error: unknown): string {
  if (error instanceof EnvelopeError) return error.message;
  throw error;
}

/** The bin is part of it, so that a pose template cannot be passed off as the aggregate. */
function templateContext(personId: string, contract: string, keyId: string, bin: string): string[] {
  return ['muster/template', personId, contract, keyId, bin];
}

function keyContext(personId: string, keyId: string): string[] {
  return ['muster/person-key', personId, keyId];
}
