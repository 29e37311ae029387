/** Passes: a person can use a PIN or badge at a station instead of their face. */
import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import { Person } from './person.ts';

export const Pin = defineEntity({
  name: 'Pin',
  tableName: 'pin',
  properties: {
    personId: p.oneToOne(Person).primary().mapToPk().joinColumn('person_id').deleteRule('cascade'),
    /** Fingerprint of the master key with which `sealed` is encrypted. */
    masterKeyId: p.text(),
    /** An encrypted argon2id hash (PHC string): a hash of six digits alone could be reversed by trying all PINs. */
    sealed: p.blob(),
    /** Wrong attempts since the last correct one. */
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
    /** SHA-256 of the code printed on the badge. */
    codeHash: p.blob().unique('badge_code_hash'),
    issuedAt: p.datetime(3),
  },
});
export type Badge = InferEntity<typeof Badge>;
