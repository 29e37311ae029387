import { randomUUID } from 'node:crypto';
import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import type { PunchKind } from '../../protocol/attendance.ts';
import type { CorrectionKind, CorrectionState } from '../../protocol/corrections.ts';
import { Account } from './account.ts';
import { Person } from './person.ts';
import { Punch } from './punch.ts';
import { Site } from './site.ts';

/**
 * What somebody asked to mend in the punches, and what became of it. Once it is applied, it says who is behind the punches
 * that it added and voided, and why.
 */
export const Correction = defineEntity({
  name: 'Correction',
  tableName: 'correction',
  indexes: [
    { name: 'correction_state', properties: ['state', 'createdAt'] },
    { name: 'correction_person', properties: ['personId'] },
  ],
  properties: {
    id: p
      .uuid()
      .primary()
      .onCreate(() => randomUUID()),
    kind: p.text().$type<CorrectionKind>(),
    state: p.text().$type<CorrectionState>(),
    /** Of an added punch; of the punches to void or move where all belong to one person, null for a set of several people. */
    personId: p.manyToOne(Person).mapToPk().joinColumn('person_id').deleteRule('restrict').nullable(),
    /** Of a move: who passed the door in truth. */
    toPersonId: p.manyToOne(Person).mapToPk().joinColumn('to_person_id').deleteRule('restrict').nullable(),
    /** The punches to void or to move. */
    punchIds: p.json<string[]>(),
    /** Of an added punch: where, when and what. */
    siteId: p.manyToOne(Site).mapToPk().joinColumn('site_id').deleteRule('restrict').nullable(),
    at: p.datetime(3).nullable(),
    says: p.text().$type<PunchKind>().nullable(),
    reason: p.text(),
    authorId: p.manyToOne(Account).mapToPk().joinColumn('author_id').deleteRule('restrict'),
    createdAt: p.datetime(3).onCreate(() => new Date()),
    /** Who approved or refused it; null where no approval was needed. */
    deciderId: p.manyToOne(Account).mapToPk().joinColumn('decider_id').deleteRule('restrict').nullable(),
    /** When it was applied, refused or withdrawn. */
    decidedAt: p.datetime(3).nullable(),
    note: p.text().nullable(),
  },
});
export type Correction = InferEntity<typeof Correction>;

/** A punch that counts nowhere. It stays visible. Append-only. */
export const PunchVoid = defineEntity({
  name: 'PunchVoid',
  tableName: 'punch_void',
  indexes: [{ name: 'punch_void_person', properties: ['personId'] }],
  properties: {
    punchId: p.manyToOne(Punch).mapToPk().joinColumn('punch_id').deleteRule('restrict').primary(),
    personId: p.manyToOne(Person).mapToPk().joinColumn('person_id').deleteRule('restrict'),
    correctionId: p.manyToOne(Correction).mapToPk().joinColumn('correction_id').deleteRule('restrict'),
    at: p.datetime(3),
  },
});
export type PunchVoid = InferEntity<typeof PunchVoid>;
