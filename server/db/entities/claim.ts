/** Claims that stations kept while the server was away: the key they are sealed to, and what became of them. */
import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import type { ClaimRefusal } from '../../protocol/claims.ts';
import { Device } from './device.ts';

/** An ECDH key pair (P-256). */
export const ClaimKey = defineEntity({
  name: 'ClaimKey',
  tableName: 'claim_key',
  properties: {
    id: p.uuid().primary(),
    /** Uncompressed. */
    publicKey: p.blob(),
    /** Fingerprint of the master key with which `sealed` is encrypted. */
    masterKeyId: p.text(),
    /** The private key, encrypted. */
    sealed: p.blob(),
    createdAt: p.datetime(3),
  },
});
export type ClaimKey = InferEntity<typeof ClaimKey>;

/** A claim that was answered: delivered again, it gets the same answer. It names no person. */
export const AnsweredClaim = defineEntity({
  name: 'AnsweredClaim',
  tableName: 'answered_claim',
  properties: {
    deviceId: p.manyToOne(Device).mapToPk().joinColumn('device_id').deleteRule('cascade').primary(),
    claimId: p.uuid().primary(),
    sequence: p.integer(),
    outcome: p.text().$type<'booked' | 'already' | 'refused'>(),
    why: p.text().$type<ClaimRefusal>().nullable(),
    answeredAt: p.datetime(3).index('answered_claim_answered'),
  },
});
export type AnsweredClaim = InferEntity<typeof AnsweredClaim>;
