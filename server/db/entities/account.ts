import { randomUUID } from 'node:crypto';
import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import type { Role } from '../../protocol/permissions.ts';

/** Staff who sign in. */
export const Account = defineEntity({
  name: 'Account',
  tableName: 'account',
  properties: {
    id: p
      .uuid()
      .primary()
      .onCreate(() => randomUUID()),
    /** Lower case. */
    username: p.text().unique('account_username'),
    name: p.text(),
    /** argon2id, PHC string; null until an invitation is accepted. */
    passwordHash: p.text().nullable(),
    role: p.text().$type<Role>(),
    /** Of a manager: whose attendance they see. */
    department: p.text().nullable(),
    /** May not sign in any more. */
    disabledAt: p.datetime(3).nullable(),
    createdAt: p.datetime(3).onCreate(() => new Date()),
    signedInAt: p.datetime(3).nullable(),
  },
});
export type Account = InferEntity<typeof Account>;

/** One signed-in browser. The token itself is only in its cookie. */
export const Session = defineEntity({
  name: 'Session',
  tableName: 'session',
  properties: {
    /** SHA-256 of the token. */
    tokenHash: p.blob().primary(),
    /** For lists and revocation; says nothing of the token, and stays when that one is renewed. */
    id: p
      .uuid()
      .unique('session_id')
      .onCreate(() => randomUUID()),
    accountId: p
      .manyToOne(Account)
      .mapToPk()
      .joinColumn('account_id')
      .deleteRule('cascade')
      .index('session_account'),
    createdAt: p.datetime(3).onCreate(() => new Date()),
    lastUsedAt: p.datetime(3).onCreate(() => new Date()),
    /** Absolute end, whatever the use. */
    expiresAt: p.datetime(3).index('session_expires'),
    /** Where it was opened from, as far as known. */
    address: p.text().nullable(),
    userAgent: p.text().nullable(),
    /** When the password (and the second factor) was last proved. */
    provedAt: p.datetime(3).onCreate(() => new Date()),
  },
});
export type Session = InferEntity<typeof Session>;

/** Somebody at an OpenID provider who has this account. */
export const AccountIdentity = defineEntity({
  name: 'AccountIdentity',
  tableName: 'account_identity',
  properties: {
    issuer: p.text().primary(),
    /** `sub` of its ID token. */
    subject: p.text().primary(),
    accountId: p
      .manyToOne(Account)
      .mapToPk()
      .joinColumn('account_id')
      .deleteRule('cascade')
      .index('account_identity_account'),
    createdAt: p.datetime(3).onCreate(() => new Date()),
  },
});
export type AccountIdentity = InferEntity<typeof AccountIdentity>;
