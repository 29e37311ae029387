import { randomUUID } from 'node:crypto';
import { defineEntity, p, type InferEntity } from '@mikro-orm/core';

/**
 * A master key that is or was in use. The key itself is not stored here, except during a rotation, when the old and the
 * new key are each stored encrypted with the other.
 */
export const MasterKeyRecord = defineEntity({
  name: 'MasterKeyRecord',
  tableName: 'master_key',
  properties: {
    /** Fingerprint. */
    id: p.text().primary(),
    /** Whether new data is encrypted with this key; true for one key at most. */
    current: p.boolean(),
    previousId: p.text().nullable(),
    /**
     * This key, encrypted with the previous one, so that a server that still has the old key keeps working. Null after the
     * rotation is finished.
     */
    forward: p.blob().nullable(),
    /** The previous key, encrypted with this one, so that a server with the new key can read data that is not re-wrapped yet. */
    back: p.blob().nullable(),
    createdAt: p.datetime(3).onCreate(() => new Date()),
    /** From this time on, all data is encrypted with this key and none with the previous one. */
    rewrappedAt: p.datetime(3).nullable(),
    /** From this time on, the previous key can no longer decrypt anything. */
    finishedAt: p.datetime(3).nullable(),
  },
});
export type MasterKeyRecord = InferEntity<typeof MasterKeyRecord>;

/** A running server and the master key it holds. */
export const KeyHolder = defineEntity({
  name: 'KeyHolder',
  tableName: 'key_holder',
  properties: {
    id: p
      .uuid()
      .primary()
      .onCreate(() => randomUUID()),
    host: p.text(),
    /** Where the server got its key: a variable, a file or a command. */
    source: p.text(),
    /** The key that this source returned last. */
    givenId: p.text(),
    /** The key with which the server encrypts. */
    keyId: p.text(),
    seenAt: p.datetime(3),
  },
});
export type KeyHolder = InferEntity<typeof KeyHolder>;

/** The key of the journals in which servers keep sightings until they are booked, sealed under the master key. */
export const SightingJournalKey = defineEntity({
  name: 'SightingJournalKey',
  tableName: 'sighting_journal_key',
  properties: {
    id: p.uuid().primary(),
    masterKeyId: p.text(),
    sealed: p.blob(),
    createdAt: p.datetime(3),
  },
});
export type SightingJournalKey = InferEntity<typeof SightingJournalKey>;
