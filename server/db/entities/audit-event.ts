import { defineEntity, p, type InferEntity } from '@mikro-orm/core';

/** One audited action. Append-only (a trigger refuses everything else) and chained: see `server/audit/audit.ts`. */
export const AuditEvent = defineEntity({
  name: 'AuditEvent',
  tableName: 'audit_event',
  indexes: [
    { name: 'audit_event_at', properties: ['at'] },
    { name: 'audit_event_object', properties: ['objectKind', 'objectId'] },
  ],
  properties: {
    /** 1, 2, 3 … without gaps. */
    seq: p.bigint('number').primary().autoincrement(false),
    at: p.datetime(3),
    actorKind: p.text().$type<'account' | 'device' | 'token' | 'invitation' | 'server' | 'nobody'>(),
    actorId: p.text().nullable(),
    actorName: p.text(),
    /** Remote address. */
    address: p.text().nullable(),
    act: p.text(),
    objectKind: p.text().nullable(),
    objectId: p.text().nullable(),
    /** The JSON text of `{ before?, after? }`. It is text and not JSON because its bytes are hashed. */
    detail: p.text(),
    /** Hash of the previous event. */
    previous: p.blob(),
    hash: p.blob(),
  },
});
export type AuditEvent = InferEntity<typeof AuditEvent>;
