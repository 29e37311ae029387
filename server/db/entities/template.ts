import { randomUUID } from 'node:crypto';
import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import type { PoseBin } from '../../protocol/face.ts';
import { Account } from './account.ts';
import { Person } from './person.ts';

/** The data key of one person's templates, wrapped by the master key. Deleting the row makes them unreadable. */
export const PersonKey = defineEntity({
  name: 'PersonKey',
  tableName: 'person_key',
  properties: {
    personId: p.oneToOne(Person).primary().mapToPk().joinColumn('person_id').deleteRule('cascade'),
    /** Names this very key: a new enrollment makes a new one. */
    id: p.uuid().unique('person_key_id'),
    /** Fingerprint of the master key that wrapped it. */
    masterKeyId: p.text(),
    wrapped: p.blob(),
    /** Whether a share of it lies in the key store (`server/security/key-store.ts`): true of every key since 0008. */
    shared: p.boolean().default(false),
    createdAt: p.datetime(3).onCreate(() => new Date()),
  },
});
export type PersonKey = InferEntity<typeof PersonKey>;

/** That an enrollment was saved: by whom, and why against a duplicate warning. */
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
    enrolledBy: p.manyToOne(Account).mapToPk().joinColumn('enrolled_by').deleteRule('restrict'),
    enrolledAt: p.datetime(3).onCreate(() => new Date()),
    overrideReason: p.text().nullable(),
  },
});
export type Enrollment = InferEntity<typeof Enrollment>;

/** One face embedding, sealed. */
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
    /** Envelope over the embedding's bytes: Float32, little endian. */
    sealed: p.blob(),
    /** It did not open: kept until the person is enrolled again. */
    unreadableAt: p.datetime(3).nullable(),
    createdAt: p.datetime(3).onCreate(() => new Date()),
  },
});
export type Template = InferEntity<typeof Template>;
