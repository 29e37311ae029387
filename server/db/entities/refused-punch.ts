import { randomUUID } from 'node:crypto';
import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import type { Refusal } from '../../protocol/refused-punches.ts';
import { Account } from './account.ts';
import { Person } from './person.ts';

/** A sighting or a claim that was not booked. Somebody decides what becomes of it. */
export const RefusedPunch = defineEntity({
  name: 'RefusedPunch',
  tableName: 'refused_punch',
  properties: {
    id: p
      .uuid()
      .primary()
      .onCreate(() => randomUUID()),
    /** Names the sighting or the claim, which is listed once. */
    origin: p.text().unique('refused_punch_once'),
    /** The person who was recognized, or whom the pass names; null where nobody knows. */
    personId: p
      .manyToOne(Person)
      .mapToPk()
      .joinColumn('person_id')
      .deleteRule('restrict')
      .index('refused_punch_person')
      .nullable(),
    /** One of two look-alikes whom a camera without a screen could not ask: either person, */
    eitherId: p
      .manyToOne(Person)
      .mapToPk()
      .joinColumn('either_id')
      .deleteRule('restrict')
      .index('refused_punch_either')
      .nullable(),
    /** or this one. */
    orId: p
      .manyToOne(Person)
      .mapToPk()
      .joinColumn('or_id')
      .deleteRule('restrict')
      .index('refused_punch_or')
      .nullable(),
    /** No foreign keys to device and site: a reference to nothing may be the reason of the refusal. */
    deviceId: p.uuid(),
    deviceName: p.text(),
    siteId: p.uuid(),
    timeZone: p.text(),
    at: p.datetime(3),
    /** Null for a claim that cannot be read. */
    source: p.text().$type<'sighting' | 'pin' | 'badge'>().nullable(),
    why: p.text().$type<Refusal>(),
    /** SQLSTATE, where the database refused it. */
    code: p.text().nullable(),
    createdAt: p.datetime(3),
    decision: p.text().$type<'booked' | 'dismissed'>().nullable(),
    reason: p.text().nullable(),
    decidedAt: p.datetime(3).nullable(),
    decidedBy: p.manyToOne(Account).mapToPk().joinColumn('decided_by').deleteRule('restrict').nullable(),
    /** The correction that booked it. */
    correctionId: p.uuid().nullable(),
  },
});
export type RefusedPunch = InferEntity<typeof RefusedPunch>;
