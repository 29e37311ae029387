import { randomUUID } from 'node:crypto';
import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import type { PoseBin } from '../../protocol/face.ts';
import { Account } from './account.ts';
import { Person } from './person.ts';

/** An invitation to enroll one's own face. The row outlives an erasure: it says how a consent was given. */
export const EnrollmentInvitation = defineEntity({
  name: 'EnrollmentInvitation',
  tableName: 'enrollment_invitation',
  properties: {
    id: p
      .uuid()
      .primary()
      .onCreate(() => randomUUID()),
    personId: p
      .manyToOne(Person)
      .mapToPk()
      .joinColumn('person_id')
      .deleteRule('restrict')
      .index('enrollment_invitation_person'),
    /** SHA-256 of the token in the link; null once the link cannot be used any more. */
    tokenHash: p.blob().unique('enrollment_invitation_token').nullable(),
    createdAt: p.datetime(3),
    createdBy: p.manyToOne(Account).mapToPk().joinColumn('created_by').deleteRule('restrict'),
    expiresAt: p.datetime(3),
    openedAt: p.datetime(3).nullable(),
    /** SHA-256 of the cookie of the phone that opened the link last; null where none has it open. */
    sessionHash: p.blob().unique('enrollment_invitation_session').nullable(),
    sessionUntil: p.datetime(3).nullable(),
    consentedAt: p.datetime(3).nullable(),
    capturedAt: p.datetime(3).nullable(),
    /** Null while it is open. A person has one open invitation at most (migration 0038). */
    outcome: p.text().$type<'enrolled' | 'declined' | 'rejected' | 'revoked' | 'expired'>().nullable(),
    endedAt: p.datetime(3).nullable(),
    /** Null where the person, the policy or the time ended it. */
    endedBy: p.manyToOne(Account).mapToPk().joinColumn('ended_by').deleteRule('restrict').nullable(),
    /** Why it was rejected. */
    reason: p.text().nullable(),
  },
});
export type EnrollmentInvitation = InferEntity<typeof EnrollmentInvitation>;

/** A captured face that waits for a decision of HR, and the key of its templates. It is in no gallery. */
export const WaitingCapture = defineEntity({
  name: 'WaitingCapture',
  tableName: 'waiting_capture',
  properties: {
    invitationId: p
      .oneToOne(EnrollmentInvitation)
      .mapToPk()
      .joinColumn('invitation_id')
      .primary()
      .owner()
      .updateRule('cascade')
      .deleteRule('cascade'),
    personId: p
      .manyToOne(Person)
      .mapToPk()
      .joinColumn('person_id')
      .deleteRule('cascade')
      .index('waiting_capture_person'),
    contract: p.text(),
    capturedAt: p.datetime(3),
    /** Names the share in the key store. */
    keyId: p.uuid(),
    masterKeyId: p.text(),
    wrapped: p.blob(),
    /** The enrolled person whom the face seemed to be. No foreign key: a later erasure of that person must not wait for this. */
    duplicateOf: p.uuid().nullable(),
    duplicateSimilarity: p.double().$type<number>().nullable(),
  },
});
export type WaitingCapture = InferEntity<typeof WaitingCapture>;

/** One encrypted face embedding of a capture that waits. */
export const WaitingTemplate = defineEntity({
  name: 'WaitingTemplate',
  tableName: 'waiting_template',
  properties: {
    id: p
      .uuid()
      .primary()
      .onCreate(() => randomUUID()),
    invitationId: p
      .manyToOne(WaitingCapture)
      .mapToPk()
      .joinColumn('invitation_id')
      .deleteRule('cascade')
      .index('waiting_template_invitation'),
    personId: p
      .manyToOne(Person)
      .mapToPk()
      .joinColumn('person_id')
      .deleteRule('cascade')
      .index('waiting_template_person'),
    bin: p.text().$type<PoseBin | 'aggregate'>(),
    /** 0..1 */
    quality: p.double().$type<number>(),
    sealed: p.blob(),
  },
});
export type WaitingTemplate = InferEntity<typeof WaitingTemplate>;
