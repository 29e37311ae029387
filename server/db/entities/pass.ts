/** What stands in for a face at a station. */
import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import { Person } from './person.ts';

export const Pin = defineEntity({
  name: 'Pin',
  tableName: 'pin',
  properties: {
    personId: p.oneToOne(Person).primary().mapToPk().joinColumn('person_id').deleteRule('cascade'),
    /** Fingerprint of the master key that it is sealed under. */
    masterKeyId: p.text(),
    /** Envelope over an argon2id PHC string: six digits alone would be found again by trying. */
    sealed: p.blob(),
    /** Wrong tries since the last right one. */
    failures: p.integer(),
    lockedUntil: p.datetime(3).nullable(),
    setAt: p.datetime(3),
  },
});
export type Pin = InferEntity<typeof Pin>;

export const Badge = defineEntity({
  name: 'Badge',
  tableName: 'badge',
  properties: {
    personId: p.oneToOne(Person).primary().mapToPk().joinColumn('person_id').deleteRule('cascade'),
    /** SHA-256 of the code that is printed on it. */
    codeHash: p.blob().unique('badge_code_hash'),
    issuedAt: p.datetime(3),
  },
});
export type Badge = InferEntity<typeof Badge>;
