import { randomUUID } from 'node:crypto';
import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import type { PunchKind, PunchSource } from '../../protocol/attendance.ts';
import { Account } from './account.ts';
import { Device } from './device.ts';
import { Person } from './person.ts';
import { Site } from './site.ts';

/** A fact: a person at a door at an instant. What it means is derived. Append-only: a trigger refuses every change. */
export const Punch = defineEntity({
  name: 'Punch',
  tableName: 'punch',
  indexes: [
    { name: 'punch_at', properties: ['at'] },
    { name: 'punch_person_at', properties: ['personId', 'at'] },
  ],
  properties: {
    id: p
      .uuid()
      .primary()
      .onCreate(() => randomUUID()),
    personId: p.manyToOne(Person).mapToPk().joinColumn('person_id').deleteRule('restrict'),
    /** What the door or the author of a correction says about it; null for a passing at an automatic door. */
    says: p.text().$type<PunchKind>().nullable(),
    at: p.datetime(3),
    /** Null for a punch of a device that was revoked before there were sites. */
    siteId: p.manyToOne(Site).mapToPk().joinColumn('site_id').deleteRule('restrict').nullable(),
    /** IANA time zone of the site at that time. */
    timeZone: p.text(),
    source: p.text().$type<PunchSource>(),
    /** ID of the sighting or of the request at the keypad: however often it is delivered, it creates one punch. */
    sightingId: p.text().nullable().unique('punch_sighting'),
    deviceId: p.manyToOne(Device).mapToPk().joinColumn('device_id').deleteRule('restrict').nullable(),
    similarity: p.double().$type<number>().nullable(),
    /** To the runner-up; between look-alikes, whom a number told apart, to the best person besides the two. */
    margin: p.double().$type<number>().nullable(),
    frames: p.integer().nullable(),
    /** See `Sighting.live`. */
    live: p.double().$type<number>().nullable(),
    /** For a correction: its author. */
    authorId: p.manyToOne(Account).mapToPk().joinColumn('author_id').deleteRule('restrict').nullable(),
    /** For a correction: its reason. */
    reason: p.text().nullable(),
    /** The correction that added it; null for a correction from before they were kept. */
    correctionId: p.uuid().nullable(),
    createdAt: p.datetime(3).onCreate(() => new Date()),
  },
});
export type Punch = InferEntity<typeof Punch>;
