/** How a payroll program wants its files. */
import { randomUUID } from 'node:crypto';
import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import type { PayrollProfileRecord } from '../../protocol/payroll.ts';

export const PayrollProfile = defineEntity({
  name: 'PayrollProfile',
  tableName: 'payroll_profile',
  properties: {
    id: p
      .uuid()
      .primary()
      .onCreate(() => randomUUID()),
    name: p.text(),
    settings: p.json<Omit<PayrollProfileRecord, 'name'>>(),
    createdAt: p.datetime(3).onCreate(() => new Date()),
  },
});
export type PayrollProfile = InferEntity<typeof PayrollProfile>;
