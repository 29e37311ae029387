import { randomUUID } from 'node:crypto';
import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import { Account } from './account.ts';
import { Punch } from './punch.ts';

/** The wall clock of a server was set. */
export const ClockStepRow = defineEntity({
  name: 'ClockStepRow',
  tableName: 'clock_step',
  properties: {
    id: p
      .uuid()
      .primary()
      .onCreate(() => randomUUID()),
    /** The order in which steps were noticed: their times say nothing about it. */
    seq: p.integer().unique('clock_step_seq'),
    /** The name of the machine. */
    host: p.text(),
    /** See `ClockStep`. */
    before: p.datetime(3),
    at: p.datetime(3),
    byMs: p.double().$type<number>(),
    acknowledgedAt: p.datetime(3).nullable(),
    acknowledgedBy: p
      .manyToOne(Account)
      .mapToPk()
      .joinColumn('acknowledged_by')
      .deleteRule('restrict')
      .nullable(),
  },
});
export type ClockStepRow = InferEntity<typeof ClockStepRow>;

/** A punch that was recorded before the clock was set: for as long as another one may repeat it. */
export const ClockStepPunch = defineEntity({
  name: 'ClockStepPunch',
  tableName: 'clock_step_punch',
  properties: {
    stepId: p.manyToOne(ClockStepRow).mapToPk().joinColumn('step_id').deleteRule('cascade').primary(),
    punchId: p
      .manyToOne(Punch)
      .mapToPk()
      .joinColumn('punch_id')
      .deleteRule('cascade')
      .primary()
      .index('clock_step_punch_punch'),
  },
});
