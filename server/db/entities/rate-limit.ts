import { defineEntity, p, type InferEntity } from '@mikro-orm/core';

/** A token bucket that all servers of this database take from. */
export const RateLimitRow = defineEntity({
  name: 'RateLimitRow',
  tableName: 'rate_limit',
  properties: {
    name: p.text().primary(),
    /** At `at`; more have come back since. */
    tokens: p.double().$type<number>(),
    at: p.datetime(6),
  },
});
export type RateLimitRow = InferEntity<typeof RateLimitRow>;
