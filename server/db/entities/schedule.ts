/** Schedules: what people are planned to work. */
import { randomUUID } from 'node:crypto';
import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import type { FlexibleTimeRecord } from '../../protocol/schedules.ts';
import type { BreakRules } from '../../protocol/sites.ts';
import { Department } from './department.ts';
import { Person } from './person.ts';
import { Site } from './site.ts';

export const ShiftRow = defineEntity({
  name: 'Shift',
  tableName: 'shift',
  properties: {
    id: p
      .uuid()
      .primary()
      .onCreate(() => randomUUID()),
    name: p.text(),
    /** HH:MM. */
    begins: p.text(),
    /** HH:MM; on the next date unless it is later than `begins`. */
    ends: p.text(),
    flexible: p.json<FlexibleTimeRecord>().nullable(),
    /** Null for the break rule of the site. */
    breaks: p.json<BreakRules>().nullable(),
    createdAt: p.datetime(3).onCreate(() => new Date()),
  },
});
export type ShiftRow = InferEntity<typeof ShiftRow>;

export const RotaRow = defineEntity({
  name: 'Rota',
  tableName: 'rota',
  properties: {
    id: p
      .uuid()
      .primary()
      .onCreate(() => randomUUID()),
    name: p.text(),
    /** IDs of shifts by week and day, from Monday on. */
    weeks: p.json<string[][][]>(),
    /** A date in the first week. */
    anchor: p.date(),
    worksOnHolidays: p.boolean(),
    /** The most overtime that is carried from a month to the next, ms; null: all. */
    carryOver: p.integer().nullable(),
    createdAt: p.datetime(3).onCreate(() => new Date()),
  },
});
export type RotaRow = InferEntity<typeof RotaRow>;

/** Whose rota it is from a date on: that of a person or of a department. */
export const ScheduleAssignment = defineEntity({
  name: 'ScheduleAssignment',
  tableName: 'schedule_assignment',
  indexes: [
    { name: 'schedule_assignment_person', properties: ['personId'] },
    { name: 'schedule_assignment_department', properties: ['department'] },
  ],
  properties: {
    id: p
      .uuid()
      .primary()
      .onCreate(() => randomUUID()),
    rotaId: p.manyToOne(RotaRow).mapToPk().joinColumn('rota_id').deleteRule('restrict'),
    personId: p.manyToOne(Person).mapToPk().joinColumn('person_id').deleteRule('restrict').nullable(),
    department: p
      .manyToOne(Department)
      .mapToPk()
      .joinColumn('department')
      .updateRule('cascade')
      .deleteRule('restrict')
      .nullable(),
    fromDate: p.date(),
    /** Last date; null: until another one begins. */
    untilDate: p.date().nullable(),
    createdAt: p.datetime(3).onCreate(() => new Date()),
  },
});
export type ScheduleAssignment = InferEntity<typeof ScheduleAssignment>;

/** Other shifts on one date, or none, for a person or a department. */
export const ScheduleException = defineEntity({
  name: 'ScheduleException',
  tableName: 'schedule_exception',
  properties: {
    id: p
      .uuid()
      .primary()
      .onCreate(() => randomUUID()),
    personId: p.manyToOne(Person).mapToPk().joinColumn('person_id').deleteRule('restrict').nullable(),
    department: p
      .manyToOne(Department)
      .mapToPk()
      .joinColumn('department')
      .updateRule('cascade')
      .deleteRule('restrict')
      .nullable(),
    date: p.date(),
    shiftIds: p.json<string[]>(),
    reason: p.text(),
    createdAt: p.datetime(3).onCreate(() => new Date()),
  },
});
export type ScheduleException = InferEntity<typeof ScheduleException>;

/** A date on which less is worked. It replaces what `date-holidays` says about that date, also where `off` is nothing. */
export const HolidayRow = defineEntity({
  name: 'Holiday',
  tableName: 'holiday',
  properties: {
    id: p
      .uuid()
      .primary()
      .onCreate(() => randomUUID()),
    /** Null for all sites. */
    siteId: p.manyToOne(Site).mapToPk().joinColumn('site_id').deleteRule('cascade').nullable(),
    date: p.date(),
    name: p.text(),
    off: p.text().$type<'day' | 'afternoon' | 'nothing'>(),
    source: p.text().$type<'entered' | 'calendar-file'>(),
    createdAt: p.datetime(3).onCreate(() => new Date()),
  },
});
export type HolidayRow = InferEntity<typeof HolidayRow>;
