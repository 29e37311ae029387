import { randomUUID } from 'node:crypto';
import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import type { PoseBin } from '../../protocol/face.ts';
import { Account } from './account.ts';
import { EnrollmentInvitation } from './enrollment-invitation.ts';
import { Person } from './person.ts';

/** The data key of one person, encrypted with the master key. Deleting the row makes the person's templates unreadable. */
export const PersonKey = defineEntity({
  name: 'PersonKey',
  tableName: 'person_key',
  properties: {
    personId: p.oneToOne(Person).primary().mapToPk().joinColumn('person_id').deleteRule('cascade'),
    /** Identifies this key: each enrollment creates a new key. */
    id: p.uuid().unique('person_key_id'),
    /** Fingerprint of the master key with which it is encrypted. */
    masterKeyId: p.text(),
    wrapped: p.blob(),
    /** Whether part of it is in the key store (`server/keys/key-store.ts`): true for every key since migration 0008. */
    shared: p.boolean().default(false),
    createdAt: p.datetime(3).onCreate(() => new Date()),
  },
});
export type PersonKey = InferEntity<typeof PersonKey>;

/** A saved enrollment: who saved it, and the reason if a duplicate warning was overridden. */
export const Enrollment = defineEntity({
  name: 'Enrollment',
  tableName: 'enrollment',
  properties: {
    id: p
      .uuid()
      .primary()
      .onCreate(() => randomUUID()),
    personId: p
      .manyToOne(Person)
      .mapToPk()
      .joinColumn('person_id')
      .deleteRule('cascade')
      .index('enrollment_person'),
    contract: p.text(),
    /** Null where a capture by invitation counted without anybody's decision. */
    enrolledBy: p.manyToOne(Account).mapToPk().joinColumn('enrolled_by').deleteRule('restrict').nullable(),
    /** The invitation through which the person captured their own face. */
    invitationId: p
      .manyToOne(EnrollmentInvitation)
      .mapToPk()
      .joinColumn('invitation_id')
      .deleteRule('restrict')
      .nullable(),
    enrolledAt: p.datetime(3).onCreate(() => new Date()),
    /** Why a likely duplicate was accepted. */
    overrideReason: p.text().nullable(),
    /** Why the front alone was enough. */
    frontOnlyReason: p.text().nullable(),
  },
});
export type Enrollment = InferEntity<typeof Enrollment>;

/** One encrypted face embedding. */
export const Template = defineEntity({
  name: 'Template',
  tableName: 'template',
  indexes: [
    { name: 'template_contract', properties: ['contract'] },
    { name: 'template_person', properties: ['personId'] },
  ],
  properties: {
    id: p
      .uuid()
      .primary()
      .onCreate(() => randomUUID()),
    personId: p.manyToOne(Person).mapToPk().joinColumn('person_id').deleteRule('cascade'),
    keyId: p.uuid(),
    contract: p.text(),
    bin: p.text().$type<PoseBin | 'aggregate'>(),
    /** 0..1 */
    quality: p.double().$type<number>(),
    /** The encrypted bytes of the embedding: Float32, little endian. */
    sealed: p.blob(),
    /** When it was first found that it cannot be decrypted. The row is kept until the person is enrolled again. */
    unreadableAt: p.datetime(3).nullable(),
    createdAt: p.datetime(3).onCreate(() => new Date()),
  },
});
export type Template = InferEntity<typeof Template>;
