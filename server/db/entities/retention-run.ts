import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import type { RetentionLine } from '../../protocol/retention.ts';

/** That the retention ran on a day (UTC), and what it came to. */
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
