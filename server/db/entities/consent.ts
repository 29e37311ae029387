import { randomUUID } from 'node:crypto';
import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import type { ConsentMethod } from '../../protocol/consents.ts';
import { Account } from './account.ts';
import { Person } from './person.ts';

/** A person agreed to a version of the consent text, before this member of staff. Outlives erasure, as proof. */
export const Consent = defineEntity({
  name: 'Consent',
  tableName: 'consent',
  indexes: [{ name: 'consent_person', properties: ['personId', 'givenAt'] }],
  properties: {
    id: p
      .uuid()
      .primary()
      .onCreate(() => randomUUID()),
    personId: p.manyToOne(Person).mapToPk().joinColumn('person_id').deleteRule('restrict'),
    version: p.text(),
    language: p.text(),
    method: p.text().$type<ConsentMethod>(),
    givenAt: p.datetime(3).onCreate(() => new Date()),
    recordedBy: p.manyToOne(Account).mapToPk().joinColumn('recorded_by').deleteRule('restrict'),
    /** Null while it holds. Set once, with who recorded it; whoever agrees again gets a new row. */
    withdrawnAt: p.datetime(3).nullable(),
    withdrawnBy: p.manyToOne(Account).mapToPk().joinColumn('withdrawn_by').deleteRule('restrict').nullable(),
  },
});
export type Consent = InferEntity<typeof Consent>;
