import { randomUUID } from 'node:crypto';
import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import type { Role } from '../../protocol/permissions.ts';
import { Department } from './department.ts';
import { Person } from './person.ts';

/** A member of staff who can sign in, or an employee, who sees the own record. */
export const Account = defineEntity({
  name: 'Account',
  tableName: 'account',
  indexes: [{ name: 'account_department', properties: ['department'] }],
  properties: {
    id: p
      .uuid()
      .primary()
      .onCreate(() => randomUUID()),
    /** Lower case. */
    username: p.text().unique('account_username'),
    /** Of an employee, written by a trigger: the name of the person. */
    name: p.text(),
    /** argon2id hash as a PHC string; null until the invitation is accepted. */
    passwordHash: p.text().nullable(),
    role: p.text().$type<Role>(),
    /** For a manager: the department whose attendance they can see. */
    department: p
      .manyToOne(Department)
      .mapToPk()
      .joinColumn('department')
      .updateRule('cascade')
      .deleteRule('restrict')
      .nullable(),
    /** Of an employee: whose account it is. A person has one at most. */
    personId: p
      .manyToOne(Person)
      .mapToPk()
      .joinColumn('person_id')
      .deleteRule('restrict')
      .nullable()
      .unique('account_person'),
    /** Since when the account cannot sign in; null if it can. */
    disabledAt: p.datetime(3).nullable(),
    createdAt: p.datetime(3).onCreate(() => new Date()),
    signedInAt: p.datetime(3).nullable(),
  },
});
export type Account = InferEntity<typeof Account>;

/** One signed-in browser. The token itself exists only in the browser's cookie. */
export const Session = defineEntity({
  name: 'Session',
  tableName: 'session',
  properties: {
    /** SHA-256 of the token. */
    tokenHash: p.blob().primary(),
    /** For lists and revocation. It reveals nothing about the token and does not change when the token is renewed. */
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
    /** When the session expires, regardless of activity. */
    expiresAt: p.datetime(3).index('session_expires'),
    /** Remote address from which it was opened, if known. */
    address: p.text().nullable(),
    userAgent: p.text().nullable(),
    /** When the password (and the second factor, if any) was last confirmed. */
    provedAt: p.datetime(3).onCreate(() => new Date()),
  },
});
export type Session = InferEntity<typeof Session>;

/** The identity at an OpenID Connect provider that belongs to an account. */
export const AccountIdentity = defineEntity({
  name: 'AccountIdentity',
  tableName: 'account_identity',
  properties: {
    issuer: p.text().primary(),
    /** The claim `sub` of the ID token. */
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
