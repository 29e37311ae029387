/** The faces of two records of one person: one of them stays, and is sealed for the record that stays. */
import { randomUUID } from 'node:crypto';
import type { Em } from '../db/database.ts';
import { WaitingCapture } from '../db/entities/enrollment-invitation.ts';
import { LookAlike } from '../db/entities/look-alike.ts';
import { Enrollment, Template } from '../db/entities/template.ts';
import { MusterError } from '../protocol/error.ts';
import { endInvitations } from './end-invitations.ts';
import { endLookAlikes } from './look-alikes.ts';
import type { MergingKeys, PersonKeyStore } from './person-key-store.ts';
import { embeddingLength, openTemplates, sealTemplates } from './sealed-templates.ts';

export interface FaceMerge {
  stays: string;
  goes: string;
  /** Whose face it is afterwards. */
  face: 'stays' | 'goes';
  /** Seals what else is under the keys. */
  reseal: (keys: MergingKeys) => void;
}

/**
 * Call it inside a transaction that has locked both rows. Throws MusterError `conflict` where a template of the face that was
 * chosen does not open: it could not be sealed again, and would be lost. Returns the keys to forget after the commit.
 */
export async function mergeFaces(
  em: Em,
  personKeys: Pick<PersonKeyStore, 'merge'>,
  { stays, goes, face, reseal }: FaceMerge,
): Promise<{ replaced: string[] }> {
  const taken = face === 'goes';
  const templates = taken ? await em.find(Template, { personId: goes }, { disableIdentityMap: true }) : [];
  const rows: Template[] = [];
  const keys = await personKeys.merge(em, { stays, goes, anew: taken }, (merging) => {
    rows.push(...templates.map((template) => sealedAnew(template, stays, merging)));
    reseal(merging);
  });
  await em.nativeDelete(Template, { personId: goes });
  if (taken) {
    await em.nativeDelete(Template, { personId: stays });
    await em.insertMany(Template, rows);
  }
  await em.nativeDelete(Enrollment, { personId: taken ? stays : goes });
  await em.nativeUpdate(Enrollment, { personId: goes }, { personId: stays });
  await mergeLookAlikes(em, stays, goes, taken);
  await endInvitations(em, goes);
  await em.nativeDelete(WaitingCapture, { personId: goes });
  return keys;
}

function sealedAnew(template: Template, personId: string, { goes, next }: MergingKeys): Template {
  const { contract, bin, quality, createdAt } = template;
  const { embeddings } = Buffer.isBuffer(goes)
    ? openTemplates(goes, template.personId, [template], embeddingLength(contract))
    : { embeddings: [] };
  const [embedding] = embeddings;
  if (!embedding) {
    throw new MusterError(
      'conflict',
      'The face templates of the other record cannot be read: keep the face of this one, or enroll the person afterwards.',
    );
  }
  const { dataKey, keyId } = next;
  const [sealed] = sealTemplates(dataKey, { personId, keyId, contract }, [{ bin, embedding, quality }]);
  embedding.fill(0);
  return {
    id: randomUUID(),
    personId,
    keyId,
    contract,
    bin,
    quality,
    sealed: sealed!,
    unreadableAt: null,
    createdAt,
  };
}

/** Whoever looks like the face that stays looks like the person. */
async function mergeLookAlikes(em: Em, stays: string, goes: string, taken: boolean): Promise<void> {
  const found = taken ? await em.find(LookAlike, { personId: goes, otherId: { $ne: stays } }) : [];
  await endLookAlikes(em, goes);
  if (!taken) return;
  await endLookAlikes(em, stays);
  const pairs = found.flatMap(({ otherId, similarity, recordedAt, recordedBy }) => {
    const common = { similarity, recordedAt, recordedBy: recordedBy ?? null };
    return [
      { personId: stays, otherId, ...common },
      { personId: otherId, otherId: stays, ...common },
    ];
  });
  if (pairs.length > 0) await em.insertMany(LookAlike, pairs);
}
