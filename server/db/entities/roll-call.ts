import { randomUUID } from 'node:crypto';
import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import type { TickSays } from '../../protocol/roll-call-ticks.ts';
import { Account } from './account.ts';
import { Person } from './person.ts';
import { Site } from './site.ts';

/** A roll call of a site. Of each site, and of all together, one is open at most. */
export const RollCall = defineEntity({
  name: 'RollCall',
  tableName: 'roll_call',
  properties: {
    id: p
      .uuid()
      .primary()
      .onCreate(() => randomUUID()),
    /** Null: all sites. */
    siteId: p.manyToOne(Site).mapToPk().joinColumn('site_id').deleteRule('restrict').nullable(),
    /** Grows with each change of the list. Whoever changes it holds the lock of this row. */
    version: p.integer(),
    /** Whoever knows an earlier version gets the whole list: an entry has left it since. */
    wholeFrom: p.integer().default(0),
    startedAt: p.datetime(3).index('roll_call_started'),
    startedBy: p.manyToOne(Account).mapToPk().joinColumn('started_by').deleteRule('restrict'),
    endedAt: p.datetime(3).nullable(),
    endedBy: p.manyToOne(Account).mapToPk().joinColumn('ended_by').deleteRule('restrict').nullable(),
  },
});
export type RollCall = InferEntity<typeof RollCall>;

/** A person on the list of a roll call, as the doors last saw them. */
export const RollCallPerson = defineEntity({
  name: 'RollCallPerson',
  tableName: 'roll_call_person',
  uniques: [{ name: 'roll_call_person_once', properties: ['rollCallId', 'personId'] }],
  properties: {
    id: p
      .uuid()
      .primary()
      .onCreate(() => randomUUID()),
    rollCallId: p.manyToOne(RollCall).mapToPk().joinColumn('roll_call_id').deleteRule('cascade'),
    personId: p
      .manyToOne(Person)
      .mapToPk()
      .joinColumn('person_id')
      .deleteRule('restrict')
      .index('roll_call_person_person'),
    /** Of the roll call, when this row or its ticks last changed. */
    version: p.integer(),
    /** After the start. */
    added: p.boolean(),
    siteId: p.manyToOne(Site).mapToPk().joinColumn('site_id').deleteRule('restrict').nullable(),
    state: p.text().$type<'in' | 'uncertain' | 'left' | 'unknown'>(),
    /** The arrival. */
    since: p.datetime(3).nullable(),
    /** The last punch. */
    seenAt: p.datetime(3).nullable(),
    /** Name of its device. */
    door: p.text().nullable(),
  },
});
export type RollCallPerson = InferEntity<typeof RollCallPerson>;

/** What a warden said about a person. Rows are only added: which of them counts is derived. */
export const RollCallTick = defineEntity({
  name: 'RollCallTick',
  tableName: 'roll_call_tick',
  uniques: [{ name: 'roll_call_tick_once', properties: ['accountId', 'client', 'sequence'] }],
  indexes: [{ name: 'roll_call_tick_of', properties: ['rollCallId', 'personId', 'at'] }],
  properties: {
    id: p
      .uuid()
      .primary()
      .onCreate(() => randomUUID()),
    rollCallId: p.manyToOne(RollCall).mapToPk().joinColumn('roll_call_id').deleteRule('cascade'),
    personId: p
      .manyToOne(Person)
      .mapToPk()
      .joinColumn('person_id')
      .deleteRule('restrict')
      .index('roll_call_tick_person'),
    says: p.text().$type<TickSays>(),
    /** When the warden ticked. */
    at: p.datetime(3),
    accountId: p.manyToOne(Account).mapToPk().joinColumn('account_id').deleteRule('restrict'),
    /** The browser, and its number of this tick: however often it is delivered, it is one row. */
    client: p.uuid(),
    sequence: p.integer(),
    receivedAt: p.datetime(3),
  },
});
export type RollCallTick = InferEntity<typeof RollCallTick>;
