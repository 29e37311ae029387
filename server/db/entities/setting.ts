import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import { Account } from './account.ts';

/** A value that was set on the page with the settings. The key is a variable of `config/variables.ts`, the value its text. */
export const Setting = defineEntity({
  name: 'Setting',
  tableName: 'setting',
  properties: {
    key: p.text().primary(),
    value: p.text(),
    changedBy: p.manyToOne(Account).mapToPk().joinColumn('changed_by').deleteRule('restrict'),
    changedAt: p.datetime(3),
  },
});
export type Setting = InferEntity<typeof Setting>;
