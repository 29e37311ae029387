import { randomUUID } from 'node:crypto';
import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import type { PunchKind, PunchSource } from '../../protocol/attendance.ts';
import { Account } from './account.ts';
import { Device } from './device.ts';
import { Person } from './person.ts';

/** An attendance record. Append-only: a trigger refuses every change. */
export const Punch = defineEntity({
  name: 'Punch',
  tableName: 'punch',
  indexes: [
    { name: 'punch_person_day', properties: ['personId', 'workDate'] },
    { name: 'punch_day', properties: ['workDate'] },
    { name: 'punch_person_at', properties: ['personId', 'at'] },
  ],
  properties: {
    id: p
      .uuid()
      .primary()
      .onCreate(() => randomUUID()),
    personId: p.manyToOne(Person).mapToPk().joinColumn('person_id').deleteRule('restrict'),
    kind: p.text().$type<PunchKind>(),
    at: p.datetime(3),
    /** The work day it belongs to (YYYY-MM-DD), according to the settings of the door at that time. */
    workDate: p.date(),
    /** IANA time zone of the door. */
    timeZone: p.text(),
    source: p.text().$type<PunchSource>(),
    /** ID of the sighting or of the request at the keypad: however often it is delivered, it creates one punch. */
    sightingId: p.text().nullable().unique('punch_sighting'),
    deviceId: p.manyToOne(Device).mapToPk().joinColumn('device_id').deleteRule('restrict').nullable(),
    similarity: p.double().$type<number>().nullable(),
    margin: p.double().$type<number>().nullable(),
    frames: p.integer().nullable(),
    /** See `Sighting.live`. */
    live: p.double().$type<number>().nullable(),
    /** For a correction: its author. */
    authorId: p.manyToOne(Account).mapToPk().joinColumn('author_id').deleteRule('restrict').nullable(),
    /** For a correction: its reason. */
    reason: p.text().nullable(),
    createdAt: p.datetime(3).onCreate(() => new Date()),
  },
});
export type Punch = InferEntity<typeof Punch>;
