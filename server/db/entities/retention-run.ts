import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import type { RetentionLine } from '../../protocol/retention.ts';

/** The retention run of one day (UTC) and its result. */
export const RetentionRun = defineEntity({
  name: 'RetentionRun',
  tableName: 'retention_run',
  properties: {
    day: p.date().primary(),
    at: p.datetime(3),
    report: p.json<RetentionLine[]>(),
  },
});
export type RetentionRun = InferEntity<typeof RetentionRun>;
