import { defineEntity, p, type InferEntity } from '@mikro-orm/core';

/** A creating write that was sent with an `Idempotency-Key`, so that the same one again gets the same reply. */
export const IdempotentReply = defineEntity({
  name: 'IdempotentReply',
  tableName: 'idempotent_reply',
  properties: {
    /** Id of the account or token that sent it. */
    caller: p.text().primary(),
    /** SHA-256 of the key. */
    keyHash: p.blob().primary(),
    /** SHA-256 of endpoint, path and body. */
    requestHash: p.blob(),
    /** The reply, sealed; null while the write runs. */
    sealed: p.blob().nullable(),
    createdAt: p.datetime(3).index('idempotent_reply_created'),
  },
});
export type IdempotentReply = InferEntity<typeof IdempotentReply>;
