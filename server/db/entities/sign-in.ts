/** What guards the way in beside the password. */
import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import { Account } from './account.ts';

/** A link that waits for somebody to choose a password; one an account, deleted when it is used. */
export const Invitation = defineEntity({
  name: 'Invitation',
  tableName: 'invitation',
  properties: {
    accountId: p
      .oneToOne(Account)
      .mapToPk()
      .joinColumn('account_id')
      .primary()
      .owner()
      .updateRule('cascade')
      .deleteRule('cascade'),
    /** SHA-256 of the token in the link. */
    tokenHash: p.blob().unique('invitation_token_hash'),
    createdAt: p.datetime(3).onCreate(() => new Date()),
    expiresAt: p.datetime(3),
  },
});
export type Invitation = InferEntity<typeof Invitation>;

/** One-time codes of an authenticator app (RFC 6238). */
export const SecondFactor = defineEntity({
  name: 'SecondFactor',
  tableName: 'second_factor',
  properties: {
    accountId: p
      .oneToOne(Account)
      .mapToPk()
      .joinColumn('account_id')
      .primary()
      .owner()
      .updateRule('cascade')
      .deleteRule('cascade'),
    masterKeyId: p.text(),
    /** The secret, sealed by the master key. */
    wrapped: p.blob(),
    /** The latest time step a code was taken of: none is taken twice. */
    lastStep: p.integer(),
    createdAt: p.datetime(3).onCreate(() => new Date()),
    /** Null: waits for the first code, and is not asked for. */
    confirmedAt: p.datetime(3).nullable(),
  },
});
export type SecondFactor = InferEntity<typeof SecondFactor>;

/** In place of a one-time code, once. */
export const RecoveryCode = defineEntity({
  name: 'RecoveryCode',
  tableName: 'recovery_code',
  properties: {
    accountId: p
      .manyToOne(Account)
      .mapToPk()
      .joinColumn('account_id')
      .primary()
      .updateRule('cascade')
      .deleteRule('cascade'),
    /** Its first letter, which says which of the ten to compare with. */
    slot: p.text().primary(),
    /** argon2id of the rest, PHC string. */
    codeHash: p.text(),
    usedAt: p.datetime(3).nullable(),
  },
});
export type RecoveryCode = InferEntity<typeof RecoveryCode>;

/** Failures in a row of one name, address or known browser; here, so that a restart forgives nothing. */
export const SignInFailure = defineEntity({
  name: 'SignInFailure',
  tableName: 'sign_in_failure',
  properties: {
    subject: p.text().primary(),
    failures: p.integer(),
    lastAt: p.datetime(3),
    blockedUntil: p.datetime(3),
    forgetAt: p.datetime(3).index('sign_in_failure_forget'),
  },
});
export type SignInFailure = InferEntity<typeof SignInFailure>;
