import { randomUUID } from 'node:crypto';
import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import { Account } from './account.ts';
import { Person } from './person.ts';

/** A sighting that the database, healthy and writable, refused as a punch. Somebody decides what becomes of it. */
export const RefusedSighting = defineEntity({
  name: 'RefusedSighting',
  tableName: 'refused_sighting',
  properties: {
    id: p
      .uuid()
      .primary()
      .onCreate(() => randomUUID()),
    sightingId: p.text().unique('refused_sighting_once'),
    personId: p
      .manyToOne(Person)
      .mapToPk()
      .joinColumn('person_id')
      .deleteRule('restrict')
      .index('refused_sighting_person'),
    /** No foreign keys to device and site: a reference to nothing may be the reason of the refusal. */
    deviceId: p.uuid(),
    deviceName: p.text(),
    siteId: p.uuid(),
    timeZone: p.text(),
    at: p.datetime(3),
    source: p.text(),
    /** SQLSTATE of the refusal. */
    code: p.text(),
    createdAt: p.datetime(3),
    decision: p.text().$type<'booked' | 'dismissed'>().nullable(),
    reason: p.text().nullable(),
    decidedAt: p.datetime(3).nullable(),
    decidedBy: p.manyToOne(Account).mapToPk().joinColumn('decided_by').deleteRule('restrict').nullable(),
    /** The correction that booked it. */
    correctionId: p.uuid().nullable(),
  },
});
export type RefusedSighting = InferEntity<typeof RefusedSighting>;
