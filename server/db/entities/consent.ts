import { randomUUID } from 'node:crypto';
import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import type { ConsentMethod } from '../../protocol/consents.ts';
import { Account } from './account.ts';
import { EnrollmentInvitation } from './enrollment-invitation.ts';
import { Person } from './person.ts';

/** The consent of a person to one version of the consent text. The row outlives erasure, as proof. */
export const Consent = defineEntity({
  name: 'Consent',
  tableName: 'consent',
  indexes: [
    { name: 'consent_person', properties: ['personId', 'givenAt'] },
    { name: 'consent_version', properties: ['version', 'personId'] },
  ],
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
    /** The member of staff who recorded the consent; null where the person agreed on their own phone. */
    recordedBy: p.manyToOne(Account).mapToPk().joinColumn('recorded_by').deleteRule('restrict').nullable(),
    /** The invitation through which the person agreed on their own phone. */
    invitationId: p
      .manyToOne(EnrollmentInvitation)
      .mapToPk()
      .joinColumn('invitation_id')
      .deleteRule('restrict')
      .nullable(),
    /** Null while the consent is valid. Set once, together with `withdrawnBy`, which stays null where the person took it back on their own phone; a new consent gets a new row. */
    withdrawnAt: p.datetime(3).nullable(),
    withdrawnBy: p.manyToOne(Account).mapToPk().joinColumn('withdrawn_by').deleteRule('restrict').nullable(),
  },
});
export type Consent = InferEntity<typeof Consent>;
