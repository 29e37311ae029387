/** Captured faces that wait for a decision of HR: sealed like templates, under a key of their own, and in no gallery. */
import { EnvelopeError } from '../crypto/envelope.ts';
import type { Em } from '../db/database.ts';
import { WaitingCapture, WaitingTemplate } from '../db/entities/enrollment-invitation.ts';
import type { NewTemplate } from '../enrollment/template.ts';
import type { Match, ModelContract } from '../protocol/analyzer.ts';
import type { PersonKeyStore } from './person-key-store.ts';
import { embeddingLength, openTemplates, sealTemplates } from './sealed-templates.ts';

export interface NewCapture {
  invitationId: string;
  personId: string;
  contract: ModelContract;
  templates: readonly NewTemplate[];
  /** The enrolled person whom the face seems to be. */
  duplicate: Match | null;
  at: Date;
}

type Keys = Pick<PersonKeyStore, 'createWaiting' | 'openWaiting' | 'destroyWaiting' | 'forget'>;

export class WaitingCaptures {
  readonly #personKeys: Keys;

  constructor(personKeys: Keys) {
    this.#personKeys = personKeys;
  }

  /** Inside a transaction that has locked the row of the person. */
  async keep(
    em: Em,
    { invitationId, personId, contract, templates, duplicate, at }: NewCapture,
  ): Promise<void> {
    const rows: Omit<WaitingTemplate, 'id'>[] = [];
    const key = await this.#personKeys.createWaiting(em, personId, (dataKey, keyId) => {
      const sealed = sealTemplates(dataKey, { personId, keyId, contract }, templates);
      templates.forEach(({ bin, quality }, i) =>
        rows.push({ invitationId, personId, bin, quality, sealed: sealed[i]! }),
      );
    });
    em.create(WaitingCapture, {
      invitationId,
      personId,
      contract,
      capturedAt: at,
      ...key,
      duplicateOf: duplicate?.personId ?? null,
      duplicateSimilarity: duplicate?.similarity ?? null,
    });
    await em.flush();
    for (const row of rows) em.create(WaitingTemplate, row);
    await em.flush();
  }

  /** The templates of a capture, the aggregate first; null where they do not open, all of them. */
  async open(em: Em, capture: WaitingCapture): Promise<(NewTemplate & { id: string })[] | null> {
    const { invitationId, personId, contract, keyId } = capture;
    const rows = await em.find(WaitingTemplate, { invitationId });
    const dataKey = await this.#personKeys.openWaiting(capture);
    if (dataKey instanceof EnvelopeError) return null;
    try {
      const sorted = rows.toSorted((a, b) => Number(b.bin === 'aggregate') - Number(a.bin === 'aggregate'));
      const opened = openTemplates(
        dataKey,
        personId,
        sorted.map(({ id, bin, sealed }) => ({ id, keyId, contract, bin, sealed })),
        embeddingLength(contract),
      );
      if (opened.refused.length > 0 || rows.length === 0) return null;
      return sorted.map(({ id, bin, quality }, i) => ({
        id,
        bin,
        quality,
        embedding: opened.embeddings[i]!,
      }));
    } finally {
      dataKey.fill(0);
    }
  }

  /**
   * Destroys a capture inside a transaction, its key in the key store first: from then on no backup of the database opens it,
   * whether or not the transaction succeeds.
   */
  async destroy(em: Em, capture: WaitingCapture): Promise<void> {
    await this.#personKeys.destroyWaiting(capture);
    await em.nativeDelete(WaitingCapture, { invitationId: capture.invitationId });
  }

  /** For a capture that became templates in a transaction. Destroys its key after the commit. */
  async forget({ personId, keyId }: WaitingCapture): Promise<void> {
    await this.#personKeys.forget(personId, [keyId]);
  }
}
