import { randomUUID } from 'node:crypto';
import { defineEntity, p, type InferEntity } from '@mikro-orm/core';

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
    /** argon2id, PHC string. */
    passwordHash: p.text(),
    createdAt: p.datetime(3).onCreate(() => new Date()),
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
  },
});
export type Session = InferEntity<typeof Session>;
