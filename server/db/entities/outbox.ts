import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import type { EventType } from '../../protocol/events.ts';

/** An event that other programs are told. Kept for `EVENT_LIFE`; holds ids only, so that an erasure reaches what waits. */
export const OutboxEvent = defineEntity({
  name: 'OutboxEvent',
  tableName: 'outbox_event',
  indexes: [{ name: 'outbox_event_at', properties: ['at'] }],
  properties: {
    /** In the order in which they were written, which is not the order of the commits. */
    id: p.bigint('number').primary().autoincrement(),
    /** The name of the event outside: `evt_` and this without dashes. */
    key: p.uuid().unique('outbox_event_key'),
    /** 1, 2, 3 …, given after the commit: whoever has read up to a number has missed none. Null until then. */
    sequence: p.bigint('number').nullable().unique('outbox_event_sequence'),
    type: p.text().$type<EventType>(),
    /** What it is about: ids by what they are of. */
    subject: p.json<Readonly<Record<string, string>>>(),
    at: p.datetime(3).defaultRaw('now()'),
  },
});
export type OutboxEvent = InferEntity<typeof OutboxEvent>;

/** One row: the last sequence number that was given. Locking it lets one server at a time give the next ones. */
export const OutboxHead = defineEntity({
  name: 'OutboxHead',
  tableName: 'outbox_head',
  properties: {
    id: p.boolean().primary(),
    sequence: p.bigint('number'),
  },
});
export type OutboxHead = InferEntity<typeof OutboxHead>;
