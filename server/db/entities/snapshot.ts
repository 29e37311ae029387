import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import { Person } from './person.ts';
import { Punch } from './punch.ts';

/**
 * The picture of the face behind a punch, if the site keeps snapshots. It is encrypted with the person's data key and
 * unreadable once that key is destroyed. The table has its former name.
 */
export const Snapshot = defineEntity({
  name: 'Snapshot',
  tableName: 'evidence',
  indexes: [
    { name: 'evidence_person', properties: ['personId'] },
    { name: 'evidence_expires', properties: ['expiresAt'] },
  ],
  properties: {
    punchId: p.oneToOne(Punch).primary().mapToPk().joinColumn('punch_id').deleteRule('cascade'),
    personId: p.manyToOne(Person).mapToPk().joinColumn('person_id').deleteRule('cascade'),
    keyId: p.uuid(),
    /** The encrypted picture. */
    sealed: p.blob(),
    takenAt: p.datetime(3),
    expiresAt: p.datetime(3),
  },
});
export type Snapshot = InferEntity<typeof Snapshot>;
