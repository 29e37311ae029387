import { randomUUID } from 'node:crypto';
import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import type { AbsenceRequestState } from '../../protocol/absence-requests.ts';
import type { AbsenceKind } from '../../protocol/schedules.ts';
import { Account } from './account.ts';
import { Person } from './person.ts';

/** An absence that an employee asked for, and what became of it. An approved one is an absence besides. */
export const AbsenceRequest = defineEntity({
  name: 'AbsenceRequest',
  tableName: 'absence_request',
  indexes: [
    { name: 'absence_request_state_at', properties: ['state', 'createdAt'] },
    { name: 'absence_request_person', properties: ['personId'] },
  ],
  properties: {
    id: p
      .uuid()
      .primary()
      .onCreate(() => randomUUID()),
    personId: p.manyToOne(Person).mapToPk().joinColumn('person_id').deleteRule('restrict'),
    kind: p.text().$type<AbsenceKind>(),
    fromDate: p.date(),
    toDate: p.date(),
    beginsAtNoon: p.boolean(),
    endsAtNoon: p.boolean(),
    /** By the employee; the note of the absence once it is approved. */
    note: p.text(),
    state: p.text().$type<AbsenceRequestState>(),
    authorId: p.manyToOne(Account).mapToPk().joinColumn('author_id').deleteRule('restrict'),
    createdAt: p.datetime(3).onCreate(() => new Date()),
    deciderId: p.manyToOne(Account).mapToPk().joinColumn('decider_id').deleteRule('restrict').nullable(),
    /** When it was approved, refused or withdrawn. */
    decidedAt: p.datetime(3).nullable(),
    /** By who decided. */
    answer: p.text().nullable(),
  },
});
export type AbsenceRequest = InferEntity<typeof AbsenceRequest>;
