/** When people are absent, and what is carried in their balances. */
import { randomUUID } from 'node:crypto';
import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import type { AbsenceKind, BalanceEntryKind } from '../../protocol/schedules.ts';
import { Account } from './account.ts';
import { Person } from './person.ts';

export const AbsenceRow = defineEntity({
  name: 'Absence',
  tableName: 'absence',
  indexes: [{ name: 'absence_person', properties: ['personId', 'toDate'] }],
  properties: {
    id: p
      .uuid()
      .primary()
      .onCreate(() => randomUUID()),
    personId: p.manyToOne(Person).mapToPk().joinColumn('person_id').deleteRule('restrict'),
    kind: p.text().$type<AbsenceKind>(),
    fromDate: p.date(),
    toDate: p.date(),
    /** The first half of the first date is worked. */
    beginsAtNoon: p.boolean(),
    /** The second half of the last date is worked. */
    endsAtNoon: p.boolean(),
    note: p.text(),
    createdAt: p.datetime(3).onCreate(() => new Date()),
  },
});
export type AbsenceRow = InferEntity<typeof AbsenceRow>;

export const BalanceEntryRow = defineEntity({
  name: 'BalanceEntry',
  tableName: 'balance_entry',
  indexes: [{ name: 'balance_entry_person', properties: ['personId'] }],
  properties: {
    id: p
      .uuid()
      .primary()
      .onCreate(() => randomUUID()),
    personId: p.manyToOne(Person).mapToPk().joinColumn('person_id').deleteRule('restrict'),
    kind: p.text().$type<BalanceEntryKind>(),
    date: p.date(),
    /** ms */
    amount: p.integer(),
    reason: p.text(),
    authorId: p.manyToOne(Account).mapToPk().joinColumn('author_id').deleteRule('restrict'),
    createdAt: p.datetime(3).onCreate(() => new Date()),
  },
});
export type BalanceEntryRow = InferEntity<typeof BalanceEntryRow>;

export const VacationAllowanceRow = defineEntity({
  name: 'VacationAllowance',
  tableName: 'vacation_allowance',
  properties: {
    personId: p.manyToOne(Person).mapToPk().joinColumn('person_id').deleteRule('restrict').primary(),
    year: p.integer().primary(),
    days: p.double().$type<number>(),
    carried: p.double().$type<number>(),
    carriedUntil: p.date().nullable(),
  },
});
export type VacationAllowanceRow = InferEntity<typeof VacationAllowanceRow>;
