import { randomUUID } from 'node:crypto';
import { defineEntity, p, type InferEntity } from '@mikro-orm/core';

/** A master key that is or was in use. The key itself is never here, save sealed under its neighbor while it is rotated. */
export const MasterKeyRecord = defineEntity({
  name: 'MasterKeyRecord',
  tableName: 'master_key',
  properties: {
    /** Fingerprint. */
    id: p.text().primary(),
    /** New things are sealed under it; one at most. */
    current: p.boolean(),
    previousId: p.text().nullable(),
    /** This key sealed under the one before it: a server that was given the old one goes on. Null once finished. */
    forward: p.blob().nullable(),
    /** The key before it sealed under this one: a server that was given the new one reads what is not re-wrapped yet. */
    back: p.blob().nullable(),
    createdAt: p.datetime(3).onCreate(() => new Date()),
    /** Since then nothing is sealed under the key before it. */
    rewrappedAt: p.datetime(3).nullable(),
    /** Since then the key before it opens nothing. */
    finishedAt: p.datetime(3).nullable(),
  },
});
export type MasterKeyRecord = InferEntity<typeof MasterKeyRecord>;

/** A server that runs, and which master key it holds. */
export const KeyHolder = defineEntity({
  name: 'KeyHolder',
  tableName: 'key_holder',
  properties: {
    id: p
      .uuid()
      .primary()
      .onCreate(() => randomUUID()),
    host: p.text(),
    /** Where it has the key from. */
    source: p.text(),
    /** The key that its source gave when last asked. */
    givenId: p.text(),
    /** The key it seals with. */
    keyId: p.text(),
    seenAt: p.datetime(3),
  },
});
export type KeyHolder = InferEntity<typeof KeyHolder>;
