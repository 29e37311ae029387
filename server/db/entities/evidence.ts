import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import { Person } from './person.ts';
import { Punch } from './punch.ts';

/** The face that a punch was made for, where a site keeps it: sealed under the person's data key, and gone with it. */
export const Evidence = defineEntity({
  name: 'Evidence',
  tableName: 'evidence',
  indexes: [
    { name: 'evidence_person', properties: ['personId'] },
    { name: 'evidence_expires', properties: ['expiresAt'] },
  ],
  properties: {
    punchId: p.oneToOne(Punch).primary().mapToPk().joinColumn('punch_id').deleteRule('cascade'),
    personId: p.manyToOne(Person).mapToPk().joinColumn('person_id').deleteRule('cascade'),
    keyId: p.uuid(),
    /** Envelope over a picture. */
    sealed: p.blob(),
    takenAt: p.datetime(3),
    expiresAt: p.datetime(3),
  },
});
export type Evidence = InferEntity<typeof Evidence>;
