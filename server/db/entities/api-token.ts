import { randomUUID } from 'node:crypto';
import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import type { TokenScope } from '../../protocol/permissions.ts';
import { Account } from './account.ts';

/** A token for a program that uses the API. The token itself was shown only once. */
export const ApiToken = defineEntity({
  name: 'ApiToken',
  tableName: 'api_token',
  properties: {
    id: p
      .uuid()
      .primary()
      .onCreate(() => randomUUID()),
    /** SHA-256 of the token. */
    tokenHash: p.blob().unique('api_token_token_hash'),
    name: p.text(),
    scopes: p.json<TokenScope[]>(),
    createdBy: p.manyToOne(Account).mapToPk().joinColumn('created_by').deleteRule('cascade'),
    createdAt: p.datetime(3).onCreate(() => new Date()),
    expiresAt: p.datetime(3),
    lastUsedAt: p.datetime(3).nullable(),
    revokedAt: p.datetime(3).nullable(),
  },
});
export type ApiToken = InferEntity<typeof ApiToken>;
