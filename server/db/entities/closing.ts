import { randomUUID } from 'node:crypto';
import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import type { BreakRules, DoorReading } from '../../protocol/sites.ts';
import { Account } from './account.ts';
import { Person } from './person.ts';

/** A month that was closed, for one department or for everybody who was not closed yet. Append-only, as all of this file. */
export const MonthClosing = defineEntity({
  name: 'MonthClosing',
  tableName: 'month_closing',
  indexes: [{ name: 'month_closing_month', properties: ['month'] }],
  properties: {
    id: p
      .uuid()
      .primary()
      .onCreate(() => randomUUID()),
    /** YYYY-MM */
    month: p.text(),
    /** Null for everybody. */
    department: p.text().nullable(),
    authorId: p.manyToOne(Account).mapToPk().joinColumn('author_id').deleteRule('restrict'),
    closedAt: p.datetime(3),
    /** What was open and accepted as it was. */
    openItems: p.integer(),
  },
});
export type MonthClosing = InferEntity<typeof MonthClosing>;

/** The end of a closing: what it froze counts no more. */
export const MonthReopening = defineEntity({
  name: 'MonthReopening',
  tableName: 'month_reopening',
  properties: {
    closingId: p.manyToOne(MonthClosing).mapToPk().joinColumn('closing_id').deleteRule('restrict').primary(),
    month: p.text(),
    authorId: p.manyToOne(Account).mapToPk().joinColumn('author_id').deleteRule('restrict'),
    reason: p.text(),
    at: p.datetime(3),
  },
});
export type MonthReopening = InferEntity<typeof MonthReopening>;

/** The rules of the person's site at the closing: a closed month is always read by them. */
export interface ClosedRules {
  timeZone: string;
  turnsAt: number;
  reading: DoorReading;
  longestStay: number;
  breaks: BreakRules;
}

const own = {
  id: p
    .uuid()
    .primary()
    .onCreate(() => randomUUID()),
  closingId: p.manyToOne(MonthClosing).mapToPk().joinColumn('closing_id').deleteRule('restrict'),
  /** Of the closing. */
  month: p.text(),
  personId: p.manyToOne(Person).mapToPk().joinColumn('person_id').deleteRule('restrict'),
};

/** A person whose month is closed by a closing. */
export const ClosedPerson = defineEntity({
  name: 'ClosedPerson',
  tableName: 'closed_person',
  indexes: [{ name: 'closed_person_person', properties: ['personId', 'month'] }],
  uniques: [{ name: 'closed_person_once', properties: ['closingId', 'personId'] }],
  properties: {
    ...own,
    /** At the closing. */
    department: p.text(),
    rules: p.json<ClosedRules>(),
    /** How many punches, voids and statements could have had a part in the month: another number means that more came. */
    seen: p.integer(),
  },
});
export type ClosedPerson = InferEntity<typeof ClosedPerson>;

/** ms; see `Figures`. */
const figures = {
  presence: p.integer(),
  pauses: p.integer(),
  deducted: p.integer(),
  worked: p.integer(),
  incomplete: p.integer(),
};

/** The figures of a day, frozen by a closing. */
export const ClosedDay = defineEntity({
  name: 'ClosedDay',
  tableName: 'closed_day',
  indexes: [{ name: 'closed_day_person', properties: ['personId', 'month'] }],
  uniques: [{ name: 'closed_day_once', properties: ['closingId', 'personId', 'date'] }],
  properties: {
    ...own,
    date: p.date(),
    ...figures,
    /** Planned time, ms; null where nothing is planned. */
    planned: p.integer().nullable(),
    /** The punches that counted. */
    punchIds: p.json<string[]>(),
  },
});
export type ClosedDay = InferEntity<typeof ClosedDay>;

/** What came later about a closed day, frozen with the month in which it was booked. */
export const ClosedAdjustment = defineEntity({
  name: 'ClosedAdjustment',
  tableName: 'closed_adjustment',
  indexes: [{ name: 'closed_adjustment_person', properties: ['personId', 'month'] }],
  uniques: [{ name: 'closed_adjustment_once', properties: ['closingId', 'personId', 'date'] }],
  properties: {
    ...own,
    /** The day that it mends. */
    date: p.date(),
    ...figures,
    /** The punches that came later, and those that count no more. */
    added: p.json<string[]>(),
    removed: p.json<string[]>(),
  },
});
export type ClosedAdjustment = InferEntity<typeof ClosedAdjustment>;
