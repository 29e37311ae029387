import { randomUUID } from 'node:crypto';
import { defineEntity, p, type InferEntity } from '@mikro-orm/core';

/**
 * Somebody enrolled. An erased person (`erasedAt`) keeps its row as a pseudonym, so that punches still
 * refer to something: every field that says who it was is blank.
 */
export const Person = defineEntity({
  name: 'Person',
  tableName: 'person',
  indexes: [{ name: 'person_status', properties: ['status'] }],
  properties: {
    id: p
      .uuid()
      .primary()
      .onCreate(() => randomUUID()),
    /** Employee number; unique without regard to case; null once erased. */
    number: p.text().nullable(),
    givenName: p.text(),
    familyName: p.text(),
    department: p.text(),
    jobTitle: p.text(),
    email: p.text(),
    phone: p.text(),
    startDate: p.date().nullable(),
    status: p.text().$type<'active' | 'suspended' | 'left'>(),
    createdAt: p.datetime(3).onCreate(() => new Date()),
    /** When the status became `left`; null in any other. */
    leftAt: p.datetime(3).nullable(),
    erasedAt: p.datetime(3).nullable(),
  },
});
export type Person = InferEntity<typeof Person>;
