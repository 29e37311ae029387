/** What protects the sign-in besides the password. */
import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import { Account } from './account.ts';

/** An invitation link to choose a password. An account has one at most; it is deleted when it is used. */
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

/** The secret for the one-time codes of an authenticator app (RFC 6238). */
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
    /** The secret, encrypted with the master key. */
    wrapped: p.blob(),
    /** The latest time step whose code was accepted, so that no code is accepted twice. */
    lastStep: p.integer(),
    createdAt: p.datetime(3).onCreate(() => new Date()),
    /** Null until the first code was entered; until then, sign-in does not ask for codes. */
    confirmedAt: p.datetime(3).nullable(),
  },
});
export type SecondFactor = InferEntity<typeof SecondFactor>;

/** A code that replaces a one-time code, once. */
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
    /** Its first letter, which selects the one of the ten codes to compare with. */
    slot: p.text().primary(),
    /** argon2id hash of the other letters, as a PHC string. */
    codeHash: p.text(),
    usedAt: p.datetime(3).nullable(),
  },
});
export type RecoveryCode = InferEntity<typeof RecoveryCode>;

/** Consecutive failures of one name, address or known browser. They are stored so that a restart does not reset them. */
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
